"""Many tickets at once, made by the statement: confirmed ones with their evidence, and ones behind a shut gate."""

from sqlalchemy import text
from sqlmodel import Session

from callintake.domain.number import ticket_number
from callintake.services.history import now
from tests.conftest import LEAD

_TICKET = (
    'INSERT INTO ticket (version, subject, description, category, priority, status, identity, "authorization", name,'
    " organization, email, phone, raised_by, created_at, updated_at) VALUES (1, 'printer', 'printer offline',"
    " 'printing', 2, 'new', 'unverified', 'pending', 'Jane Doe', 'Acme', 'jane@acme.example.com', '+442079460777',"
    " :lead, :at, :at)"
)
_ATTEMPT = (
    "INSERT INTO attempt (ticket_id, name, organization, category, method, factor, outcome, reason, agent, at)"
    " VALUES (:ticket, 'Jane Doe', 'Acme', 'printing', 'vouch', 'vouched', 'verified', 'sits opposite', :lead, :at)"
)
_OPENED = "UPDATE ticket SET identity = 'verified', \"authorization\" = 'authorized' WHERE id = :ticket"


def many_tickets(session: Session, confirmed: int, waiting: int = 0) -> list[str]:
    """Make tickets, those whose gate is shut spread among the others; return their numbers."""
    at = now().replace(tzinfo=None).isoformat(" ") if session.get_bind().dialect.name == "sqlite" else now()
    before = session.execute(text("SELECT coalesce(max(id), 1000) FROM ticket")).scalar_one()
    everything = confirmed + waiting
    session.execute(text(_TICKET), [{"lead": LEAD, "at": at}] * everything)
    serials = list(session.execute(text("SELECT id FROM ticket WHERE id > :first"), {"first": before}).scalars())
    shut = set(serials[:: everything // waiting][:waiting]) if waiting else set()
    proved = [serial for serial in serials if serial not in shut]
    session.execute(text(_ATTEMPT), [{"ticket": serial, "lead": LEAD, "at": at} for serial in proved])
    session.execute(text(_OPENED), [{"ticket": serial} for serial in proved])
    return [ticket_number(serial) for serial in serials]
