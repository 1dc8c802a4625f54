"""Reading tickets whole."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from callintake.domain.contact import Requester
from callintake.domain.detail import CallRecord, Event, Note, Ticket
from callintake.domain.errors import NotFound
from callintake.domain.message import Message
from callintake.domain.number import serial_of, ticket_number
from callintake.domain.ticket import Priority, Status, status_at
from callintake.domain.verification import Attempt
from callintake.services.calls import call_record
from callintake.services.evidence import attempts_of_tickets
from callintake.services.gates import gate_of_row
from callintake.services.history import now
from callintake.services.outbox import message_of
from callintake.store.tables import CallRow, EventRow, NoteRow, OutboxRow, TicketRow


def ticket(session: Session, number: str) -> Ticket:
    """Return one ticket with its calls, notes, attempts and history, and those that were merged into it.

    Raises:
        WrongNumber: the number can't be right.
        NotFound: it is right, and there is no such ticket.
    """
    serial = serial_of(number)
    found = tickets(session, [serial])
    if not found:
        raise NotFound(f"there is no ticket {ticket_number(serial)}")
    return found[0]


def tickets(session: Session, serials: Sequence[int]) -> list[Ticket]:
    """Return the whole of these tickets, in this order, by a few queries for all of them; those that are not there not.

    Some hundreds at a time: all of it is held in memory.
    """
    rows = {row.id: row for row in _rows(session, TicketRow, col(TicketRow.id).in_(serials), TicketRow.id)}
    calls = _by_ticket(_rows(session, CallRow, col(CallRow.ticket_id).in_(serials), CallRow.started_at))
    notes = _by_ticket(_rows(session, NoteRow, col(NoteRow.ticket_id).in_(serials), NoteRow.id))
    messages = _by_ticket(_rows(session, OutboxRow, col(OutboxRow.ticket_id).in_(serials), OutboxRow.id))
    ticket_of = {call.id: serial for serial, its in calls.items() for call in its}
    attempts = attempts_of_tickets(session, serials, ticket_of)
    history = _history(session, serials, ticket_of)
    merged = _merged(session, serials)
    return [
        _whole(
            rows[serial],
            tuple(map(call_record, calls.get(serial, ()))),
            tuple(map(_note, notes.get(serial, ()))),
            tuple(map(message_of, messages.get(serial, ()))),
            tuple(attempts.get(serial, ())),
            tuple(history.get(serial, ())),
            tuple(merged.get(serial, ())),
        )
        for serial in serials
        if serial in rows
    ]


def _whole(
    row: Any,
    calls: tuple[CallRecord, ...],
    notes: tuple[Note, ...],
    notifications: tuple[Message, ...],
    attempts: tuple[Attempt, ...],
    history: tuple[Event, ...],
    merged: tuple[Ticket, ...],
) -> Ticket:
    return Ticket(
        serial=row.id,
        version=row.version,
        subject=row.subject,
        description=row.description,
        category=row.category,
        priority=Priority(row.priority),
        status=status_at(Status(row.status), row.waits_until, now()),
        department=row.department,
        owner=row.owner,
        requester=Requester(row.name, row.organization, row.email, row.phone, row.phone_typed, row.contact_id),
        missing_reason=row.missing_reason,
        gate=gate_of_row(row),
        raised_by=row.raised_by,
        created_at=row.created_at,
        updated_at=row.updated_at,
        due_at=row.due_at,
        offsets=tuple(row.offsets or ()),
        asset=row.asset,
        impact=row.impact,
        urgency=row.urgency,
        asked=tuple(row.asked or ()),
        suspicion=row.suspicion,
        break_glass=row.break_glass,
        snoozed_until=row.snoozed_until,
        waits_until=row.waits_until,
        leased_until=row.leased_until if row.owner else None,
        merged_into=_number(row.merged_into),
        merged=merged,
        split_from=_number(row.split_from),
        notifications=notifications,
        calls=calls,
        notes=notes,
        attempts=attempts,
        history=history,
    )


def _number(serial: int | None) -> str | None:
    return None if serial is None else ticket_number(serial)


def _merged(session: Session, serials: Sequence[int]) -> dict[int, list[Ticket]]:
    """Return the tickets that went into these, by the one they went into."""
    into = {
        row.id: row.merged_into
        for row in _rows(session, TicketRow, col(TicketRow.merged_into).in_(serials), TicketRow.id)
    }
    found: dict[int, list[Ticket]] = {}
    for one in tickets(session, list(into)) if into else ():
        found.setdefault(into[one.serial], []).append(one)
    return found


def _rows(session: Session, table: Any, condition: sa.ColumnElement[bool], order: Any) -> Sequence[Any]:
    """Return rows as they are, in order: as entities, which nobody changes here, they would cost twice as much."""
    return session.execute(sa.select(*table.__table__.columns).where(condition).order_by(order)).all()


def _by_ticket(rows: Sequence[Any]) -> dict[int, list[Any]]:
    """Return rows by the ticket that each is about."""
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.ticket_id, []).append(row)
    return found


def _note(row: Any) -> Note:
    return Note(row.at, row.agent, row.text, tuple(row.offsets or ()), row.call_id)


def _history(session: Session, serials: Sequence[int], ticket_of: Mapping[str, int]) -> dict[int, list[Event]]:
    about = sa.or_(col(EventRow.ticket_id).in_(serials), col(EventRow.call_id).in_(ticket_of))
    found: dict[int, list[Event]] = {}
    wanted = set(serials)
    for row in _rows(session, EventRow, about, EventRow.id):
        event = Event(row.at, row.agent, row.kind, row.data)
        for serial in {row.ticket_id, ticket_of.get(row.call_id)} & wanted:
            found.setdefault(serial, []).append(event)
    return found
