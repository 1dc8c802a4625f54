"""Correcting what was written: nothing said is lost, and nobody's text is overtaken (P3, P11)."""

from collections.abc import Callable

import pytest
from sqlmodel import Session

from callintake.domain.errors import NotFound, Refused, TextConflict
from callintake.domain.view import Filter, View
from callintake.services import agents, queue, reading, redaction, texts, tickets
from tests.conftest import LEAD, corpus
from tests.services.acting import AGENT, raise_open, raise_waiting

Write = Callable[[Session, str, str, str, int], None]
WRITES: dict[str, Write] = {
    "subject": texts.set_subject,
    "description": texts.correct_description,
    "note": lambda session, number, text, agent, version: texts.correct_note(session, number, 1, text, agent, version),
}


@pytest.fixture
def number(session: Session) -> str:
    """A ticket behind a shut gate, with a note of the lead: writing is no action on the request."""
    agents.sign_in(session, AGENT)
    number = raise_waiting(session)
    tickets.add_note(session, number, "rang on monday", LEAD)
    return number


def version(session: Session, number: str) -> int:
    return reading.ticket(session, number).version


@pytest.mark.parametrize("what", WRITES)
def test_of_two_who_write_the_second_is_refused_with_both_texts(session: Session, number: str, what: str) -> None:
    seen = version(session, number)
    WRITES[what](session, number, "what the one wrote", LEAD, seen)
    before = reading.ticket(session, number)
    with pytest.raises(TextConflict, match=f"{number} was changed by somebody else meanwhile .*kim") as refusal:
        WRITES[what](session, number, "what the other wrote", LEAD, seen)
    assert (refusal.value.mine, refusal.value.theirs) == ("what the other wrote", "what the one wrote")
    assert reading.ticket(session, number) == before
    WRITES[what](session, number, "what both mean", LEAD, before.version)


@pytest.mark.parametrize("what", WRITES)
def test_a_change_of_something_else_is_no_conflict(session: Session, number: str, what: str) -> None:
    seen = version(session, number)
    tickets.add_note(session, number, "rang again", AGENT)
    for other in set(WRITES) - {what}:
        WRITES[other](session, number, "something else", LEAD, version(session, number))
    WRITES[what](session, number, "as it is now", LEAD, seen)


def test_a_category_that_two_change_is_a_conflict_with_both(session: Session) -> None:
    number = raise_open(session)
    seen = version(session, number)
    tickets.set_category(session, number, "mail", LEAD, seen)
    with pytest.raises(TextConflict) as refusal:
        tickets.set_category(session, number, "network", LEAD, seen)
    assert (refusal.value.mine, refusal.value.theirs) == ("network", "mail")


def test_a_subject_that_is_given_up_becomes_a_note_and_the_new_one_is_found(session: Session, number: str) -> None:
    before = reading.ticket(session, number).subject
    texts.set_subject(session, number, " Zebra\nprinter ", LEAD, version(session, number))
    ticket = reading.ticket(session, number)
    assert ticket.subject == "Zebra printer"
    assert ticket.notes[-1].text == f"The subject was: {before}"
    assert [line.number for line in queue.queue_page(session, Filter(View.ALL, query="zebra"))] == [number]
    texts.set_subject(session, number, "Zebra printer", LEAD, ticket.version)
    assert version(session, number) == ticket.version


def test_a_correction_is_a_note_that_says_so_and_what_it_corrects_stays(session: Session, number: str) -> None:
    before = reading.ticket(session, number)
    texts.correct_note(session, number, 1, "rang on tuesday", LEAD, version(session, number))
    texts.correct_description(session, number, "two printers", LEAD, version(session, number))
    after = reading.ticket(session, number)
    assert after.description == before.description
    assert [note.text for note in after.notes] == [
        "rang on monday",
        "Correction of note 1:\nrang on tuesday",
        "Correction of the description:\ntwo printers",
    ]
    assert [(event.kind, event.data["place"]) for event in after.history if event.kind == "corrected"] == [
        ("corrected", "note 1"),
        ("corrected", "description"),
    ]


def test_a_note_is_corrected_by_who_wrote_it_or_a_lead(session: Session, number: str) -> None:
    with pytest.raises(Refused, match="kim wrote that: kim or a lead corrects it"):
        texts.correct_note(session, number, 1, "x", AGENT, version(session, number))
    with pytest.raises(NotFound, match="has 1 notes; there is no note 2"):
        texts.correct_note(session, number, 2, "x", LEAD, version(session, number))


def test_a_secret_in_a_subject_that_was_given_up_can_still_be_taken_out(session: Session, number: str) -> None:
    texts.set_subject(session, number, "password is hunter2", LEAD, version(session, number))
    texts.set_subject(session, number, "Printer", LEAD, version(session, number))
    place = len(reading.ticket(session, number).notes)
    redaction.redact_note(session, number, place, "hunter2", "said by mistake", LEAD)
    assert "hunter2" not in repr(reading.ticket(session, number))


@pytest.mark.parametrize("what", WRITES)
def test_hostile_text_is_cleaned_and_nothing_is_no_text(session: Session, number: str, what: str) -> None:
    for text in (case.values[0] for case in corpus("notes")[::3]):
        try:
            WRITES[what](session, number, text[:5000], LEAD, version(session, number))
        except Refused as refusal:
            said = str(refusal)
            assert "without a word" in said or "shorten it" in said
    ticket = reading.ticket(session, number)
    assert len(ticket.notes) > 5
    kept = ticket.subject + "".join(note.text for note in ticket.notes)
    assert not set(kept) & set("\x00\x1b\x07\r\u202e\u2028")


def standing(session: Session, number: str, agent: str) -> dict[str, str]:
    return {one.place: one.text for one in texts.standing_texts(session, number, agent)}


def test_what_stands_is_what_it_was_corrected_to_last_and_no_correction_is_corrected(
    session: Session, number: str
) -> None:
    for said in ("rang on tuesday", "rang on wednesday"):
        texts.correct(session, number, "note 1", said, LEAD, version(session, number))
    texts.correct(session, number, "description", "two\nprinters", LEAD, version(session, number))
    texts.correct(session, number, "subject", "Printers", LEAD, version(session, number))
    tickets.add_note(session, number, "rang again", AGENT)
    expected = {
        "subject": "Printers",
        "description": "two\nprinters",
        "note 1": "rang on wednesday",
        "note 6": "rang again",
    }
    assert standing(session, number, LEAD) == expected
    del expected["note 1"]
    assert standing(session, number, AGENT) == expected, "a note of somebody else is not theirs to correct"
    texts.correct(session, number, "note 6", "rang twice", AGENT, version(session, number))
    assert standing(session, number, AGENT)["note 6"] == "rang twice"


def test_who_was_shown_both_texts_writes_on_the_version_of_theirs(session: Session, number: str) -> None:
    seen = version(session, number)
    texts.correct(session, number, "description", "the one's", LEAD, seen)
    with pytest.raises(TextConflict) as refusal:
        texts.correct(session, number, "description", "the other's", LEAD, seen)
    texts.correct(session, number, "description", "the other's", LEAD, refusal.value.version)
    assert standing(session, number, LEAD)["description"] == "the other's"


def test_a_subject_that_is_too_long_is_refused_and_not_cut(session: Session, number: str) -> None:
    with pytest.raises(Refused, match="320 characters at most, and this has 321"):
        texts.set_subject(session, number, "x" * 321, LEAD, version(session, number))
