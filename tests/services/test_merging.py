"""Merging: nothing is lost, both numbers are found, and nobody's evidence opens anybody else's gate (P5, P8)."""

import pytest
from sqlmodel import Session

from callintake.domain.errors import Conflict, GateShut, Refused
from callintake.domain.method import Method, Outcome
from callintake.domain.number import serial_of
from callintake.domain.ticket import Status
from callintake.domain.view import Filter, View
from callintake.services import agents, merging, queue, reading, suspicion, tickets, triage
from tests.conftest import LEAD
from tests.services.acting import AGENT, call_from, raise_open, raise_waiting
from tests.services.verifying import tried


@pytest.fixture(autouse=True)
def another_agent(session: Session) -> None:
    agents.sign_in(session, AGENT)


def test_everything_of_a_duplicate_is_kept_and_read_with_the_ticket_it_went_into(session: Session) -> None:
    into, number = raise_open(session), raise_open(session, notes="the printer again")
    tickets.add_note(session, number, "rang twice", AGENT)
    before = reading.ticket(session, number)
    merging.merge(session, number, into, AGENT)
    gone, there = reading.ticket(session, number), reading.ticket(session, into)
    assert (gone.status, gone.merged_into) == (Status.MERGED, into)
    assert (gone.description, gone.notes, gone.calls, gone.attempts) == (
        before.description,
        before.notes,
        before.calls,
        before.attempts,
    )
    assert gone.history[:-1] == before.history
    assert there.merged == (gone,)
    assert there.history[-1].data == {"duplicate": number}
    assert [note.text for note in there.merged[0].notes] == ["rang twice"]


def test_both_numbers_are_found_and_only_one_is_waiting(session: Session) -> None:
    into, number = raise_open(session), raise_open(session)
    merging.merge(session, number, into, AGENT)
    found = {line.number for line in queue.queue_page(session, Filter(View.ALL, query="label printer"))}
    assert {into, number} <= found
    assert number not in {line.number for line in queue.queue_page(session, Filter(View.OPEN))}


def test_what_is_said_later_to_a_number_that_was_merged_is_kept_and_nothing_else_is_done_there(
    session: Session,
) -> None:
    into, number = raise_open(session), raise_open(session)
    merging.merge(session, number, into, AGENT)
    tickets.add_note(session, number, "rang under the old number", AGENT)
    assert reading.ticket(session, into).merged[0].notes[0].text == "rang under the old number"
    for act in (
        lambda: tickets.claim(session, number, AGENT),
        lambda: tickets.set_status(session, number, Status.OPEN, AGENT),
        lambda: triage.reopen(session, number, AGENT),
        lambda: triage.snooze(session, number, AGENT, until=None),
        lambda: tickets.set_category(session, number, "mail", AGENT),
    ):
        with pytest.raises(Refused, match=f"{number} was merged into {into}: go on there"):
            act()


def test_a_call_documented_twice_is_one_ticket_although_nobody_was_confirmed(session: Session) -> None:
    into, number = raise_open(session), raise_waiting(session)
    merging.merge(session, number, into, AGENT)
    gone = reading.ticket(session, number)
    assert (gone.status, gone.merged_into, gone.gate.open) == (Status.CLOSED, into, False)
    with pytest.raises(Refused, match="was merged into"):
        triage.reopen(session, number, AGENT)


def test_the_proof_of_a_duplicate_opens_no_other_gate_not_even_its_own_requesters(session: Session) -> None:
    into, number = raise_waiting(session), raise_open(session)
    merging.merge(session, number, into, AGENT)
    assert not tickets.refresh_gate(session, into, AGENT).open
    with pytest.raises(GateShut):
        tickets.claim(session, into, AGENT)


@pytest.mark.parametrize(
    ("who", "typed"),
    [("Tom Lindqvist", {}), ("Amara Okafor", {"category": "changes"}), ("", {"missing_reason": "x", "name": "Amara"})],
)
def test_another_requester_or_category_wants_both_gates_open(session: Session, who: str, typed: dict[str, str]) -> None:
    confirmed, waiting = raise_open(session), raise_waiting(session, who, **typed)
    for number, into in ((waiting, confirmed), (confirmed, waiting)):
        before = reading.ticket(session, number), reading.ticket(session, into)
        with pytest.raises(GateShut, match=f"{waiting}: merging with another request refused"):
            merging.merge(session, number, into, AGENT)
        assert (reading.ticket(session, number), reading.ticket(session, into)) == before


def test_of_two_confirmed_requests_one_goes_into_the_other_and_its_gate_stays_its_own(session: Session) -> None:
    into, number = raise_open(session), raise_open(session, "Tom Lindqvist")
    merging.merge(session, number, into, AGENT)
    gate = reading.ticket(session, into).gate
    assert gate.open
    amara = call_from(session).claim
    tried(session, amara, Method.CALLBACK, Outcome.FAILED, ticket_id=serial_of(into))
    assert not tickets.refresh_gate(session, into, AGENT).open


def test_what_failed_is_not_put_away_as_a_duplicate(session: Session) -> None:
    into, failed, suspicious = raise_open(session), raise_waiting(session), raise_open(session)
    tried(session, call_from(session).claim, Method.CALLBACK, Outcome.FAILED, ticket_id=serial_of(failed))
    suspicion.mark_ticket(session, serial_of(suspicious), "a hurry", LEAD)
    for number, why in ((failed, "verification failed"), (suspicious, "marked suspicious")):
        with pytest.raises(GateShut, match=why):
            merging.merge(session, number, into, AGENT)


def test_a_chain_is_read_whole_and_never_closes(session: Session) -> None:
    first, second, third = (raise_open(session) for _ in range(3))
    merging.merge(session, first, second, AGENT)
    merging.merge(session, second, third, AGENT)
    assert reading.ticket(session, third).merged[0].merged[0].number == first
    for number, into in ((third, first), (third, second), (second, first)):
        with pytest.raises(Refused, match="was merged into"):
            merging.merge(session, number, into, AGENT)
    with pytest.raises(Refused, match="can't be merged into itself"):
        merging.merge(session, third, third, AGENT)


def test_what_is_done_is_reopened_before_anything_is_merged_with_it(session: Session) -> None:
    number, done = raise_open(session), raise_open(session)
    triage.resolve(session, done, AGENT)
    for pair in ((number, done), (done, number)):
        with pytest.raises(Refused, match=f"{done} is resolved; reopen it first"):
            merging.merge(session, *pair, AGENT)


def test_a_change_of_either_meanwhile_is_a_conflict(session: Session) -> None:
    into, number = raise_open(session), raise_open(session)
    seen, into_seen = reading.ticket(session, number).version, reading.ticket(session, into).version
    tickets.add_note(session, into, "changed", LEAD)
    with pytest.raises(Conflict, match=f"{into} was changed"):
        merging.merge(session, number, into, AGENT, seen, into_seen)
    tickets.add_note(session, number, "changed", LEAD)
    with pytest.raises(Conflict, match=f"{number} was changed"):
        merging.merge(session, number, into, AGENT, seen, into_seen + 1)
