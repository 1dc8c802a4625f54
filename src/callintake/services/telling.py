"""Whom to tell when something sensitive was asked for: the contact on file, at the address on file (P4)."""

from sqlmodel import Session

from callintake.domain.number import ticket_number
from callintake.services import directory
from callintake.services.desk_rules import rules_in_force
from callintake.services.outbox import tell
from callintake.store.tables import TicketRow


def tell_contact(session: Session, row: TicketRow) -> None:
    """Tell the contact on file that something sensitive was asked for in their name (P4)."""
    category = rules_in_force(session).category(row.category)
    if row.contact_id is None or not category.sensitive:
        return
    contact = directory.contact_by_id(session, row.contact_id)
    if contact.email is not None:
        body = {"number": ticket_number(row.id), "category": row.category, "name": contact.name}
        tell(session, "sensitive request", contact.email, body, ticket_id=row.id)
