"""What is done with a ticket once it is raised; every action on the request passes the gate (P5, P8)."""

from sqlmodel import Session, col, select

from callintake.domain.contact import Contact
from callintake.domain.errors import Conflict, Refused
from callintake.domain.gate import Gate
from callintake.domain.note_times import Offsets, trimmed
from callintake.domain.notice import NoticeEvent
from callintake.domain.number import serial_of, ticket_number
from callintake.domain.text import clean_block, clean_line
from callintake.domain.ticket import LIVE, Priority, Status, check_transition
from callintake.domain.verification import Claim, Method, Outcome
from callintake.services import agents, directory
from callintake.services.desk_rules import rules_in_force
from callintake.services.gates import changed, claim_of, gate_changed, gate_of_row, held_ticket, let_stand, tell_of_gate
from callintake.services.history import now, record
from callintake.services.raising import index_ticket
from callintake.services.suspicion import carry_over
from callintake.services.telling import (
    acknowledge,
    tell_department,
    tell_departments_again,
    tell_security,
)
from callintake.services.verification import record_attempt
from callintake.store.tables import NoteRow, TicketRow


def claim(session: Session, number: str, agent: str, version: int | None = None) -> None:
    """Make a ticket one's own.

    Raises:
        Conflict: somebody else has it.
        GateShut: the caller is not confirmed as authorized.
    """
    row = _ticket(session, number, agent, version)
    if row.owner and row.owner != agent:
        raise Conflict(f"{ticket_number(row.id)} is {row.owner}'s already; take it over with assign")
    _require_live(row)
    _give(session, row, agent, agent, "claimed")


def assign(session: Session, number: str, to: str, agent: str, version: int | None = None) -> None:
    """Give a ticket to an agent of this desk.

    Raises:
        NotFound: nobody of that name works here.
        GateShut: the caller is not confirmed as authorized.
    """
    row = _ticket(session, number, agent, version)
    _require_live(row)
    _give(session, row, agents.agent_named(session, to), agent, "assigned")


def release(session: Session, number: str, agent: str, version: int | None = None) -> None:
    """Put a ticket back for others to claim.

    Raises:
        Refused: nobody has it.
    """
    row = _ticket(session, number, agent, version)
    if row.owner is None:
        raise Refused(f"nobody has {ticket_number(row.id)}")
    before, row.owner = row.owner, None
    changed(session, row, "released", agent, before=before)


def set_priority(session: Session, number: str, priority: Priority, agent: str, version: int | None = None) -> None:
    """Say how soon; its due time follows."""
    row = _ticket(session, number, agent, version)
    _require_live(row)
    before, row.priority = Priority(row.priority), priority.value
    row.due_at = row.created_at + rules_in_force(session).target(priority)
    changed(session, row, "priority", agent, before=before.word, after=priority.word)


def route(session: Session, number: str, department: str, agent: str, version: int | None = None) -> None:
    """Send a ticket to a department (P9).

    Raises:
        Refused: there is no such department.
        GateShut: the caller is not confirmed as authorized.
    """
    row = _ticket(session, number, agent, version)
    name = rules_in_force(session).department(department)
    gate_of_row(row).require_open(f"routing to {name}", ticket_number(row.id))
    _require_live(row)
    before, row.department = row.department, name
    changed(session, row, "routed", agent, before=before, department=name)
    if before != name:
        if before is not None:
            tell_department(session, row, NoticeEvent.WITHDRAWN, before, to=name)
        tell_department(session, row, NoticeEvent.ROUTED, name)
    acknowledge(session, row)


def involve(session: Session, number: str, department: str, agent: str, version: int | None = None) -> int:
    """Tell another department of a ticket, which stays where it is; return how many messages that makes (P9).

    Raises:
        Refused: there is no such department, or it hears of nothing.
        GateShut: the caller is not confirmed as authorized.
    """
    row = _ticket(session, number, agent, version)
    name = rules_in_force(session).department(department)
    gate_of_row(row).require_open(f"telling {name} of it", ticket_number(row.id))
    _require_live(row)
    told = tell_department(session, row, NoticeEvent.INVOLVED, name)
    if not told:
        raise Refused(f"the desk file does not say where {name} hears of requests; nobody was told")
    changed(session, row, "involved", agent, department=name)
    return told


def set_status(session: Session, number: str, status: Status, agent: str, version: int | None = None) -> None:
    """Move a ticket on in its life.

    Raises:
        Refused: that does not follow from where it is.
        GateShut: it would be an action, and the caller is not confirmed as authorized.
    """
    row = _ticket(session, number, agent, version)
    before = Status(row.status)
    check_transition(ticket_number(row.id), before, status, gate_of_row(row))
    row.status = status
    changed(session, row, "status", agent, before=before.value, after=status.value)
    if status is Status.RESOLVED:
        tell_departments_again(session, row, NoticeEvent.RESOLVED, by=agent)


def add_note(
    session: Session,
    number: str,
    text: str,
    agent: str,
    *,
    offsets: Offsets = (),
    call_id: str | None = None,
) -> int:
    """Add a note, and return the ticket's serial; notes are always accepted, whatever the gate.

    A note from a call says when in it each of its lines was begun.

    Raises:
        Refused: there is nothing in it.
    """
    row = _ticket(session, number, agent, None)
    text, offsets = trimmed(clean_block(text), offsets)
    if not text:
        raise Refused("an empty note says nothing")
    if call_id is not None:
        carry_over(session, call_id, row, agent)
    timed = list(offsets) if any(offset is not None for offset in offsets) else None
    session.add(NoteRow(ticket_id=row.id, at=now(), agent=agent, text=text, offsets=timed, call_id=call_id))
    changed(session, row, "note", agent)
    notes = session.exec(select(NoteRow.text).where(NoteRow.ticket_id == row.id).order_by(col(NoteRow.id)))
    index_ticket(session, row, "\n".join([row.description, *notes]))
    return row.id


def verify(
    session: Session,
    number: str,
    method: Method,
    outcome: Outcome | None,
    agent: str,
    *,
    contact: Contact | None = None,
    dialled: str | None = None,
    reason: str = "",
    approver_id: int | None = None,
    said: str = "",
) -> Gate:
    """Record an attempt to verify a ticket's requester, and return its gate as it is then.

    A contact given says who in the directory the requester is. What is said is compared, and kept nowhere.

    Raises:
        Refused: the attempt could prove nothing as it stands.
    """
    row = _ticket(session, number, agent, None)
    _require_live(row)
    before = gate_of_row(row)
    if contact is not None and row.contact_id != contact.id:
        # Evidence for whoever it was before says nothing about this contact.
        row.contact_id, row.identity, row.authorization = contact.id, Gate().identity, Gate().authorization
        session.flush()
    about: Claim = claim_of(row)
    if contact is None and about.contact_id is not None:
        contact = directory.contact_by_id(session, about.contact_id)
    record_attempt(
        session,
        about,
        method,
        outcome,
        agent,
        ticket_id=row.id,
        number=dialled,
        reason=reason,
        approver_id=approver_id,
        said=said,
    )
    tell_of_gate(session, row, before)
    return gate_of_row(row)


def refresh_gate(session: Session, number: str, agent: str) -> Gate:
    """Let a ticket's gate stand as its evidence has it now, and return it."""
    return let_stand(session, _ticket(session, number, agent, None), agent)


def set_category(session: Session, number: str, category: str, agent: str, version: int | None = None) -> Gate:
    """Say what kind of request it is after all; that closes the gate until it is established for this (P5).

    Raises:
        Refused: there is no such category.
    """
    row = _ticket(session, number, agent, version)
    _require_live(row)
    after, gate = rules_in_force(session).category(category).name, gate_of_row(row)
    before, row.category = row.category, after
    if before != after:
        row.identity, row.authorization = Gate().identity, Gate().authorization
        changed(session, row, "category", agent, before=before, after=after)
        let_stand(session, row, agent)
        tell_of_gate(session, row, gate)
    return gate_of_row(row)


def break_glass(session: Session, number: str, why: str, agent: str) -> None:
    """Open a gate without proof, for good: a lead alone, with a reason; it is flagged, and security is told (P5).

    Raises:
        Refused: the agent is no lead, gives no reason, or the gate is open.
    """
    row = _ticket(session, number, agent, None)
    if not agents.is_lead(session, agent):
        raise Refused("only a lead breaks the glass")
    if not (reason := clean_line(why)):
        raise Refused("breaking the glass needs a reason")
    if (before := gate_of_row(row)).open:
        raise Refused(f"the gate of {ticket_number(row.id)} is open")
    record(session, "glass broken", agent, ticket_id=row.id, reason=reason)
    row.break_glass = reason
    gate_changed(session, row, before, agent)
    body = {"number": ticket_number(row.id), "reason": reason, "agent": agent}
    tell_security(session, NoticeEvent.GLASS_BROKEN, body, ticket_id=row.id)


def _give(session: Session, row: TicketRow, to: str, agent: str, kind: str) -> None:
    gate_of_row(row).require_open("claiming it" if kind == "claimed" else "assigning it", ticket_number(row.id))
    before, row.owner = row.owner, to
    if row.status == Status.NEW:
        row.status = Status.OPEN
    changed(session, row, kind, agent, before=before, owner=to)


def _require_live(row: TicketRow) -> None:
    if Status(row.status) not in LIVE:
        raise Refused(f"{ticket_number(row.id)} is {row.status}; reopen it first")


def _ticket(session: Session, number: str, agent: str, version: int | None) -> TicketRow:
    """The row, locked until the transaction ends; as the screen last saw it, when it says what it saw."""
    agents.check_may_change(session, agent)
    serial = serial_of(number)
    row = held_ticket(session, serial)
    if version is not None and row.version != version:
        raise Conflict(f"{ticket_number(serial)} was changed by somebody else meanwhile: look again, then repeat it")
    return row
