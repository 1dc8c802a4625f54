"""The history: every change writes its event in its own transaction (P11)."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session

from callintake.store.tables import EventRow

_invented: ContextVar[datetime | None] = ContextVar("_invented", default=None)


def now() -> datetime:
    """The time, in UTC."""
    return _invented.get() or datetime.now(UTC)


@contextmanager
def acting_at(moment: datetime) -> Iterator[None]:
    """Let the services believe that it is another time: for invented weeks, never for a real desk.

    What is kept as evidence can't be moved afterwards, so the weeks of a demonstration are lived through.
    """
    token = _invented.set(moment)
    try:
        yield
    finally:
        _invented.reset(token)


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
