"""The evidence on record: what was tried to verify a caller, added to and never changed (P4)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from callintake.domain.method import Method, Outcome
from callintake.domain.number import ticket_number
from callintake.domain.verification import Attempt, Claim
from callintake.services.history import record
from callintake.store.tables import AttemptRow, CallRow, TicketRow


def keep_attempt(session: Session, attempt: Attempt, call_id: str | None, ticket_id: int | None) -> None:
    """Put an attempt on record, with the call or the ticket it was made for."""
    claim = attempt.claim
    session.add(_row(attempt, call_id, ticket_id))
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


def carry_attempts(session: Session, attempts: Sequence[Attempt], ticket: TicketRow, source: int, agent: str) -> None:
    """Put attempts made on one ticket on the record of another as well: as they were, with the time they were made at.

    Who was verified, how and by whom is the same; the history says where from, so that nobody counts them twice.
    """
    for attempt in attempts:
        session.add(_row(attempt, None, ticket.id))
    session.flush()
    record(
        session,
        "evidence carried over",
        agent,
        ticket_id=ticket.id,
        attempts=len(attempts),
        **{"from": ticket_number(source)},
    )


def _row(attempt: Attempt, call_id: str | None, ticket_id: int | None) -> AttemptRow:
    claim = attempt.claim
    return AttemptRow(
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


def attempts_of_call(session: Session, call_id: str) -> tuple[Attempt, ...]:
    """Return the attempts made during a call, in order."""
    return _attempts(session, col(AttemptRow.call_id) == call_id)


def attempts_of_ticket(session: Session, ticket_id: int) -> tuple[Attempt, ...]:
    """Return the attempts made on a ticket and during its calls, in order."""
    calls = sa.select(CallRow.id).where(col(CallRow.ticket_id) == ticket_id)  # type: ignore[call-overload]
    return _attempts(session, sa.or_(col(AttemptRow.ticket_id) == ticket_id, col(AttemptRow.call_id).in_(calls)))


def attempts_of_tickets(
    session: Session, serials: Sequence[int], ticket_of: Mapping[str, int]
) -> dict[int, list[Attempt]]:
    """Return the attempts made on each of these tickets and during its calls, in order; `ticket_of` has the calls."""
    about = sa.or_(col(AttemptRow.ticket_id).in_(serials), col(AttemptRow.call_id).in_(ticket_of))
    found: dict[int, list[Attempt]] = {}
    wanted = set(serials)
    for row in session.execute(sa.select(*AttemptRow.__table__.columns).where(about).order_by(col(AttemptRow.id))):  # type: ignore[attr-defined]
        attempt = _attempt(row)
        for serial in {row.ticket_id, ticket_of.get(row.call_id)} & wanted:
            found.setdefault(serial, []).append(attempt)
    return found


def _attempts(session: Session, condition: sa.ColumnElement[bool]) -> tuple[Attempt, ...]:
    rows = session.exec(select(AttemptRow).where(condition).order_by(col(AttemptRow.id)))
    return tuple(_attempt(row) for row in rows)


def _attempt(row: Any) -> Attempt:
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
