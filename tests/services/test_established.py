"""A gate that is established: for how long what was proved lasts, for which request, and who is told (P4, P5)."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from sqlmodel import Session

from callintake.domain.draft import CallDraft
from callintake.domain.errors import GateShut
from callintake.domain.gate import Authorization, Gate, Identity
from callintake.domain.method import Method, Outcome
from callintake.domain.number import serial_of
from callintake.domain.verification import Claim
from callintake.services import agents, reading, tickets
from callintake.services.history import acting_at
from tests.conftest import LEAD
from tests.services.acting import AGENT, STRANGER, call_from, raise_open, raise_waiting
from tests.services.verifying import MORNING, SECURITY, apply_desk_file, give_secrets, messages, person, raised, tried

AMARA, PRIYA = "Amara Okafor", "Priya Raman"


@pytest.fixture(autouse=True)
def morning(session: Session) -> Iterator[None]:
    """It is the morning of a day when all that is on file has been there for long."""
    with acting_at(MORNING):
        agents.sign_in(session, AGENT)
        apply_desk_file(session)
        give_secrets(session, AMARA, PRIYA)
        yield


def after(minutes: float) -> AbstractContextManager[None]:
    return acting_at(MORNING + timedelta(minutes=minutes))


def verify(session: Session, draft: CallDraft, *methods: Method) -> None:
    for method in methods:
        tried(session, draft.claim, method, call_id=draft.call_id)


def gate(session: Session, number: str) -> Gate:
    return reading.ticket(session, number).gate


def about(session: Session, number: str) -> Claim:
    """Who and what a ticket is about."""
    ticket = reading.ticket(session, number)
    requester = ticket.requester
    return Claim(requester.contact_id, requester.name or "", requester.organization or "", ticket.category)


def prove(session: Session, number: str, *methods: Method, outcome: Outcome = Outcome.VERIFIED) -> Gate:
    for method in methods:
        tried(session, about(session, number), method, outcome, ticket_id=serial_of(number))
    return gate(session, number)


# How long


@pytest.mark.parametrize(("minutes", "is_open"), [(29, True), (30, True), (30.5, False), (60 * 24 * 30, False)])
def test_what_was_proved_more_than_thirty_minutes_ago_opens_no_new_ticket(
    session: Session, minutes: float, is_open: bool
) -> None:
    draft = call_from(session)
    verify(session, draft, Method.CALLBACK)
    with after(minutes):
        number = raised(session, draft)
    assert gate(session, number).open is is_open
    assert (reading.ticket(session, number).department is not None) is is_open


def test_a_ticket_keeps_what_it_was_established_with(session: Session) -> None:
    number = raise_open(session)
    with after(60 * 24 * 30):
        assert tickets.refresh_gate(session, number, LEAD).open
        assert prove(session, number, Method.PIN).open
        tickets.claim(session, number, AGENT)


def test_half_a_proof_does_not_wait_for_the_other_half(session: Session) -> None:
    number = raise_waiting(session, category="access")
    assert prove(session, number, Method.CALLBACK).authorization is Authorization.PENDING
    with after(31):
        assert prove(session, number, Method.PIN).authorization is Authorization.PENDING
        assert tickets.refresh_gate(session, number, LEAD).authorization is Authorization.PENDING
        assert prove(session, number, Method.CALLBACK).open


def test_what_failed_is_proved_anew_and_not_by_what_was_proved_before(session: Session) -> None:
    number = raise_waiting(session, category="access")
    assert prove(session, number, Method.CALLBACK, Method.PIN).open
    assert prove(session, number, Method.PIN, outcome=Outcome.FAILED).identity is Identity.FAILED
    assert prove(session, number, Method.PIN).authorization is Authorization.PENDING
    assert prove(session, number, Method.CALLBACK).open


def test_a_refusal_does_not_wear_off(session: Session) -> None:
    tom = raise_waiting(session, "Tom Lindqvist", category="access")
    prove(session, tom, Method.APPROVER, outcome=Outcome.FAILED)
    with after(60 * 24):
        assert prove(session, tom, Method.CALLBACK, Method.IN_PERSON).authorization is Authorization.DENIED
        assert prove(session, tom, Method.APPROVER).open


# For which request


def test_another_category_closes_the_gate_until_it_is_established_for_that(session: Session) -> None:
    number = raise_open(session)
    tickets.claim(session, number, AGENT)
    with after(10):
        shut = tickets.set_category(session, number, "access", AGENT)
        assert (shut.identity, shut.authorization) == (Identity.VERIFIED, Authorization.PENDING)
        with pytest.raises(GateShut, match="a second method is needed"):
            tickets.route(session, number, "Billing", AGENT)
        assert prove(session, number, Method.PIN).open
        tickets.route(session, number, "Billing", AGENT)
        assert tickets.set_category(session, number, "billing", AGENT).authorization is Authorization.NEEDS_APPROVAL
        # What was proved minutes ago still tells who asks, and anybody known may ask for this.
        assert tickets.set_category(session, number, "printing", AGENT).open


def test_another_category_later_asks_for_new_proof(session: Session) -> None:
    number = raise_open(session)
    with after(31):
        assert tickets.set_category(session, number, "PRINTING", AGENT).open
        assert tickets.set_category(session, number, "network", AGENT).identity is Identity.UNVERIFIED
        with pytest.raises(GateShut, match="identity not verified"):
            tickets.claim(session, number, AGENT)


def test_another_requester_closes_the_gate(session: Session) -> None:
    stranger = call_from(session, "", **STRANGER | {"name": AMARA, "organization": person(session, AMARA).organization})
    verify(session, stranger, Method.IN_PERSON)
    number = raised(session, stranger)
    assert gate(session, number).open
    on_file = person(session, AMARA)
    shut = tickets.verify(
        session, number, Method.CALLBACK, Outcome.FAILED, LEAD, contact=on_file, dialled=on_file.numbers[0].e164
    )
    assert shut.identity is Identity.FAILED


# Who is told


def told(session: Session) -> list[tuple[str, str]]:
    return [(event, recipient) for event, recipient in messages(session) if recipient != SECURITY]


def test_the_contact_on_file_is_told_once_when_a_sensitive_request_opens(session: Session) -> None:
    email = person(session, AMARA).email
    number = raise_waiting(session, category="access")
    prove(session, number, Method.CALLBACK)
    assert told(session) == []
    prove(session, number, Method.PIN)
    assert told(session) == [("sensitive request", email)]
    prove(session, number, Method.PIN, outcome=Outcome.FAILED)
    prove(session, number, Method.PIN, Method.CALLBACK)
    tickets.refresh_gate(session, number, LEAD)
    assert gate(session, number).open
    assert told(session) == [("sensitive request", email)]


def test_the_contact_is_told_of_a_request_that_opens_as_it_is_raised(session: Session) -> None:
    draft = call_from(session, category="access")
    verify(session, draft, Method.CALLBACK, Method.PIN)
    assert gate(session, raised(session, draft)).open
    assert told(session) == [("sensitive request", person(session, AMARA).email)]


def test_nobody_is_told_of_what_is_not_sensitive_or_stays_shut(session: Session) -> None:
    raise_open(session)
    raise_waiting(session, category="access")
    assert told(session) == []


def test_a_vip_is_told_of_anything(session: Session) -> None:
    draft = call_from(session, PRIYA)
    verify(session, draft, Method.CALLBACK, Method.PIN)
    assert gate(session, raised(session, draft)).open
    assert told(session) == [("sensitive request", person(session, PRIYA).email)]


def test_another_sensitive_request_on_the_same_ticket_is_told_as_well(session: Session) -> None:
    draft = call_from(session, PRIYA, category="access")
    verify(session, draft, Method.CALLBACK, Method.PIN)
    number = raised(session, draft)
    assert tickets.set_category(session, number, "billing", AGENT).open
    assert tickets.set_category(session, number, "access", AGENT).open
    bodies = [message.event for message in reading.ticket(session, number).notifications]
    assert bodies == ["sensitive request", "sensitive request"]
