"""What is done with a ticket: each verb, the gate before it, and the history after it (P5, P8, P11)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session

from callintake.domain.detail import Ticket
from callintake.domain.errors import Conflict, GateShut, NotFound, Refused
from callintake.domain.number import WrongNumber, ticket_number
from callintake.domain.ticket import Priority, Status
from callintake.domain.verification import Method, Outcome
from callintake.services import agents, directory, merging, raising, reading, tickets, triage
from tests.conftest import LEAD, REGION, corpus
from tests.services.acting import AGENT, given_ticket, raise_open, raise_waiting

NEXT_YEAR = datetime(2100, 1, 1, tzinfo=UTC)
WHY = "nobody was reached"
Verb = Callable[..., None]
ACTIONS: dict[str, Verb] = {
    "claim": lambda session, number, **kw: tickets.claim(session, number, AGENT, **kw),
    "assign": lambda session, number, **kw: tickets.assign(session, number, AGENT, LEAD, **kw),
    "route": lambda session, number, **kw: tickets.route(session, number, "Billing", LEAD, **kw),
    "open": lambda session, number, **kw: tickets.set_status(session, number, Status.OPEN, LEAD, **kw),
    "pending": lambda session, number, **kw: tickets.set_status(session, number, Status.PENDING, LEAD, **kw),
    "resolve": lambda session, number, **kw: tickets.set_status(session, number, Status.RESOLVED, LEAD, **kw),
    "wait": lambda session, number, **kw: triage.pend(session, number, LEAD, until=NEXT_YEAR, **kw),
    "merge": lambda session, number, **kw: merging.merge(
        session, number, raise_open(session, "Tom Lindqvist"), LEAD, **kw
    ),
}
VERBS = ACTIONS | {
    "release": lambda session, number, **kw: tickets.release(session, number, AGENT, **kw),
    "priority": lambda session, number, **kw: tickets.set_priority(session, number, Priority.LOW, LEAD, **kw),
    "close": lambda session, number, **kw: tickets.set_status(session, number, Status.CLOSED, LEAD, reason=WHY, **kw),
    "snooze": lambda session, number, **kw: triage.snooze(session, number, LEAD, until=NEXT_YEAR, **kw),
}


@pytest.fixture(autouse=True)
def another_agent(session: Session) -> None:
    agents.sign_in(session, AGENT)


def state(session: Session, number: str) -> tuple[object, ...]:
    ticket = reading.ticket(session, number)
    return (ticket.version, ticket.status, ticket.owner, ticket.department, ticket.priority, len(ticket.history))


def said(ticket: Ticket) -> dict[str, object]:
    """What the last event says, without what was there before."""
    return {name: value for name, value in ticket.history[-1].data.items() if name != "was"}


@pytest.mark.parametrize("action", ACTIONS)
def test_no_action_before_the_caller_is_confirmed(session: Session, action: str) -> None:
    number = raise_waiting(session)
    before = state(session, number)
    with pytest.raises(GateShut, match=f"{number}: .* refused, the gate is shut \\(identity not verified\\)"):
        ACTIONS[action](session, number)
    assert state(session, number) == before


@pytest.mark.parametrize("action", ACTIONS)
def test_verified_without_the_right_is_not_enough(session: Session, action: str) -> None:
    number = raise_open(session, "Tom Lindqvist", category="access")
    with pytest.raises(GateShut, match="needs an approver"):
        ACTIONS[action](session, number)


@pytest.mark.parametrize("action", ACTIONS)
def test_through_an_open_gate_every_action_is_done_and_told(session: Session, action: str) -> None:
    number = raise_open(session)
    version = reading.ticket(session, number).version
    ACTIONS[action](session, number, version=version)
    after = reading.ticket(session, number)
    assert after.version == version + 1
    assert after.history[-1].agent in (LEAD, AGENT)


@pytest.mark.parametrize("verb", VERBS)
def test_a_ticket_changed_meanwhile_is_left_as_it_is(session: Session, verb: str) -> None:
    number = raise_open(session)
    seen = reading.ticket(session, number).version
    tickets.add_note(session, number, "changed meanwhile", LEAD)
    before = state(session, number)
    with pytest.raises(Conflict, match=r"changed by somebody else meanwhile \(kim: note\): look again"):
        VERBS[verb](session, number, version=seen)
    assert state(session, number) == before


@pytest.mark.parametrize("verb", VERBS)
def test_a_wrong_or_unknown_number_changes_nothing(session: Session, verb: str) -> None:
    with pytest.raises(WrongNumber, match="can't be right"):
        VERBS[verb](session, "1001-8")
    with pytest.raises(NotFound, match=f"there is no ticket {ticket_number(999_999)}"):
        VERBS[verb](session, ticket_number(999_999))


def test_a_claim_makes_a_ticket_ones_own_and_opens_it(session: Session) -> None:
    number = raise_open(session)
    tickets.claim(session, number, AGENT)
    ticket = reading.ticket(session, number)
    assert (ticket.owner, ticket.status) == (AGENT, Status.OPEN)
    assert (ticket.history[-1].kind, said(ticket)) == ("claimed", {"before": None, "owner": AGENT})


def test_what_somebody_has_is_not_claimed_by_another(session: Session) -> None:
    number = raise_open(session)
    tickets.claim(session, number, AGENT)
    with pytest.raises(Conflict, match=r"is jo's already \(jo has it for \d h yet\); take it over if you must"):
        tickets.claim(session, number, LEAD)
    tickets.assign(session, number, LEAD, LEAD)
    assert reading.ticket(session, number).owner == LEAD


def test_a_ticket_is_given_only_to_somebody_who_works_here(session: Session) -> None:
    number = raise_open(session)
    with pytest.raises(NotFound, match="no agent “nobody”; there are: jo, kim"):
        tickets.assign(session, number, "nobody", LEAD)


def test_a_ticket_put_back_has_no_owner_and_stays_open(session: Session) -> None:
    number = raise_open(session)
    with pytest.raises(Refused, match="nobody has"):
        tickets.release(session, number, AGENT)
    tickets.claim(session, number, AGENT)
    tickets.release(session, number, AGENT)
    ticket = reading.ticket(session, number)
    assert (ticket.owner, ticket.status) == (None, Status.OPEN)
    assert said(ticket) == {"before": AGENT}


def test_the_due_time_follows_the_priority_also_behind_a_shut_gate(session: Session) -> None:
    number = raise_waiting(session)
    tickets.set_priority(session, number, Priority.CRITICAL, LEAD)
    ticket = reading.ticket(session, number)
    assert ticket.due_at == ticket.created_at + timedelta(hours=1)
    assert said(ticket) == {"before": "normal", "after": "critical"}


def test_a_ticket_is_sent_to_a_department_there_is(session: Session) -> None:
    number = raise_open(session)
    tickets.route(session, number, "BILLING", LEAD)
    ticket = reading.ticket(session, number)
    assert ticket.department == "Billing"
    assert said(ticket) == {"before": "Field services", "department": "Billing"}
    with pytest.raises(Refused, match="no department"):
        tickets.route(session, number, "Kitchen", LEAD)


def test_a_waiting_ticket_may_be_closed_and_taken_up_again(session: Session) -> None:
    number = raise_waiting(session)
    with pytest.raises(Refused, match="closed as not verified: give the reason"):
        tickets.set_status(session, number, Status.CLOSED, LEAD)
    tickets.set_status(session, number, Status.CLOSED, LEAD, reason=WHY)
    with pytest.raises(GateShut):
        tickets.set_status(session, number, Status.OPEN, LEAD)
    tickets.set_status(session, number, Status.NEW, LEAD)
    assert [event.data for event in reading.ticket(session, number).history[-2:]] == [
        {"before": "new", "after": "closed", "reason": WHY, "was": {"status": "new"}},
        {"before": "closed", "after": "new", "was": {"status": "closed"}},
    ]


@pytest.mark.parametrize("verb", ["claim", "assign", "route"])
def test_a_ticket_that_is_done_is_reopened_before_it_is_worked_on(session: Session, verb: str) -> None:
    number = raise_open(session)
    tickets.set_status(session, number, Status.CLOSED, LEAD)
    with pytest.raises(Refused, match="is closed; reopen it first"):
        VERBS[verb](session, number)


@pytest.mark.parametrize("notes", corpus("notes"))
def test_a_note_is_kept_whatever_the_gate_without_anything_hostile(session: Session, notes: str) -> None:
    number = raise_waiting(session)
    if not any(char.isprintable() and not char.isspace() for char in notes) and "\u0301" not in notes:
        with pytest.raises(Refused, match="an empty note"):
            tickets.add_note(session, number, notes, AGENT)
        return
    tickets.add_note(session, number, notes, AGENT)
    (note,) = reading.ticket(session, number).notes
    assert note.agent == AGENT
    assert note.text
    assert not set(note.text) & set("\x00\x1b\x07\r\u202e\u2028")


def test_a_verification_opens_the_gate_and_the_history_tells(session: Session) -> None:
    number = raise_waiting(session)
    on_file = directory.contact_by_name(session, "Amara Okafor").numbers[0].e164
    gate = tickets.verify(session, number, Method.CALLBACK, Outcome.VERIFIED, LEAD, dialled=on_file)
    assert gate.open
    ticket = reading.ticket(session, number)
    assert ticket.gate == gate
    assert (ticket.status, ticket.department, ticket.owner) == (Status.NEW, None, None)
    assert [attempt.number for attempt in ticket.attempts] == [on_file]
    verified, opened = ticket.history[-2:]
    assert (verified.kind, verified.data["number"]) == ("caller verified", on_file)
    assert (opened.kind, opened.data) == ("gate", {"before": "shut: identity not verified", "after": "open"})
    tickets.claim(session, number, AGENT)


def test_a_verification_that_fails_shuts_the_gate_again(session: Session) -> None:
    number = raise_open(session)
    tickets.claim(session, number, AGENT)
    on_file = directory.contact_by_name(session, "Amara Okafor").numbers[0].e164
    assert not tickets.verify(session, number, Method.CALLBACK, Outcome.FAILED, LEAD, dialled=on_file).open
    with pytest.raises(GateShut, match="verification failed"):
        tickets.route(session, number, "Billing", AGENT)
    tickets.release(session, number, AGENT)
    assert reading.ticket(session, number).history[-2].data["after"] == "shut: verification failed"


def test_a_callback_anywhere_but_to_the_number_on_file_is_no_evidence(session: Session) -> None:
    number = raise_waiting(session)
    for dialled in ("+442079460113", None, ""):
        with pytest.raises(Refused, match="only a number on file"):
            tickets.verify(session, number, Method.CALLBACK, Outcome.VERIFIED, LEAD, dialled=dialled)
    assert reading.ticket(session, number).attempts == ()


def test_a_stranger_is_vouched_for_by_a_lead_or_found_in_the_directory(session: Session) -> None:
    number, other = (
        ticket_number(raising.add_ticket(session, given_ticket(category="network"), LEAD, REGION)) for _ in range(2)
    )
    with pytest.raises(Refused, match="not in the directory"):
        tickets.verify(session, number, Method.CALLBACK, Outcome.VERIFIED, LEAD, dialled="+442079460777")
    with pytest.raises(Refused, match="only a lead"):
        tickets.verify(session, number, Method.VOUCH, Outcome.VERIFIED, AGENT, reason="knows her")
    assert tickets.verify(session, number, Method.VOUCH, Outcome.VERIFIED, LEAD, reason="sits opposite").open
    kofi = directory.contact_by_name(session, "Kofi Mensah")
    on_file = kofi.numbers[0].e164
    with pytest.raises(Refused, match="Kofi Mensah, Riverbank Legal LLP, is not"):
        tickets.verify(session, other, Method.CALLBACK, Outcome.VERIFIED, LEAD, contact=kofi, dialled=on_file)
    given = given_ticket(category="network")
    given["requester"] |= {"name": kofi.name, "organization": kofi.organization}
    his = ticket_number(raising.add_ticket(session, given, LEAD, REGION))
    assert not tickets.verify(session, his, Method.CALLBACK, Outcome.VERIFIED, LEAD, contact=kofi, dialled=on_file).open
    assert tickets.verify(session, his, Method.VOUCH, Outcome.VERIFIED, LEAD, reason="a VIP wants two").open
    assert reading.ticket(session, his).requester.contact_id == kofi.id


def test_a_ticket_that_is_done_is_not_verified(session: Session) -> None:
    number = raise_waiting(session)
    tickets.set_status(session, number, Status.CLOSED, LEAD, reason=WHY)
    with pytest.raises(Refused, match="reopen it first"):
        tickets.verify(session, number, Method.VOUCH, Outcome.VERIFIED, LEAD, reason="knows her")


def test_every_change_is_one_version_and_one_entry_at_least(session: Session) -> None:
    number = raise_open(session)
    before = reading.ticket(session, number)
    for verb in ("claim", "priority", "route", "release", "assign", "pending", "open", "resolve", "close"):
        VERBS[verb](session, number)
    after = reading.ticket(session, number)
    assert after.version == before.version + 9
    kinds = [event.kind for event in after.history[len(before.history) :]]
    assert kinds == ["claimed", "priority", "routed", "released", "assigned", "status", "status", "status", "status"]
    assert after.updated_at >= before.updated_at
