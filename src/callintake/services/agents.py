"""Agents: who works at this desk, and who of them is a lead."""

from sqlmodel import Session, func, select, text

from callintake.domain.errors import NotFound, Refused
from callintake.domain.text import clean_line
from callintake.services.history import now, record
from callintake.store.tables import AgentRow

ROLES = ("agent", "lead", "auditor")


def sign_in(session: Session, name: str) -> str:
    """Return the name of an agent, adding them on their first day; the first of a desk leads it.

    Raises:
        Refused: the name is empty.
    """
    name = clean_line(name)[:80].rstrip()
    if not name:
        raise Refused("an agent needs a name: give one with --agent")
    if session.get(AgentRow, name) is None and not _joined_meanwhile(session, name):
        first = session.exec(select(func.count()).select_from(AgentRow)).one() == 0
        session.add(AgentRow(name=name, role="lead" if first else "agent", created_at=now()))
        session.flush()
        record(session, "agent added", name, role="lead" if first else "agent")
    return name


def _joined_meanwhile(session: Session, name: str) -> bool:
    """Wait for whoever else is being added, and say whether it was the same; on SQLite nobody else can be."""
    if session.get_bind().dialect.name != "postgresql":
        return False
    session.execute(text("LOCK TABLE agent IN SHARE ROW EXCLUSIVE MODE"))
    return session.get(AgentRow, name) is not None


def is_lead(session: Session, name: str) -> bool:
    """Whether that agent leads the desk."""
    row = session.get(AgentRow, name)
    return row is not None and row.role == "lead"


def check_may_change(session: Session, name: str) -> None:
    """Refuse a change of the records by somebody who is there to look at them.

    Raises:
        Refused: an auditor reads, and changes nothing.
    """
    row = session.get(AgentRow, name)
    if row is not None and row.role == "auditor":
        raise Refused(f"{name} is an auditor, and changes nothing")


def agent_named(session: Session, name: str) -> str:
    """Return the agent's name as it is written here.

    Raises:
        NotFound: nobody of that name works here.
    """
    row = session.get(AgentRow, clean_line(name))
    if row is None:
        known = ", ".join(session.exec(select(AgentRow.name).order_by(AgentRow.name).limit(20)))
        raise NotFound(f"no agent “{clean_line(name)[:40]}”; there are: {known or 'none yet'}")
    return row.name


def list_agents(session: Session) -> list[tuple[str, str]]:
    """Return names and roles."""
    return [(row.name, row.role) for row in session.exec(select(AgentRow).order_by(AgentRow.name))]


def set_role(session: Session, name: str, role: str, *, by: str) -> None:
    """Make somebody agent, lead or auditor; a lead alone may, and one lead always remains.

    Raises:
        Refused: it is not a role, the one who asks is no lead, or nobody would lead the desk.
        NotFound: nobody of that name works here.
    """
    if role not in ROLES:
        raise Refused(f"no role “{role}”; there are: {', '.join(ROLES)}")
    if not is_lead(session, by):
        raise Refused("only a lead may change roles")
    row = session.get(AgentRow, agent_named(session, name))
    assert row is not None
    leads = session.exec(select(func.count()).select_from(AgentRow).where(AgentRow.role == "lead")).one()
    if row.role == "lead" and role != "lead" and leads == 1:
        raise Refused(f"{name} is the only lead: make somebody else one first")
    before, row.role = row.role, role
    record(session, "role changed", by, who=row.name, before=before, after=role)
