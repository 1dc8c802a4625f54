"""What phones tell becomes one record a call, takes nothing from what an agent did, and proves nothing (P1, P2, P4)."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from callintake.domain.call import Channel, Direction, Disposition
from callintake.domain.call_event import CallEvent, EventKind, Told
from callintake.domain.draft import new_draft
from callintake.domain.errors import Conflict
from callintake.domain.report import Standing
from callintake.services import calls, drafts
from callintake.services.history import acting_at
from callintake.services.phone_calls import Heard, hear
from callintake.services.waiting_calls import ended_on_phone, goes_on_in, take_call, waiting_calls
from callintake.store.tables import CallEventRow, CallRow
from tests.conftest import LEAD, REGION
from tests.services.acting import AGENT

NOON = datetime.fromisoformat("2026-11-23T12:00:00+00:00")
ON_FILE = "442079460112"
"""Amara Okafor's, as a PBX reports it."""


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def event(kind: EventKind, seconds: float = 0, call_id: str | None = "c-1", **other: object) -> CallEvent:
    said: dict[str, object] = {"caller": ON_FILE, "called": "442079460100", "source": "cti", **other}
    return CallEvent(kind, at=at(seconds), external_id=call_id, **said)  # type: ignore[arg-type]


RING, ANSWER, HANG_UP = EventKind.RING, EventKind.ANSWER, EventKind.HANG_UP


def tell(session: Session, *events: CallEvent) -> list[Heard]:
    return [hear(session, one, REGION) for one in events]


def all_calls(session: Session) -> list[CallRow]:
    session.expire_all()
    return list(session.exec(select(CallRow).order_by(col(CallRow.started_at))))


def waiting(session: Session, seconds: float = 1, *where: object) -> list[str]:
    with acting_at(at(seconds)):
        return [one.number for one in waiting_calls(session, *where)]  # type: ignore[arg-type]


def test_ring_answer_and_hang_up_are_one_call_with_its_times(session: Session) -> None:
    heard = tell(session, event(RING), event(ANSWER, 7, answered_by="201"), event(HANG_UP, 67, cause="normalClearing"))
    [row] = all_calls(session)
    assert {one.call_id for one in heard} == {row.id}
    record = calls.call_record(row)
    assert (record.caller_number, record.dialled_number) == ("+442079460112", "+442079460100")
    assert (record.wait_seconds, record.talk_seconds, record.cause) == (7, 60, "normalClearing")
    assert (row.started_at, row.answered_at, row.ended_at) == (at(0), at(7), at(67))
    assert (row.agent, row.disposition, row.external_id, row.answered_by) == ("", None, "c-1", "201")


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    order=st.permutations([0, 0, 1, 1, 2, 2]),
    delays=st.lists(st.floats(0, 0.8), min_size=6, max_size=6),
    with_id=st.booleans(),
    other_source=st.lists(st.booleans(), min_size=6, max_size=6),
)
def test_doubled_shuffled_and_late_it_is_one_call(
    session: Session, order: list[int], delays: list[float], with_id: bool, other_source: list[bool]
) -> None:
    kinds = [RING, ANSWER, HANG_UP]
    place = session.begin_nested()
    # What has no id of that source in common is held together by number and time alone.
    stretch = 60 if with_id and not any(other_source) else 1
    seconds = 0.0
    for which, delay, other in zip(order, delays, other_source, strict=True):
        seconds += delay * stretch
        said = {"source": "3cx", "called": ""} if other else {}
        call_id = None if not with_id else "x-1" if other else "c-1"
        tell(session, event(kinds[which], seconds, call_id, **said))
    rows = all_calls(session)
    place.rollback()
    [row] = rows
    assert row.answered_at is not None
    assert row.ended_at is not None
    assert row.started_at <= row.answered_at <= row.ended_at
    assert (row.caller_number, row.direction) == ("+442079460112", "inbound")


def test_what_is_told_again_is_kept_once(session: Session) -> None:
    first, again, later = tell(session, event(RING), event(RING), event(RING, 3))
    assert (first.is_new, again.became, later.became) == (True, "told before", "told before")
    assert len(session.exec(select(CallEventRow)).all()) == 1


def test_two_callers_and_two_calls_of_one_caller_stay_apart(session: Session) -> None:
    tell(session, event(RING), event(RING, 1, "c-2"), event(RING, 1, "c-3", caller="442079460999"))
    assert len(all_calls(session)) == 3
    tell(session, event(HANG_UP, 5, "c-2", caller="", called=""))
    assert [row.ended_at for row in all_calls(session)].count(None) == 2


def test_a_call_that_nobody_answered_is_missed_and_a_forwarded_one_is_not(session: Session) -> None:
    tell(session, event(RING), event(HANG_UP, 20, cause="noAnswer"))
    tell(session, event(RING, 30, "c-2"), event(HANG_UP, 50, "c-2", cause="forwarded"))
    missed, forwarded = all_calls(session)
    assert calls.call_record(missed).is_missed
    assert (forwarded.disposition, forwarded.reason) == (Disposition.TRANSFERRED, "forwarded by the phone")
    with acting_at(at(60)):
        [one] = calls.unaccounted_calls(session)
    assert (one.call.id, one.standing) == (missed.id, Standing.MISSED)


def test_an_answered_call_in_which_nothing_was_noted_is_left_behind(session: Session) -> None:
    tell(session, event(RING), event(ANSWER, 5), event(HANG_UP, 60))
    with acting_at(at(61)):
        [one] = calls.unaccounted_calls(session)
    assert one.standing is Standing.LEFT_BEHIND


def test_nobody_answering_us_is_accounted_for_until_somebody_did(session: Session) -> None:
    out = {"direction": Direction.OUTBOUND, "caller": "201", "called": ON_FILE}
    tell(session, event(RING, **out), event(HANG_UP, 20, **out))
    [row] = all_calls(session)
    assert (row.disposition, row.reason) == (Disposition.DROPPED, "nobody answered")
    assert calls.call_record(row).number == "+442079460112"
    tell(session, event(ANSWER, 21, **out))
    [row] = all_calls(session)
    assert (row.disposition, row.reason) == (None, None)


def test_a_report_after_the_call_corrects_its_times_and_comes_once(session: Session) -> None:
    tell(session, event(RING, 0, None, source="address"))
    report = event(
        EventKind.REPORT,
        100,
        "2026-11-23T11:59:58Z 201",
        source="3cx",
        told=Told(at(-2), at(6), at(66)),
        users=("201",),
    )
    tell(session, report, replace(report, at=at(130)))
    [row] = all_calls(session)
    assert (row.started_at, row.answered_at, row.ended_at, row.talk_seconds) == (at(-2), at(6), at(66), 60)


def test_a_call_that_an_agent_began_is_not_begun_again_by_its_event(session: Session) -> None:
    draft = new_draft(at(0), Channel.CELL, "020 7946 0112", "Amara").with_(notes="typed first")
    drafts.save_draft(session, draft, LEAD)
    [heard] = tell(session, event(RING, 3, name="SOMEBODY ELSE"))
    assert heard.call_id == draft.call_id
    [row] = all_calls(session)
    assert (row.agent, row.channel, row.started_at) == (LEAD, "cell", at(0))
    again = drafts.load_draft(session, draft.call_id)
    assert (again.name, again.notes, again.contact, again.attempts) == ("Amara", "typed first", None, ())


class TestWaiting:
    """`waiting_calls`: what the tray shows."""

    def test_who_it_may_be_is_a_claim_of_everybody_with_that_number(self, session: Session) -> None:
        tell(session, event(RING, name="VIP CALLER"))
        with acting_at(at(5)):
            [one] = waiting_calls(session, "", {"+442079460100": "Northwind desk"})
        assert one.contacts
        assert all("Okafor" in who for who in one.contacts)
        assert (one.name, one.line, one.seconds(at(5))) == ("VIP CALLER", "Northwind desk", 5)
        draft = one.taken(at(6))
        assert (draft.contact, draft.attempts, draft.caller_number) == (None, (), "+442079460112")
        assert draft.timer.spent == {"ringing": 6}

    def test_a_withheld_number_waits_too(self, session: Session) -> None:
        tell(session, event(RING, caller="anonymous"))
        with acting_at(at(1)):
            [one] = waiting_calls(session)
        assert (one.shown_number, one.who) == ("number withheld", "")

    def test_what_is_over_taken_or_has_rung_out_waits_no_more(self, session: Session) -> None:
        tell(session, event(RING), event(RING, 1, "c-2", caller="442079460113"))
        assert waiting(session) == ["+442079460112", "+442079460113"]
        tell(session, event(HANG_UP, 2))
        with acting_at(at(2)):
            [one] = waiting_calls(session)
            take_call(session, one.taken(at(2)), LEAD)
        assert waiting(session, 3) == []
        tell(session, event(RING, 4, "c-3", caller="442079460114"))
        assert waiting(session, 5) == ["+442079460114"]
        assert waiting(session, 200) == []
        tell(session, event(ANSWER, 10, "c-3"))
        assert waiting(session, 200) == ["+442079460114"]

    def test_a_call_for_another_extension_is_not_shown(self, session: Session) -> None:
        tell(session, event(RING, users=("201", "202")), event(RING, 1, "c-2", caller="442079460113"))
        assert len(waiting(session, 2, "201")) == 2
        assert waiting(session, 2, "203") == ["+442079460113"]
        tell(session, event(ANSWER, 3, answered_by="202"))
        assert waiting(session, 4, "201") == ["+442079460113"]

    def test_of_two_who_take_it_one_has_it(self, session: Session) -> None:
        tell(session, event(RING))
        with acting_at(at(1)):
            [one] = waiting_calls(session)
            take_call(session, one.taken(at(1)), LEAD)
            with pytest.raises(Conflict, match=f"{LEAD} has taken"):
                take_call(session, one.taken(at(1)), AGENT)
        [row] = all_calls(session)
        assert row.agent == LEAD

    def test_the_hang_up_of_a_taken_call_is_told_and_ends_nothing(self, session: Session) -> None:
        tell(session, event(RING))
        with acting_at(at(1)):
            [one] = waiting_calls(session)
            take_call(session, one.taken(at(1)), LEAD)
        tell(session, event(HANG_UP, 30))
        assert ended_on_phone(session, [one.call_id]) == {one.call_id: at(30)}
        [row] = all_calls(session)
        assert (row.disposition, row.agent) == (None, LEAD)
        assert [draft.call_id for draft in drafts.open_drafts(session, LEAD)] == [one.call_id]

    def test_a_caller_who_is_back_goes_on_in_the_call_that_was_cut_off(self, session: Session) -> None:
        draft = new_draft(at(0), Channel.CELL, "+442079460112")
        drafts.save_draft(session, draft, LEAD)
        [heard] = tell(session, event(RING, 300))
        goes_on_in(session, heard.call_id, draft, LEAD)
        row = session.get(CallRow, heard.call_id, populate_existing=True)
        assert row is not None
        assert (row.agent, row.disposition) == (LEAD, Disposition.TRANSFERRED)
        assert draft.call_id[:8] in (row.reason or "")
