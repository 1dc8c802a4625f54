"""A secret is taken out of what was noted, wherever it stands, on record; a text changes in no other way (P4, P11)."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlmodel import Session, select

from callintake.domain.errors import NotFound, Refused
from callintake.domain.number import serial_of, ticket_number
from callintake.domain.secret_span import SecretKind
from callintake.domain.view import View
from callintake.services import agents, drafts, follow_up, queue, raising, reading, redaction, tickets
from callintake.store.database import Store, open_store
from callintake.store.migrations.redaction import KINDS
from callintake.store.tables import DraftRow, EventRow, NoteRow
from tests.conftest import LEAD, REGION
from tests.services.acting import AGENT, call_from, given_ticket, raise_waiting
from tests.store.raw import Raw, raw

SECRET = "zq73kfhunter"
NOTED = f"she rang again\nher password is {SECRET}, twice: {SECRET}\nand rang off"
MARKED = "she rang again\nher password is [redacted: password], twice: [redacted: password]\nand rang off"
WHY = "a password was noted"


@pytest.fixture(autouse=True)
def another_agent(request: pytest.FixtureRequest) -> None:
    if "session" in request.fixturenames:
        agents.sign_in(request.getfixturevalue("session"), AGENT)


def noted(session: Session, text: str = NOTED, by: str = AGENT) -> str:
    """A ticket with another note, and then that one."""
    number = raise_waiting(session)
    tickets.add_note(session, number, "first of all", LEAD)
    tickets.add_note(session, number, text, by)
    return number


def found_by(session: Session, words: str) -> list[str]:
    return [line.number for line in queue.queue_page(session, queue.Filter(View.ALL, LEAD, words), limit=9)]


def test_every_run_in_the_note_gives_way_to_a_mark_and_nothing_else_changes(session: Session) -> None:
    number = noted(session)
    before = reading.ticket(session, number)
    done = redaction.redact_note(session, number, 2, SECRET, WHY, AGENT)
    session.expire_all()
    after = reading.ticket(session, number)
    assert done == redaction.Redacted(2)
    assert [note.text for note in after.notes] == ["first of all", MARKED]
    assert after.version == before.version + 1
    assert (after.description, after.subject, after.gate) == (before.description, before.subject, before.gate)


def test_the_history_says_what_was_redacted_where_why_and_by_whom_and_never_the_secret(session: Session) -> None:
    number = noted(session)
    redaction.redact_note(session, number, 2, SECRET, WHY, AGENT)
    last, first = (event for event in reading.ticket(session, number).history[-2:])
    assert [event.kind for event in (first, last)] == ["redacted", "redacted"]
    assert (first.agent, first.data["what"], first.data["place"], first.data["reason"]) == (
        AGENT,
        "password",
        "note 2",
        WHY,
    )
    assert [(event.data["start"], event.data["length"]) for event in (first, last)] == [(31, 12), (52, 12)]
    assert SECRET not in str([event.data for event in session.exec(select(EventRow))])


def test_what_was_redacted_is_not_found_any_more_and_the_rest_is(session: Session) -> None:
    number = noted(session)
    assert found_by(session, SECRET) == [number]
    redaction.redact_note(session, number, 2, SECRET, WHY, AGENT)
    assert found_by(session, SECRET) == []
    assert found_by(session, "twice rang off first of all") == [number]


def test_the_draft_of_an_ended_call_loses_it_too(session: Session) -> None:
    number = raise_waiting(session)
    draft = call_from(session, notes=NOTED)
    follow_up.add_follow_up(session, draft, number, LEAD)
    redaction.redact_note(session, number, 1, SECRET, WHY, LEAD)
    session.expire_all()
    assert drafts.load_draft(session, draft.call_id).notes == MARKED
    assert SECRET not in str([row.body for row in session.exec(select(DraftRow))])
    assert reading.ticket(session, number).notes[0].call_id == draft.call_id


def test_the_times_of_the_lines_stay_right_where_a_secret_goes_over_several(session: Session) -> None:
    key = "-----BEGIN PRIVATE" + " KEY-----\nMIIEpAIBAAKCAQEA7bq1\n-----END PRIVATE KEY-----"
    number = raise_waiting(session)
    draft = call_from(session, notes=f"he pasted\n{key}\nhere", offsets=(1, 2, 3, 4, 5))
    follow_up.add_follow_up(session, draft, number, LEAD)
    redaction.redact_note(session, number, 1, None, WHY, LEAD)
    session.expire_all()
    (note,) = reading.ticket(session, number).notes
    assert note.text == "he pasted\n[redacted: key]\n\n\nhere"
    assert note.offsets == (1, 2, 3, 4, 5)


def test_description_subject_and_draft_lose_it_together(session: Session) -> None:
    draft = call_from(session, notes=f"password is {SECRET}\nand {SECRET} again")
    number = ticket_number(raising.raise_ticket(session, draft, LEAD, REGION))
    assert SECRET in reading.ticket(session, number).subject
    assert redaction.redact_description(session, number, SECRET, WHY, LEAD) == redaction.Redacted(3)
    session.expire_all()
    ticket = reading.ticket(session, number)
    assert ticket.description == "password is [redacted: password]\nand [redacted: password] again"
    assert ticket.subject == "password is [redacted: password]"
    assert drafts.load_draft(session, draft.call_id).notes == ticket.description
    assert [event.data["place"] for event in ticket.history[-3:]] == ["description", "description", "subject"]
    assert found_by(session, SECRET) == []


def test_what_the_end_of_a_subject_has_of_it_goes_too(session: Session) -> None:
    secret = "Kestrel77" * 12
    number = ticket_number(raising.add_ticket(session, given_ticket(f"password is {secret}"), LEAD, REGION))
    assert reading.ticket(session, number).subject.endswith("77Kest…")
    redaction.redact_description(session, number, secret, WHY, LEAD)
    session.expire_all()
    assert reading.ticket(session, number).subject == "password is [redacted: password]…"


def test_without_a_text_all_that_looks_like_a_secret_is_redacted(session: Session) -> None:
    number = noted(session, "PIN 40719, pw: Winter24!\nticket 1001-9 as before")
    assert redaction.redact_note(session, number, 2, None, WHY, LEAD).runs == 2
    session.expire_all()
    text = reading.ticket(session, number).notes[1].text
    assert text == "PIN [redacted: PIN], pw: [redacted: password]\nticket 1001-9 as before"
    with pytest.raises(Refused, match="nothing there looks like a secret"):
        redaction.redact_note(session, number, 2, None, WHY, LEAD)


def test_it_is_said_where_else_the_same_text_stands(session: Session) -> None:
    number = ticket_number(
        raising.add_ticket(session, given_ticket(f"pw {SECRET}", notes=[NOTED, SECRET]), LEAD, REGION)
    )
    done = redaction.redact_note(session, number, 1, SECRET, WHY, LEAD)
    assert done == redaction.Redacted(2, ("the description", "the subject", "note 2"))


def test_a_digit_of_another_number_is_no_part_of_the_secret(session: Session) -> None:
    number = noted(session, "PIN 4071, call back 020 7946 04071")
    redaction.redact_note(session, number, 2, "4071", WHY, LEAD)
    session.expire_all()
    assert reading.ticket(session, number).notes[1].text == "PIN [redacted: PIN], call back 020 7946 04071"


def test_a_mark_is_never_redacted_itself(session: Session) -> None:
    number = noted(session, "PIN 40719 for the PIN pad")
    redaction.redact_note(session, number, 2, "40719", WHY, LEAD)
    redaction.redact_note(session, number, 2, "PIN", WHY, LEAD)
    session.expire_all()
    text = reading.ticket(session, number).notes[1].text
    assert text == "[redacted: secret] [redacted: PIN] for the [redacted: secret] pad"


REFUSED: dict[str, tuple[Callable[[Session, str], object], str]] = {
    "no reason": (lambda session, number: redaction.redact_note(session, number, 2, SECRET, " ", LEAD), "Give"),
    "the secret as the reason": (
        lambda session, number: redaction.redact_note(session, number, 2, SECRET, f"noted {SECRET}", LEAD),
        "without the secret",
    ),
    "a text that is not there": (
        lambda session, number: redaction.redact_note(session, number, 2, "elsewhere", WHY, LEAD),
        "not there",
    ),
    "next to nothing": (lambda session, number: redaction.redact_note(session, number, 2, "ab\n", WHY, LEAD), "3 char"),
    "somebody else's note": (
        lambda session, number: redaction.redact_note(session, number, 1, "first", WHY, AGENT),
        "kim wrote that: kim or a lead",
    ),
    "somebody else's ticket": (
        lambda session, number: redaction.redact_description(session, number, "printer", WHY, AGENT),
        "kim wrote that: kim or a lead",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_it_is_refused_and_nothing_changes(session: Session, case: str) -> None:
    attempt, message = REFUSED[case]
    number = noted(session)
    before = reading.ticket(session, number)
    with pytest.raises(Refused, match=message) as refusal:
        attempt(session, number)
    session.expire_all()
    assert reading.ticket(session, number) == before
    assert SECRET not in str(refusal.value)


def test_an_auditor_redacts_nothing(session: Session) -> None:
    number = noted(session)
    agents.sign_in(session, "auditor")
    agents.set_role(session, "auditor", "auditor", by=LEAD)
    with pytest.raises(Refused, match="changes nothing"):
        redaction.redact_note(session, number, 2, SECRET, WHY, "auditor")


@pytest.mark.parametrize("place", [0, -1, 3])
def test_a_note_that_is_not_there_is_not_found(session: Session, place: int) -> None:
    number = noted(session)
    with pytest.raises(NotFound, match=f"has 2 notes; there is no note {place}"):
        redaction.redact_note(session, number, place, SECRET, WHY, LEAD)


def test_the_database_knows_every_kind_that_a_mark_can_name() -> None:
    assert set(KINDS) == {kind.value for kind in SecretKind}


# The database itself, without the program


@pytest.fixture
def furnished(place: str) -> tuple[int, int]:
    """The serial of a ticket with a note, and the note."""
    store = open_store(place)
    with store.transaction() as session:
        agents.sign_in(session, AGENT)
        serial = serial_of(noted(session))
        note = session.exec(select(NoteRow.id).where(NoteRow.agent == AGENT)).one()
    store.close()
    return serial, note


def event(bare: Raw, serial: int, agent: str = LEAD, **data: object) -> None:
    """Put a redaction on record, as anybody who reaches the database can."""
    import json

    given = {"what": "password", "place": "note 2", "start": 31, "length": 12, "lines": 0, "reason": "x"} | data
    bare.run(
        "INSERT INTO event (at, agent, kind, ticket_id, data) VALUES"
        f" ('2026-01-01', '{agent}', 'redacted', {serial}, '{json.dumps(given)}')"
    )


ONE_RUN = NOTED.replace(SECRET, "[redacted: password]", 1)


def change(note: int, text: str = ONE_RUN, **other: str) -> str:
    columns = "".join(f", {name} = {value}" for name, value in other.items())
    return f"UPDATE note SET text = '{text}'{columns} WHERE id = {note}"


def test_a_note_changes_only_as_the_last_event_of_its_ticket_says(place: str, furnished: tuple[int, int]) -> None:
    serial, note = furnished
    with raw(place) as bare:
        assert bare.refusal(change(note)), "nothing is on record"
        event(bare, serial, note=note)
        refused = {
            "another text": change(note, ONE_RUN + "!"),
            "another mark": change(note, ONE_RUN.replace("password]", "secret]")),
            "another run": change(note, NOTED[::-1].replace(SECRET[::-1], "]drowssap :detcader[", 1)[::-1]),
            "both runs": change(note, MARKED),
            "no mark": change(note, NOTED.replace(SECRET, "", 1)),
            "nothing": f"UPDATE note SET text = text WHERE id = {note}",
            "who": change(note, agent="'kim'"),
            "when": change(note, at="'2026-01-01'"),
            "which": change(note, id=str(note + 7)),
            "whose": change(note, ticket_id="NULL"),
            "its call": change(note, call_id="(SELECT min(id) FROM call)"),
            "its times": change(note, offsets="'[1]'"),
            "another note": change(note - 1),
            "gone": f"DELETE FROM note WHERE id = {note}",
            "the description": f"UPDATE ticket SET description = 'otherwise' WHERE id = {serial}",
        }
        before = bare.records()
        assert [name for name, attack in refused.items() if bare.refusal(attack) is None] == []
        assert bare.records() == before
        assert bare.refusal(change(note)) is None
        assert bare.refusal(change(note)), "the same event allows it once"


@pytest.mark.parametrize(
    "data",
    [
        *({"agent": "nobody"}, {"note": 0}, {"note": "x"}, {"what": "PIN] and more ["}, {"what": None}, {"length": 0}),
        *({"length": -12}, {"start": -1}, {"start": 30}, {"lines": 1}, {"lines": 500_000}, {"start": "x"}),
    ],
    ids=str,
)  # fmt: skip
def test_an_event_that_does_not_fit_lets_nothing_change(
    place: str, furnished: tuple[int, int], data: dict[str, object]
) -> None:
    serial, note = furnished
    with raw(place) as bare:
        event(bare, serial, **{"note": note} | data)
        what = data.get("what", "password")
        assert bare.refusal(change(note, NOTED.replace(SECRET, f"[redacted: {what}]", 1)))


def test_an_author_and_a_lead_redact_and_the_event_after_ends_it(place: str, furnished: tuple[int, int]) -> None:
    serial, note = furnished
    with raw(place) as bare:
        event(bare, serial, agent=AGENT, note=note)
        bare.run(
            "INSERT INTO event (at, agent, kind, ticket_id, data)"
            f" VALUES ('2026-01-01', 'kim', 'note', {serial}, '{{}}')"
        )
        assert bare.refusal(change(note))
        event(bare, serial, agent=AGENT, note=note)
        assert bare.refusal(change(note)) is None


def test_a_description_changes_only_so_as_well(place: str) -> None:
    store = open_store(place)
    with store.transaction() as session:
        serial = raising.add_ticket(session, given_ticket(NOTED), LEAD, REGION)
    store.close()
    update = f"UPDATE ticket SET description = '{{}}' WHERE id = {serial}"
    with raw(place) as bare:
        assert bare.refusal(update.format(ONE_RUN))
        event(bare, serial, place="description")
        for other in ("", "otherwise", ONE_RUN + "!", MARKED):
            assert bare.refusal(update.format(other)), other
        assert bare.refusal(update.format(ONE_RUN)) is None
        assert bare.refusal(f"UPDATE ticket SET priority = 0 WHERE id = {serial}") is None


# The file


def kept(path: Path, secret: str) -> list[str]:
    """The files of a desk that hold a text, and how often."""
    return [
        f"{file.name}: {count}"
        for file in sorted(path.parent.glob(f"{path.name}*"))
        if (count := file.read_bytes().count(secret.encode()))
    ]


def test_not_one_byte_of_it_is_left_in_the_file(desk_file: Path) -> None:
    store = open_store(str(desk_file))
    # As it is typed, key by key, the draft is kept over and over; and the index has merged and split meanwhile.
    draft = None
    with store.transaction() as session:
        draft = call_from(session, notes="x" * 3000)
    for size in range(1, len(NOTED) + 1):
        draft = draft.with_(notes="x" * 3000 + NOTED[:size])
        with store.transaction() as session:
            drafts.save_draft(session, draft, LEAD)
    with store.transaction() as session:
        number = ticket_number(raising.raise_ticket(session, draft, LEAD, REGION))
        tickets.add_note(session, number, NOTED, LEAD)
    for count in range(40):
        with store.transaction() as session:
            raising.add_ticket(session, given_ticket(f"printer {count} " + "offline again " * count), LEAD, REGION)
    assert kept(desk_file, SECRET)
    with store.transaction() as session:
        redaction.redact_description(session, number, SECRET, WHY, LEAD)
        redaction.redact_note(session, number, 1, SECRET, WHY, LEAD)
    with store.reading() as session:
        assert found_by(session, "offline") != []
    store.close()
    assert kept(desk_file, SECRET) == []
    with sqlite3.connect(desk_file) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        connection.execute("INSERT INTO ticket_search (ticket_search) VALUES ('integrity-check')")
    connection.close()


def test_what_is_overwritten_in_the_file_is_gone_from_it(store: Store) -> None:
    if store.dialect == "sqlite":
        with store.engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA secure_delete").scalar() == 1
