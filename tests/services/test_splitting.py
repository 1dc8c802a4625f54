"""Splitting: the same requester, a gate of its own, by the evidence that counts for its category (P4, P5)."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from callintake.domain.errors import GateShut, Refused
from callintake.domain.method import Method, Outcome
from callintake.domain.number import serial_of, ticket_number
from callintake.domain.ticket import Status
from callintake.services import agents, merging, reading, splitting, suspicion, tickets, verification
from callintake.services.history import acting_at, now
from callintake.store.tables import TicketRow
from tests.conftest import LEAD, corpus
from tests.services.acting import AGENT, call_from, raise_open, raise_waiting
from tests.services.verifying import tried

PART = "and the door badge of the new colleague"


@pytest.fixture(autouse=True)
def another_agent(session: Session) -> None:
    agents.sign_in(session, AGENT)


def part_of(session: Session, number: str, text: str = PART, **given: str) -> str:
    return ticket_number(splitting.split(session, number, text, AGENT, **given))  # type: ignore[arg-type]


def test_a_part_is_a_ticket_of_the_same_requester_and_both_say_so(session: Session) -> None:
    number = raise_open(session)
    made = reading.ticket(session, part_of(session, number, subject="Door badge"))
    source = reading.ticket(session, number)
    assert (made.requester, made.category, made.priority) == (source.requester, source.category, source.priority)
    assert (made.subject, made.description, made.split_from) == ("Door badge", PART, number)
    assert (made.status, made.owner, made.department) == (Status.NEW, None, None)
    assert source.history[-1].data == {"into": made.number}
    assert source.description == "label printer offline"


def test_the_proof_of_the_call_counts_for_a_part_of_it_while_it_lasts(session: Session) -> None:
    number = raise_open(session)
    part = part_of(session, number)
    assert reading.ticket(session, part).gate.open
    tickets.claim(session, part, AGENT)
    with acting_at(now() + timedelta(minutes=31)):
        late = part_of(session, number)
        assert not reading.ticket(session, late).gate.open
        with pytest.raises(GateShut, match="identity not verified"):
            tickets.claim(session, late, AGENT)


def test_another_category_wants_what_it_wants(session: Session) -> None:
    number = raise_open(session, "Tom Lindqvist")
    assert part_of(session, number, category="mail")
    part = part_of(session, number, category="ACCESS")
    gate = reading.ticket(session, part).gate
    assert gate.reasons == ("needs an approver for this category",)
    with pytest.raises(GateShut):
        tickets.claim(session, part, AGENT)
    with pytest.raises(Refused, match="no category “kitchen”"):
        part_of(session, number, category="kitchen")


def test_what_was_not_proved_or_failed_since_opens_nothing(session: Session) -> None:
    waiting, failed = raise_waiting(session), raise_open(session)
    tried(session, call_from(session).claim, Method.CALLBACK, Outcome.FAILED, ticket_id=serial_of(failed))
    for number in (waiting, failed):
        part = reading.ticket(session, part_of(session, number))
        assert (part.gate.open, part.attempts) == (False, ())


def test_a_part_of_a_locked_contacts_ticket_is_split_off_and_stays_shut(session: Session) -> None:
    number = raise_open(session)
    claim = call_from(session).claim
    for _ in range(3):
        tried(session, claim, Method.CALLBACK, Outcome.FAILED, call_id=call_from(session).call_id)
    part = reading.ticket(session, part_of(session, number))
    assert (part.gate.open, part.attempts) == (False, ())


def test_the_proof_of_somebody_else_on_the_same_ticket_opens_nothing(session: Session) -> None:
    number = raise_waiting(session)
    tried(session, call_from(session, "Tom Lindqvist").claim, ticket_id=serial_of(number))
    assert reading.ticket(session, part_of(session, number)).attempts == ()


def test_a_no_of_an_approver_goes_with_the_part(session: Session) -> None:
    number = raise_open(session, "Tom Lindqvist", category="access")
    claim = call_from(session, "Tom Lindqvist", category="access").claim
    tried(session, claim, Method.APPROVER, Outcome.FAILED, ticket_id=serial_of(number))
    part = reading.ticket(session, part_of(session, number))
    assert part.gate.reasons == ("an approver said no",)


def test_suspicion_goes_with_the_part_and_a_broken_glass_does_not(session: Session) -> None:
    number = raise_open(session)
    suspicion.mark_ticket(session, serial_of(number), "a hurry", LEAD)
    tickets.break_glass(session, number, "ward 3", LEAD)
    assert reading.ticket(session, number).gate.open
    part = reading.ticket(session, part_of(session, number))
    assert (part.suspicion, part.break_glass, part.gate.open) == ("a hurry", None, False)


def test_proof_is_carried_with_its_own_time_and_counts_for_no_failure_twice(session: Session) -> None:
    number = raise_open(session)
    contact = reading.ticket(session, number).requester.contact_id
    tried(session, call_from(session).claim, Method.CALLBACK, Outcome.FAILED, ticket_id=serial_of(number))
    tried(session, call_from(session).claim, Method.CALLBACK, Outcome.VERIFIED, ticket_id=serial_of(number))
    made = reading.ticket(session, part_of(session, number))
    (proof,) = made.attempts
    assert proof == reading.ticket(session, number).attempts[-1]
    assert contact is not None
    assert len(verification.failures(session, contact)) == 1
    assert [event.data for event in made.history if event.kind == "evidence carried over"] == [
        {"attempts": 1, "from": number}
    ]


def test_a_number_written_since_the_call_proves_nothing_for_a_part_either(session: Session) -> None:
    number = raise_open(session)
    began = verification.standing_of(session, call_from(session).claim, LEAD, ticket_id=serial_of(number)).call_began
    part = part_of(session, part_of(session, number))
    assert began is not None
    standing = verification.standing_of(session, call_from(session).claim, LEAD, ticket_id=serial_of(part))
    assert standing.call_began == began


@pytest.mark.parametrize("nothing", ["", "  \n", "\u200b"])
def test_a_part_without_a_word_is_none(session: Session, nothing: str) -> None:
    number = raise_open(session)
    with pytest.raises(Refused, match="which part"):
        part_of(session, number, nothing)


def test_of_what_was_merged_nothing_is_split(session: Session) -> None:
    into, number = raise_open(session), raise_open(session)
    merging.merge(session, number, into, AGENT)
    with pytest.raises(Refused, match="go on there"):
        part_of(session, number)


def test_hostile_text_of_a_part_is_cleaned(session: Session) -> None:
    number = raise_waiting(session)
    made = 0
    for text in (case.values[0] for case in corpus("notes")[::3]):
        try:
            part = reading.ticket(session, part_of(session, number, text[:5000], subject=text))
        except Refused:
            continue
        made += 1
        assert part.description
        assert not set(part.subject + part.description) & set("\x00\x1b\x07\r\u202e\u2028")
    assert made > 5
    serials = session.exec(select(TicketRow.id).where(TicketRow.split_from == serial_of(number))).all()
    assert len(serials) == made
