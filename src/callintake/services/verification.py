"""Attempts to verify a caller: checked, kept as evidence, and what follows for the gate (P4, P5)."""

from datetime import datetime

from sqlmodel import Session, col, func, select

from callintake.domain.contact import Contact
from callintake.domain.errors import Refused
from callintake.domain.method import Method, Outcome
from callintake.domain.method_choice import Given, Standing, check_attempt
from callintake.domain.text import clean_line
from callintake.domain.verification import Attempt, Claim
from callintake.services import credentials, directory, on_file, suspicion
from callintake.services.agents import check_may_change, is_lead
from callintake.services.claimants import contact_of, watched_namesake
from callintake.services.desk_rules import rules_in_force
from callintake.services.evidence import attempts_of_call as attempts_of_call
from callintake.services.evidence import attempts_of_ticket as attempts_of_ticket
from callintake.services.evidence import keep_attempt
from callintake.services.gates import claim_of as claim_of
from callintake.services.gates import establish_gate as establish_gate
from callintake.services.gates import gate_of_row as gate_of_row
from callintake.services.gates import held_ticket, let_stand
from callintake.services.history import now
from callintake.services.lock import failures
from callintake.services.lock import is_locked as is_locked
from callintake.services.lock import unlock_contact as unlock_contact
from callintake.store.tables import CallRow, TicketRow


def standing_of(
    session: Session, claim: Claim, agent: str, *, call_id: str | None = None, ticket_id: int | None = None
) -> Standing:
    """Return what is known of a caller before an attempt: who they say they are, and what there is to go by."""
    contact = contact_of(session, claim)
    return Standing(
        claim=claim,
        today=now().date(),
        by_lead=is_lead(session, agent),
        contact=contact,
        approvers=tuple(directory.approvers_of(session, claim, rules_in_force(session))),
        has_pin=contact is not None and credentials.has(session, contact.id, credentials.PIN),
        has_totp=contact is not None and credentials.has(session, contact.id, credentials.TOTP),
        is_locked=contact is not None and is_locked(session, contact.id),
        call_began=_began(session, call_id, ticket_id),
        namesake=watched_namesake(session, claim),
    )


def _began(session: Session, call_id: str | None, ticket_id: int | None) -> datetime | None:
    """When the call began; on a ticket the first of those that led to it: what is written since may be the caller's.

    The calls that led to the ticket it was split from led to it as well.
    """
    serials = []
    while ticket_id is not None:
        serials.append(ticket_id)
        ticket_id = session.exec(select(TicketRow.split_from).where(col(TicketRow.id) == ticket_id)).one_or_none()
    calls = col(CallRow.ticket_id).in_(serials) if serials else col(CallRow.id) == call_id
    return session.exec(select(func.min(CallRow.started_at)).where(calls)).one()


def record_attempt(
    session: Session,
    claim: Claim,
    method: Method,
    outcome: Outcome | None,
    agent: str,
    *,
    call_id: str | None = None,
    ticket_id: int | None = None,
    number: str | None = None,
    reason: str = "",
    approver_id: int | None = None,
    said: str = "",
) -> Attempt:
    """Keep the evidence of one attempt, made during a call or on a ticket, whose gate stands by it from then on.

    Of a method that is compared, `said` is what the caller says, which is kept nowhere, and the outcome is ours.

    Raises:
        Refused: it could prove nothing, as it stands (see `check_attempt`).
        NotFound: there is no such contact or ticket.
    """
    check_may_change(session, agent)
    rules = rules_in_force(session).verification
    ticket = _hold(session, claim.contact_id, call_id, ticket_id)
    standing = standing_of(session, claim, agent, call_id=call_id, ticket_id=ticket.id if ticket else None)
    check_attempt(method, standing, Given(number, approver_id, reason), rules)
    address = None
    if method.is_compared and claim.contact_id is not None:
        matches, address = credentials.compare(session, claim.contact_id, method, said, rules)
        outcome = Outcome.VERIFIED if matches else Outcome.FAILED
    if outcome is None:
        raise Refused("verified or failed? Say how the attempt ended")
    attempt = Attempt(claim, method, outcome, agent, now(), number, clean_line(reason) or None, approver_id, address)
    keep_attempt(session, attempt, call_id, ticket_id)
    if claim.contact_id is not None:
        _suspect(session, claim.contact_id, call_id, ticket_id, agent)
    if ticket is not None:
        let_stand(session, ticket, agent)
    return attempt


def _hold(session: Session, contact_id: int | None, call_id: str | None, ticket_id: int | None) -> TicketRow | None:
    """Let nobody else try the same contact meanwhile, so that failures are counted one after the other.

    The ticket is held first, as wherever both are: otherwise two would wait for each other.
    """
    serial = ticket_id
    if serial is None:
        serial = session.exec(select(CallRow.ticket_id).where(col(CallRow.id) == call_id)).one_or_none()
    ticket = None if serial is None else held_ticket(session, serial)
    if contact_id is not None:
        on_file.hold(session, contact_id)
    return ticket


def _suspect(session: Session, contact_id: int, call_id: str | None, ticket_id: int | None, agent: str) -> None:
    """Mark what failures in several calls for one contact make suspicious, whatever came of this attempt (P4)."""
    failed = failures(session, contact_id)
    occasions = {(row.call_id, row.ticket_id) for row in failed}
    if len(occasions) < rules_in_force(session).verification.suspicious_calls:
        return
    why = f"{len(failed)} failed verifications in {len(occasions)} calls for this contact"
    if call_id is not None:
        suspicion.mark_call(session, call_id, why, agent)
    if ticket_id is not None:
        suspicion.mark_ticket(session, ticket_id, why, agent)


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
