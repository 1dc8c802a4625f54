"""Raising a ticket: from a draft, or from JSON; the same checks, the same gate, one transaction (P2, P5, P6)."""

from typing import Any

from sqlmodel import Session

from callintake.domain.call import Disposition
from callintake.domain.contact import FIELDS, Requester, check_requester
from callintake.domain.draft import CallDraft
from callintake.domain.errors import Refused
from callintake.domain.gate import Gate
from callintake.domain.number import ticket_number
from callintake.domain.routing import OTHER, Category
from callintake.domain.text import clean_block, clean_line, elide, phone_words, words
from callintake.domain.ticket import SUBJECT_LENGTH, Priority, Status, subject_from
from callintake.services import directory
from callintake.services.agents import check_may_change
from callintake.services.desk_rules import rules_in_force
from callintake.services.drafts import end_call, save_draft
from callintake.services.history import now, record
from callintake.services.suspicion import suspicion_of
from callintake.services.telling import acknowledge, tell_contact, tell_routed
from callintake.services.verification import establish_gate
from callintake.store import search
from callintake.store.tables import NoteRow, TicketRow

_NAMES = {
    *[
        "number",
        "subject",
        "description",
        "category",
        "priority",
        "status",
        "department",
        "owner",
        "version",
        "requester",
        "missing",
    ],
    *[
        "missing_reason",
        "asset",
        "suspicion",
        "break_glass",
        "impact",
        "urgency",
        "asked",
        "offsets",
        "gate",
        "calls",
        "notes",
        "attempts",
        "notifications",
        "history",
        "raised_by",
        "created_at",
        "updated_at",
        "due_at",
        "snoozed_until",
        "waits_until",
        "leased_until",
        "merged_into",
        "merged",
        "split_from",
    ],
}
"""The names in a ticket's JSON; of a new one, the desk decides those that the gate and the clock decide."""
LONGEST_SUBJECT = 4 * SUBJECT_LENGTH


def raise_ticket(
    session: Session,
    draft: CallDraft,
    agent: str,
    region: str,
    *,
    ending: Disposition = Disposition.TICKET_RAISED,
    reason: str = "",
) -> int:
    """Raise the ticket of a call, and end the call; return its serial.

    A shut gate does not stop it: the call must be documented, and the ticket waits. Routing happens only through an
    open one, and not of what was resolved on the call.

    Raises:
        Refused: a contact detail can't be right or is missing without a reason, nothing was noted, or the desk has no
            such category.
    """
    contact_id = draft.contact.id if draft.contact else None
    requester = check_requester(draft.typed, draft.missing_reason, region, contact_id)
    description, offsets = draft.check_description()
    rules = rules_in_force(session)
    save_draft(session, draft, agent)
    row = insert_ticket(
        session,
        requester,
        missing_reason=draft.missing_reason,
        subject=draft.effective_subject,
        description=description,
        category=rules.category(draft.category or OTHER),
        priority=draft.effective_priority(rules),
        agent=agent,
        call_id=draft.call_id,
        asset=clean_line(draft.asset) or None,
        impact=draft.impact.word if draft.impact else None,
        urgency=draft.urgency.word if draft.urgency else None,
        asked=list(draft.asked) or None,
        offsets=list(offsets) if any(offset is not None for offset in offsets) else None,
    )
    end_call(session, draft.call_id, ending, agent, reason=reason, ticket_id=row.id)
    row.suspicion = suspicion_of(session, draft.call_id)
    gate = establish_gate(session, row)
    row.identity, row.authorization = gate.identity, gate.authorization
    session.flush()
    if gate.open and ending is not Disposition.RESOLVED_ON_CALL:
        row.department = rules.department(draft.effective_department(rules))
        session.flush()
        closed = rules.closed(row.department, now())
        stand_in = {"told_as_well": closed.stand_in} if closed and closed.stand_in else {}
        record(session, "routed", agent, ticket_id=row.id, department=row.department, **stand_in)
        tell_routed(session, row, row.department, None, closed)
        tell_contact(session, row)
        acknowledge(session, row)
    return row.id


def add_ticket(session: Session, given: Any, agent: str, region: str) -> int:
    """Raise a ticket from the JSON of the contract, gate shut; return its serial.

    Raises:
        Refused: it is not such an object, or what it says can't be right.
    """
    check_may_change(session, agent)
    if not isinstance(given, dict):
        raise Refused("a ticket is a JSON object")
    if unknown := sorted(set(given) - _NAMES):
        raise Refused(f"{', '.join(clean_line(name)[:30] for name in unknown[:5])}: a ticket has no such name")
    requester_given = given.get("requester")
    if not isinstance(requester_given, dict):
        raise Refused("requester: needed, an object with name, organization, email and phone")
    contact_id = requester_given.get("contact_id")
    if contact_id is not None:
        if not isinstance(contact_id, int) or isinstance(contact_id, bool):
            raise Refused("requester.contact_id: a number, or null")
        directory.contact_by_id(session, contact_id)
    typed = {name: _string(requester_given, name, "requester.") for name in FIELDS}
    missing_reason = _string(given, "missing_reason")
    requester = check_requester(typed, missing_reason, region, contact_id)
    description = clean_block(_string(given, "description")).strip()
    if not description:
        raise Refused("description: needed; what does the caller ask for?")
    category = rules_in_force(session).category(_string(given, "category") or OTHER)
    word = _string(given, "priority")
    priority = Priority.of(word) if word else category.priority
    row = insert_ticket(
        session,
        requester,
        missing_reason=missing_reason,
        subject=clean_line(_string(given, "subject")) or subject_from(description),
        description=description,
        category=category,
        priority=priority,
        agent=agent,
        asset=clean_line(_string(given, "asset")) or None,
    )
    _add_notes(session, row, given.get("notes") or [], agent)
    return row.id


def _add_notes(session: Session, row: TicketRow, given: Any, agent: str) -> None:
    notes = given if isinstance(given, list) else [given]
    kept = []
    for note in notes:
        text = note.get("text") if isinstance(note, dict) else note
        if not isinstance(text, str):
            raise Refused("notes: a list of texts, or of objects with text")
        if text := clean_block(text).strip():
            kept.append(text)
    for text in kept:
        session.add(NoteRow(ticket_id=row.id, at=now(), agent=agent, text=text))
    if kept:
        session.flush()
        index_ticket(session, row, "\n".join([row.description, *kept]))


def _string(given: dict[str, Any], name: str, path: str = "") -> str:
    value = given.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Refused(f"{path}{name}: text, or null")
    return value


def insert_ticket(
    session: Session,
    requester: Requester,
    *,
    missing_reason: str,
    subject: str,
    description: str,
    category: Category,
    priority: Priority,
    agent: str,
    call_id: str | None = None,
    split_from: int | None = None,
    **detail: Any,
) -> TicketRow:
    """Put a ticket on record, gate shut, and make it findable; what it is given has been checked."""
    raised = now()
    row = TicketRow(
        **detail,
        subject=elide(subject, LONGEST_SUBJECT),
        description=description,
        category=category.name,
        priority=priority.value,
        status=Status.NEW,
        identity=Gate().identity,
        authorization=Gate().authorization,
        contact_id=requester.contact_id,
        name=requester.name,
        organization=requester.organization,
        email=requester.email,
        phone=requester.phone,
        phone_typed=requester.phone_typed,
        missing_reason=(clean_line(missing_reason) or None) if requester.missing else None,
        split_from=split_from,
        raised_by=agent,
        created_at=raised,
        updated_at=raised,
        due_at=rules_in_force(session).due_at(raised, priority),
    )
    session.add(row)
    session.flush()
    said = {} if split_from is None else {"split_from": ticket_number(split_from)}
    record(session, "raised", agent, ticket_id=row.id, call_id=call_id, missing=list(requester.missing), **said)
    index_ticket(session, row, description)
    return row


def index_ticket(session: Session, row: TicketRow, text: str) -> None:
    """Make a ticket findable by its number, its people and its text."""
    number = ticket_number(row.id)
    people = f"{row.name or ''} {row.organization or ''} {row.email or ''}"
    search.index(
        session,
        search.TICKETS,
        row.id,
        [
            number.replace("-", ""),
            *words(f"{number} {people} {row.subject} {row.asset or ''} {text}"),
            *(phone_words(row.phone) if row.phone else ()),
        ],
    )
