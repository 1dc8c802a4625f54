"""A call that has its ticket goes on until it is left, and what is said until then is noted on that ticket (P3)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from callintake.domain.call import CallState, CallTimer, Disposition
from callintake.domain.draft import CallDraft
from callintake.domain.errors import GateShut, NotFound, Refused
from callintake.domain.ticket import Status
from callintake.services import capture, drafts, reading
from callintake.services.capture import Ticketed
from callintake.services.history import now
from callintake.store.tables import CallRow, DraftRow
from tests.conftest import LEAD, REGION
from tests.services.acting import AGENT, call_back, call_from, raise_waiting

Ending = Callable[[Session, CallDraft], Ticketed]


def raising(session: Session, draft: CallDraft) -> Ticketed:
    return capture.raise_and_go_on(session, draft, LEAD, REGION)


def following_up(session: Session, draft: CallDraft) -> Ticketed:
    return capture.follow_up_and_go_on(session, draft, raise_waiting(session), LEAD)


ENDINGS = pytest.mark.parametrize("end", [raising, following_up])


def said(session: Session, number: str) -> list[str]:
    return [note.text for note in reading.ticket(session, number).notes]


def is_open(session: Session, draft: CallDraft) -> bool:
    row = session.get(DraftRow, draft.call_id, populate_existing=True)
    return row is not None and row.closed_at is None


@ENDINGS
def test_a_call_goes_on_after_its_ticket_with_nothing_noted_yet(session: Session, end: Ending) -> None:
    before = call_from(session, offsets=(4,))
    ticket, draft = end(session, before)
    assert (draft.ticket, draft.notes, draft.offsets) == (ticket.number, "", ())
    assert draft.revision > before.revision
    assert drafts.load_draft(session, draft.call_id) == draft
    assert draft.call_id not in [each.call_id for each in drafts.open_drafts(session, LEAD)]


@ENDINGS
def test_a_draft_from_before_the_ticket_never_overwrites_what_goes_on_after_it(session: Session, end: Ending) -> None:
    before = call_from(session)
    draft = end(session, before).draft.with_(notes="one more thing")
    assert drafts.save_draft(session, draft, LEAD)
    for stale in (before, replace(before.with_(notes="typed too late"), revision=draft.revision + 9)):
        assert not drafts.save_draft(session, stale, LEAD)
        assert drafts.load_draft(session, draft.call_id) == draft
    assert drafts.save_draft(session, draft.with_(notes="one more thing, please"), LEAD)


@ENDINGS
def test_what_is_noted_after_the_ticket_is_on_it_once_the_call_is_left(session: Session, end: Ending) -> None:
    ticket, draft = end(session, call_from(session))
    late = draft.with_(notes="\nring her after four\n", offsets=(None, 61, None))
    capture.leave_call(session, late, LEAD)
    note = reading.ticket(session, ticket.number).notes[-1]
    assert (note.text, note.offsets, note.call_id, note.agent) == ("ring her after four", (61,), draft.call_id, LEAD)
    assert not is_open(session, draft)
    assert not drafts.save_draft(session, late.with_(notes="after it was left"), LEAD)


@pytest.mark.parametrize("nothing", ["", " \n", "\u200b", "\x00"])
def test_nothing_noted_is_no_note_and_keeps_nobody(session: Session, nothing: str) -> None:
    ticket, draft = raising(session, call_from(session))
    capture.leave_call(session, draft.with_(notes=nothing), LEAD)
    assert said(session, ticket.number) == []
    assert not is_open(session, draft)


def test_the_time_until_the_call_is_left_is_counted(session: Session) -> None:
    began = now() - timedelta(seconds=100)
    ticket, draft = raising(session, call_from(session, timer=CallTimer(CallState.TALKING, began)))
    hung_up = draft.with_(timer=draft.timer.hang_up(began + timedelta(seconds=80)))
    capture.leave_call(session, hung_up, LEAD)
    row = session.get(CallRow, draft.call_id, populate_existing=True)
    assert row is not None
    assert (row.talk_seconds, row.wrap_up_seconds, row.disposition) == (80, 20, Disposition.TICKET_RAISED)
    assert row.ended_at == began + timedelta(seconds=80)
    [call] = [call for call in reading.ticket(session, ticket.number).calls if call.id == draft.call_id]
    assert call.ticket == ticket.number


def test_what_was_not_left_is_left_at_the_next_start_of_its_own_agent(session: Session) -> None:
    ticket, draft = raising(session, call_from(session))
    other, empty = raising(session, call_from(session))
    unfinished = call_from(session, notes="not finished")
    drafts.save_draft(session, draft.with_(notes="said last"), LEAD)
    capture.leave_late(session, AGENT)
    assert said(session, ticket.number) == []
    capture.leave_late(session, LEAD)
    capture.leave_late(session, LEAD)
    assert said(session, ticket.number) == ["said last"]
    assert said(session, other.number) == []
    assert [is_open(session, each) for each in (draft, empty, unfinished)] == [False, False, True]


@ENDINGS
def test_refused_for_nothing_noted_the_call_stays_open(session: Session, end: Ending) -> None:
    draft = call_from(session, notes="")
    with pytest.raises(Refused, match="nothing is noted yet"):
        end(session, draft)
    assert is_open(session, draft)
    assert session.exec(select(CallRow.disposition).where(CallRow.id == draft.call_id)).one() is None


def test_a_request_that_was_refused_is_a_ticket_behind_a_shut_gate(session: Session) -> None:
    draft = call_from(session, "", name="Jane Doe")
    ticket = capture.end_as(session, draft, Disposition.REFUSED, AGENT, REGION, reason="would not be called back")
    assert ticket is not None
    assert (ticket.status, ticket.gate.open, ticket.missing_reason) == ("new", False, "would not be called back")
    row = session.exec(select(CallRow).where(CallRow.id == draft.call_id)).one()
    assert (row.disposition, row.reason) == (Disposition.REFUSED, "would not be called back")


def test_a_request_that_was_resolved_on_the_call_is_a_resolved_ticket_of_no_department(session: Session) -> None:
    draft = call_back(session, call_from(session))
    ticket = capture.end_as(session, draft, Disposition.RESOLVED_ON_CALL, LEAD, REGION, reason="switched it on")
    assert ticket is not None
    assert (ticket.status, ticket.department) == (Status.RESOLVED, None)
    assert [call.disposition for call in ticket.calls] == [Disposition.RESOLVED_ON_CALL]


def test_nothing_is_resolved_on_the_call_for_a_caller_who_is_not_confirmed(session: Session) -> None:
    draft = call_from(session)
    with pytest.raises(GateShut):
        capture.end_as(session, draft, Disposition.RESOLVED_ON_CALL, LEAD, REGION, reason="switched it on")


@pytest.mark.parametrize("ending", [Disposition.WRONG_NUMBER, Disposition.DROPPED, Disposition.REFUSED])
def test_a_call_without_a_request_leaves_a_reason_and_no_ticket(session: Session, ending: Disposition) -> None:
    draft = call_from(session, notes=" \n")
    assert capture.end_as(session, draft, ending, AGENT, REGION, reason="nobody there") is None
    row = session.exec(select(CallRow).where(CallRow.id == draft.call_id)).one()
    assert (row.disposition, row.reason, row.ticket_id) == (ending, "nobody there", None)


def test_a_call_has_one_ticket_only(session: Session) -> None:
    draft = call_from(session)
    raising(session, draft)
    for end in (raising, following_up):
        with pytest.raises(NotFound, match="not open any more"):
            end(session, draft.with_(notes="again"))
