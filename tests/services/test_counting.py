"""The counts of the views are those of the tickets, whatever was done to them."""

import random
from datetime import timedelta

import pytest
from sqlmodel import Session, func, select, update

from callintake.domain.call import Disposition
from callintake.domain.errors import Refused
from callintake.domain.number import serial_of
from callintake.domain.ticket import Status
from callintake.domain.view import Filter, View
from callintake.services import agents, counting, queue, tickets
from callintake.services.callbacks import list_callbacks
from callintake.services.counting import fold_counts, kinds, view_counts
from callintake.services.desk_rules import rules_in_force
from callintake.services.drafts import end_call
from callintake.services.history import now
from callintake.store.tables import TicketCountRow, TicketRow
from tests.conftest import LEAD
from tests.services.acting import AGENT, call_from, raise_open, raise_waiting


def as_counted(session: Session) -> dict[View, int]:
    return {view: queue.count(session, Filter(view, AGENT)) for view in View}


def busy(session: Session, steps: int) -> None:
    """Do this and that at the desk."""
    chance = random.Random(3)
    agents.sign_in(session, AGENT)
    made = [raise_open(session), raise_waiting(session)]
    doings = [
        lambda one: made.append(raise_open(session)),
        lambda one: made.append(raise_waiting(session, "", name="Jane", missing_reason="hung up")),
        lambda one: tickets.claim(session, one, AGENT),
        lambda one: tickets.release(session, one, AGENT),
        lambda one: tickets.route(session, one, "Billing", LEAD),
        lambda one: tickets.set_status(session, one, chance.choice(list(Status)), LEAD),
        lambda one: tickets.break_glass(session, one, "ward 3", LEAD),
        lambda one: session.execute(
            update(TicketRow)
            .where(TicketRow.id == serial_of(one))  # type: ignore[arg-type]
            .values(snoozed_until=now() + timedelta(hours=chance.choice([-1, 1])))
        ),
    ]
    for _ in range(steps):
        try:
            chance.choice(doings)(chance.choice(made))
        except Refused:
            continue


def test_the_counts_are_those_of_the_tickets_whatever_was_done(session: Session) -> None:
    busy(session, 80)
    counts = as_counted(session)
    assert view_counts(session, AGENT) == counts
    assert min(counts.values()) > 0 or counts[View.DUE] == 0, counts
    assert sum(kind.n for kind in kinds(session) if kind.status == Status.CLOSED) == queue.count(
        session, Filter(View.ALL, status=Status.CLOSED)
    )


def test_folding_the_counts_changes_none(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    busy(session, 30)
    monkeypatch.setattr(counting, "_FOLD_FROM", 1)
    before = view_counts(session, AGENT)
    fold_counts(session)
    assert view_counts(session, AGENT) == before
    assert session.exec(select(func.count()).select_from(TicketCountRow)).one() == len(kinds(session))


def test_what_is_past_its_due_time_is_counted(session: Session) -> None:
    number = raise_open(session)
    assert counting.breached(session) == 0
    session.execute(
        update(TicketRow).where(TicketRow.id == serial_of(number)).values(due_at=now() - timedelta(minutes=1))  # type: ignore[arg-type]
    )
    assert counting.breached(session) == 1


def test_beside_the_queue_stands_all_that_waits(session: Session) -> None:
    busy(session, 60)
    counts = counting.queue_counts(session, AGENT)
    assert counts.views == view_counts(session, AGENT)
    for department in rules_in_force(session).departments:
        here = queue.count(session, Filter(View.OPEN, department=department))
        assert counts.departments.get(department, 0) == here
    assert counts.departments["Billing"] > 0
    assert counts.callbacks == len(list_callbacks(session))
    draft = call_from(session)
    end_call(session, draft.call_id, Disposition.CALLBACK_DUE, AGENT, reason="rings back at four")
    assert counting.queue_counts(session, AGENT).callbacks == counts.callbacks + 1
