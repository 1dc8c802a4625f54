"""Whom to tell when something sensitive was asked for: the contact on file, at the address on file (P4)."""

from sqlmodel import Session, select

from callintake.domain.number import ticket_number
from callintake.domain.verification import is_two_fold
from callintake.services import directory
from callintake.services.desk_rules import rules_in_force
from callintake.services.outbox import tell
from callintake.store.tables import OutboxRow, TicketRow

SENSITIVE = "sensitive request"


def tell_contact(session: Session, row: TicketRow) -> None:
    """Tell the contact on file, once, that something sensitive was asked for in their name; of a VIP, anything is."""
    if row.contact_id is None:
        return
    category = rules_in_force(session).category_on_file(row.category)
    contact = directory.contact_by_id(session, row.contact_id)
    if contact.email is None or not (category.sensitive or is_two_fold(category, contact)):
        return
    query = select(OutboxRow).where(
        OutboxRow.ticket_id == row.id, OutboxRow.event == SENSITIVE, OutboxRow.recipient == contact.email
    )
    told = session.exec(query).all()
    if any(message.body["category"] == row.category for message in told):
        return
    body = {"number": ticket_number(row.id), "category": row.category, "name": contact.name}
    tell(session, SENSITIVE, contact.email, body, ticket_id=row.id, revision=len(told) + 1)
