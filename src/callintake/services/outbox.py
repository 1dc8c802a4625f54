"""The outbox: who is to be told what, written in the transaction of what it is about (P9)."""

from typing import Any

from sqlmodel import Session, func, select

from callintake.services.history import now
from callintake.store.tables import OutboxRow

EMAIL = "email"


def tell(
    session: Session,
    event: str,
    recipient: str,
    body: dict[str, Any],
    *,
    ticket_id: int | None = None,
    call_id: str | None = None,
    department: str | None = None,
    channel: str = EMAIL,
    revision: int = 1,
) -> bool:
    """Put a message into the outbox, and return whether it is new; the same one is never there twice.

    `body` holds facts in JSON types, from which the message is rendered; never a secret.
    """
    about = f"ticket {ticket_id}" if ticket_id is not None else f"call {call_id}"
    key = f"{about}/{department or recipient}/{channel}/{event}/{revision}"
    if session.exec(select(OutboxRow.id).where(OutboxRow.key == key)).one_or_none() is not None:
        return False
    session.add(
        OutboxRow(
            ticket_id=ticket_id,
            call_id=call_id,
            department=department,
            channel=channel,
            recipient=recipient,
            event=event,
            revision=revision,
            body=body,
            state="pending",
            created_at=now(),
            key=key,
        )
    )
    session.flush()
    return True


def tell_security(
    session: Session,
    address: str | None,
    event: str,
    body: dict[str, Any],
    *,
    ticket_id: int | None = None,
    call_id: str | None = None,
) -> None:
    """Tell the desk's security address, where the desk file names one; what happens again is told again."""
    if address is None:
        return
    told = select(func.count()).where(
        OutboxRow.event == event,
        OutboxRow.recipient == address,
        OutboxRow.ticket_id == ticket_id,
        OutboxRow.call_id == call_id,
    )
    revision = session.exec(told).one() + 1
    tell(session, event, address, body, ticket_id=ticket_id, call_id=call_id, revision=revision)
