"""A call about a ticket that is there is added to it: one request, one ticket (P2, P8)."""

import pytest
from sqlmodel import Session

from callintake.domain.call import Disposition
from callintake.domain.draft import CallDraft, new_draft
from callintake.domain.errors import NotFound, Refused
from callintake.domain.gate import Identity
from callintake.domain.number import WrongNumber, ticket_number
from callintake.domain.ticket import Status
from callintake.domain.verification import Outcome
from callintake.domain.view import Filter, View
from callintake.services import agents, drafts, queue, reading, tickets
from callintake.services.follow_up import add_follow_up
from callintake.services.history import now
from callintake.store.tables import DraftRow
from tests.conftest import LEAD
from tests.services.acting import AGENT, call_back, call_from, raise_open, raise_waiting

SAID = "spooler was restarted\nstill blinking amber"


def again(session: Session, who: str = "Amara Okafor") -> CallDraft:
    """A second call, from somebody in the directory."""
    return call_from(session, who, notes=SAID, offsets=(3, 17))


def test_the_notes_of_the_call_become_a_note_of_the_ticket_and_the_call_ends(session: Session) -> None:
    number = raise_waiting(session)
    before = reading.ticket(session, number)
    how_many = queue.count(session, Filter(View.ALL))
    draft = again(session)
    after = add_follow_up(session, draft, number, LEAD)
    assert queue.count(session, Filter(View.ALL)) == how_many
    (note,) = after.notes
    assert (note.text, note.offsets, note.agent, note.call_id) == (SAID, (3, 17), LEAD, draft.call_id)
    assert (after.description, after.gate, after.status) == (before.description, before.gate, before.status)
    assert after.version > before.version
    (call,) = [call for call in after.calls if call.id == draft.call_id]
    assert (call.disposition, call.ticket, call.reason) == (Disposition.FOLLOW_UP_ADDED, number, None)
    assert call.ended_at is not None
    kept = session.get(DraftRow, draft.call_id, populate_existing=True)
    assert kept is not None
    assert kept.closed_at is not None
    assert kept.body["notes"] == SAID
    assert after == reading.ticket(session, number)


def test_what_was_typed_last_counts_though_it_was_not_saved_before(session: Session) -> None:
    number = raise_waiting(session)
    after = add_follow_up(session, new_draft(now()).with_(notes="\n\n  rang again \n"), number, LEAD)
    assert after.notes[-1].text == "rang again"


@pytest.mark.parametrize("status", [Status.RESOLVED, Status.CLOSED])
def test_a_ticket_that_is_done_with_is_added_to_and_stays_done_with(session: Session, status: Status) -> None:
    number = raise_open(session)
    tickets.set_status(session, number, status, LEAD)
    after = add_follow_up(session, call_back(session, again(session)), number, LEAD)
    assert (after.status, after.notes[-1].text) == (status, SAID)


def test_a_closed_ticket_whose_gate_is_shut_is_added_to_as_well(session: Session) -> None:
    number = raise_waiting(session)
    tickets.set_status(session, number, Status.CLOSED, LEAD, reason="nobody was reached")
    assert add_follow_up(session, again(session), number, LEAD).notes[-1].text == SAID


def test_with_nothing_noted_it_is_refused_and_everything_stays(session: Session) -> None:
    number = raise_waiting(session)
    before = reading.ticket(session, number)
    draft = call_from(session, notes=" \n\u200b")
    with pytest.raises(Refused, match="nothing is noted yet"):
        add_follow_up(session, draft, number, LEAD)
    assert reading.ticket(session, number) == before
    assert draft.call_id in [kept.call_id for kept in drafts.open_drafts(session, LEAD)]


@pytest.mark.parametrize(("number", "error"), [("1010-9", WrongNumber), (ticket_number(999_999), NotFound)])
def test_a_ticket_there_is_not_ends_no_call(session: Session, number: str, error: type[Refused]) -> None:
    draft = again(session)
    with pytest.raises(error):
        add_follow_up(session, draft, number, LEAD)
    assert draft.call_id in [kept.call_id for kept in drafts.open_drafts(session, LEAD)]


def test_an_auditor_adds_nothing(session: Session) -> None:
    number = raise_waiting(session)
    agents.sign_in(session, AGENT)
    agents.set_role(session, AGENT, "auditor", by=LEAD)
    with pytest.raises(Refused, match="auditor"):
        add_follow_up(session, again(session), number, AGENT)
    assert reading.ticket(session, number).notes == ()


def test_who_was_verified_in_the_call_opens_the_gate_of_their_own_ticket(session: Session) -> None:
    number = raise_waiting(session)
    assert not reading.ticket(session, number).gate.open
    after = add_follow_up(session, call_back(session, again(session)), number, LEAD)
    assert after.gate.open
    assert [attempt.outcome for attempt in after.attempts] == [Outcome.VERIFIED]
    tickets.claim(session, number, LEAD)


def test_who_was_verified_in_the_call_opens_no_gate_of_another_persons_ticket(session: Session) -> None:
    number = raise_waiting(session)
    after = add_follow_up(session, call_back(session, again(session, "Tom Lindqvist")), number, LEAD)
    assert (after.gate.open, after.gate.identity) == (False, Identity.UNVERIFIED)
    assert after.notes[-1].text == SAID


def test_a_call_that_verified_nobody_leaves_the_gate_as_it_was(session: Session) -> None:
    number = raise_open(session)
    assert add_follow_up(session, again(session, "Tom Lindqvist"), number, LEAD).gate.open


def test_who_could_not_be_verified_shuts_the_gate_of_their_own_ticket_only(session: Session) -> None:
    own, other = raise_open(session), raise_open(session, "Tom Lindqvist")
    for number, is_open in ((other, True), (own, False)):
        failed = call_back(session, again(session), Outcome.FAILED)
        assert add_follow_up(session, failed, number, LEAD).gate.open is is_open


def test_the_new_words_are_found_and_the_old_ones_too(session: Session) -> None:
    number = raise_waiting(session)
    add_follow_up(session, again(session), number, LEAD)
    for query in ("blinking amber", "spooler", "label printer offline"):
        found = queue.queue_page(session, Filter(View.ALL, query=query))
        assert number in [line.number for line in found], query


def test_a_call_is_added_once(session: Session) -> None:
    number = raise_waiting(session)
    draft = again(session)
    add_follow_up(session, draft, number, LEAD)
    nested = session.begin_nested()
    with pytest.raises(NotFound, match="not open any more"):
        add_follow_up(session, draft, number, LEAD)
    nested.rollback()
    assert len(reading.ticket(session, number).notes) == 1
    with pytest.raises(NotFound, match="not open any more"):
        drafts.end_call(session, draft.call_id, Disposition.DROPPED, LEAD, reason="again")
