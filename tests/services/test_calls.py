"""No call is lost: every one is listed, and those that nobody accounts for are told apart (P2)."""

import json
import secrets
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from callintake.domain.call import Channel, Direction, Disposition
from callintake.domain.detail import CallRecord
from callintake.domain.draft import CallDraft
from callintake.domain.errors import NotFound, Refused
from callintake.domain.report import Standing, UnaccountedCall, call_sections, report_to_json
from callintake.services import agents, calls, drafts, raising
from callintake.services.history import acting_at
from callintake.store.tables import CallRow, DraftRow, EventRow
from tests.conftest import LEAD, REGION
from tests.services.acting import AGENT, call_from, raise_waiting

NOON = datetime.fromisoformat("2026-11-23T12:00:00+00:00")
AUDITOR = "ada"


@pytest.fixture(autouse=True)
def people(session: Session) -> None:
    """An agent and an auditor beside the lead."""
    for name, role in ((AGENT, "agent"), (AUDITOR, "auditor")):
        agents.sign_in(session, name)
        agents.set_role(session, name, role, by=LEAD)


def call(session: Session, minutes: float, agent: str = LEAD, **typed: str) -> CallDraft:
    """A call that began so many minutes before noon, and was saved last at its beginning."""
    with acting_at(NOON - timedelta(minutes=minutes)):
        draft = call_from(session, "", **typed)
        row = session.get(CallRow, draft.call_id)
        assert row is not None
        row.agent = agent
        session.flush()
    return draft


def missed(session: Session, minutes: float, call_id: str = "", **other: object) -> str:
    """A call that a phone told of, and nobody took."""
    call_id = call_id or secrets.token_hex(16)
    row = CallRow(
        id=call_id,
        started_at=NOON - timedelta(minutes=minutes),
        channel=Channel.THREECX,
        direction=Direction.INBOUND,
        caller_number="+442079460112",
        **other,
    )
    session.add(row)
    session.flush()
    return call_id


def unaccounted(session: Session, *when: datetime) -> dict[str, UnaccountedCall]:
    with acting_at(NOON):
        return {one.call.id: one for one in calls.unaccounted_calls(session, *when)}


def recorded(session: Session, call_id: str) -> CallRecord:
    row = session.get(CallRow, call_id, populate_existing=True)
    assert row is not None
    return calls.call_record(row)


def discard(session: Session, given: str, why: str = "nobody there", agent: str = LEAD) -> None:
    with acting_at(NOON):
        calls.discard_call(session, given, why, agent)


class TestListing:
    """`list_calls`: all of them, by pages."""

    def test_calls_with_and_without_ticket_and_missed_ones_come_newest_first(self, session: Session) -> None:
        raised = call(session, 30)
        raising.raise_ticket(session, raised.with_(missing_reason="in a hurry"), LEAD, REGION)
        left, lost = call(session, 20), missed(session, 25)
        listed = calls.list_calls(session)
        assert [one.id for one in listed] == [left.call_id, lost, raised.call_id]
        assert [one.ticket is None for one in listed] == [True, True, False]
        assert [one.disposition for one in listed] == [None, None, Disposition.TICKET_RAISED]

    def test_pages_hold_every_call_once_also_of_one_moment(self, session: Session) -> None:
        for minutes in (1, 2, 2, 2, 2, 3, 4):
            missed(session, minutes)
        whole = calls.list_calls(session)
        assert len(whole) == 7
        paged: list[CallRecord] = []
        while page := calls.list_calls(session, after=paged[-1] if paged else None, limit=2):
            paged += page
        assert paged == whole

    def test_calls_of_an_agent_or_since_a_moment_or_still_open(self, session: Session) -> None:
        old, new, ended = call(session, 90), call(session, 10, AGENT), call(session, 5)
        drafts.end_call(session, ended.call_id, Disposition.WRONG_NUMBER, LEAD, reason="florist")

        def ids(**wanted: object) -> list[str]:
            return [one.id for one in calls.list_calls(session, **wanted)]  # type: ignore[arg-type]

        assert ids(agent=AGENT) == [new.call_id]
        assert ids(since=NOON - timedelta(minutes=10)) == [ended.call_id, new.call_id]
        assert ids(only_open=True) == [new.call_id, old.call_id]
        assert ids(only_open=True, agent=LEAD, limit=1) == [old.call_id]


class TestUnaccounted:
    """`unaccounted_calls`: no ticket, no reason."""

    def test_a_call_that_ended_is_accounted_for_and_one_left_behind_is_not(self, session: Session) -> None:
        ended, left = call(session, 250), call(session, 240, notes="Zebra\noffline")
        drafts.end_call(session, ended.call_id, Disposition.DROPPED, LEAD, reason="line went dead")
        with acting_at(NOON - timedelta(minutes=30)):
            raise_waiting(session)
        assert list(unaccounted(session)) == [left.call_id]
        one = unaccounted(session)[left.call_id]
        assert (one.typed, one.is_open, one.standing) == (len("Zebra\noffline"), True, Standing.LEFT_BEHIND)
        assert one.saved_at == one.call.started_at == NOON - timedelta(minutes=240)
        assert f"{LEAD} resumes it" in one.remedy
        assert f"calls discard {left.call_id[:8]} --why" in one.remedy

    def test_a_missed_call_is_called_back(self, session: Session) -> None:
        assert unaccounted(session) == {}
        lost = missed(session, 60)
        one = unaccounted(session)
        assert (one[lost].typed, one[lost].saved_at, one[lost].is_open) == (0, None, False)
        assert one[lost].standing is Standing.MISSED
        assert one[lost].remedy.startswith("call back")

    @pytest.mark.parametrize(
        ("minutes", "turn", "standing"),
        [
            (9, None, Standing.IN_PROGRESS),
            (119, None, Standing.IN_PROGRESS),
            (121, None, Standing.LEFT_BEHIND),
            (9, "hang_up", Standing.IN_PROGRESS),
            (11, "hang_up", Standing.LEFT_BEHIND),
            (119, "set_aside", Standing.IN_PROGRESS),
        ],
    )
    def test_a_call_is_in_progress_while_it_is_kept_or_the_caller_is_there(
        self, session: Session, minutes: int, turn: str | None, standing: Standing
    ) -> None:
        draft = call(session, minutes)
        if turn:
            at = NOON - timedelta(minutes=minutes)
            timer = getattr(draft.timer, turn)(at)
            with acting_at(at):
                drafts.save_draft(session, draft.with_(timer=timer), LEAD)
            session.expire_all()
        assert unaccounted(session)[draft.call_id].standing is standing

    def test_a_call_that_rings_is_in_progress_and_one_that_rang_out_is_not(self, session: Session) -> None:
        rings, rang_out = missed(session, 1), missed(session, 1, ended_at=NOON)
        found = unaccounted(session)
        assert (found[rings].standing, found[rang_out].standing) == (Standing.IN_PROGRESS, Standing.MISSED)

    def test_they_are_found_by_when_they_began(self, session: Session) -> None:
        early, late = missed(session, 60), missed(session, 30)
        assert list(unaccounted(session, NOON - timedelta(minutes=60))) == [late, early]
        assert list(unaccounted(session, NOON - timedelta(minutes=59))) == [late]
        assert list(unaccounted(session, NOON - timedelta(hours=2), NOON - timedelta(minutes=30))) == [early]

    def test_a_draft_without_a_timer_or_with_a_broken_one_is_counted_all_the_same(self, session: Session) -> None:
        for timer in ({"state": "asleep"}, 7):
            draft = call(session, 60)
            row = session.get(DraftRow, draft.call_id, populate_existing=True)
            assert row is not None
            row.body = row.body | {"timer": timer}
            session.flush()
            assert unaccounted(session)[draft.call_id].standing is Standing.LEFT_BEHIND


class TestCounting:
    """`call_counts` and the report made of it."""

    def test_calls_are_counted_by_ending_channel_and_agent_with_their_average_times(self, session: Session) -> None:
        assert calls.call_counts(session).total == 0
        assert calls.call_counts(session).talk_seconds is None
        missed(session, 5, talk_seconds=None)
        for minutes, talk in ((10, 60), (20, 61)):
            missed(
                session,
                minutes,
                agent=LEAD,
                disposition=Disposition.DROPPED,
                reason="x",
                talk_seconds=talk,
                hold_seconds=0,
                wrap_up_seconds=30,
            )
        call(session, 600, AGENT)
        counts = calls.call_counts(session)
        assert (counts.total, counts.by_disposition) == (4, {"dropped": 2, "not stated": 2})
        assert (counts.by_channel, counts.by_agent) == ({"3cx": 3, "cell": 1}, {LEAD: 2, "": 1, AGENT: 1})
        assert (counts.talk_seconds, counts.hold_seconds, counts.wrap_up_seconds) == (60.5, 0.0, 30.0)
        assert calls.call_counts(session, NOON - timedelta(minutes=15)).by_disposition == {
            "dropped": 1,
            "not stated": 1,
        }

    def test_a_report_names_what_nobody_accounts_for_first_and_apart_what_is_going_on(self, session: Session) -> None:
        left, lost, going = call(session, 300), missed(session, 200), call(session, 1)
        with acting_at(NOON):
            report = calls.call_report(session, None, LEAD)
        assert [one.call.id for one in report.unaccounted] == [lost, left.call_id]
        assert [one.call.id for one in report.in_progress] == [going.call_id]
        sections = call_sections(report)
        assert sections[0].title == "Calls without ticket and reason: 2"
        assert len(sections[0].rows) == len(sections[0].advice) == 2
        given = json.loads(json.dumps(report_to_json(report)))
        assert (given["classification"], given["made_at"]) == ("Protected | Internal Use", "2026-11-23T12:00:00Z")
        assert [one["id"] for one in given["unaccounted"]] == [lost, left.call_id]
        assert [one["state"] for one in given["unaccounted"]] == ["missed", "left behind"]
        assert given["counts"]["total"] == 3


class TestDiscarding:
    """`discard_call`: a reason on record, the text kept."""

    def test_its_text_and_the_reason_stay_on_record(self, session: Session) -> None:
        draft = call(session, 300, notes="Zebra offline")
        discard(session, draft.call_id, " wanted\x1b the  florist ")
        ended = recorded(session, draft.call_id)
        assert (ended.disposition, ended.reason, ended.ticket) == (Disposition.DROPPED, "wanted the florist", None)
        kept = session.get(DraftRow, draft.call_id, populate_existing=True)
        assert kept is not None
        assert (kept.body["notes"], kept.closed_at) == ("Zebra offline", NOON)
        assert unaccounted(session) == {}

    def test_nobody_talked_in_it_since_it_was_left_behind(self, session: Session) -> None:
        draft = call(session, 300)
        with acting_at(NOON - timedelta(minutes=298)):
            drafts.save_draft(session, draft.with_(notes="more"), LEAD)
        discard(session, draft.call_id)
        ended = recorded(session, draft.call_id)
        assert (ended.talk_seconds, ended.hold_seconds, ended.wrap_up_seconds) == (120, 0, 0)
        assert ended.ended_at == NOON - timedelta(minutes=298)

    def test_one_that_is_going_on_ends_now(self, session: Session) -> None:
        draft = call(session, 5)
        discard(session, draft.call_id)
        ended = recorded(session, draft.call_id)
        assert (ended.talk_seconds, ended.ended_at) == (300, NOON)

    def test_a_missed_call_keeps_the_time_that_the_phone_told(self, session: Session) -> None:
        over = NOON - timedelta(minutes=59)
        lost, unknown = missed(session, 60, ended_at=over), missed(session, 60)
        for call_id in (lost, unknown):
            discard(session, call_id, "called back, all is well", AGENT)
        assert recorded(session, lost).ended_at == over
        assert recorded(session, unknown).ended_at == NOON
        assert recorded(session, lost).disposition == Disposition.DROPPED

    @pytest.mark.parametrize("why", ["", " \n", "\u200b\x00"])
    def test_without_a_reason_it_stays(self, session: Session, why: str) -> None:
        draft = call(session, 300)
        with pytest.raises(Refused, match="needs a reason"):
            discard(session, draft.call_id, why)
        assert unaccounted(session)[draft.call_id].saved_at == NOON - timedelta(minutes=300)

    def test_what_has_ended_ends_no_second_time(self, session: Session) -> None:
        draft = call(session, 300)
        drafts.end_call(session, draft.call_id, Disposition.TRANSFERRED, LEAD, reason="to billing")
        with pytest.raises(Refused, match="ended already: transferred"):
            discard(session, draft.call_id)
        assert recorded(session, draft.call_id).reason == "to billing"

    def test_the_first_digits_of_its_id_are_enough_when_they_are_its_alone(self, session: Session) -> None:
        one, other = "abcd" + "0" * 28, "abcde" + "1" * 27
        for call_id in (one, other):
            missed(session, 60, call_id)
        with pytest.raises(Refused, match="more than one call begins with abcd: abcd00000000, abcde1111111"):
            discard(session, "abcd")
        discard(session, " ABCDE ")
        assert recorded(session, other).disposition == Disposition.DROPPED
        assert recorded(session, one).disposition is None
        with pytest.raises(NotFound, match="no call abcdf"):
            discard(session, "abcdf")

    @pytest.mark.parametrize("given", ["", "abc", "xyz0", "ab%d", "____", "%%%%", "a" * 33, "\u0661\u0662\u0663\u0664"])
    def test_what_is_no_id_is_refused(self, session: Session, given: str) -> None:
        missed(session, 60)
        with pytest.raises(Refused, match="is no call"):
            discard(session, given)
        assert len(unaccounted(session)) == 1

    def test_an_auditor_discards_nothing(self, session: Session) -> None:
        lost = missed(session, 60)
        with pytest.raises(Refused, match="auditor"):
            discard(session, lost, agent=AUDITOR)

    def test_a_colleagues_call_is_discarded_by_a_lead_alone(self, session: Session) -> None:
        leads, own = call(session, 300), call(session, 300, AGENT)
        with pytest.raises(Refused, match=f"{LEAD} or a lead"):
            discard(session, leads.call_id, agent=AGENT)
        discard(session, own.call_id, agent=LEAD)
        (event,) = session.exec(select(EventRow).where(EventRow.call_id == own.call_id))
        assert (event.kind, event.agent, event.data["reason"]) == ("call ended", LEAD, "nobody there")

    def test_not_even_a_lead_takes_a_call_from_under_a_colleagues_hands(self, session: Session) -> None:
        draft = call(session, 1, AGENT)
        with pytest.raises(Refused, match=f"{AGENT} is in that call right now"):
            discard(session, draft.call_id, agent=LEAD)
        discard(session, draft.call_id, agent=AGENT)
