"""Suspicion: a call is marked by one key or by what happened before; its ticket stays shut, and security is told."""

from sqlmodel import Session, col, select

from callintake.domain.errors import NotFound, Refused
from callintake.domain.notice import NoticeEvent
from callintake.domain.text import clean_line
from callintake.services.agents import check_may_change, is_lead
from callintake.services.gates import gate_changed, gate_of_row, held_ticket
from callintake.services.history import record
from callintake.services.telling import tell_security
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
    # The ticket is held before the call, as wherever both are changed.
    ticket = None if row.ticket_id is None else held_ticket(session, row.ticket_id)
    row.suspicion = clean_line(why) or UNEXPLAINED
    session.flush()
    record(session, "suspicious", agent, call_id=call_id, reason=row.suspicion)
    body = {"reason": row.suspicion, "agent": agent, "caller_number": row.caller_number}
    tell_security(session, NoticeEvent.SUSPICIOUS_CALL, body, call_id=call_id)
    if ticket is not None:
        _mark(session, ticket, row.suspicion, agent)
    return row.suspicion


def suspicion_of(session: Session, call_id: str) -> str | None:
    """Return why a call is suspicious, if it is."""
    return session.exec(select(CallRow.suspicion).where(col(CallRow.id) == call_id)).one_or_none()


def mark_ticket(session: Session, ticket_id: int, why: str, agent: str) -> None:
    """Mark a ticket as suspicious: whatever is proved, it stays shut until a lead takes that back.

    Raises:
        NotFound: there is no such ticket.
    """
    check_may_change(session, agent)
    reason = clean_line(why) or UNEXPLAINED
    if _mark(session, held_ticket(session, ticket_id), reason, agent):
        body = {"reason": reason, "agent": agent}
        tell_security(session, NoticeEvent.SUSPICIOUS_TICKET, body, ticket_id=ticket_id)


def carry_over(session: Session, call_id: str, ticket: TicketRow, agent: str) -> None:
    """Mark the ticket that a suspicious call is being added to; security was told of the call."""
    call = session.get(CallRow, call_id, populate_existing=True)
    if call is not None and call.suspicion is not None and call.ticket_id != ticket.id:
        _mark(session, ticket, call.suspicion, agent)


def clear_ticket(session: Session, ticket_id: int, why: str, agent: str) -> None:
    """Take a suspicion back; a lead alone may, with a reason.

    Raises:
        Refused: the agent is no lead, gives no reason, or the ticket is not suspicious.
        NotFound: there is no such ticket.
    """
    if not is_lead(session, agent):
        raise Refused("only a lead takes a suspicion back")
    if not (reason := clean_line(why)):
        raise Refused("why is it not suspicious? Give a reason")
    row = held_ticket(session, ticket_id)
    if row.suspicion is None:
        raise Refused("that ticket is not suspicious; nothing was changed")
    before = gate_of_row(row)
    record(session, "suspicion taken back", agent, ticket_id=ticket_id, reason=reason)
    row.suspicion = None
    gate_changed(session, row, before, agent)


def _mark(session: Session, row: TicketRow, why: str, agent: str) -> bool:
    session.refresh(row)
    if row.suspicion is not None:
        return False
    before = gate_of_row(row)
    row.suspicion = why
    gate_changed(session, row, before, agent)
    record(session, "suspicious", agent, ticket_id=row.id, reason=why)
    return True
