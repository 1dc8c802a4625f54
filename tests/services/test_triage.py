"""When a ticket is looked at again, and how it ends (P5, P8)."""

import contextlib
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from callintake.domain.errors import GateShut, Refused
from callintake.domain.ticket import Status
from callintake.services import agents, reading, suspicion, tickets, triage
from callintake.services.follow_up import add_follow_up
from callintake.services.history import acting_at, now
from tests.conftest import LEAD, corpus
from tests.services.acting import AGENT, call_from, raise_open, raise_waiting

WHY = "nobody was reached"


@pytest.fixture(autouse=True)
def another_agent(session: Session) -> None:
    agents.sign_in(session, AGENT)


def ahead(**span: float) -> datetime:
    return now() + timedelta(**span)


def status(session: Session, number: str) -> Status:
    return reading.ticket(session, number).status


def test_what_waits_is_open_again_by_itself_at_that_time(session: Session) -> None:
    number = raise_open(session)
    until = ahead(hours=2)
    triage.pend(session, number, AGENT, until=until)
    ticket = reading.ticket(session, number)
    assert (ticket.status, ticket.waits_until) == (Status.PENDING, until)
    with acting_at(until - timedelta(seconds=1)):
        assert status(session, number) is Status.PENDING
    with acting_at(until):
        assert status(session, number) is Status.OPEN
        with pytest.raises(Refused, match="is open; it can't become open"):
            tickets.set_status(session, number, Status.OPEN, AGENT)
        triage.pend(session, number, AGENT, until=until + timedelta(hours=1))
        assert status(session, number) is Status.PENDING
        tickets.set_status(session, number, Status.OPEN, AGENT)
        assert reading.ticket(session, number).waits_until is None


def test_what_waits_may_wait_for_another_time_or_for_good(session: Session) -> None:
    number = raise_open(session)
    triage.pend(session, number, AGENT, until=ahead(hours=2))
    triage.pend(session, number, AGENT, until=ahead(days=2))
    triage.pend(session, number, AGENT, until=None)
    with acting_at(ahead(days=300)):
        assert status(session, number) is Status.PENDING
    with pytest.raises(Refused, match="it can't become pending"):
        triage.pend(session, number, AGENT, until=None)


@pytest.mark.parametrize("verb", [triage.pend, triage.snooze])
def test_a_time_that_is_over_is_refused(session: Session, verb: object) -> None:
    number = raise_open(session)
    with pytest.raises(Refused, match="is over: give a time to come"):
        verb(session, number, AGENT, until=now() - timedelta(seconds=1))  # type: ignore[operator]


def test_a_ticket_sleeps_whatever_its_gate_and_wakes_by_itself_or_by_hand(session: Session) -> None:
    number = raise_waiting(session)
    until = ahead(days=1)
    triage.snooze(session, number, AGENT, until=until)
    ticket = reading.ticket(session, number)
    assert (ticket.status, ticket.snoozed_until) == (Status.NEW, until)
    triage.snooze(session, number, AGENT, until=None)
    assert reading.ticket(session, number).snoozed_until is None
    with pytest.raises(Refused, match="is in sight"):
        triage.snooze(session, number, AGENT, until=None)
    triage.snooze(session, number, AGENT, until=until)
    with acting_at(until), pytest.raises(Refused, match="is in sight"):
        triage.snooze(session, number, AGENT, until=None)


def test_a_call_about_a_ticket_that_sleeps_brings_it_back(session: Session) -> None:
    number = raise_waiting(session)
    triage.snooze(session, number, AGENT, until=ahead(days=1))
    tickets.add_note(session, number, "nobody rang", AGENT)
    assert reading.ticket(session, number).snoozed_until is not None
    add_follow_up(session, call_from(session), number, AGENT)
    ticket = reading.ticket(session, number)
    assert ticket.snoozed_until is None
    assert [event.data for event in ticket.history if event.kind == "note"] == [{}, {"woken": True}]


def test_what_is_done_does_not_sleep_and_what_ends_is_awake(session: Session) -> None:
    number = raise_open(session)
    triage.snooze(session, number, AGENT, until=ahead(days=1))
    triage.resolve(session, number, AGENT)
    assert reading.ticket(session, number).snoozed_until is None
    with pytest.raises(Refused, match="is resolved; reopen it first"):
        triage.snooze(session, number, AGENT, until=ahead(days=1))


def test_what_was_done_is_open_again_or_waits_for_its_gate(session: Session) -> None:
    number = raise_open(session)
    triage.resolve(session, number, AGENT)
    assert triage.reopen(session, number, AGENT) is Status.OPEN
    triage.resolve(session, number, AGENT)
    suspicion.mark_ticket(session, reading.ticket(session, number).serial, "a hurry", LEAD)
    assert triage.reopen(session, number, AGENT) is Status.NEW
    with pytest.raises(Refused, match="is new; only what is resolved or closed is reopened"):
        triage.reopen(session, number, AGENT)


def test_a_ticket_whose_gate_never_opened_has_one_ending_with_a_reason(session: Session) -> None:
    number = raise_waiting(session)
    for ending in (Status.RESOLVED, Status.PENDING):
        with pytest.raises(GateShut):
            tickets.set_status(session, number, ending, AGENT)
    for nothing in ("", " \u200b"):
        with pytest.raises(Refused, match="give the reason"):
            triage.close_unverified(session, number, nothing, AGENT)
    triage.close_unverified(session, number, WHY, AGENT)
    ticket = reading.ticket(session, number)
    assert ticket.status is Status.CLOSED
    assert ticket.history[-1].data["reason"] == WHY
    with pytest.raises(Refused, match="reopen it first"):
        triage.close_unverified(session, number, WHY, AGENT)


def test_what_is_confirmed_is_not_closed_as_not_verified(session: Session) -> None:
    number = raise_open(session)
    with pytest.raises(Refused, match="is open: resolve or close it"):
        triage.close_unverified(session, number, WHY, AGENT)


def test_a_reason_is_one_clean_line_whatever_is_given(session: Session) -> None:
    number = raise_waiting(session)
    kept = 0
    for why in (case.values[0] for case in corpus("notes")[::3]):
        with contextlib.suppress(Refused):
            triage.close_unverified(session, number, why, AGENT)
            reason = reading.ticket(session, number).history[-1].data["reason"]
            assert reason
            assert not set(reason) & set("\x00\x1b\x07\r\n\u202e\u2028")
            kept += 1
            triage.reopen(session, number, AGENT)
    assert kept > 5


@pytest.mark.parametrize("verb", ["pend", "snooze", "resolve", "reopen", "close_unverified"])
def test_an_auditor_changes_nothing(session: Session, verb: str) -> None:
    number = raise_open(session)
    agents.sign_in(session, "ida")
    agents.set_role(session, "ida", "auditor", by=LEAD)
    before = reading.ticket(session, number)
    given = {"until": ahead(hours=1)} if verb in ("pend", "snooze") else {}
    words = [WHY] if verb == "close_unverified" else []
    with pytest.raises(Refused, match="ida is an auditor"):
        getattr(triage, verb)(session, number, *words, "ida", **given)
    assert reading.ticket(session, number) == before
