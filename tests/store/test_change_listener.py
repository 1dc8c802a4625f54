"""PostgreSQL tells an open desk of every change, also after it was away; on SQLite the desk has to ask."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from callintake.services import tickets
from callintake.services.desk import Desk
from callintake.store import change_listener
from callintake.store.change_listener import CHANNEL, ChangeListener
from callintake.store.database import open_store
from tests.conftest import LEAD, REGION
from tests.services.acting import raise_open


async def until(condition: Callable[[], bool]) -> None:
    for _ in range(1500):
        if condition():
            return
        await asyncio.sleep(0.01)
    pytest.fail("waited in vain")


@pytest.fixture
def shared(cluster, postgres_template: str):
    """A desk on PostgreSQL."""
    url = cluster.create_database(template=postgres_template)
    yield url
    cluster.drop_database(url)


@pytest.mark.postgres
async def test_a_desk_hears_of_what_another_did_when_it_is_committed(shared: str) -> None:
    desk = Desk(shared, LEAD, REGION)
    desk.open()
    await desk.ready()
    await until(lambda: desk.changes is not None)
    before = desk.changes or 0
    other = open_store(shared)
    with other.transaction() as session:
        number = raise_open(session)
        tickets.claim(session, number, LEAD)
        session.flush()
        await asyncio.sleep(0)
        assert desk.changes == before
    await until(lambda: desk.changes == before + 1)
    other.close()
    desk.close()


@pytest.mark.postgres
async def test_it_hears_again_after_its_connection_was_cut(shared: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(change_listener, "_AGAIN_AFTER", 0.05)
    store = open_store(shared)
    listener = ChangeListener(store.engine)
    await until(lambda: listener.is_hearing)
    cut = sa.text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'LISTEN {CHANNEL}'")
    with store.engine.begin() as connection:
        connection.execute(cut)
    # What was done meanwhile may have been missed, so that the new connection counts as a change.
    await until(lambda: listener.changes == 2 and listener.is_hearing)
    with store.transaction() as session:
        raise_open(session)
    await until(lambda: listener.changes == 3)
    listener.close()
    store.close()


def test_on_sqlite_nobody_tells(desk_file: Path) -> None:
    store = open_store(str(desk_file))
    listener = ChangeListener(store.engine)
    assert not listener.is_hearing
    listener.close()
    store.close()
