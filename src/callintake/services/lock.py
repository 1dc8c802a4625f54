"""The lock: after several failures a contact is verified by nobody, until a lead says otherwise (P4)."""

from datetime import timedelta

from sqlmodel import Session, col, select

from callintake.domain.errors import Refused
from callintake.domain.method import Method, Outcome
from callintake.domain.text import clean_line
from callintake.services import directory
from callintake.services.agents import is_lead
from callintake.services.desk_rules import rules_in_force
from callintake.services.history import now, record
from callintake.store.tables import AttemptRow, UnlockRow


def is_locked(session: Session, contact_id: int) -> bool:
    """Whether so many attempts for a contact failed lately, whoever made them, that none more is taken."""
    return tries_left(session, contact_id) == 0


def tries_left(session: Session, contact_id: int) -> int:
    """Return how many attempts for a contact may still fail, the last of which locks it."""
    return max(rules_in_force(session).verification.lock_failures - len(failures(session, contact_id)), 0)


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


def failures(session: Session, contact_id: int) -> list[AttemptRow]:
    """Return the failures of a contact that count towards its lock."""
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
