"""Who is at which ticket right now, so that two don't do the same thing unknowingly (P8)."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from callintake.domain.number import serial_of
from callintake.domain.presence import HERE_FOR, Present
from callintake.services.gates import held_ticket
from callintake.services.history import now
from callintake.services.leases import renew
from callintake.store.tables import PresenceRow


def look_at(session: Session, number: str, agent: str, *, is_writing: bool = False) -> tuple[Present, ...]:
    """Say that an agent looks at a ticket, or writes on it, and return who else does; to be said every `SEEN_EVERY`.

    Whoever is there keeps their claim. The ticket itself does not change.

    Raises:
        NotFound: there is no such ticket.
    """
    row = held_ticket(session, serial_of(number))
    if row.owner == agent:
        renew(session, number, agent)
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    seen = {"ticket_id": row.id, "is_writing": is_writing, "at": now()}
    # An agent may have two windows open.
    session.execute(
        insert(PresenceRow).values(agent=agent, **seen).on_conflict_do_update(index_elements=["agent"], set_=seen)
    )
    return who_is_at(session, number, agent)


def leave(session: Session, agent: str) -> None:
    """Say that an agent is at no ticket any more."""
    session.execute(sa.delete(PresenceRow).where(col(PresenceRow.agent) == agent))


def who_is_at(session: Session, number: str, agent: str = "") -> tuple[Present, ...]:
    """Return who is at a ticket, those who write first; without the agent who asks."""
    query = (
        select(PresenceRow)
        .where(PresenceRow.ticket_id == serial_of(number), col(PresenceRow.at) > now() - HERE_FOR)
        .where(PresenceRow.agent != agent)
        .order_by(col(PresenceRow.is_writing).desc(), col(PresenceRow.agent))
    )
    return tuple(Present(row.agent, row.is_writing, row.at) for row in session.exec(query))
