"""Attempts to verify a caller: checked, kept as evidence, and what follows for a ticket's gate (P4, P5)."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from callintake.domain.contact import Contact
from callintake.domain.errors import Refused
from callintake.domain.gate import Gate
from callintake.domain.routing import BUILT_IN
from callintake.domain.text import clean_line
from callintake.domain.verification import Attempt, Claim, Method, Outcome, check_attempt, gate_of
from callintake.services import directory
from callintake.services.agents import is_lead
from callintake.services.history import now, record
from callintake.store.tables import AttemptRow, CallRow, TicketRow


def record_attempt(
    session: Session,
    claim: Claim,
    method: Method,
    outcome: Outcome,
    agent: str,
    *,
    call_id: str | None = None,
    ticket_id: int | None = None,
    number: str | None = None,
    reason: str = "",
) -> Attempt:
    """Keep the evidence of one attempt, made during a call or on a ticket.

    Raises:
        Refused: it could prove nothing, as it stands (see `check_attempt`).
    """
    contact = _contact(session, claim)
    check_attempt(method, claim, contact, number, reason, by_lead=is_lead(session, agent))
    attempt = Attempt(claim, method, outcome, agent, now(), number, clean_line(reason) or None)
    session.add(
        AttemptRow(
            call_id=call_id,
            ticket_id=ticket_id,
            contact_id=claim.contact_id,
            name=claim.name,
            organization=claim.organization,
            category=claim.category,
            method=method,
            factor=method.factor,
            outcome=outcome,
            number=number,
            reason=attempt.reason,
            agent=agent,
            at=attempt.at,
        )
    )
    session.flush()
    record(
        session,
        f"caller {outcome}",
        agent,
        call_id=call_id,
        ticket_id=ticket_id,
        method=method,
        number=number,
        reason=attempt.reason,
        contact_id=claim.contact_id,
        name=claim.name,
    )
    return attempt


def attempts_of_call(session: Session, call_id: str) -> tuple[Attempt, ...]:
    """Return the attempts made during a call, in order."""
    return _attempts(session, col(AttemptRow.call_id) == call_id)


def attempts_of_ticket(session: Session, ticket_id: int) -> tuple[Attempt, ...]:
    """Return the attempts made on a ticket and during its calls, in order."""
    calls = sa.select(CallRow.id).where(col(CallRow.ticket_id) == ticket_id)  # type: ignore[call-overload]
    return _attempts(session, sa.or_(col(AttemptRow.ticket_id) == ticket_id, col(AttemptRow.call_id).in_(calls)))


def claim_of(ticket: TicketRow) -> Claim:
    """Return who a ticket's requester is said to be, and what is asked for."""
    return Claim(ticket.contact_id, ticket.name or "", ticket.organization or "", ticket.category)


def establish_gate(session: Session, ticket: TicketRow) -> Gate:
    """Return the gate of a ticket as its evidence has it now."""
    claim = claim_of(ticket)
    contact = _contact(session, claim)
    return gate_of(
        attempts_of_ticket(session, ticket.id),
        claim,
        BUILT_IN.category(ticket.category),
        contact.may_request if contact else (),
    )


def callback_number(contact: Contact | None, given: str | None, region: str) -> str:
    """Return the number on file that a callback goes to: the one given, or the only one there is.

    Raises:
        Refused: there is none, or several and none was given.
    """
    from callintake.domain.phone import parse_phone

    if given:
        return parse_phone(given, region).e164
    numbers = contact.numbers if contact else ()
    if len(numbers) != 1:
        raise Refused("which number on file was dialled? Give it with --number" if numbers else "no number on file")
    return numbers[0].e164


def _contact(session: Session, claim: Claim) -> Contact | None:
    return None if claim.contact_id is None else directory.contact_by_id(session, claim.contact_id)


def _attempts(session: Session, condition: sa.ColumnElement[bool]) -> tuple[Attempt, ...]:
    rows = session.exec(select(AttemptRow).where(condition).order_by(col(AttemptRow.id)))
    return tuple(_attempt(row) for row in rows)


def _attempt(row: AttemptRow) -> Attempt:
    at: datetime = row.at
    return Attempt(
        Claim(row.contact_id, row.name, row.organization, row.category),
        Method(row.method),
        Outcome(row.outcome),
        row.agent,
        at,
        row.number,
        row.reason,
    )
