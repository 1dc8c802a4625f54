"""Reading one ticket whole."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from callintake.domain.contact import Requester
from callintake.domain.detail import Event, Note, Ticket
from callintake.domain.errors import NotFound
from callintake.domain.number import serial_of, ticket_number
from callintake.domain.ticket import Priority, Status
from callintake.services.calls import call_record
from callintake.services.outbox import messages_of_ticket
from callintake.services.verification import attempts_of_ticket, gate_of_row
from callintake.store.tables import CallRow, EventRow, NoteRow, TicketRow


def ticket(session: Session, number: str) -> Ticket:
    """Return one ticket with its calls, notes, attempts and history.

    Raises:
        WrongNumber: the number can't be right.
        NotFound: it is right, and there is no such ticket.
    """
    serial = serial_of(number)
    row = session.get(TicketRow, serial)
    if row is None:
        raise NotFound(f"there is no ticket {ticket_number(serial)}")
    calls = session.exec(select(CallRow).where(CallRow.ticket_id == serial).order_by(col(CallRow.started_at)))
    notes = session.exec(select(NoteRow).where(NoteRow.ticket_id == serial).order_by(col(NoteRow.id)))
    call_records = tuple(call_record(call) for call in calls)
    return Ticket(
        serial=row.id,
        version=row.version,
        subject=row.subject,
        description=row.description,
        category=row.category,
        priority=Priority(row.priority),
        status=Status(row.status),
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
        notifications=messages_of_ticket(session, serial),
        calls=call_records,
        notes=tuple(Note(note.at, note.agent, note.text, tuple(note.offsets or ()), note.call_id) for note in notes),
        attempts=attempts_of_ticket(session, serial),
        history=_history(session, serial, [call.id for call in call_records]),
    )


def _history(session: Session, serial: int, calls: Sequence[str]) -> tuple[Event, ...]:
    about = (col(EventRow.ticket_id) == serial) | col(EventRow.call_id).in_(calls)
    rows = session.exec(select(EventRow).where(about).order_by(col(EventRow.id)))
    return tuple(Event(row.at, row.agent, row.kind, row.data) for row in rows)
