"""Whom to tell of what is done with a ticket: departments, the contact on file, a lead, security (P4, P9)."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from callintake.domain.cover import Closed
from callintake.domain.notice import NoticeEvent
from callintake.domain.number import ticket_number
from callintake.domain.verification import is_two_fold
from callintake.services import directory
from callintake.services.desk_rules import rules_in_force
from callintake.services.history import now
from callintake.services.outbox import tell
from callintake.store.tables import OutboxRow, TicketRow

# A literal, so that the planner sees that the partial index serves.
_LIVE = sa.text("ticket.status IN ('new', 'open', 'pending')")

_WHOSE = (NoticeEvent.ROUTED, NoticeEvent.STANDING_IN, NoticeEvent.INVOLVED, NoticeEvent.WITHDRAWN)
"""What says what a ticket is to a department; whatever else it hears of changes nothing of that."""


def tell_department(session: Session, row: TicketRow, event: NoticeEvent, department: str, **facts: Any) -> int:
    """Tell a department of a ticket, everywhere where the desk file says that it hears; return how many messages.

    What comes later about the same ticket is of the next revision, so that it follows the first in one thread.
    """
    targets = list(rules_in_force(session).notify.of(department).targets())
    if not targets:
        return 0
    about = (col(OutboxRow.ticket_id) == row.id, col(OutboxRow.department) == department)
    latest = session.execute(sa.select(func.max(col(OutboxRow.revision))).where(*about)).scalar() or 0
    for medium, recipient in targets:
        tell(
            session,
            event.value,
            recipient,
            facts,
            ticket_id=row.id,
            department=department,
            medium=medium,
            revision=latest + 1,
        )
    return len(targets)


def tell_routed(session: Session, row: TicketRow, department: str, before: str | None, closed: Closed | None) -> None:
    """Tell that a ticket is for a department now, which may be closed: that one, the one before, and who stands in."""
    stand_in = closed.stand_in if closed else None
    stood_in = [name for name, last in _heard_last(session, row, _WHOSE).items() if last == NoticeEvent.STANDING_IN]
    for name in dict.fromkeys(([before] if before is not None else []) + stood_in):
        if name not in (department, stand_in):
            tell_department(session, row, NoticeEvent.WITHDRAWN, name, to=department)
    tell_department(session, row, NoticeEvent.ROUTED, department)
    if closed and stand_in is not None:
        tell_department(session, row, NoticeEvent.STANDING_IN, stand_in, to=department, until=closed.until)


def tell_departments_again(
    session: Session,
    row: TicketRow,
    event: NoticeEvent,
    *,
    only_after: NoticeEvent | None = None,
    unless_last: NoticeEvent | None = None,
    **facts: Any,
) -> None:
    """Tell every department that was told of a ticket, and has it still, how it goes on.

    `only_after` tells those alone that heard of this event last, `unless_last` all but those.
    """
    for department, last in _heard_last(session, row).items():
        if last not in (NoticeEvent.WITHDRAWN, unless_last) and last == (only_after or last):
            tell_department(session, row, event, department, **facts)


def _heard_last(
    session: Session, row: TicketRow, among: Collection[NoticeEvent] = tuple(NoticeEvent)
) -> dict[str, str]:
    """Return what each department that was told of a ticket heard of last, among some events."""
    told = select(OutboxRow.department, OutboxRow.event).where(
        OutboxRow.ticket_id == row.id,
        col(OutboxRow.department).is_not(None),
        col(OutboxRow.event).in_([event.value for event in among]),
    )
    rows = session.exec(told.order_by(col(OutboxRow.revision), col(OutboxRow.id))).all()
    return {department: event for department, event in rows if department is not None}


def acknowledge(session: Session, row: TicketRow) -> None:
    """Tell the contact on file the number of their ticket, once, where the desk file wants that."""
    if row.contact_id is None or not rules_in_force(session).notify.acknowledge:
        return
    contact = directory.contact_by_id(session, row.contact_id)
    if contact.email is not None:
        tell(session, NoticeEvent.ACKNOWLEDGED, contact.email, {"name": contact.name}, ticket_id=row.id)


def tell_breaches(session: Session) -> int:
    """Tell which tickets are past their due time, of each once for that time; return how many are new."""
    address = rules_in_force(session).notify.breach_address
    if address is None:
        return 0
    told = (
        OutboxRow.ticket_id == TicketRow.id,
        OutboxRow.event == NoticeEvent.BREACHED,
        OutboxRow.recipient == address,
    )
    # What was told before the time it is due by now was told of another one.
    of_this_time = select(OutboxRow.id).where(*told, col(OutboxRow.created_at) >= col(TicketRow.due_at))
    before = select(func.count(col(OutboxRow.id))).where(*told).scalar_subquery()
    overdue = select(TicketRow.id, before).where(_LIVE, col(TicketRow.due_at) < now(), ~of_this_time.exists())
    return sum(
        tell(session, NoticeEvent.BREACHED, address, {}, ticket_id=ticket_id, revision=times + 1)
        for ticket_id, times in session.exec(overdue.limit(100)).all()
    )


def tell_contact(session: Session, row: TicketRow) -> None:
    """Tell the contact on file, once, that something sensitive was asked for in their name; of a VIP, anything is."""
    if row.contact_id is None:
        return
    category = rules_in_force(session).category_on_file(row.category)
    contact = directory.contact_by_id(session, row.contact_id)
    if contact.email is None or not (category.sensitive or is_two_fold(category, contact)):
        return
    query = select(OutboxRow).where(
        OutboxRow.ticket_id == row.id,
        OutboxRow.event == NoticeEvent.SENSITIVE,
        OutboxRow.recipient == contact.email,
    )
    told = session.exec(query).all()
    if any(message.body["category"] == row.category for message in told):
        return
    body = {"number": ticket_number(row.id), "category": row.category, "name": contact.name}
    tell(session, NoticeEvent.SENSITIVE, contact.email, body, ticket_id=row.id, revision=len(told) + 1)


def tell_security(
    session: Session,
    event: NoticeEvent,
    body: dict[str, Any],
    *,
    ticket_id: int | None = None,
    call_id: str | None = None,
) -> None:
    """Tell the desk's security address, where the desk file names one; what happens again is told again."""
    address = rules_in_force(session).security_address
    if address is None:
        return
    told = select(func.count()).where(
        OutboxRow.event == event,
        OutboxRow.recipient == address,
        OutboxRow.ticket_id == ticket_id,
        OutboxRow.call_id == call_id,
    )
    revision = session.exec(told).one() + 1
    tell(session, event, address, body, ticket_id=ticket_id, call_id=call_id, revision=revision)
