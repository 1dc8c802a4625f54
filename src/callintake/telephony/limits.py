"""How often a source may ask: a bucket of tokens for each, and a bound on how many sources are remembered."""

import time
from collections.abc import Callable, Hashable

A_SECOND = 20
"""Requests a second that a source may make."""
_MOST_SOURCES = 256


class Limits:
    """Token buckets, one a source; a full bucket has a second's worth."""

    def __init__(self, rate: float = A_SECOND, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._clock = clock
        self._buckets: dict[Hashable, tuple[float, float]] = {}

    def allow(self, source: Hashable) -> bool:
        """Whether a source may ask once more now."""
        now = self._clock()
        level, then = self._buckets.pop(source, (self._rate, now))
        level = min(self._rate, level + (now - then) * self._rate)
        while len(self._buckets) >= _MOST_SOURCES:
            # The one that asked least lately goes first.
            del self._buckets[next(iter(self._buckets))]
        self._buckets[source] = (level - 1 if level >= 1 else level, now)
        return level >= 1
