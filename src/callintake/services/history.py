"""The history: every change writes its event in its own transaction (P11)."""

from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session

from callintake.store.tables import EventRow


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def record(
    session: Session,
    kind: str,
    agent: str,
    *,
    ticket_id: int | None = None,
    call_id: str | None = None,
    **data: Any,
) -> None:
    """Add an event to the history; `data` holds what changed, in JSON types, and never a secret."""
    session.add(EventRow(at=now(), agent=agent, kind=kind, ticket_id=ticket_id, call_id=call_id, data=data))
    session.flush()
