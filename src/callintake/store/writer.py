"""The serial writer: the one thread through which an open desk changes its database."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

_log = logging.getLogger(__name__)
R = TypeVar("R")
KEEP_EVERY = 0.05
"""Seconds between two saves of the same draft while typing goes on; well within the 250 ms that may be lost."""
KEEP_AFTER = 0.015
"""Seconds that a save waits at least: it takes the interpreter, and a key's echo comes first."""


class SerialWriter:
    """Runs jobs one after another, in the order given, on a thread of its own.

    A job that is *kept* replaces the one waiting under the same key, so that the latest draft is saved and no
    older one after it; it waits at most `KEEP_EVERY` seconds, also while it is being replaced.
    """

    def __init__(self, name: str = "writer") -> None:
        self._jobs: deque[Callable[[], None]] = deque()
        self._kept: dict[str, Callable[[], None]] = {}
        self._kept_last: dict[str, float] = {}
        self._kept_since: dict[str, float] = {}
        self._changed = threading.Condition()
        self._closing = False
        self._busy = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def submit(self, job: Callable[[], R]) -> "Future[R]":
        """Run a job after those already given and after what is kept so far; return its outcome to come."""
        future: Future[R] = Future()

        def run() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(job())
            except BaseException as error:
                future.set_exception(error)

        with self._changed:
            if self._closing:
                raise RuntimeError("the writer is closed")
            self._jobs.extend(self._kept.values())
            self._kept.clear()
            self._jobs.append(run)
            self._changed.notify_all()
        return future

    def keep(self, key: str, job: Callable[[], None]) -> None:
        """Run a job soon, in place of the one still waiting under this key; it reports its own failures."""
        with self._changed:
            if self._closing:
                raise RuntimeError("the writer is closed")
            if key not in self._kept:
                self._kept_since[key] = time.monotonic()
            self._kept[key] = job
            self._changed.notify_all()

    def drain(self, timeout: float) -> bool:
        """Run everything that waits, now; return whether it was done within `timeout` seconds."""
        with self._changed:
            self._jobs.extend(self._kept.values())
            self._kept.clear()
            self._changed.notify_all()
            return self._changed.wait_for(lambda: not self._jobs and not self._busy, timeout)

    def close(self, timeout: float = 2.0) -> bool:
        """Drain and end the thread; return whether everything was done within `timeout` seconds."""
        with self._changed:
            # In one step: nothing may be accepted after the last of it was run.
            self._closing = True
            return self.drain(timeout)

    def _run(self) -> None:
        while (job := self._next()) is not None:
            try:
                job()
            except Exception:
                # The thread must outlive every job: without it nothing more would be saved.
                _log.exception("a kept job failed without saying so")
            with self._changed:
                self._busy = False
                self._changed.notify_all()

    def _due(self, key: str) -> float:
        return max(self._kept_last.get(key, 0.0) + KEEP_EVERY, self._kept_since[key] + KEEP_AFTER)

    def _next(self) -> Callable[[], None] | None:
        """Wait for the next job that is due, and mark the writer busy with it."""
        with self._changed:
            while True:
                now = time.monotonic()
                if self._jobs:
                    self._busy = True
                    return self._jobs.popleft()
                waits = [(self._due(key) - now, key) for key in self._kept]
                wait, key = min(waits, default=(None, ""))
                if wait is not None and wait <= 0:
                    self._kept_last[key] = now
                    self._busy = True
                    return self._kept.pop(key)
                if self._closing:
                    return None
                self._changed.wait(wait)
