"""A ticket's gate: as its evidence has it, as it stands on record, and what follows when it opens (P5)."""

from dataclasses import replace
from typing import Any

from sqlmodel import Session, col, select

from callintake.domain.errors import NotFound
from callintake.domain.gate import Authorization, Gate, Identity
from callintake.domain.lease import renewed
from callintake.domain.notice import NoticeEvent
from callintake.domain.number import ticket_number
from callintake.domain.verification import Claim, gate_of
from callintake.services.claimants import contact_of, watched_namesake
from callintake.services.desk_rules import rules_in_force
from callintake.services.evidence import attempts_of_ticket
from callintake.services.history import now, record
from callintake.services.lock import is_locked
from callintake.services.telling import tell_contact, tell_departments_again
from callintake.store.tables import TicketRow


def held_ticket(session: Session, serial: int) -> TicketRow:
    """Return a ticket's row, which nobody else changes before the transaction ends.

    Raises:
        NotFound: there is no such ticket.
    """
    row = session.exec(select(TicketRow).where(col(TicketRow.id) == serial).with_for_update()).one_or_none()
    if row is None:
        raise NotFound(f"there is no ticket {ticket_number(serial)}")
    return row


def claim_of(ticket: TicketRow) -> Claim:
    """Return who a ticket's requester is said to be, and what is asked for."""
    return Claim(ticket.contact_id, ticket.name or "", ticket.organization or "", ticket.category)


def gate_of_row(row: Any) -> Gate:
    """Return the gate as it stands on record."""
    return Gate(
        Identity(row.identity),
        Authorization(row.authorization),
        is_suspicious=row.suspicion is not None,
        is_broken=row.break_glass is not None,
    )


def establish_gate(session: Session, ticket: TicketRow) -> Gate:
    """Return the gate of a ticket as its evidence has it now.

    Evidence expires, except that a request keeps what it was established with for as long as it is the same request.
    """
    claim, rules = claim_of(ticket), rules_in_force(session)
    contact, namesake = contact_of(session, claim), watched_namesake(session, claim)
    person = contact or namesake
    is_established = ticket.identity == Identity.VERIFIED and ticket.authorization == Authorization.AUTHORIZED
    return gate_of(
        attempts_of_ticket(session, ticket.id),
        claim,
        rules.category_on_file(ticket.category),
        # Who is only named alike has the rights of nobody, but is watched as much.
        contact or (namesake and replace(namesake, may_request=())),
        rules.verification,
        None if is_established else now() - rules.verification.valid_for,
        is_locked=person is not None and is_locked(session, person.id),
        is_suspicious=ticket.suspicion is not None,
    )


def let_stand(session: Session, row: TicketRow, agent: str) -> Gate:
    """Let a ticket's gate stand on record as its evidence has it now, and return it."""
    session.refresh(row)
    before, gate = gate_of_row(row), establish_gate(session, row)
    row.identity, row.authorization = gate.identity, gate.authorization
    return gate_changed(session, row, before, agent)


def gate_changed(session: Session, row: TicketRow, before: Gate, agent: str) -> Gate:
    """Record how a gate stands after something that decides about it; the contact on file is told when it opens."""
    after = gate_of_row(row)
    changed(session, row, "gate", agent, before=_words(before), after=_words(after))
    tell_of_gate(session, row, before)
    if after.open and not before.open:
        tell_contact(session, row)
    return after


def tell_of_gate(session: Session, row: TicketRow, before: Gate) -> None:
    """Tell departments that have a ticket when it may not be acted on any more, and when it may again (P5)."""
    after = gate_of_row(row)
    if before.open and not after.open:
        event = NoticeEvent.GATE_SHUT
        tell_departments_again(session, row, event, unless_last=event, reason=after.reasons[0])
    elif after.open:
        tell_departments_again(session, row, NoticeEvent.GATE_OPEN, only_after=NoticeEvent.GATE_SHUT)


def changed(session: Session, row: TicketRow, kind: str, agent: str, **data: Any) -> None:
    """Record a change of a ticket, which is then of a new version; by its owner, it renews their claim."""
    row.version += 1
    row.updated_at = now()
    if row.owner == agent:
        row.leased_until = renewed(row.leased_until, row.updated_at)
    session.flush()
    record(session, kind, agent, ticket_id=row.id, **data)


def _words(gate: Gate) -> str:
    if gate.open:
        return "open: glass broken" if gate.is_broken else "open"
    return f"shut: {gate.reasons[0]}"
