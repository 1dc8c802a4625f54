"""Who was not answered is called back, by somebody, and no callback goes without a word (P2)."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from callintake.domain.call import Direction, Disposition
from callintake.domain.call_event import CallEvent, EventKind
from callintake.domain.errors import Conflict, Refused
from callintake.services import agents, calls, drafts
from callintake.services.callbacks import begin_callback, clear_callback, due_among, list_callbacks, own_callback
from callintake.services.history import acting_at
from callintake.services.phone_calls import hear
from callintake.store.tables import CallRow, EventRow
from tests.conftest import LEAD, REGION
from tests.services.acting import AGENT, call_from

NOON = datetime.fromisoformat("2026-11-23T12:00:00+00:00")


def missed(session: Session, minutes: float = 10, number: str = "442079460112", call_id: str = "c-1") -> str:
    """A call that rang for 20 seconds, so many minutes before noon."""
    at = NOON - timedelta(minutes=minutes)
    heard = hear(session, CallEvent(EventKind.RING, "cti", at, caller=number, external_id=call_id), REGION)
    over = at + timedelta(seconds=20)
    hear(session, CallEvent(EventKind.HANG_UP, "cti", over, caller=number, external_id=call_id), REGION)
    return heard.call_id


def due(session: Session) -> list[str]:
    session.expire_all()
    with acting_at(NOON):
        return [one.call.id for one in list_callbacks(session)]


def row_of(session: Session, call_id: str) -> CallRow:
    row = session.get(CallRow, call_id, populate_existing=True)
    assert row is not None
    return row


def test_missed_calls_are_due_the_longest_waiting_first_with_who_it_may_be(session: Session) -> None:
    late, early = missed(session, 5, "anonymous", "c-2"), missed(session, 65)
    assert due(session) == [early, late]
    with acting_at(NOON):
        one, withheld = list_callbacks(session)
    assert (one.age(NOON), one.tel, one.owner) == ("1 h", "tel:+442079460112", None)
    assert "Okafor" in one.who
    assert (withheld.shown_number, withheld.tel) == ("number withheld", None)


def test_one_that_rings_was_answered_or_is_written_in_is_not_due(session: Session) -> None:
    at = NOON - timedelta(seconds=30)
    hear(session, CallEvent(EventKind.RING, "cti", at, caller="442079460113", external_id="r"), REGION)
    answered = missed(session, 20)
    hear(session, CallEvent(EventKind.ANSWER, "cti", NOON, external_id="c-1", caller="442079460112"), REGION)
    call_from(session)
    assert due(session) == []
    assert calls.call_record(row_of(session, answered)).is_missed is False


def test_one_whose_end_no_phone_told_is_due_when_it_must_have_rung_out(session: Session) -> None:
    at = NOON - timedelta(minutes=11)
    heard = hear(session, CallEvent(EventKind.RING, "address", at, caller="442079460113"), REGION)
    assert due(session) == [heard.call_id]


def test_a_call_that_an_agent_ended_so_is_due_with_its_reason(session: Session) -> None:
    draft = call_from(session, caller_number="+442079460112")
    drafts.end_call(session, draft.call_id, Disposition.CALLBACK_DUE, LEAD, reason="wants an answer by four")
    with acting_at(NOON + timedelta(days=3650)):
        [one] = list_callbacks(session)
    assert (one.call.id, one.reason) == (draft.call_id, "wants an answer by four")
    clear_callback(session, draft.call_id, "told him", LEAD)
    assert due(session) == []
    row = row_of(session, draft.call_id)
    assert (row.disposition, row.reason) == (Disposition.CALLBACK_DUE, "wants an answer by four")


def test_one_agent_takes_it_on_and_another_hears_that(session: Session) -> None:
    agents.sign_in(session, AGENT)
    call_id = missed(session)
    with acting_at(NOON):
        own_callback(session, call_id[:8], AGENT)
        own_callback(session, call_id, AGENT)
        with pytest.raises(Conflict, match=f"{AGENT} calls back already"):
            own_callback(session, call_id, LEAD)
    assert row_of(session, call_id).callback_owner == AGENT


@pytest.mark.parametrize("why", ["", " \n", "\u200b"])
def test_it_is_cleared_with_a_reason_only_and_once(session: Session, why: str) -> None:
    call_id = missed(session)
    with acting_at(NOON):
        with pytest.raises(Refused, match="with a reason"):
            clear_callback(session, call_id, why, LEAD)
        clear_callback(session, call_id, "a fax machine", LEAD)
        with pytest.raises(Refused, match="not to be called back"):
            clear_callback(session, call_id, "again", LEAD)
    row = row_of(session, call_id)
    assert (row.disposition, row.reason, row.callback_owner) == (Disposition.DROPPED, "a fax machine", LEAD)
    assert row.ended_at == NOON - timedelta(minutes=10) + timedelta(seconds=20)
    kinds = session.exec(select(EventRow.kind).where(EventRow.call_id == call_id)).all()
    assert "callback cleared" in kinds


def test_calling_back_clears_it_and_the_new_call_is_outbound_to_that_number(session: Session) -> None:
    call_id = missed(session)
    with acting_at(NOON):
        draft = begin_callback(session, call_id, LEAD)
    assert due(session) == []
    made = row_of(session, draft.call_id)
    assert (made.direction, made.dialled_number, made.caller_number) == ("outbound", "+442079460112", "")
    assert (made.calls_back, made.agent) == (call_id, LEAD)
    assert drafts.load_draft(session, draft.call_id) == draft


def test_the_phones_own_call_to_that_number_clears_it_and_is_the_call_that_was_begun(session: Session) -> None:
    by_phone, by_hand = missed(session), missed(session, 9, "442079460113", "c-2")
    out = CallEvent(
        EventKind.RING, "cti", NOON, Direction.OUTBOUND, caller="201", called="442079460112", external_id="o-1"
    )
    with acting_at(NOON):
        heard = hear(session, out, REGION)
        assert due_among(session, [by_phone, by_hand]) == {by_hand}
        draft = begin_callback(session, by_hand, LEAD)
        second = CallEvent(
            EventKind.RING, "cti", NOON, Direction.OUTBOUND, caller="201", called="442079460113", external_id="o-2"
        )
        assert hear(session, second, REGION).call_id == draft.call_id
    row = row_of(session, by_phone)
    assert (row.reason, row_of(session, heard.call_id).calls_back) == ("called back from the phone", by_phone)


def test_an_auditor_clears_and_owns_nothing(session: Session) -> None:
    agents.sign_in(session, "ada")
    agents.set_role(session, "ada", "auditor", by=LEAD)
    call_id = missed(session)
    for do in (lambda: own_callback(session, call_id, "ada"), lambda: clear_callback(session, call_id, "x", "ada")):
        with acting_at(NOON), pytest.raises(Refused, match="auditor"):
            do()
