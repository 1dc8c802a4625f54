"""Taking a secret out of what was noted: the only way in which a text on record changes, and itself on record (P4)."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlmodel import Session, col, select

from callintake.domain.errors import NotFound, Refused
from callintake.domain.number import serial_of, ticket_number
from callintake.domain.secret_text import SecretKind, SecretSpan, kind_of, occurrences, redact, secrets_in
from callintake.domain.text import clean_block, clean_line
from callintake.services import agents
from callintake.services.gates import held_ticket
from callintake.services.history import now, record
from callintake.services.raising import index_ticket
from callintake.store import search
from callintake.store.tables import CallRow, DraftRow, NoteRow, TicketRow

_SHORTEST = 3
"""Characters of a secret that is given; anything shorter stands in half the words of a note."""
_CUT = "…"


@dataclass(frozen=True, slots=True)
class Redacted:
    """What was done: the runs of text that gave way to a mark, and where on the ticket the same text still stands."""

    runs: int
    elsewhere: tuple[str, ...] = ()


def redact_note(session: Session, number: str, place: int, text: str | None, why: str, agent: str) -> Redacted:
    """Take a text out of the note in that place of a ticket, the first being 1; None is all that looks like a secret.

    Wherever it stands in that note, and in what was typed during the ticket's calls, a mark takes its place.

    Raises:
        NotFound: there is no such ticket, or no such note on it.
        Refused: the agent neither wrote it nor leads the desk, gives no reason, or there is nothing to take out.
    """
    ticket = _ticket(session, number, why, agent)
    notes = _notes(session, ticket)
    if not 0 < place <= len(notes):
        raise NotFound(f"{ticket_number(ticket.id)} has {len(notes)} notes; there is no note {place}")
    note = notes[place - 1]
    _check_may(session, note.agent, agent)
    secrets = _secrets(note.text, text, why)

    def keep(changed: str) -> None:
        note.text = changed

    where = _Where(ticket.id, f"note {place}", clean_line(why), agent, note.id)
    runs = sum(_take_out(session, where, note.text, secret, kind, keep) for secret, kind in secrets.items())
    return _finish(session, ticket, secrets, runs)


def redact_description(session: Session, number: str, text: str | None, why: str, agent: str) -> Redacted:
    """Take a text out of the description and the subject of a ticket; None is all that looks like a secret.

    Raises:
        NotFound: there is no such ticket.
        Refused: the agent neither raised it nor leads the desk, gives no reason, or there is nothing to take out.
    """
    ticket = _ticket(session, number, why, agent)
    _check_may(session, ticket.raised_by, agent)
    secrets = _secrets(f"{ticket.description}\n{ticket.subject}", text, why)

    def keep(changed: str) -> None:
        ticket.description = changed

    def keep_subject(changed: str) -> None:
        ticket.subject = changed

    runs = 0
    for secret, kind in secrets.items():
        where = _Where(ticket.id, "description", clean_line(why), agent)
        runs += _take_out(session, where, ticket.description, secret, kind, keep)
        where = _Where(ticket.id, "subject", clean_line(why), agent)
        runs += _take_out(session, where, ticket.subject, _as_in_subject(ticket.subject, secret), kind, keep_subject)
    return _finish(session, ticket, secrets, runs)


@dataclass(frozen=True, slots=True)
class _Where:
    """What is redacted, why and by whom."""

    ticket_id: int
    place: str
    why: str
    agent: str
    note_id: int | None = None


def _ticket(session: Session, number: str, why: str, agent: str) -> TicketRow:
    agents.check_may_change(session, agent)
    if not clean_line(why):
        raise Refused("why is it taken out? Give a reason, without the secret")
    return held_ticket(session, serial_of(number))


def _notes(session: Session, ticket: TicketRow) -> list[NoteRow]:
    return list(session.exec(select(NoteRow).where(NoteRow.ticket_id == ticket.id).order_by(col(NoteRow.id))))


def _check_may(session: Session, author: str, agent: str) -> None:
    if agent != author and not agents.is_lead(session, agent):
        raise Refused(f"{author} wrote that: {author} or a lead may take something out of it")


def _secrets(noted: str, given: str | None, why: str) -> dict[str, SecretKind]:
    """Return the texts to be taken out of one, and what they look like; the longest first, so that no part is left."""
    if given is None:
        found = {noted[span.start : span.end] for span in secrets_in(noted)}
        if not found:
            raise Refused("nothing there looks like a secret: say what is to be taken out")
    else:
        secret = clean_block(given).strip()
        if len(secret) < _SHORTEST:
            raise Refused(f"what is to be taken out? {_SHORTEST} characters at least")
        if not occurrences(noted, secret):
            raise Refused("that text is not there: nothing was changed")
        found = {secret}
    if any(clean_line(secret) in clean_line(why) for secret in found):
        raise Refused("the reason stays on record: give one without the secret")
    return {secret: kind_of(secret, noted) for secret in sorted(found, key=len, reverse=True)}


def _take_out(
    session: Session, where: _Where, text: str, secret: str, kind: SecretKind, keep: Callable[[str], None]
) -> int:
    """Put a mark in place of a secret, each run by itself, on record before it is done; return how many there were."""
    runs = occurrences(text, secret, kind)
    # From the end, so that the places on record are those of the text as it was.
    for span in reversed(runs):
        _record(session, where, span, text)
        text = redact(text, span)
        keep(text)
        session.flush()
    return len(runs)


def _record(session: Session, where: _Where, span: SecretSpan, text: str) -> None:
    """Say in the history what is redacted; the database lets the text change only just so."""
    record(
        session,
        "redacted",
        where.agent,
        ticket_id=where.ticket_id,
        what=span.kind.value,
        place=where.place,
        note=where.note_id,
        start=span.start,
        length=span.end - span.start,
        lines=text.count("\n", span.start, span.end),
        reason=where.why,
    )


def _as_in_subject(subject: str, secret: str) -> str:
    """Return a secret as a subject may have it: in one line, and perhaps cut short with it."""
    line = clean_line(secret)
    if line in subject or not subject.endswith(_CUT):
        return line
    ends = (line[:size] for size in range(len(line) - 1, _SHORTEST - 1, -1))
    return next((end for end in ends if subject.removesuffix(_CUT).endswith(end)), line)


def _finish(session: Session, ticket: TicketRow, secrets: dict[str, SecretKind], runs: int) -> Redacted:
    """Take the same out of what was typed during the calls, and out of the search; the ticket is of a new version."""
    _redact_drafts(session, ticket, secrets)
    ticket.version += 1
    ticket.updated_at = now()
    session.flush()
    notes = _notes(session, ticket)
    texts = {"the description": ticket.description, "the subject": ticket.subject}
    texts |= {f"note {place}": note.text for place, note in enumerate(notes, start=1)}
    index_ticket(session, ticket, "\n".join([ticket.description, *(note.text for note in notes)]))
    search.sweep(session, search.TICKETS)
    left = (place for place, text in texts.items() if any(occurrences(text, secret) for secret in secrets))
    return Redacted(runs, tuple(left))


def _redact_drafts(session: Session, ticket: TicketRow, secrets: dict[str, SecretKind]) -> None:
    drafts = (
        select(DraftRow).join(CallRow, col(CallRow.id) == col(DraftRow.call_id)).where(CallRow.ticket_id == ticket.id)
    )
    for draft in session.exec(drafts.execution_options(populate_existing=True)):
        body = dict(draft.body)
        for secret, kind in secrets.items():
            body["notes"] = _redacted(str(body.get("notes", "")), secret, kind)
            subject = str(body.get("subject", ""))
            body["subject"] = _redacted(subject, _as_in_subject(subject, secret), kind)
        if body != draft.body:
            draft.body = body
    session.flush()


def _redacted(text: str, secret: str, kind: SecretKind) -> str:
    for span in reversed(occurrences(text, secret, kind)):
        text = redact(text, span)
    return text
