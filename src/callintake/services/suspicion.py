"""Suspicion: a call is marked by one key or by what happened before; its ticket stays shut, and security is told."""

from sqlmodel import Session, col, select, update

from callintake.domain.errors import NotFound, Refused
from callintake.domain.text import clean_line
from callintake.services.agents import check_may_change, is_lead
from callintake.services.desk_rules import rules_in_force
from callintake.services.history import record
from callintake.services.outbox import tell_security
from callintake.store.tables import CallRow, TicketRow

UNEXPLAINED = "something is wrong with this call"


def mark_call(session: Session, call_id: str, why: str, agent: str) -> str:
    """Mark a call as suspicious, with any ticket it led to, and return why; once marked, it stays so.

    Raises:
        NotFound: there is no such call.
    """
    check_may_change(session, agent)
    row = session.get(CallRow, call_id)
    if row is None:
        raise NotFound("there is no such call")
    if row.suspicion is not None:
        return row.suspicion
    row.suspicion = clean_line(why) or UNEXPLAINED
    session.flush()
    record(session, "suspicious", agent, call_id=call_id, reason=row.suspicion)
    body = {"reason": row.suspicion, "agent": agent, "caller_number": row.caller_number}
    tell_security(session, rules_in_force(session).security_address, "suspicious call", body, call_id=call_id)
    if row.ticket_id is not None:
        _mark_ticket(session, row.ticket_id, row.suspicion, agent)
    return row.suspicion


def suspicion_of(session: Session, call_id: str) -> str | None:
    """Return why a call is suspicious, if it is."""
    return session.exec(select(CallRow.suspicion).where(col(CallRow.id) == call_id)).one_or_none()


def mark_ticket(session: Session, ticket_id: int, why: str, agent: str) -> None:
    """Mark a ticket as suspicious: whatever is proved, it stays shut until a lead takes that back."""
    check_may_change(session, agent)
    reason = clean_line(why) or UNEXPLAINED
    if _mark_ticket(session, ticket_id, reason, agent):
        body = {"reason": reason, "agent": agent}
        tell_security(session, rules_in_force(session).security_address, "suspicious ticket", body, ticket_id=ticket_id)


def clear_ticket(session: Session, ticket_id: int, why: str, agent: str) -> None:
    """Take a suspicion back; a lead alone may, with a reason.

    Raises:
        Refused: the agent is no lead, or gives no reason.
    """
    if not is_lead(session, agent):
        raise Refused("only a lead takes a suspicion back")
    if not (reason := clean_line(why)):
        raise Refused("why is it not suspicious? Give a reason")
    session.execute(
        update(TicketRow).where(col(TicketRow.id) == ticket_id).values(suspicion=None, version=TicketRow.version + 1)
    )
    record(session, "suspicion taken back", agent, ticket_id=ticket_id, reason=reason)


def _mark_ticket(session: Session, ticket_id: int, why: str, agent: str) -> bool:
    changed = session.execute(
        update(TicketRow)
        .where(col(TicketRow.id) == ticket_id, col(TicketRow.suspicion).is_(None))
        .values(suspicion=why, version=TicketRow.version + 1)
    )
    if changed.rowcount:  # type: ignore[attr-defined]
        record(session, "suspicious", agent, ticket_id=ticket_id, reason=why)
    return bool(changed.rowcount)  # type: ignore[attr-defined]
