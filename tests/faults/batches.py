"""One verb for many tickets, beside somebody who types: how long its transactions take, and how long a save waits.

Run it by itself: python -m tests.faults.batches [TICKETS] [GATED]
"""

import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

from sqlmodel import Session

from callintake.domain.draft import new_draft
from callintake.services import agents, batch, drafts, tickets
from callintake.services.history import now
from callintake.store.database import Store, open_store
from tests.services.many import many_tickets

AGENT = "kim"
SECONDS_PER_KEY = 0.05


class Timed(Store):
    """A store that notes how many seconds each of its transactions took."""

    took: ClassVar[list[float]] = []

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        began = time.perf_counter()
        with super().transaction() as session:
            yield session
        self.took.append(time.perf_counter() - began)


def _claim(session: Session, number: str) -> None:
    tickets.claim(session, number, AGENT)


def saves(store: Store, over: threading.Event, waited: list[float]) -> None:
    """Save a draft again and again, as another program does, and note how long each save took."""
    draft = new_draft(now())
    while not over.is_set():
        draft = draft.with_(notes=f"{draft.notes}x")
        began = time.perf_counter()
        with store.transaction() as session:
            drafts.save_draft(session, draft, AGENT)
        waited.append(time.perf_counter() - began)
        time.sleep(SECONDS_PER_KEY)


def _main(args: list[str]) -> int:
    count, gated = int(args[0]) if args else 500, int(args[1]) if len(args) > 1 else 40
    with tempfile.TemporaryDirectory() as folder:
        place = str(Path(folder) / "desk.db")
        store, other = open_store(place), open_store(place)
        with store.transaction() as session:
            agents.sign_in(session, AGENT)
            numbers = many_tickets(session, count - gated, gated)
        alone: list[float] = []
        over = threading.Event()
        timer = threading.Timer(3.0, over.set)
        timer.start()
        saves(other, over, alone)
        beside: list[float] = []
        over.clear()
        typist = threading.Thread(target=saves, args=(other, over, beside))
        typist.start()
        began = time.perf_counter()
        told = list(batch.in_chunks(Timed(store.engine), numbers, _claim))
        seconds = time.perf_counter() - began
        over.set()
        typist.join()
        store.close()
        other.close()
    done = sum(one.is_done for one in told)
    print(f"{count} tickets, {gated} gated: {done} done, {count - done} refused, in {seconds:.2f} s")
    _say(f"{len(Timed.took)} transactions", Timed.took)
    _say(f"{len(alone)} saves with nobody beside", alone)
    _say(f"{len(beside)} saves beside it", beside)
    return 0 if done == count - gated else 1


def _say(what: str, seconds: list[float]) -> None:
    milliseconds = sorted(1000 * one for one in seconds)
    nearly_all = milliseconds[int(0.99 * (len(milliseconds) - 1))]
    print(
        f"{what}: median {statistics.median(milliseconds):.1f} ms, 99% {nearly_all:.1f}, worst {milliseconds[-1]:.1f}"
    )


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
