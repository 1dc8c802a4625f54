"""Suspicion: by one key or by what happened before; a ticket stays shut whatever is proved, and security is told."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from callintake.domain.call import Channel, Disposition
from callintake.domain.draft import CallDraft, new_draft
from callintake.domain.errors import GateShut, NotFound, Refused
from callintake.domain.gate import Identity
from callintake.domain.method import Method, Outcome
from callintake.domain.number import serial_of
from callintake.services import agents, capture, drafts, reading, suspicion, tickets, verification
from callintake.services.calls import list_calls
from callintake.services.follow_up import add_follow_up
from callintake.services.history import acting_at
from callintake.store.tables import EventRow, OutboxRow
from tests.conftest import LEAD, REGION, call_script
from tests.services.acting import AGENT, call_from, raise_open, raise_waiting
from tests.services.test_tickets import ACTIONS
from tests.services.verifying import (
    MORNING,
    SECURITY,
    apply_desk_file,
    give_secrets,
    messages,
    person,
    raised,
    tried,
)

AMARA, PRIYA = "Amara Okafor", "Priya Raman"
WHY = "in a hurry, and the voice is not hers"


@pytest.fixture(autouse=True)
def morning(session: Session) -> Iterator[None]:
    """It is the morning of a day when all that is on file has been there for long."""
    with acting_at(MORNING):
        agents.sign_in(session, AGENT)
        apply_desk_file(session)
        give_secrets(session, AMARA, PRIYA, "Tom Lindqvist")
        yield


def fail(session: Session, draft: CallDraft) -> CallDraft:
    tried(session, draft.claim, Method.PIN, Outcome.FAILED, AGENT, call_id=draft.call_id)
    return draft


def is_suspicious(session: Session, number: str) -> bool:
    return reading.ticket(session, number).gate.is_suspicious


# By itself


def test_failures_in_several_calls_make_a_call_suspicious_by_themselves(session: Session) -> None:
    first = fail(session, fail(session, call_from(session)))
    assert suspicion.suspicion_of(session, first.call_id) is None
    other = fail(session, call_from(session, "Tom Lindqvist"))
    assert suspicion.suspicion_of(session, other.call_id) is None
    with acting_at(MORNING + timedelta(hours=23)):
        second = fail(session, call_from(session))
    assert suspicion.suspicion_of(session, second.call_id) == "3 failed verifications in 2 calls for this contact"
    assert messages(session) == [("suspicious call", SECURITY)]
    assert is_suspicious(session, raised(session, second))
    assert not is_suspicious(session, raised(session, first))


def test_the_next_call_is_suspicious_also_when_nothing_fails_in_it(session: Session) -> None:
    """Who gets it right at last may have found it out."""
    for _ in range(2):
        fail(session, call_from(session))
    draft = call_from(session)
    tried(session, draft.claim, Method.PIN, call_id=draft.call_id)
    assert suspicion.suspicion_of(session, draft.call_id) == "2 failed verifications in 2 calls for this contact"
    assert not reading.ticket(session, raised(session, draft)).gate.open


def test_failures_of_another_day_and_refusals_of_an_approver_raise_no_suspicion(session: Session) -> None:
    fail(session, call_from(session))
    refused = call_from(session, category="access")
    with acting_at(MORNING + timedelta(hours=24)):
        fail(session, refused)
        assert suspicion.suspicion_of(session, refused.call_id) is None
        for _ in range(3):
            asked = call_from(session, "Tom Lindqvist", category="access")
            tried(session, asked.claim, Method.APPROVER, Outcome.FAILED, call_id=asked.call_id)
            assert suspicion.suspicion_of(session, asked.call_id) is None


def test_failures_on_several_tickets_make_a_ticket_suspicious(session: Session) -> None:
    first, second = (raise_waiting(session) for _ in range(2))
    claim = call_from(session).claim
    for number in (first, second):
        tried(session, claim, Method.PIN, Outcome.FAILED, ticket_id=serial_of(number))
    assert (is_suspicious(session, first), is_suspicious(session, second)) == (False, True)
    assert messages(session) == [("suspicious ticket", SECURITY)]


def test_the_desk_file_says_how_many_calls_with_a_failure_are_too_many(session: Session) -> None:
    apply_desk_file(session, "[verification]\nsuspicious_calls = 3\nlock_failures = 9\n")
    marked = [suspicion.suspicion_of(session, fail(session, call_from(session)).call_id) for _ in range(3)]
    assert [why is not None for why in marked] == [False, False, True]


# By hand


def test_a_call_is_marked_once_and_for_good(session: Session) -> None:
    draft = call_from(session)
    assert suspicion.mark_call(session, draft.call_id, f" {WHY}\n\x1b[2J", AGENT) == f"{WHY} [2J"
    assert suspicion.mark_call(session, draft.call_id, "another reason", LEAD) == f"{WHY} [2J"
    assert messages(session) == [("suspicious call", SECURITY)]
    (message,) = session.exec(select(OutboxRow))
    assert message.body == {"reason": f"{WHY} [2J", "agent": AGENT, "caller_number": ""}
    with pytest.raises(NotFound, match="no such call"):
        suspicion.mark_call(session, "0" * 32, WHY, AGENT)


def test_without_words_something_is_said(session: Session) -> None:
    assert suspicion.mark_call(session, call_from(session).call_id, " \u200b", AGENT) == suspicion.UNEXPLAINED


def test_a_suspicious_call_leads_to_a_suspicious_ticket_before_and_after(session: Session) -> None:
    draft = call_from(session)
    suspicion.mark_call(session, draft.call_id, WHY, AGENT)
    assert reading.ticket(session, raised(session, draft)).suspicion == WHY
    late = call_from(session)
    number = raised(session, late)
    suspicion.mark_call(session, late.call_id, WHY, AGENT)
    assert reading.ticket(session, number).suspicion == WHY


def test_a_ticket_that_a_suspicious_call_is_added_to_is_suspicious(session: Session) -> None:
    number = raise_open(session)
    draft = call_from(session)
    suspicion.mark_call(session, draft.call_id, WHY, AGENT)
    add_follow_up(session, draft, number, AGENT)
    assert reading.ticket(session, number).suspicion == WHY
    suspicion.clear_ticket(session, serial_of(number), "called her mobile: it was her", LEAD)
    tickets.add_note(session, number, "said later in the same call", AGENT, call_id=draft.call_id)
    assert not is_suspicious(session, number)


@pytest.mark.parametrize("action", ACTIONS)
def test_a_suspicious_ticket_is_not_acted_on_though_its_gate_was_open(session: Session, action: str) -> None:
    number = raise_open(session)
    suspicion.mark_ticket(session, serial_of(number), WHY, AGENT)
    with pytest.raises(GateShut, match="marked suspicious: a lead decides"):
        ACTIONS[action](session, number)


def test_a_suspicious_ticket_stays_shut_whatever_is_proved(session: Session) -> None:
    number = raise_waiting(session, PRIYA, category="access")
    suspicion.mark_ticket(session, serial_of(number), WHY, AGENT)
    claim = call_from(session, PRIYA, category="access").claim
    with acting_at(MORNING + timedelta(minutes=1)):
        for method in Method:
            if method is not Method.APPROVER:
                tried(session, claim, method, ticket_id=serial_of(number))
        gate = tickets.refresh_gate(session, number, LEAD)
        assert gate.identity is Identity.VERIFIED
        assert not gate.open
        assert messages(session, besides_security=True) == [("code", person(session, PRIYA).email)]
        with pytest.raises(GateShut):
            tickets.claim(session, number, AGENT)


def test_a_mark_is_made_once_and_told_once(session: Session) -> None:
    number = raise_waiting(session)
    for why in (WHY, "another reason"):
        suspicion.mark_ticket(session, serial_of(number), why, AGENT)
    assert reading.ticket(session, number).suspicion == WHY
    assert messages(session) == [("suspicious ticket", SECURITY)]
    with pytest.raises(NotFound, match="there is no ticket"):
        suspicion.mark_ticket(session, 999_999, WHY, AGENT)


def test_an_auditor_marks_nothing(session: Session) -> None:
    agents.sign_in(session, "ada")
    agents.set_role(session, "ada", "auditor", by=LEAD)
    number, draft = raise_waiting(session), call_from(session)
    for mark in (
        lambda: suspicion.mark_call(session, draft.call_id, WHY, "ada"),
        lambda: suspicion.mark_ticket(session, serial_of(number), WHY, "ada"),
    ):
        with pytest.raises(Refused, match="ada is an auditor"):
            mark()


# Taken back


def test_a_lead_alone_takes_it_back_with_a_reason(session: Session) -> None:
    number = raise_open(session)
    serial = serial_of(number)
    suspicion.mark_ticket(session, serial, WHY, AGENT)
    for agent, why, said in ((AGENT, "it was her", "only a lead"), (LEAD, " \n", "Give a reason")):
        with pytest.raises(Refused, match=said):
            suspicion.clear_ticket(session, serial, why, agent)
    assert is_suspicious(session, number)
    suspicion.clear_ticket(session, serial, "it was her", LEAD)
    tickets.claim(session, number, AGENT)
    event = session.exec(select(EventRow).where(EventRow.kind == "suspicion taken back")).one()
    assert (event.agent, event.ticket_id, event.data) == (LEAD, serial, {"reason": "it was her"})
    with pytest.raises(Refused, match="not suspicious"):
        suspicion.clear_ticket(session, serial, "once more", LEAD)
    with pytest.raises(NotFound, match="there is no ticket"):
        suspicion.clear_ticket(session, 999_999, "it was her", LEAD)


def test_what_is_suspicious_again_is_told_again(session: Session) -> None:
    number = raise_open(session)
    for _ in range(2):
        suspicion.mark_ticket(session, serial_of(number), WHY, AGENT)
        suspicion.clear_ticket(session, serial_of(number), "it was her", LEAD)
    assert messages(session) == [("suspicious ticket", SECURITY)] * 2


def test_the_contact_is_told_when_a_sensitive_request_opens_because_it_is_not_suspicious(session: Session) -> None:
    draft = call_from(session, category="access")
    suspicion.mark_call(session, draft.call_id, WHY, AGENT)
    for method in (Method.CALLBACK, Method.PIN):
        tried(session, draft.claim, method, call_id=draft.call_id)
    number = raised(session, draft)
    assert messages(session, besides_security=True) == []
    suspicion.clear_ticket(session, serial_of(number), "it was her", LEAD)
    assert messages(session, besides_security=True) == [("sensitive request", person(session, AMARA).email)]
    tickets.claim(session, number, AGENT)


def test_without_a_security_address_nobody_is_told(session: Session) -> None:
    apply_desk_file(session, "[verification]\nemail_codes = false\n")
    suspicion.mark_call(session, call_from(session).call_id, WHY, AGENT)
    suspicion.mark_ticket(session, serial_of(raise_waiting(session)), WHY, AGENT)
    assert messages(session) == []


# Script 04


def test_a_caller_who_fails_and_refuses_a_callback_gets_nothing_and_nobody_but_security_is_told(
    session: Session,
) -> None:
    script = call_script("04")
    expect, said = script["expect"], script["verification"]["said"]
    draft = new_draft(MORNING, Channel(script["event"]["channel"]), "+" + script["event"]["from"])
    draft = draft.with_contact(person(session, PRIYA))
    draft = draft.with_(category=expect["category"], notes="\n".join(line for _, line in script["heard"]))
    for pin in said:
        attempted = capture.attempt_verification(session, draft, Method.PIN, None, AGENT, said=pin)
        assert attempted.attempt.outcome == script["verification"]["outcome"]
    number = person(session, PRIYA).numbers[0].e164
    capture.attempt_verification(session, draft, Method.CALLBACK, Outcome.FAILED, AGENT, number=number)
    why = capture.mark_suspicious(session, draft, "in a hurry, refused to be called back", AGENT)
    draft = draft.with_(suspicion=why)
    stored = drafts.load_draft(session, draft.call_id)
    assert verification.is_locked(session, person(session, PRIYA).id)
    gate = stored.gate(verification.rules_in_force(session))
    assert (gate.open, gate.identity) == (expect["gate_open"], expect["identity"])
    ticket = capture.end_as(
        session, stored, Disposition(expect["disposition"]), AGENT, REGION, reason="would not be called back"
    )
    assert ticket is not None
    assert (ticket.category, ticket.gate.open, ticket.gate.identity) == ("access", False, "locked")
    assert (ticket.suspicion, ticket.department, ticket.owner) == (why, None, None)
    (call,) = list_calls(session)
    assert call.ticket == ticket.number
    assert call.disposition == expect["disposition"]
    assert suspicion.suspicion_of(session, draft.call_id) == why
    assert messages(session) == [("suspicious call", SECURITY)]
    everything = " ".join(str(event.data) for event in session.exec(select(EventRow)))
    assert not any(pin in everything for pin in said)


def test_the_same_caller_raised_as_a_ticket_stays_shut_and_untold(session: Session) -> None:
    draft = call_from(session, PRIYA, category="access")
    for _ in range(2):
        fail(session, draft)
    suspicion.mark_call(session, draft.call_id, WHY, AGENT)
    number = raised(session, draft)
    ticket = reading.ticket(session, number)
    assert (ticket.department, ticket.owner, ticket.gate.identity) == (None, None, Identity.FAILED)
    assert messages(session) == [("suspicious call", SECURITY)]
    for action in ACTIONS.values():
        with pytest.raises(GateShut):
            action(session, number)
