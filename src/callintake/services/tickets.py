"""What is done with a ticket once it is raised; every action on the request passes the gate (P5, P8)."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from callintake.domain.contact import Contact
from callintake.domain.cover import Closed
from callintake.domain.detail_json import stamp
from callintake.domain.errors import Refused
from callintake.domain.gate import Gate
from callintake.domain.lease import LEASE
from callintake.domain.note_times import Offsets, trimmed
from callintake.domain.notice import NoticeEvent
from callintake.domain.number import ticket_number
from callintake.domain.text import clean_block, clean_line
from callintake.domain.ticket import LIVE, Priority, Status, check_transition
from callintake.domain.verification import Claim, Method, Outcome
from callintake.services import agents, directory
from callintake.services.changes import (
    put,
    require_live,
    require_not_merged,
    status_now,
    text_conflict,
    ticket_to_change,
)
from callintake.services.desk_rules import rules_in_force
from callintake.services.gates import changed, claim_of, gate_changed, gate_of_row, let_stand, tell_of_gate
from callintake.services.history import now, record
from callintake.services.leases import assign as assign
from callintake.services.leases import claim as claim
from callintake.services.leases import release as release
from callintake.services.leases import take_over as take_over
from callintake.services.raising import index_ticket
from callintake.services.suspicion import carry_over
from callintake.services.telling import (
    acknowledge,
    tell_department,
    tell_departments_again,
    tell_routed,
    tell_security,
)
from callintake.services.verification import record_attempt
from callintake.store.tables import NoteRow


def set_priority(session: Session, number: str, priority: Priority, agent: str, version: int | None = None) -> None:
    """Say how soon; its due time follows."""
    row = ticket_to_change(session, number, agent, version)
    require_live(row)
    due_at = rules_in_force(session).due_at(row.created_at, priority)
    before = Priority(row.priority).word
    columns = {"priority": priority.value, "due_at": due_at}
    put(session, row, "priority", agent, columns, before=before, after=priority.word)


def route(session: Session, number: str, department: str, agent: str, version: int | None = None) -> Closed | None:
    """Send a ticket to a department, and return how that is not there just now, if it is not (P9).

    Raises:
        Refused: there is no such department.
        GateShut: the caller is not confirmed as authorized.
    """
    row = ticket_to_change(session, number, agent, version)
    name = rules_in_force(session).department(department)
    gate_of_row(row).require_open(f"routing to {name}", ticket_number(row.id))
    require_live(row)
    before = row.department
    closed = rules_in_force(session).closed(name, now())
    stand_in = closed.stand_in if closed and before != name else None
    facts = {"department": name, "told_as_well": stand_in} if stand_in else {"department": name}
    put(session, row, "routed", agent, {"department": name}, before=before, **facts)
    if before != name:
        tell_routed(session, row, name, before, closed)
    acknowledge(session, row)
    return replace(closed, stand_in=stand_in) if closed else None


@dataclass(frozen=True, slots=True)
class Involved:
    """What telling another department of a ticket came to."""

    department: str
    messages: int
    closed_until: str | None = None
    """When that department opens, where it is not there just now."""


def involve(session: Session, number: str, department: str, agent: str, version: int | None = None) -> Involved:
    """Tell another department of a ticket, which stays where it is; nobody stands in for one that is closed (P9).

    Raises:
        Refused: there is no such department, or it hears of nothing.
        GateShut: the caller is not confirmed as authorized.
    """
    row = ticket_to_change(session, number, agent, version)
    rules = rules_in_force(session)
    name = rules.department(department)
    gate_of_row(row).require_open(f"telling {name} of it", ticket_number(row.id))
    require_live(row)
    told = tell_department(session, row, NoticeEvent.INVOLVED, name)
    if not told:
        raise Refused(f"the desk file does not say where {name} hears of requests; nobody was told")
    changed(session, row, "involved", agent, department=name)
    closed = rules.closed(name, now())
    return Involved(name, told, closed.until if closed else None)


def set_status(
    session: Session,
    number: str,
    status: Status,
    agent: str,
    version: int | None = None,
    *,
    until: datetime | None = None,
    reason: str = "",
) -> None:
    """Move a ticket on in its life; one that is pending may wait until a time, and is open again then.

    Raises:
        Refused: that does not follow from where it is; or it is closed behind a shut gate, and no reason is given.
        GateShut: it would be an action, and the caller is not confirmed as authorized.
    """
    row = ticket_to_change(session, number, agent, version)
    require_not_merged(row)
    before, gate = status_now(row), gate_of_row(row)
    check_transition(ticket_number(row.id), before, status, gate)
    reason = clean_line(reason)
    if status is Status.CLOSED and not gate.open and not reason:
        raise Refused(f"{ticket_number(row.id)} is closed as not verified: give the reason")
    columns: dict[str, Any] = {"status": status.value, "waits_until": until if status is Status.PENDING else None}
    if status not in LIVE:
        columns["snoozed_until"] = None
    if until is not None and row.leased_until is not None:
        columns["leased_until"] = until + LEASE
    said = {"until": stamp(until), "reason": reason or None}
    said = {name: value for name, value in said.items() if value is not None}
    put(session, row, "status", agent, columns, before=before.value, after=status.value, **said)
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
    row = ticket_to_change(session, number, agent)
    text, offsets = trimmed(clean_block(text), offsets)
    if not text:
        raise Refused("an empty note says nothing")
    if call_id is not None:
        carry_over(session, call_id, row, agent)
    timed = list(offsets) if any(offset is not None for offset in offsets) else None
    session.add(NoteRow(ticket_id=row.id, at=now(), agent=agent, text=text, offsets=timed, call_id=call_id))
    # Who rings about a ticket that sleeps wants it looked at now.
    is_woken = call_id is not None and row.snoozed_until is not None
    if is_woken:
        row.snoozed_until = None
    changed(session, row, "note", agent, **({"woken": True} if is_woken else {}))
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
    row = ticket_to_change(session, number, agent)
    require_live(row)
    gate_before = gate_of_row(row)
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
    tell_of_gate(session, row, gate_before)
    return gate_of_row(row)


def refresh_gate(session: Session, number: str, agent: str) -> Gate:
    """Let a ticket's gate stand as its evidence has it now, and return it."""
    return let_stand(session, ticket_to_change(session, number, agent), agent)


def set_category(session: Session, number: str, category: str, agent: str, version: int | None = None) -> Gate:
    """Say what kind of request it is after all; that closes the gate until it is established for this (P5).

    Raises:
        Refused: there is no such category.
        TextConflict: it was changed meanwhile.
    """
    row = ticket_to_change(session, number, agent)
    require_live(row)
    before, after = row.category, rules_in_force(session).category(category).name
    if version is not None and row.version != version:
        raise text_conflict(session, row, version, mine=after, theirs=before)
    if before == after:
        return gate_of_row(row)
    gate = gate_of_row(row)
    row.identity, row.authorization = Gate().identity, Gate().authorization
    put(session, row, "category", agent, {"category": after}, before=before, after=after)
    let_stand(session, row, agent)
    tell_of_gate(session, row, gate)
    return gate_of_row(row)


def break_glass(session: Session, number: str, why: str, agent: str) -> None:
    """Open a gate without proof, for good: a lead alone, with a reason; it is flagged, and security is told (P5).

    Raises:
        Refused: the agent is no lead, gives no reason, or the gate is open.
    """
    row = ticket_to_change(session, number, agent)
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
