"""The courier of an open desk: by itself it looks for what is late and sends what is due, until it is stopped (P9)."""

import asyncio
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from callintake.notifications.desk_courier import DeskCourier
from callintake.services.desk import Desk
from callintake.services.history import acting_at, now
from callintake.store.database import Store
from tests.conftest import LEAD, REGION
from tests.notifications.desk import apply, changes, desk_text
from tests.notifications.servers import mail_server
from tests.services.acting import raise_open


class OpenStore:
    """What a courier needs of a desk, on a database."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.change = changes(store)

    async def ask(self, verb: Callable[..., Any], /, *args: Any) -> Any:
        """Answer a question."""

        def job() -> Any:
            with self.store.reading() as session:
                return verb(session, *args)

        return await asyncio.to_thread(job)


def test_a_lead_hears_of_a_ticket_past_its_due_time_without_anybody_asking(store: Store) -> None:
    with mail_server() as mail:
        apply(store, desk_text(mail.port, notify='breach_address = "lead@example.com"'))
        with store.transaction() as session, acting_at(now() - timedelta(days=2)):
            number = raise_open(session)
        courier = DeskCourier(OpenStore(store))
        courier.start()
        try:
            until = time.monotonic() + 20
            while len(mail.taken) < 2 and time.monotonic() < until:
                time.sleep(0.01)
        finally:
            courier.stop()
    assert sorted(one.recipients[0] for one in mail.taken) == ["field@example.com", "lead@example.com"]
    [breach] = [one.message for one in mail.taken if one.recipients == ["lead@example.com"]]
    assert breach.get_body(("plain",)).get_content().startswith(f"{number} is past its due time")  # type: ignore[union-attr]


def test_a_desk_that_closes_while_the_courier_asks_it_ends_the_courier_without_a_word(desk_file: Path) -> None:
    desk = Desk(str(desk_file), LEAD, REGION)
    desk.open()
    busy, asked = threading.Event(), threading.Event()

    class Asked:
        """A desk whose readers are busy when the courier asks."""

        change = desk.change

        async def ask(self, verb: Callable[..., Any], /, *args: Any) -> Any:
            """Answer a question, when somebody has the time for it."""
            for _ in range(2):
                desk._readers.submit(busy.wait, 1)
            asking = asyncio.ensure_future(desk.ask(verb, *args))
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            asked.set()
            return await asking

    courier = DeskCourier(Asked())
    courier.start()
    assert asked.wait(20)
    desk.close()
    assert courier._thread is not None
    courier._thread.join(20)
    # What ends a thread otherwise fails the test.
    assert not courier._thread.is_alive()
