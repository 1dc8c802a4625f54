"""Splitting: a part of what was said becomes a ticket of its own, for the same requester (P5, P8)."""

from sqlmodel import Session

from callintake.domain.contact import Requester
from callintake.domain.errors import Refused
from callintake.domain.gate import Identity
from callintake.domain.number import ticket_number
from callintake.domain.text import clean_block, clean_line
from callintake.domain.ticket import Priority, subject_from
from callintake.domain.verification import counting_elsewhere
from callintake.services.changes import require_not_merged, ticket_to_change
from callintake.services.desk_rules import rules_in_force
from callintake.services.evidence import attempts_of_ticket, carry_attempts
from callintake.services.gates import changed, claim_of, establish_gate, let_stand
from callintake.services.history import now
from callintake.services.raising import insert_ticket
from callintake.store.tables import TicketRow


def split(
    session: Session,
    number: str,
    text: str,
    agent: str,
    version: int | None = None,
    *,
    subject: str = "",
    category: str = "",
) -> int:
    """Make a part of a ticket's text a ticket of its own, and return its serial; without a category it keeps the other.

    Its gate is what the evidence makes of it: of the same person, not expired, enough for its own category. The text
    stays where it was said as well.

    Raises:
        Refused: there is no text, the ticket was merged, or there is no such category.
    """
    source = ticket_to_change(session, number, agent, version)
    require_not_merged(source)
    description = clean_block(text).strip()
    if not description:
        raise Refused("which part becomes a ticket of its own? Give its text")
    rules = rules_in_force(session)
    kind = rules.category(category) if category.strip() else rules.category_on_file(source.category)
    row = insert_ticket(
        session,
        Requester(source.name, source.organization, source.email, source.phone, source.phone_typed, source.contact_id),
        missing_reason=source.missing_reason or "",
        subject=clean_line(subject) or subject_from(description),
        description=description,
        category=kind,
        priority=Priority(source.priority) if kind.name == source.category else kind.priority,
        agent=agent,
        split_from=source.id,
        asset=source.asset,
    )
    changed(session, source, "split", agent, into=ticket_number(row.id))
    if source.suspicion is not None:
        row.suspicion = source.suspicion
        changed(session, row, "suspicious", agent, reason=source.suspicion)
    _carry_evidence(session, source, row, agent)
    return row.id


def _carry_evidence(session: Session, source: TicketRow, row: TicketRow, agent: str) -> None:
    """Let what proves who asks prove it for the part as well, if it still does."""
    if establish_gate(session, row).identity is Identity.LOCKED:
        return
    since = now() - rules_in_force(session).verification.valid_for
    carried = counting_elsewhere(attempts_of_ticket(session, source.id), claim_of(row), since)
    if carried:
        carry_attempts(session, carried, row, source.id, agent)
        let_stand(session, row, agent)
