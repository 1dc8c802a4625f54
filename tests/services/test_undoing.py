"""Undoing one's own last action: whatever it was, the ticket is as it was before; or it is said why not (P8, P11)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import Session

from callintake.domain.errors import Conflict, GateShut, Refused
from callintake.domain.method import Method, Outcome
from callintake.domain.number import serial_of
from callintake.domain.ticket import Priority, Status
from callintake.services import agents, leases, merging, reading, tickets, triage, undoing
from callintake.services.history import now
from callintake.services.outbox import tell
from callintake.store.tables import TicketRow
from tests.conftest import LEAD
from tests.services.acting import AGENT, call_from, raise_open, raise_waiting
from tests.services.verifying import tried

Act = Callable[[Session, str], object]
TOMORROW = now() + timedelta(days=1)
NOT_COMPARED = ("version", "updated_at")
ACTS: dict[str, Act] = {
    "claim": lambda session, number: leases.claim(session, number, AGENT),
    "assign": lambda session, number: leases.assign(session, number, LEAD, AGENT),
    "take over": lambda session, number: leases.take_over(session, number, AGENT),
    "release": lambda session, number: leases.release(session, number, AGENT),
    "priority": lambda session, number: tickets.set_priority(session, number, Priority.CRITICAL, AGENT),
    "category": lambda session, number: tickets.set_category(session, number, "mail", AGENT),
    "route": lambda session, number: tickets.route(session, number, "Billing", AGENT),
    "snooze": lambda session, number: triage.snooze(session, number, AGENT, until=TOMORROW),
    "pend": lambda session, number: triage.pend(session, number, AGENT, until=TOMORROW),
    "resolve": lambda session, number: triage.resolve(session, number, AGENT),
    "merge": lambda session, number: merging.merge(session, number, raise_open(session), AGENT),
}
BEFORE: dict[str, Act] = {
    "take over": lambda session, number: leases.claim(session, number, LEAD),
    "release": lambda session, number: leases.claim(session, number, AGENT),
    "snooze": lambda session, number: triage.snooze(session, number, LEAD, until=TOMORROW + timedelta(days=3)),
    "resolve": lambda session, number: triage.pend(session, number, LEAD, until=TOMORROW),
}


@pytest.fixture(autouse=True)
def another_agent(session: Session) -> None:
    agents.sign_in(session, AGENT)


def everything(session: Session, number: str) -> dict[str, object]:
    row = session.get_one(TicketRow, serial_of(number), populate_existing=True)
    return {name: getattr(row, name) for name in TicketRow.model_fields if name not in NOT_COMPARED}


@pytest.mark.parametrize("act", ACTS)
def test_whatever_was_done_the_ticket_is_as_before_and_both_are_on_record(session: Session, act: str) -> None:
    number = raise_open(session)
    BEFORE.get(act, lambda *_: None)(session, number)
    before = everything(session, number)
    ACTS[act](session, number)
    assert everything(session, number) != before
    version, history = (ticket := reading.ticket(session, number)).version, ticket.history
    said = undoing.undo(session, number, AGENT, version)
    after_all = everything(session, number)
    if act == "release":
        # Whoever has it back has it for a whole lease.
        assert after_all.pop("leased_until") >= before.pop("leased_until")  # type: ignore[operator]
    assert after_all == before
    after = reading.ticket(session, number)
    assert after.version > version
    assert after.history[: len(history)] == history
    undone = after.history[len(history)]
    assert (undone.kind, undone.agent, undone.data["what"]) == ("undone", AGENT, said)
    with pytest.raises(Refused, match="is undone already"):
        undoing.undo(session, number, AGENT)


def test_an_ending_behind_a_shut_gate_is_undone_and_waits_again(session: Session) -> None:
    number = raise_waiting(session)
    before = everything(session, number)
    triage.close_unverified(session, number, "nobody", AGENT)
    undoing.undo(session, number, AGENT)
    assert everything(session, number) == before


@pytest.mark.parametrize(
    "since",
    [
        lambda session, number: tickets.add_note(session, number, "seen", LEAD),
        lambda session, number: tickets.set_priority(session, number, Priority.LOW, LEAD),
        lambda session, number: tickets.refresh_gate(session, number, LEAD),
    ],
)
def test_what_another_changed_since_is_left_to_them(session: Session, since: Act) -> None:
    number = raise_open(session)
    leases.claim(session, number, AGENT)
    since(session, number)
    with pytest.raises(Conflict, match=f"{LEAD} changed {number} last"):
        undoing.undo(session, number, AGENT)
    assert reading.ticket(session, number).owner == AGENT


def test_nobody_undoes_what_somebody_else_did(session: Session) -> None:
    number = raise_open(session)
    leases.claim(session, number, AGENT)
    with pytest.raises(Conflict, match=f"{AGENT} changed {number} last \\(claimed"):
        undoing.undo(session, number, LEAD)


def test_what_stays_says_so(session: Session) -> None:
    number = raise_open(session)
    with pytest.raises(Refused, match=r"routed .* stays: that can't be undone"):
        undoing.undo(session, number, LEAD)
    tickets.add_note(session, number, "seen", AGENT)
    with pytest.raises(Refused, match=f"note on {number} stays"):
        undoing.undo(session, number, AGENT)


def test_a_department_that_was_told_is_not_untold(session: Session) -> None:
    number = raise_open(session)
    tickets.route(session, number, "Billing", AGENT)
    tell(session, "routed", "billing@example.com", {}, ticket_id=serial_of(number), department="Billing")
    with pytest.raises(Refused, match=r"Billing was told of .*: route it on instead"):
        undoing.undo(session, number, AGENT)
    assert reading.ticket(session, number).department == "Billing"


def test_undoing_puts_nobody_behind_a_gate_that_is_shut_by_now(session: Session) -> None:
    number = raise_open(session)
    leases.claim(session, number, AGENT)
    tried(session, call_from(session).claim, Method.CALLBACK, Outcome.FAILED, ticket_id=serial_of(number))
    leases.release(session, number, AGENT)
    with pytest.raises(GateShut, match=r"undoing released .* refused, the gate is shut"):
        undoing.undo(session, number, AGENT)
    assert reading.ticket(session, number).owner is None


def test_a_category_that_comes_back_has_the_gate_that_its_evidence_has(session: Session) -> None:
    number = raise_open(session, "Tom Lindqvist")
    tickets.set_category(session, number, "access", AGENT)
    assert not reading.ticket(session, number).gate.open
    undoing.undo(session, number, AGENT)
    assert reading.ticket(session, number).gate.open


def test_what_was_merged_by_mistake_comes_back_and_the_other_says_so(session: Session) -> None:
    number, into = raise_open(session), raise_open(session)
    merging.merge(session, number, into, AGENT)
    undoing.undo(session, number, AGENT)
    assert reading.ticket(session, number).status is Status.NEW
    there = reading.ticket(session, into)
    assert there.merged == ()
    assert [event.kind for event in there.history[-2:]] == ["took in", "gave back"]
