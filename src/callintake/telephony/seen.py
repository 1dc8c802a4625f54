"""The last events, and what became of each: for whoever sets a phone up."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

KEPT = 20


@dataclass(frozen=True, slots=True)
class Seen:
    """Something that came from a phone, or claimed to."""

    at: datetime
    source: str
    what: str
    became: str
    is_refused: bool = False
    times: int = 1

    @property
    def line(self) -> str:
        """It in words."""
        times = f" ({self.times} times)" if self.times > 1 else ""
        refused = "REFUSED: " if self.is_refused else ""
        return f"{self.at.astimezone():%H:%M:%S} {self.source}: {self.what}: {refused}{self.became}{times}"


class SeenEvents:
    """The newest of what came; the same thing refused again and again is one entry, and pushes nothing out."""

    def __init__(self) -> None:
        self._seen: deque[Seen] = deque(maxlen=KEPT)

    def __iter__(self) -> Iterator[Seen]:
        """The newest first."""
        return reversed(tuple(self._seen))

    def __len__(self) -> int:
        return len(self._seen)

    def add(self, seen: Seen) -> bool:
        """Take one in; return whether it is another than those refused before."""
        for place, known in enumerate(self._seen):
            same = (known.source, known.what, known.became) == (seen.source, seen.what, seen.became)
            if seen.is_refused and known.is_refused and same:
                del self._seen[place]
                self._seen.append(replace(seen, times=known.times + 1))
                return False
        self._seen.append(seen)
        return True
