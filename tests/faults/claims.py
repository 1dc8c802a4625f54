"""Several programs claim the same tickets at the same time: each ticket is claimed once, and by one.

Run it by itself: python -m tests.faults.claims [PROGRAMS] [TICKETS] [sqlite|postgresql]; without the last, on both.
"""

import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import col, select

from callintake.domain.errors import Conflict
from callintake.services import agents, tickets
from callintake.store.database import open_store
from callintake.store.tables import EventRow, TicketRow
from tests.postgres import PostgresCluster
from tests.services.many import many_tickets

_READY, _GO = "ready", "go"


@dataclass(frozen=True)
class Claims:
    """What came of it: by the programs' own count, on the tickets, and in the history."""

    won: dict[str, int]
    lost: int
    owners: dict[str | None, int]
    recorded: int
    """How often a ticket was claimed, as the history has it."""
    seconds: float

    @property
    def is_right(self) -> bool:
        """Whether each ticket was claimed exactly once, and everybody knows who has it."""
        everything = sum(self.owners.values())
        return self.owners == self.won and sum(self.won.values()) == self.recorded == everything


def race(place: str, programs: int, count: int) -> Claims:
    """Let programs claim all of `count` new tickets of a desk at the same time, each in its own order."""
    store = open_store(place)
    with store.transaction() as session:
        agents.sign_in(session, "kim")
        numbers = many_tickets(session, count)
    names = [f"agent {place}" for place in range(programs)]
    running = [_start(place, name) for name in names]
    for program in running:
        assert program.stdout is not None
        assert program.stdout.readline().strip() == _READY
    began = time.monotonic()
    for shift, program in enumerate(running):
        assert program.stdin is not None
        start = shift * count // programs
        order = numbers[start:] + numbers[:start] if shift % 2 else (numbers[start:] + numbers[:start])[::-1]
        program.stdin.write(f"{_GO} {' '.join(order)}\n")
        program.stdin.flush()
    said = [program.communicate()[0].split() for program in running]
    seconds = time.monotonic() - began
    won = {name: int(one[0]) for name, one in zip(names, said, strict=True) if int(one[0])}
    with store.reading() as session:
        claimed = select(EventRow.id).where(EventRow.kind == "claimed")
        recorded = len(session.exec(claimed).all())
        owners = Counter(session.exec(select(TicketRow.owner).order_by(col(TicketRow.id))))
    store.close()
    return Claims(won, sum(int(one[1]) for one in said), dict(owners), recorded, seconds)


def _start(place: str, name: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.faults.claims", "--claim", place, name]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _claim(place: str, name: str) -> None:
    """Be one of the programs: claim what standard input says, and print how many were won and lost."""
    store = open_store(place)
    with store.transaction() as session:
        agents.sign_in(session, name)
    print(_READY, flush=True)
    won = lost = 0
    for number in sys.stdin.readline().split()[1:]:
        try:
            with store.transaction() as session:
                tickets.claim(session, number, name)
            won += 1
        except Conflict:
            lost += 1
    print(won, lost)


def _main(args: list[str]) -> int:
    programs, count = int(args[0]) if args else 4, int(args[1]) if len(args) > 1 else 200
    wrong = 0
    for database in args[2:] or ["sqlite", "postgresql"]:
        if database == "sqlite":
            with tempfile.TemporaryDirectory() as folder:
                came = race(str(Path(folder) / "desk.db"), programs, count)
        else:
            with PostgresCluster() as cluster:
                came = race(cluster.create_database(), programs, count)
        wrong += not came.is_right
        print(
            f"{database}: {programs} programs, {count} tickets: {sum(came.won.values())} claims"
            f" ({', '.join(map(str, came.won.values()))}), {came.lost} told that another has it,"
            f" {came.recorded} on record, {came.seconds:.1f} s: {'right' if came.is_right else 'WRONG'}"
        )
    return min(wrong, 1)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--claim"]:
        _claim(*sys.argv[2:4])
    else:
        sys.exit(_main(sys.argv[1:]))
