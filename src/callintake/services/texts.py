"""Correcting what was written on a ticket: nothing said is lost, and of two who write none loses a text (P3, P11).

Description and notes are evidence, and stay as they were noted: what corrects them is a note that says so. A subject is
a title, and may be another; the one it had becomes a note, out of which a secret can be taken like out of any other.
"""

from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, col, select

from callintake.domain.detail import Note
from callintake.domain.errors import NotFound, Refused
from callintake.domain.number import ticket_number
from callintake.domain.text import clean_block, clean_line
from callintake.domain.writing import the
from callintake.services import agents, reading, tickets
from callintake.services.changes import text_conflict, ticket_to_change
from callintake.services.history import record
from callintake.services.raising import LONGEST_SUBJECT
from callintake.store.tables import EventRow, NoteRow, TicketRow

SUBJECT = "subject"
DESCRIPTION = "description"
_NOTE = "note "
CORRECTED = "corrected"


class Standing(NamedTuple):
    """A text of a ticket as it stands: the latest correction of it, where there is one.

    `place` names it; `version` is that of the ticket, for who writes on it.
    """

    place: str
    text: str
    version: int
    agent: str
    at: datetime
    is_corrected: bool = False


def standing_texts(session: Session, number: str, agent: str) -> list[Standing]:
    """Return the texts of a ticket that an agent may correct: its subject, its description, notes that are theirs, or
    all of them for a lead. What corrects a note is none to be corrected itself.

    Raises:
        NotFound: there is no such ticket.
    """
    ticket = reading.ticket(session, number)
    raised = (ticket.version, ticket.raised_by, ticket.created_at)
    found = [Standing(SUBJECT, ticket.subject, *raised), Standing(DESCRIPTION, ticket.description, *raised)]
    ids = session.exec(select(NoteRow.id).where(NoteRow.ticket_id == ticket.serial).order_by(col(NoteRow.id))).all()
    notes = dict(zip(ids, ticket.notes, strict=False))
    corrections = [event.data for event in ticket.history if event.kind == CORRECTED]
    ours = {data["note"] for data in corrections}
    for place, (id_, note) in enumerate(notes.items(), start=1):
        if id_ not in ours:
            found.append(Standing(f"{_NOTE}{place}", note.text, ticket.version, note.agent, note.at))
    latest = {data["place"]: notes[data["note"]] for data in corrections if data["note"] in notes}
    may_all = agents.is_lead(session, agent)
    return [
        _corrected(one, latest.get(one.place))
        for one in found
        if may_all or one.agent == agent or not one.place.startswith(_NOTE)
    ]


def _corrected(one: Standing, by: Note | None) -> Standing:
    if by is None or one.place == SUBJECT:
        return one
    return one._replace(text=by.text.partition("\n")[2], agent=by.agent, at=by.at, is_corrected=True)


def correct(session: Session, number: str, place: str, text: str, agent: str, version: int) -> None:
    """Correct the text in a place of a ticket, as `standing_texts` names it.

    Raises:
        Refused: what the verb for that place says no with.
    """
    if place == SUBJECT:
        set_subject(session, number, text, agent, version)
    elif place == DESCRIPTION:
        correct_description(session, number, text, agent, version)
    else:
        correct_note(session, number, int(place.removeprefix(_NOTE)), text, agent, version)


def set_subject(session: Session, number: str, subject: str, agent: str, version: int) -> None:
    """Give a ticket another subject; the one it had is kept as a note.

    Raises:
        TextConflict: somebody else gave it one since that version; it holds both.
        Refused: there is nothing in it, or more than a subject holds.
    """
    row = ticket_to_change(session, number, agent)
    subject = clean_line(subject)
    if not subject:
        raise Refused("a subject without a word says nothing")
    if len(subject) > LONGEST_SUBJECT:
        raise Refused(f"a subject has {LONGEST_SUBJECT} characters at most, and this has {len(subject)}: shorten it")
    if _latest(session, row, SUBJECT, version) is not None:
        raise text_conflict(session, row, version, mine=subject, theirs=row.subject)
    if subject == row.subject:
        return
    before, row.subject = row.subject, subject
    tickets.add_note(session, number, f"The subject was: {before}", agent)
    _record(session, row, SUBJECT, agent)


def correct_note(session: Session, number: str, place: int, text: str, agent: str, version: int) -> None:
    """Add a note that corrects the one in that place of a ticket, the first being 1, as its author or as a lead.

    Raises:
        TextConflict: somebody else corrected it since that version; it holds both.
        NotFound: there is no such note.
        Refused: the agent neither wrote it nor leads the desk, or there is nothing in it.
    """
    row = ticket_to_change(session, number, agent)
    notes = session.exec(select(NoteRow).where(NoteRow.ticket_id == row.id).order_by(col(NoteRow.id))).all()
    if not 0 < place <= len(notes):
        raise NotFound(f"{ticket_number(row.id)} has {len(notes)} notes; there is no note {place}")
    author = notes[place - 1].agent
    if agent != author and not agents.is_lead(session, agent):
        raise Refused(f"{author} wrote that: {author} or a lead corrects it; add a note of your own")
    _correct(session, row, f"{_NOTE}{place}", text, agent, version)


def correct_description(session: Session, number: str, text: str, agent: str, version: int) -> None:
    """Add a note that corrects the description of a ticket.

    Raises:
        TextConflict: somebody else corrected it since that version; it holds both.
        Refused: there is nothing in it.
    """
    _correct(session, ticket_to_change(session, number, agent), DESCRIPTION, text, agent, version)


def _correct(session: Session, row: TicketRow, place: str, text: str, agent: str, version: int) -> None:
    text = clean_block(text).strip()
    if not text:
        raise Refused("a correction without a word says nothing")
    latest = _latest(session, row, place, version)
    if latest is not None:
        theirs = session.get_one(NoteRow, latest["note"]).text.partition("\n")[2]
        raise text_conflict(session, row, version, mine=text, theirs=theirs)
    tickets.add_note(session, ticket_number(row.id), f"Correction of {the(place)}:\n{text}", agent)
    _record(session, row, place, agent)


def _record(session: Session, row: TicketRow, place: str, agent: str) -> None:
    """Say what was corrected, and of which version the ticket is since."""
    note = session.exec(
        select(NoteRow.id).where(NoteRow.ticket_id == row.id).order_by(col(NoteRow.id).desc()).limit(1)
    ).one()
    record(session, CORRECTED, agent, ticket_id=row.id, place=place, note=note, version=row.version)


def _latest(session: Session, row: TicketRow, place: str, version: int) -> dict[str, object] | None:
    """Return the latest correction of a text after that version, as it was recorded."""
    if row.version == version:
        return None
    query = (
        select(EventRow)
        .where(EventRow.ticket_id == row.id, EventRow.kind == CORRECTED)
        .order_by(col(EventRow.id).desc())
    )
    found = (event.data for event in session.exec(query) if event.data["place"] == place)
    return next((data for data in found if data["version"] > version), None)
