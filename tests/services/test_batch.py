"""One verb for many tickets: each by itself, told beforehand and afterwards, and nobody held up (P3, P5, P8)."""

import asyncio
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from sqlmodel import Session

from callintake.domain.draft import new_draft
from callintake.domain.number import ticket_number
from callintake.domain.ticket import Priority, Status
from callintake.services import agents, batch, reading, tickets, triage
from callintake.services.desk import Desk
from callintake.services.history import now
from callintake.store.database import Store, open_store
from tests.conftest import LEAD, REGION
from tests.services.acting import raise_open, raise_waiting
from tests.services.many import many_tickets


def claim(session: Session, number: str) -> None:
    tickets.claim(session, number, LEAD)


def everything(store: Store) -> list[tuple[object, ...]]:
    with store.reading() as session:
        connection = session.connection()
        return [
            tuple(row)
            for table in ("ticket", "event", "note", "outbox")
            for row in connection.exec_driver_sql(f"SELECT * FROM {table} ORDER BY id")
        ]


def test_of_500_tickets_of_which_40_are_gated_460_are_done_and_each_is_told(store: Store) -> None:
    with store.transaction() as session:
        numbers = many_tickets(session, 460, 40)
    told = list(batch.in_chunks(store, numbers, claim))
    assert [one.number for one in told] == numbers
    done = [one for one in told if one.is_done]
    refused = [one for one in told if not one.is_done]
    assert (len(done), len(refused)) == (460, 40)
    assert {one.says for one in done} == {f"claimed (owner {LEAD})"}
    assert all(one.is_gate and "the gate is shut (identity not verified)" in one.says for one in refused)
    with store.reading() as session:
        owned = session.connection().exec_driver_sql("SELECT count(*) FROM ticket WHERE owner = 'kim'").scalar()
    assert owned == 460


def test_a_preview_tells_the_same_beforehand_and_leaves_nothing(store: Store) -> None:
    with store.transaction() as session:
        numbers = many_tickets(session, 30, 10)
    before = everything(store)
    expected = list(batch.in_chunks(store, numbers, claim, for_good=False))
    assert everything(store) == before
    assert list(batch.in_chunks(store, numbers, claim)) == expected
    assert sum(one.is_gate for one in expected) == 10


def test_each_is_refused_for_its_own_reason_and_stops_no_other(session: Session) -> None:
    agents.sign_in(session, "ann")
    free, shut, done, anns = raise_open(session), raise_waiting(session), raise_open(session), raise_open(session)
    triage.resolve(session, done, LEAD)
    tickets.claim(session, anns, "ann")
    numbers = ["1001-8", shut, done, anns, ticket_number(999_999), "\x1b[2J", free]
    left, told = numbers, []
    while left:
        told += batch.some(session, left, claim)
        left = numbers[len(told) :]
    assert [one.is_done for one in told] == [False] * 6 + [True]
    assert [one.is_gate for one in told] == [False, True, False, False, False, False, False]
    for one, why in zip(told, ["can't be right", "gate is shut", "reopen it first", "is ann's already",
                               "there is no ticket", "is not a ticket number"], strict=False):  # fmt: skip
        assert why in one.says
    assert reading.ticket(session, free).owner == LEAD
    assert reading.ticket(session, shut).owner is None


def test_a_ticket_named_twice_is_done_once() -> None:
    assert batch.distinct(["1001-9", "#10019", "1001 9", "nonsense", "1001-8", "nonsense"]) == [
        "1001-9",
        "nonsense",
        "1001-8",
    ]


def test_what_the_database_refuses_stops_no_other(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    from callintake.domain.gate import Gate

    shut, free = raise_waiting(session), raise_open(session)
    monkeypatch.setattr(Gate, "require_open", lambda *_: None)
    told = batch.some(session, [shut], claim) + batch.some(session, [free], claim)
    assert [(one.is_done, one.is_gate) for one in told] == [(False, True), (True, False)]
    assert told[0].says.startswith("the database refused it: the gate is shut")


@pytest.mark.parametrize("for_good", [True, False])
def test_a_transaction_takes_as_many_as_its_time_allows_and_one_at_least(
    session: Session, monkeypatch: pytest.MonkeyPatch, for_good: bool
) -> None:
    numbers = [raise_open(session) for _ in range(3)]
    monkeypatch.setattr(batch, "BUDGET", 0.0)
    assert [one.number for one in batch.some(session, numbers, claim, for_good=for_good)] == numbers[:1]
    monkeypatch.setattr(batch, "BUDGET", 60.0)
    assert [one.number for one in batch.some(session, numbers, claim, for_good=for_good)] == numbers
    assert batch.some(session, [], claim) == []


def test_a_preview_says_what_would_change(session: Session) -> None:
    number = raise_open(session)
    acts = {
        "priority (normal → low)": lambda session, number: tickets.set_priority(session, number, Priority.LOW, LEAD),
        "status (new → resolved)": lambda session, number: tickets.set_status(session, number, Status.RESOLVED, LEAD),
    }
    before = reading.ticket(session, number)
    for says, act in acts.items():
        assert batch.some(session, [number], act, for_good=False)[0].says == says
    assert reading.ticket(session, number) == before


@pytest.fixture
def desk(desk_file: Path) -> Iterator[Desk]:
    desk = Desk(str(desk_file), LEAD, REGION)
    desk.open()
    yield desk
    desk.close()


def _tell(loop: asyncio.AbstractEventLoop, heard: "asyncio.Future[int]", revision: int, why_not: str | None) -> None:
    assert why_not is None
    loop.call_soon_threadsafe(heard.set_result, revision)


async def test_what_is_typed_meanwhile_is_saved_meanwhile(desk: Desk, desk_file: Path) -> None:
    await desk.ready()
    store = open_store(str(desk_file))
    with store.transaction() as session:
        numbers = many_tickets(session, 120)
    store.close()
    saved: list[int] = []
    draft = new_draft(now()).with_(notes="x")
    loop = asyncio.get_running_loop()
    running = asyncio.create_task(batch.on_desk(desk, numbers, claim))
    while not running.done():
        # Each key is a revision; the next comes once this one is saved.
        draft = draft.with_(notes=draft.notes + "x")
        heard: asyncio.Future[int] = loop.create_future()
        desk.drafts.keep(draft, partial(_tell, loop, heard))
        saved.append(await heard)
    told = await running
    assert sum(one.is_done for one in told) == 120
    assert len(saved) >= 3
    assert saved == sorted(saved)
