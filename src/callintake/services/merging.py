"""Merging: a duplicate goes into the ticket it doubles, with everything it has; both numbers stay (P5, P8).

Nothing is moved: notes, calls, attempts and history stay on the duplicate, and are read with the ticket it went into.
So no evidence for one requester or category ever stands on the record of another.
"""

from sqlmodel import Session

from callintake.domain.merging import Side, check_apart, status_of_merged
from callintake.domain.notice import NoticeEvent
from callintake.domain.number import serial_of, ticket_number
from callintake.services.changes import put, require_live, ticket_to_change
from callintake.services.gates import changed, claim_of, gate_of_row, held_ticket
from callintake.services.telling import tell_departments_again
from callintake.store.tables import TicketRow

MERGED = "merged"


def merge(
    session: Session,
    number: str,
    into: str,
    agent: str,
    version: int | None = None,
    into_version: int | None = None,
) -> None:
    """Merge a duplicate into another ticket, and tell the departments that have it.

    Raises:
        Refused: one of them is done or was merged itself, or both are the same.
        GateShut: they are of different requesters or categories, and one of them is not confirmed as authorized; or
            something failed on the duplicate.
        Conflict: one of them was changed meanwhile.
    """
    serial, into_serial = serial_of(number), serial_of(into)
    check_apart(ticket_number(serial), ticket_number(into_serial))
    # Always the older one first: two who merge the same two the other way round would wait for each other.
    held_ticket(session, min(serial, into_serial))
    held_ticket(session, max(serial, into_serial))
    duplicate = ticket_to_change(session, number, agent, version)
    target = ticket_to_change(session, into, agent, into_version)
    for row in (duplicate, target):
        require_live(row)
    status = status_of_merged(_side(duplicate), _side(target))
    columns = {"status": status.value, "merged_into": target.id, "waits_until": None, "snoozed_until": None}
    put(session, duplicate, MERGED, agent, columns, into=ticket_number(target.id), before=duplicate.status)
    changed(session, target, "took in", agent, duplicate=ticket_number(duplicate.id))
    tell_departments_again(session, duplicate, NoticeEvent.MERGED, into=ticket_number(target.id), by=agent)


def _side(row: TicketRow) -> Side:
    return Side(ticket_number(row.id), claim_of(row), gate_of_row(row))
