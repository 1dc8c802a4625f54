"""What every verb on a ticket shares: the row, held, as the one who asks last saw it; and what a change was before."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from callintake.domain.detail import Event
from callintake.domain.errors import Conflict, Refused, TextConflict
from callintake.domain.event_words import in_words
from callintake.domain.number import serial_of, ticket_number
from callintake.domain.ticket import LIVE, Status, status_at
from callintake.services import agents
from callintake.services.gates import changed, held_ticket
from callintake.services.history import now
from callintake.services.outbox import MESSAGE_EVENTS
from callintake.store.tables import EventRow, TicketRow

_TOLD = 3
"""Changes that a conflict names."""


def ticket_to_change(session: Session, number: str, agent: str, version: int | None = None) -> TicketRow:
    """Return the row, locked until the transaction ends; as the screen last saw it, when it says what it saw.

    Raises:
        Refused: the agent is an auditor.
        NotFound: there is no such ticket.
        Conflict: it is not of that version any more; the message says who changed what.
    """
    agents.check_may_change(session, agent)
    row = held_ticket(session, serial_of(number))
    if version is not None and row.version != version:
        raise Conflict(f"{_changed_meanwhile(session, row, version)}: look again, then repeat it")
    return row


def text_conflict(session: Session, row: TicketRow, version: int, *, mine: str, theirs: str) -> TextConflict:
    """Return what one who wrote on an older version is told, with the text that stands and their own."""
    return TextConflict(
        f"{_changed_meanwhile(session, row, version)}: compare the two texts, then repeat it",
        mine=mine,
        theirs=theirs,
        version=row.version,
    )


def _changed_meanwhile(session: Session, row: TicketRow, version: int) -> str:
    who = meanwhile(session, row, version)
    return f"{ticket_number(row.id)} was changed by somebody else meanwhile ({who})"


def meanwhile(session: Session, row: TicketRow, version: int) -> str:
    """Return in words who changed what of a ticket since it was of that version: the latest changes of it."""
    since = max(row.version - version, 1)
    events = latest_events(session, row.id, min(since, _TOLD))
    told = "; ".join(f"{event.agent}: {in_words(event.kind, event.data)}" for event in reversed(events))
    return f"{told}; and {since - _TOLD} more" if since > _TOLD else told


def latest_events(session: Session, serial: int, limit: int) -> Sequence[Event]:
    """Return what happened to a ticket last, the newest first; what became of messages about it changes nothing."""
    about = (col(EventRow.ticket_id) == serial, col(EventRow.kind).not_in(MESSAGE_EVENTS))
    query = select(EventRow).where(*about).order_by(col(EventRow.id).desc()).limit(limit)
    return [Event(row.at, row.agent, row.kind, row.data) for row in session.exec(query)]


def status_now(row: TicketRow) -> Status:
    """Return the status of a ticket as it is by now: one that waited until then is open again."""
    return status_at(Status(row.status), row.waits_until, now())


def require_live(row: TicketRow) -> None:
    """Refuse what only makes sense while somebody still has to do something about a ticket.

    Raises:
        Refused: it was merged, or is done.
    """
    require_not_merged(row)
    if Status(row.status) not in LIVE:
        raise Refused(f"{ticket_number(row.id)} is {row.status}; reopen it first")


def require_not_merged(row: TicketRow) -> None:
    """Refuse what is to be done with the ticket that another was merged into.

    Raises:
        Refused: it was merged; the message says into which.
    """
    if row.merged_into is not None:
        into = ticket_number(row.merged_into)
        raise Refused(f"{ticket_number(row.id)} was merged into {into}: go on there")


def put(session: Session, row: TicketRow, kind: str, agent: str, columns: dict[str, Any], **data: Any) -> None:
    """Change columns of a ticket, and record it together with what they were, so that it can be undone."""
    was = {name: plain(getattr(row, name)) for name, value in columns.items() if getattr(row, name) != value}
    for name, value in columns.items():
        setattr(row, name, value)
    changed(session, row, kind, agent, **data, was=was)


def plain(value: Any) -> Any:
    """Return a value as the history keeps it: in a type of JSON."""
    return value.isoformat() if isinstance(value, datetime) else value
