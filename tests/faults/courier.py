"""Kills couriers around the moment of sending, and counts what was lost and what came twice.

Run it by itself for the long soak: python -m tests.faults.courier [KILLS]
"""

import asyncio
import multiprocessing
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event
from pathlib import Path

from callintake.services import agents
from callintake.store.database import Store, open_store
from tests.conftest import LEAD
from tests.notifications.desk import DEPARTMENT, apply, changes, desk_text, rows
from tests.notifications.servers import MailServer, Messenger, mail_server, messenger
from tests.services.acting import given_ticket

LEASE = timedelta(seconds=10)
"""Longer than a courier on a busy machine takes to send, and short enough to be waited for."""
SECRET = "FIELD_CHAT"
MESSAGES_PER_KILL = 2
TOLD_EVERY = 100
FINISH_SECONDS = 900.0
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["callintake.notifications.courier", "tests.notifications.desk", "aiosmtplib", "httpx"])


@dataclass
class PostOffice:
    """A desk whose department hears by mail and by messenger, and what arrived there."""

    store: Store
    place: str
    mail: MailServer
    chat: Messenger

    @property
    def arrived(self) -> Counter[str]:
        """How often each message arrived, by its Message-ID or its idempotency key."""
        return Counter([*self.mail.ids(), *(posted.headers["Idempotency-Key"] for posted in self.chat.taken)])

    @property
    def arrivals(self) -> int:
        """How many messages arrived, copies among them; asked often, so that nothing is read."""
        return len(self.mail.taken) + len(self.chat.taken)

    def write(self, tickets: int) -> None:
        """Write a ticket, and its two messages."""
        from callintake.domain.notice import NoticeEvent
        from callintake.services.raising import add_ticket
        from callintake.services.telling import tell_department
        from callintake.store.tables import TicketRow

        with self.store.transaction() as session:
            for _ in range(tickets):
                row = session.get_one(TicketRow, add_ticket(session, given_ticket(), LEAD, "GB"))
                tell_department(session, row, NoticeEvent.ROUTED, DEPARTMENT)

    def courier(self, lease: timedelta = LEASE) -> BaseProcess:
        """Start a courier in a process of its own, and wait until it is at work."""
        at_work = _CONTEXT.Event()
        process = _CONTEXT.Process(target=carry, args=(self.place, self.chat.address, lease, at_work), daemon=True)
        process.start()
        at_work.wait(FINISH_SECONDS)
        return process


def carry(place: str, address: str, lease: timedelta, at_work: Event) -> None:
    """Be a courier, until nothing is due and no claim runs."""
    from callintake.notifications.courier import Courier
    from callintake.services import outbox
    from callintake.services.desk_rules import rules_in_force

    os.environ[f"CALLINTAKE_SECRET_{SECRET}"] = address
    store = open_store(place)
    courier = Courier(changes(store), lease=lease)

    async def run() -> None:
        with store.reading() as session:
            rules = rules_in_force(session).notify
        at_work.set()
        while True:
            await courier.drain(rules)
            with store.reading() as session:
                if not outbox.standing(session).waiting:
                    return
            await asyncio.sleep(0.05)

    asyncio.run(run())


@contextmanager
def post_office(place: str) -> Iterator[PostOffice]:
    """A post office on a new or furnished desk."""
    store = open_store(place)
    with store.transaction() as session:
        agents.sign_in(session, LEAD)
    with mail_server() as mail, messenger() as chat:
        apply(store, desk_text(mail.port, webhooks=(("generic", SECRET),)))
        try:
            yield PostOffice(store, place, mail, chat)
        finally:
            store.close()


@dataclass(frozen=True)
class Loss:
    """What became of the messages."""

    kills: int
    kills_mid_way: int
    """How many fell while a claim ran: something was being sent."""
    messages: int
    arrived: int
    lost: int
    not_sent_but_said_so: int
    extra: int
    """Copies beyond the first, with the identity of the first."""
    strangers: int
    """Arrivals with an identity that no message has."""
    states: dict[str, int]


def kill_many(kills: int, place: str, lease: timedelta = LEASE, seed: int = 1) -> Loss:
    """Kill a courier so often, at random instants, let the last one finish, and count."""
    chance = random.Random(seed)
    mid_way = 0
    with post_office(place) as office:
        for kill in range(kills):
            office.write(MESSAGES_PER_KILL // 2)
            before, begun = office.arrivals, datetime.now(UTC)
            process = office.courier(lease)
            # Half of them as something arrives, give or take; the others whenever.
            waits_for_arrival = chance.random() < 0.5
            until = time.monotonic() + (5.0 if waits_for_arrival else chance.uniform(0, 0.5))
            while time.monotonic() < until and process.is_alive():
                if waits_for_arrival and office.arrivals > before:
                    time.sleep(chance.uniform(0, 0.03))
                    break
                time.sleep(0.001)
            process.kill()
            process.join()
            mid_way += any(row.claimed_by and row.tried_at and row.tried_at > begun for row in rows(office.store))
            if (kill + 1) % TOLD_EVERY == 0:
                print(f"{kill + 1} kills", flush=True)
        process = office.courier(lease)
        process.join(FINISH_SECONDS)
        return count(office, kills, mid_way)


def count(office: PostOffice, kills: int = 0, mid_way: int = 0) -> Loss:
    """What became of the messages of a post office."""
    arrived, outbox = office.arrived, rows(office.store)
    sent = sum(row.state == "sent" for row in outbox)
    return Loss(
        kills=kills,
        kills_mid_way=mid_way,
        messages=len(outbox),
        arrived=len(arrived),
        lost=max(len(outbox) - len(arrived), 0),
        not_sent_but_said_so=max(sent - len(arrived), 0),
        extra=sum(arrived.values()) - len(arrived),
        strangers=max(len(arrived) - len(outbox), 0),
        states=dict(Counter(row.state for row in outbox)),
    )


def report(loss: Loss) -> str:
    """The figures, one a line."""
    return "\n".join(
        [
            f"kills                          {loss.kills}",
            f"while something was being sent {loss.kills_mid_way} of these",
            f"messages                       {loss.messages}",
            f"lost                           {loss.lost}",
            f"said to be sent, and were not  {loss.not_sent_but_said_so}",
            f"copies beyond the first        {loss.extra}, all with the identity of the first",
            f"with an identity of no message {loss.strangers}",
            f"states                         {loss.states}",
        ]
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        print(report(kill_many(int(sys.argv[1]) if len(sys.argv) > 1 else 500, str(Path(folder) / "desk.db"))))
