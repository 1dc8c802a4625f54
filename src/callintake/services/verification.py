"""Attempts to verify a caller: checked, kept as evidence, and what follows for the gate (P4, P5)."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from callintake.domain.contact import Contact
from callintake.domain.errors import NotFound, Refused
from callintake.domain.gate import Authorization, Gate, Identity
from callintake.domain.method import Method, Outcome
from callintake.domain.method_choice import Given, Standing, check_attempt
from callintake.domain.routing import Category
from callintake.domain.text import clean_line
from callintake.domain.verification import Attempt, Claim, gate_of
from callintake.services import credentials, directory, suspicion
from callintake.services.agents import check_may_change, is_lead
from callintake.services.desk_rules import rules_in_force
from callintake.services.history import now, record
from callintake.store.tables import AttemptRow, CallRow, ContactRow, TicketRow, UnlockRow


def standing_of(session: Session, claim: Claim, agent: str, *, call_id: str | None = None) -> Standing:
    """Return what is known of a caller before an attempt: who they say they are, and what there is to go by."""
    contact = _contact(session, claim)
    began = session.exec(select(CallRow.started_at).where(col(CallRow.id) == call_id)).one_or_none()
    return Standing(
        claim=claim,
        today=now().date(),
        by_lead=is_lead(session, agent),
        contact=contact,
        approvers=tuple(directory.approvers_of(session, claim, rules_in_force(session))),
        has_pin=contact is not None and credentials.has(session, contact.id, credentials.PIN),
        has_totp=contact is not None and credentials.has(session, contact.id, credentials.TOTP),
        is_locked=contact is not None and is_locked(session, contact.id),
        call_began=began,
    )


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
    """Keep the evidence of one attempt, made during a call or on a ticket.

    Of a method that is compared, `said` is what the caller says, which is kept nowhere, and the outcome is ours.

    Raises:
        Refused: it could prove nothing, as it stands (see `check_attempt`).
    """
    check_may_change(session, agent)
    rules = rules_in_force(session).verification
    _hold_contact(session, claim.contact_id)
    standing = standing_of(session, claim, agent, call_id=call_id)
    check_attempt(method, standing, Given(number, approver_id, reason), rules)
    address = None
    if method.is_compared and claim.contact_id is not None:
        matches, address = credentials.compare(session, claim.contact_id, method, said, rules)
        outcome = Outcome.VERIFIED if matches else Outcome.FAILED
    if outcome is None:
        raise Refused("verified or failed? Say how the attempt ended")
    attempt = Attempt(claim, method, outcome, agent, now(), number, clean_line(reason) or None, approver_id, address)
    _keep(session, attempt, call_id, ticket_id)
    if outcome is Outcome.FAILED and method is not Method.APPROVER and claim.contact_id is not None:
        _suspect(session, claim.contact_id, call_id, ticket_id, agent)
    return attempt


def _keep(session: Session, attempt: Attempt, call_id: str | None, ticket_id: int | None) -> None:
    claim = attempt.claim
    session.add(
        AttemptRow(
            call_id=call_id,
            ticket_id=ticket_id,
            contact_id=claim.contact_id,
            name=claim.name,
            organization=claim.organization,
            category=claim.category,
            method=attempt.method,
            factor=attempt.method.factor,
            outcome=attempt.outcome,
            number=attempt.number,
            address=attempt.address,
            approver_id=attempt.approver_id,
            reason=attempt.reason,
            agent=attempt.agent,
            at=attempt.at,
        )
    )
    session.flush()
    record(
        session,
        f"caller {attempt.outcome}",
        attempt.agent,
        call_id=call_id,
        ticket_id=ticket_id,
        method=attempt.method,
        number=attempt.number,
        approver_id=attempt.approver_id,
        reason=attempt.reason,
        contact_id=claim.contact_id,
        name=claim.name,
    )


def _suspect(session: Session, contact_id: int, call_id: str | None, ticket_id: int | None, agent: str) -> None:
    """Mark what failures in several calls for one contact make suspicious (P4)."""
    rules = rules_in_force(session).verification
    failed = _failures(session, contact_id)
    occasions = {(row.call_id, row.ticket_id) for row in failed}
    if len(occasions) < rules.suspicious_calls:
        return
    why = f"{len(failed)} failed verifications in {len(occasions)} calls for this contact"
    if call_id is not None:
        suspicion.mark_call(session, call_id, why, agent)
    if ticket_id is not None:
        suspicion.mark_ticket(session, ticket_id, why, agent)


def is_locked(session: Session, contact_id: int) -> bool:
    """Whether so many attempts for a contact failed lately, whoever made them, that none more is taken."""
    return len(_failures(session, contact_id)) >= rules_in_force(session).verification.lock_failures


def unlock_contact(session: Session, contact_id: int, why: str, agent: str) -> None:
    """Let attempts for a contact be made again; a lead alone does, with a reason that is recorded.

    Raises:
        Refused: the agent is no lead, gives no reason, or the contact is not locked.
    """
    if not is_lead(session, agent):
        raise Refused("only a lead unlocks a contact")
    if not clean_line(why):
        raise Refused("why is it unlocked? Give a reason")
    contact = directory.contact_by_id(session, contact_id)
    if not is_locked(session, contact_id):
        raise Refused(f"{contact.name} is not locked")
    session.add(UnlockRow(contact_id=contact_id, agent=agent, reason=clean_line(why), at=now()))
    session.flush()
    record(session, "contact unlocked", agent, contact_id=contact_id, name=contact.name, reason=clean_line(why))


def _failures(session: Session, contact_id: int) -> list[AttemptRow]:
    """The failures of a contact that count towards its lock."""
    rules = rules_in_force(session).verification
    unlocked = select(UnlockRow.id).where(UnlockRow.contact_id == contact_id, col(UnlockRow.at) >= col(AttemptRow.at))
    query = select(AttemptRow).where(
        col(AttemptRow.contact_id) == contact_id,
        col(AttemptRow.outcome) == Outcome.FAILED,
        col(AttemptRow.method) != Method.APPROVER,
        col(AttemptRow.at) > now() - timedelta(hours=rules.lock_hours),
        ~unlocked.exists(),
    )
    return list(session.exec(query))


def _hold_contact(session: Session, contact_id: int | None) -> None:
    """Let nobody else try the same contact meanwhile, so that failures are counted one after the other."""
    if contact_id is not None:
        held = session.exec(select(ContactRow.id).where(col(ContactRow.id) == contact_id).with_for_update())
        if held.one_or_none() is None:
            raise NotFound(f"no contact {contact_id} in the directory")


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
    """Return the gate of a ticket as its evidence has it now.

    Evidence expires, except that a request keeps what it was established with for as long as it is the same request.
    """
    claim, rules = claim_of(ticket), rules_in_force(session)
    contact = _contact(session, claim)
    category: Category = rules.category(ticket.category)
    since = None if ticket.identity == Identity.VERIFIED else now() - rules.verification.valid_for
    return gate_of(
        attempts_of_ticket(session, ticket.id),
        claim,
        category,
        contact,
        rules.verification,
        since,
        is_locked=contact is not None and is_locked(session, contact.id),
        is_suspicious=ticket.suspicion is not None,
    )


def gate_of_row(row: Any) -> Gate:
    """Return the gate as it stands on record."""
    return Gate(
        Identity(row.identity),
        Authorization(row.authorization),
        is_suspicious=row.suspicion is not None,
        is_broken=row.break_glass is not None,
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
        row.approver_id,
        row.address,
    )
