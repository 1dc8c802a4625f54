"""A draft holds what was typed, and tells from it how far the call has come."""

import json
from dataclasses import fields
from datetime import UTC, date, datetime
from itertools import product

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from callintake.domain.call import CallState, CallTimer, Channel, age, clock
from callintake.domain.contact import Contact, NumberOnFile
from callintake.domain.draft import CallDraft, Progress, Step, new_draft
from callintake.domain.draft_body import from_body, to_body
from callintake.domain.errors import Refused
from callintake.domain.routing import BUILT_IN
from callintake.domain.text import clean_block, clean_line
from callintake.domain.ticket import Impact, Priority, Urgency
from callintake.domain.verification import Attempt, Claim, Method, Outcome
from tests.conftest import corpus

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
AMARA = Contact(
    1,
    "Amara Okafor",
    "Northgate Dental Group",
    "amara@northgatedental.example.com",
    (NumberOnFile("+442079460112", date(2024, 2, 1)), NumberOnFile("+442079460113", date(2024, 2, 1))),
    ("support", "access"),
)
EMPTY = CallDraft("c1", AT, CallTimer(CallState.TALKING, AT))
FACTS = ("name", "organization", "email", "phone")


def verified(claim: Claim) -> Attempt:
    return Attempt(claim, Method.CALLBACK, Outcome.VERIFIED, "kim", AT, "+442079460112")


def test_a_call_begins_with_what_was_announced_cleaned() -> None:
    draft = new_draft(AT, Channel.VOIP, " +44\x1b[2J20 ", "Ja\u202ene\n")
    assert (draft.caller_number, draft.name, draft.channel) == ("+44[2J20", "Jane", Channel.VOIP)
    assert draft.call_id != new_draft(AT).call_id


def test_every_change_is_a_revision_and_the_draft_before_stays() -> None:
    changed = EMPTY.with_(notes="p").with_(notes="pr")
    assert (changed.revision, changed.notes, EMPTY.notes) == (2, "pr", "")


def test_a_contact_picked_fills_what_is_empty() -> None:
    draft = EMPTY.with_contact(AMARA)
    assert (draft.name, draft.organization, draft.email, draft.phone) == (
        "Amara Okafor",
        "Northgate Dental Group",
        "amara@northgatedental.example.com",
        "+44 20 7946 0112",
    )
    assert draft.revision == 1


def test_a_contact_picked_keeps_what_was_typed() -> None:
    typed = {"email": "wrong@", "phone": "call me"}
    for parts in product(*[[{}, {field: value}] for field, value in typed.items()]):
        kept = {field: value for part in parts for field, value in part.items()}
        draft = EMPTY.with_(**kept).with_contact(AMARA)
        assert {field: getattr(draft, field) for field in kept} == kept
        assert not draft.missing


def test_a_contact_without_address_or_number_fills_in_nothing_there() -> None:
    draft = EMPTY.with_contact(Contact(2, "Wu", "Acme"))
    assert draft.missing == ("email", "phone")


def test_the_claim_is_the_contact_and_what_is_asked_for() -> None:
    assert EMPTY.with_(name=" Jane\x00 ", category="access").claim == Claim(None, "Jane", "", "access")
    assert EMPTY.with_contact(AMARA).claim.contact_id == 1


def test_what_is_missing_is_what_has_nothing_legible_in_it() -> None:
    assert EMPTY.missing == FACTS
    assert EMPTY.with_(name="\u200b", email=" \x00", phone="\n").missing == FACTS
    assert EMPTY.with_(email="?").missing == ("name", "organization", "phone")


@pytest.mark.parametrize(
    "change", [{"notes": "x"}, {"subject": "x"}, {"name": "x"}, {"attempts": (verified(Claim(1)),)}]
)
def test_a_draft_with_anything_in_it_is_not_empty(change: dict[str, object]) -> None:
    assert EMPTY.is_empty
    assert EMPTY.with_(notes=" \n", step=Step.ROUTE, channel=Channel.DESK).is_empty
    assert not EMPTY.with_(**change).is_empty


def test_a_step_is_untouched_started_or_done() -> None:
    known = EMPTY.with_contact(AMARA)
    progress = {
        Step.VERIFY: [EMPTY, known, known.with_(attempts=(verified(known.claim),))],
        Step.CONTACT: [EMPTY, EMPTY.with_(name="Jane"), known],
        Step.REQUEST: [EMPTY, EMPTY.with_(notes="x"), EMPTY.with_(notes="x", category="mail")],
    }
    for step, drafts in progress.items():
        assert [draft.progress(step, BUILT_IN) for draft in drafts] == list(Progress)
    assert EMPTY.progress(Step.ROUTE, BUILT_IN) is Progress.UNTOUCHED
    assert EMPTY.with_(department="Billing").progress(Step.ROUTE, BUILT_IN) is Progress.DONE


def test_a_reason_for_what_is_missing_finishes_the_contact_step() -> None:
    draft = EMPTY.with_(name="Jane")
    assert draft.with_(missing_reason=" ").progress(Step.CONTACT, BUILT_IN) is Progress.STARTED
    assert draft.with_(missing_reason="hung up").progress(Step.CONTACT, BUILT_IN) is Progress.DONE


def test_verified_but_not_authorized_is_not_done() -> None:
    draft = EMPTY.with_contact(AMARA).with_(category="billing")
    draft = draft.with_(attempts=(verified(draft.claim),))
    assert draft.progress(Step.VERIFY, BUILT_IN) is Progress.STARTED
    assert draft.gate(BUILT_IN).reasons == ("needs an approver for this category",)
    two_fold = draft.with_(category="access").gate(BUILT_IN)
    assert two_fold.reasons == ("not yet authorized: a second method is needed",)
    assert draft.with_(category="printing").gate(BUILT_IN).open


def test_another_caller_finds_the_gate_shut_again() -> None:
    stranger = EMPTY.with_(name="Jane", organization="Acme")
    proved = stranger.with_(attempts=(verified(stranger.claim),))
    assert proved.gate(BUILT_IN).open
    assert not proved.with_(name="Jana").gate(BUILT_IN).open
    assert not proved.with_(organization="Acne").gate(BUILT_IN).open
    assert not proved.with_contact(AMARA).gate(BUILT_IN).open


def test_what_was_not_chosen_comes_from_the_category() -> None:
    assert EMPTY.effective_category(BUILT_IN).name == "other"
    draft = EMPTY.with_(category="network")
    assert draft.effective_priority(BUILT_IN) is Priority.HIGH
    assert draft.effective_department(BUILT_IN) == "Network"
    draft = draft.with_(priority=Priority.LOW, department="Security")
    assert draft.effective_priority(BUILT_IN) is Priority.LOW
    assert draft.effective_department(BUILT_IN) == "Security"


def test_critical_chosen_is_not_taken_for_nothing_chosen() -> None:
    assert EMPTY.with_(priority=Priority.CRITICAL).effective_priority(BUILT_IN) is Priority.CRITICAL


@pytest.mark.parametrize(
    ("subject", "notes", "expected"),
    [
        ("Printer", "whatever", "Printer"),
        ("  ", "\n\nprinter offline\nsince nine", "printer offline"),
        ("", "it's José\nprinter offline", "printer offline"),
        ("", "it's JOSE\u0301", "it's JOSÉ"),
        ("", "", ""),
        ("", "\x00\n\u200b\nprinter\x1b[2J", "printer[2J"),
    ],
)
def test_the_subject_is_the_one_typed_or_the_first_note_that_says_something(
    subject: str, notes: str, expected: str
) -> None:
    assert EMPTY.with_(name="José", subject=subject, notes=notes).effective_subject == expected


@pytest.mark.parametrize("notes", corpus("notes"))
def test_no_subject_or_description_has_anything_hostile_in_it(notes: str) -> None:
    draft = EMPTY.with_(notes=notes)
    assert "\x00" not in draft.effective_subject
    assert len(draft.effective_subject) <= 80
    draft.effective_subject.encode()
    assert draft.effective_subject == "" or draft.effective_subject.isprintable() or "\u200d" in draft.effective_subject


@pytest.mark.parametrize("notes", ["", " \n\t", "\x00", "\u200b\ufeff", "\x1b"])
def test_a_request_of_nothing_legible_is_refused(notes: str) -> None:
    with pytest.raises(Refused, match="nothing is noted yet"):
        EMPTY.with_(notes=notes, subject=notes).check_description()


def test_a_subject_alone_is_a_description() -> None:
    assert EMPTY.with_(subject=" Printer  offline ").check_description() == ("Printer offline", ())


@pytest.mark.parametrize(
    ("seconds", "timer", "ago"),
    [
        (-3, "00:00", "0 s"),
        (59.9, "00:59", "59 s"),
        (60, "01:00", "1 m"),
        (3599, "59:59", "59 m"),
        (3661, "1:01:01", "1 h"),
        (90_000, "25:00:00", "1 d"),
    ],
)
def test_a_timer_counts_up_and_an_age_is_in_its_largest_unit(seconds: float, timer: str, ago: str) -> None:
    assert (clock(seconds), age(seconds)) == (timer, ago)


OFFSETS = st.lists(st.none() | st.integers(0, 100_000), max_size=4).map(tuple)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))
LINES = st.text().map(clean_line)
TIMERS = st.builds(
    CallTimer,
    st.sampled_from(CallState),
    MOMENTS,
    st.dictionaries(st.sampled_from(CallState), st.floats(0, 1e6)),
    st.none() | MOMENTS,
)
DRAFTS = st.builds(
    CallDraft,
    call_id=st.text("abcdef0123456789", min_size=1),
    started_at=MOMENTS,
    timer=TIMERS,
    channel=st.sampled_from(Channel),
    contact=st.sampled_from([None, AMARA]),
    impact=st.none() | st.sampled_from(Impact),
    urgency=st.none() | st.sampled_from(Urgency),
    priority=st.none() | st.sampled_from(Priority),
    asked=st.lists(LINES, max_size=3).map(tuple),
    confirmed=st.lists(st.sampled_from(FACTS), unique=True).map(tuple),
    notes=st.text().map(clean_block),
    offsets=OFFSETS,
    caret=st.tuples(st.integers(0, 999), st.integers(0, 999)),
    step=st.sampled_from(Step),
    revision=st.integers(0, 10**9),
    **dict.fromkeys(("caller_number", *FACTS, "missing_reason", "subject", "asset"), LINES),
    **dict.fromkeys(("category", "department", "ticket"), st.none() | LINES),
)


@settings(max_examples=60, phases=[Phase.generate])
@given(DRAFTS)
def test_a_draft_that_was_kept_comes_back_as_it_was(draft: CallDraft) -> None:
    body = json.loads(json.dumps(to_body(draft)))
    assert from_body(body, draft.contact) == draft
    assert body["contact_id"] == (draft.contact.id if draft.contact else None)


def test_every_fact_of_a_draft_is_kept_but_its_attempts_which_are_records_of_their_own() -> None:
    assert {field.name for field in fields(CallDraft)} - set(to_body(EMPTY)) == {"contact", "attempts"}


def test_a_draft_kept_by_an_earlier_version_loads_as_one_that_lacks_the_rest() -> None:
    new = {"asset", "asked", "confirmed", "offsets", "impact", "urgency", "timer", "ticket"}
    typed = EMPTY.with_(name="Jane", notes="printer\noffline", caret=(1, 3), priority=Priority.HIGH)
    old = {name: value for name, value in to_body(typed).items() if name not in new}
    assert from_body(old, None) == typed
    assert from_body(old, None).timer == CallTimer(CallState.TALKING, AT)


@pytest.mark.parametrize(
    "spoilt", [{"step": "LUNCH"}, {"caret": [1]}, {"timer": {"state": "asleep"}}, {"offsets": ["x"]}]
)
def test_what_is_no_draft_is_not_taken_for_one(spoilt: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        from_body({**to_body(EMPTY), **spoilt}, None)


def test_after_its_ticket_a_call_goes_on_with_the_notes_since_then() -> None:
    before = EMPTY.with_contact(AMARA).with_(notes="printer", offsets=(3,), caret=(0, 7))
    after = before.after_ticket("4821-7")
    assert (after.ticket, after.notes, after.offsets, after.caret) == ("4821-7", "", (), (0, 0))
    assert (after.contact, after.call_id, after.revision) == (AMARA, before.call_id, before.revision + 1)


def test_what_was_typed_since_its_ticket_was_asked_for_is_told_as_notes_wherever_it_was_typed() -> None:
    before = EMPTY.with_(name="Jane", notes="printer")
    after = before.with_(notes="printer\nsince nine", name="Jane Ng", missing_reason="hung up", step=Step.ROUTE)
    assert after.typed_since(before) == "since nine\nName: Jane Ng\nMissing reason: hung up"
    assert before.typed_since(before) == ""
    assert before.with_(notes="Printer").typed_since(before) == "Printer"
