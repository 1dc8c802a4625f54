"""Several couriers on one outbox, each in a process of its own: is every message sent once?

python -m tests.faults.couriers [MESSAGES] [COURIERS]
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from callintake.domain.notice import NoticeEvent
from callintake.notifications.courier import LEASE
from callintake.services.raising import add_ticket
from callintake.services.telling import tell_department
from callintake.store.tables import TicketRow
from tests.conftest import LEAD
from tests.faults.courier import post_office
from tests.notifications.desk import DEPARTMENT, rows
from tests.postgres import PostgresCluster, find_postgres
from tests.services.acting import given_ticket


@dataclass(frozen=True)
class Run:
    """What became of the messages of one run."""

    messages: int
    sent: int
    arrived_once: int
    arrived_more: int
    seconds: float


def carry_all(messages: int, couriers: int, place: str) -> Run:
    """Write so many messages, half of them mail, let so many couriers at them, and count."""
    with post_office(place) as office:
        with office.store.transaction() as session:
            for _ in range(messages // 2):
                ticket_id = add_ticket(session, given_ticket(), LEAD, "GB")
                tell_department(session, session.get_one(TicketRow, ticket_id), NoticeEvent.ROUTED, DEPARTMENT)
        begun = time.monotonic()
        processes = [office.courier(LEASE) for _ in range(couriers)]
        for process in processes:
            process.join(600)
        seconds = time.monotonic() - begun
        often = list(office.arrived.values())
        sent = sum(row.state == "sent" for row in rows(office.store))
        return Run(messages, sent, often.count(1), sum(times > 1 for times in often), seconds)


@contextmanager
def places() -> Iterator[dict[str, str]]:
    """A new desk on each database that is here."""
    with tempfile.TemporaryDirectory() as folder:
        sqlite = {"SQLite": str(Path(folder) / "desk.db")}
        if find_postgres() is None:
            yield sqlite
            return
        with PostgresCluster() as cluster:
            yield {**sqlite, "PostgreSQL": cluster.create_database()}


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    how_many = int(sys.argv[2]) if len(sys.argv) > 2 else 4
    with places() as found:
        for name, place in found.items():
            print(name, carry_all(wanted, how_many, place), flush=True)
