"""Nothing typed is lost, nothing older overwrites it, and no call ends without a word (P2, P3)."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from callintake.domain.call import Channel, Disposition
from callintake.domain.draft import CallDraft, Step, new_draft
from callintake.domain.errors import NotFound, Refused
from callintake.domain.text import clean_block, clean_line
from callintake.domain.ticket import Priority
from callintake.services import directory, drafts, raising, reading
from callintake.services.history import acting_at, now
from callintake.store.tables import CallRow, DraftRow
from tests.conftest import LEAD, REGION, corpus
from tests.services.acting import AGENT, call_back, call_from, raise_waiting


def kept(session: Session, draft: CallDraft) -> CallDraft:
    session.expire_all()
    return drafts.load_draft(session, draft.call_id)


def test_a_draft_comes_back_as_it_was_typed(session: Session) -> None:
    draft = new_draft(now(), Channel.THREECX, "+44 20 7946 0112")
    draft = draft.with_contact(directory.contact_by_name(session, "Amara Okafor")).with_(
        missing_reason="on a train",
        subject="Zebra",
        category="printing",
        priority=Priority.CRITICAL,
        department="Billing",
        notes="  l1\n\n\tl2\n",
        step=Step.ROUTE,
    )
    drafts.save_draft(session, draft, LEAD)
    draft = call_back(session, draft)
    assert kept(session, draft) == draft


def test_an_empty_draft_comes_back_too(session: Session) -> None:
    draft = new_draft(now())
    drafts.save_draft(session, draft, LEAD)
    assert kept(session, draft) == draft


@pytest.mark.parametrize("notes", corpus("notes"))
def test_whatever_is_typed_or_pasted_is_kept_and_comes_back(session: Session, notes: str) -> None:
    draft = new_draft(now()).with_(notes=notes)
    drafts.save_draft(session, draft, LEAD)
    assert kept(session, draft).notes == clean_block(notes)


def test_whatever_is_in_a_field_is_kept_and_comes_back(session: Session) -> None:
    for entry in [*corpus("name"), *corpus("phone"), *corpus("email")]:
        text = entry.values[0]
        fields = dict.fromkeys(("name", "organization", "email", "phone", "missing_reason", "subject"), text)
        draft = new_draft(now(), caller_number=text).with_(**fields)
        drafts.save_draft(session, draft, LEAD)
        again = kept(session, draft)
        assert {getattr(again, field) for field in fields} == {clean_line(text)}
        drafts.save_draft(session, again.with_(), LEAD)
        assert kept(session, draft) == again.with_()


def test_an_older_revision_never_replaces_a_newer_one(session: Session) -> None:
    old = new_draft(now(), Channel.CELL, "1")
    new = old.with_(notes="all of it", channel=Channel.VOIP, caller_number="2")
    drafts.save_draft(session, new, LEAD)
    drafts.save_draft(session, old, LEAD)
    assert kept(session, old) == new


def test_the_same_revision_may_be_saved_again(session: Session) -> None:
    draft = new_draft(now()).with_(notes="x")
    for _ in range(3):
        drafts.save_draft(session, draft, LEAD)
    assert kept(session, draft) == draft


def test_a_call_that_ended_is_not_written_to_any_more(session: Session) -> None:
    draft = call_from(session, caller_number="1")
    raising.raise_ticket(session, draft, LEAD, REGION)
    drafts.save_draft(session, draft.with_(notes="too late", channel=Channel.DESK, caller_number="2"), LEAD)
    row = session.get(DraftRow, draft.call_id, populate_existing=True)
    call = session.get(CallRow, draft.call_id, populate_existing=True)
    assert row is not None
    assert call is not None
    assert row.body["notes"] == "label printer offline"
    assert (call.channel, call.caller_number) == ("cell", "1")


def test_a_call_belongs_to_the_agent_who_took_it(session: Session) -> None:
    draft = new_draft(now())
    drafts.save_draft(session, draft, LEAD)
    drafts.save_draft(session, draft.with_(), AGENT)
    assert [kept.call_id for kept in drafts.open_drafts(session, LEAD)] == [draft.call_id]
    assert drafts.open_drafts(session, AGENT) == []


def test_calls_not_ended_come_back_the_oldest_first(session: Session) -> None:
    began = now()
    calls = [new_draft(began + timedelta(minutes=minutes)) for minutes in (2, 0, 1)]
    for draft in calls:
        drafts.save_draft(session, draft, LEAD)
    assert [kept.call_id for kept in drafts.open_drafts(session, LEAD)] == [calls[at].call_id for at in (1, 2, 0)]
    drafts.end_call(session, calls[2].call_id, Disposition.WRONG_NUMBER, LEAD, reason="wanted a florist")
    assert [kept.call_id for kept in drafts.open_drafts(session, LEAD)] == [calls[at].call_id for at in (1, 0)]


def test_a_draft_there_is_not_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound, match="no draft"):
        drafts.load_draft(session, "nowhere")


def test_a_call_without_a_ticket_ends_with_a_reason_only(session: Session) -> None:
    draft = call_from(session)
    for reason in ("", " \n", "\u200b\x00"):
        with pytest.raises(Refused, match="needs a reason"):
            drafts.end_call(session, draft.call_id, Disposition.DROPPED, LEAD, reason=reason)
    assert draft.call_id in [kept.call_id for kept in drafts.open_drafts(session, LEAD)]


@pytest.mark.parametrize("disposition", [each for each in Disposition if each is not Disposition.TICKET_RAISED])
def test_a_call_ends_once_and_its_reason_is_on_record(session: Session, disposition: Disposition) -> None:
    draft = call_from(session)
    drafts.end_call(session, draft.call_id, disposition, LEAD, reason=" line\x1b went dead ")
    with pytest.raises(NotFound, match="not open any more"):
        drafts.end_call(session, draft.call_id, Disposition.DROPPED, LEAD, reason="again")
    call = session.get(CallRow, draft.call_id, populate_existing=True)
    assert call is not None
    assert (call.disposition, call.reason, call.ticket_id) == (disposition, "line went dead", None)
    assert call.ended_at is not None


def test_an_invented_week_is_lived_through_and_then_over(session: Session) -> None:
    past = now() - timedelta(days=7)
    with acting_at(past):
        ticket = reading.ticket(session, raise_waiting(session))
    assert ticket.created_at == ticket.history[0].at == past
    assert now() - past > timedelta(days=6)
