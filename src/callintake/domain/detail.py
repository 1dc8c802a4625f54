"""Tickets as they are read: a line of the queue, and the whole of one."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from callintake.domain.call import Direction
from callintake.domain.contact import Requester
from callintake.domain.gate import Gate
from callintake.domain.message import Message
from callintake.domain.note_times import Offsets
from callintake.domain.number import ticket_number
from callintake.domain.ticket import Priority, Status
from callintake.domain.verification import Attempt


@dataclass(frozen=True, slots=True)
class TicketLine:
    """One ticket as the queue lists it."""

    serial: int
    version: int
    subject: str
    category: str
    priority: Priority
    status: Status
    department: str | None
    owner: str | None
    gate: Gate
    name: str | None
    organization: str | None
    created_at: datetime
    updated_at: datetime
    due_at: datetime | None
    hit: str = ""
    """Of a search: the words around what was found, where no column shows it."""

    @property
    def number(self) -> str:
        """The number people know it by."""
        return ticket_number(self.serial)


@dataclass(frozen=True, slots=True)
class Note:
    """What was added to a ticket; from a call, with when in it each line was begun."""

    at: datetime
    agent: str
    text: str
    offsets: Offsets = ()
    call_id: str | None = None


@dataclass(frozen=True, slots=True)
class CallRecord:
    """A call, and what became of it; its times are in seconds, once it has ended."""

    id: str
    started_at: datetime
    ended_at: datetime | None
    channel: str
    direction: str
    caller_number: str
    dialled_number: str
    agent: str
    disposition: str | None
    reason: str | None
    talk_seconds: int | None = None
    hold_seconds: int | None = None
    wrap_up_seconds: int | None = None
    ticket: str | None = None
    """The number of the ticket it led to, or was added to."""
    external_id: str | None = None
    """The id that the phone gives it."""
    answered_at: datetime | None = None
    """When it was answered, as far as a phone told."""
    cause: str | None = None
    """Why it ended, as the phone says."""
    announced: str | None = None
    """The name that the phone announced: a claim."""
    callback_owner: str | None = None
    """Who is to call back, if anybody took that on."""

    @property
    def number(self) -> str:
        """The number at the other end."""
        return self.caller_number if self.direction == Direction.INBOUND else self.dialled_number

    @property
    def is_missed(self) -> bool:
        """Whether a phone told that somebody called, and nobody answered or ended it with a word since."""
        unanswered = self.ended_at is not None and self.answered_at is None and self.disposition is None
        return unanswered and not self.agent and self.direction == Direction.INBOUND

    @property
    def wait_seconds(self) -> int | None:
        """How long it rang, as far as a phone told."""
        until = self.answered_at or (self.ended_at if not self.agent else None)
        return round((until - self.started_at).total_seconds()) if until else None


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the history."""

    at: datetime
    agent: str
    kind: str
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ticket:
    """The whole of one ticket."""

    serial: int
    version: int
    subject: str
    description: str
    category: str
    priority: Priority
    status: Status
    department: str | None
    owner: str | None
    requester: Requester
    missing_reason: str | None
    gate: Gate
    raised_by: str
    created_at: datetime
    updated_at: datetime
    due_at: datetime | None
    offsets: Offsets = ()
    """When in the call each line of the description was begun, in seconds."""
    asset: str | None = None
    impact: str | None = None
    urgency: str | None = None
    asked: tuple[str, ...] = ()
    suspicion: str | None = None
    """Why it is suspicious, if it is."""
    break_glass: str | None = None
    """Why a lead opened its gate without proof, if one did."""
    snoozed_until: datetime | None = None
    waits_until: datetime | None = None
    leased_until: datetime | None = None
    """Until when the owner's claim holds; None where nobody has it, or it was given."""
    merged_into: str | None = None
    """The number of the ticket it went into."""
    merged: tuple["Ticket", ...] = ()
    """Those that went into it, each whole."""
    split_from: str | None = None
    notifications: tuple[Message, ...] = ()
    calls: tuple[CallRecord, ...] = ()
    notes: tuple[Note, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    history: tuple[Event, ...] = ()

    @property
    def number(self) -> str:
        """The number people know it by."""
        return ticket_number(self.serial)


def stamp(moment: datetime | None) -> str | None:
    """Return a time as others read it: UTC, to the second, with `Z`."""
    return None if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def to_json(ticket: Ticket) -> dict[str, Any]:
    """Return a ticket in the JSON that others build on."""
    requester = ticket.requester
    return {
        "number": ticket.number,
        "subject": ticket.subject,
        "description": ticket.description,
        "category": ticket.category,
        "priority": ticket.priority.word,
        "status": ticket.status.value,
        "department": ticket.department,
        "owner": ticket.owner,
        "version": ticket.version,
        "requester": {
            "name": requester.name,
            "organization": requester.organization,
            "email": requester.email,
            "phone": requester.phone,
            "phone_typed": requester.phone_typed,
            "contact_id": requester.contact_id,
        },
        "missing": list(requester.missing),
        "missing_reason": ticket.missing_reason,
        "gate": {
            "open": ticket.gate.open,
            "identity": ticket.gate.identity.value,
            "authorization": ticket.gate.authorization.value,
            "reasons": list(ticket.gate.reasons),
        },
        "suspicion": ticket.suspicion,
        "break_glass": ticket.break_glass,
        "asset": ticket.asset,
        "impact": ticket.impact,
        "urgency": ticket.urgency,
        "asked": list(ticket.asked),
        "offsets": list(ticket.offsets),
        "calls": [call_to_json(call) for call in ticket.calls],
        "notes": [
            {
                "at": stamp(note.at),
                "agent": note.agent,
                "text": note.text,
                "offsets": list(note.offsets),
                "call_id": note.call_id,
            }
            for note in ticket.notes
        ],
        "attempts": [
            {
                "at": stamp(attempt.at),
                "agent": attempt.agent,
                "method": attempt.method.value,
                "factor": attempt.method.factor.value,
                "outcome": attempt.outcome.value,
                "number": attempt.number,
                "address": attempt.address,
                "approver_id": attempt.approver_id,
                "reason": attempt.reason,
                "name": attempt.claim.name,
                "organization": attempt.claim.organization,
                "contact_id": attempt.claim.contact_id,
                "category": attempt.claim.category,
            }
            for attempt in ticket.attempts
        ],
        "notifications": [message_to_json(message) for message in ticket.notifications],
        "history": [
            {"at": stamp(event.at), "agent": event.agent, "kind": event.kind, "data": event.data}
            for event in ticket.history
        ],
        "merged_into": ticket.merged_into,
        "merged": [to_json(one) for one in ticket.merged],
        "split_from": ticket.split_from,
        "raised_by": ticket.raised_by,
        "created_at": stamp(ticket.created_at),
        "updated_at": stamp(ticket.updated_at),
        "due_at": stamp(ticket.due_at),
        "snoozed_until": stamp(ticket.snoozed_until),
        "waits_until": stamp(ticket.waits_until),
        "leased_until": stamp(ticket.leased_until),
    }


def message_to_json(message: Message) -> dict[str, Any]:
    """Return a message in the JSON that others build on."""
    return {
        "id": message.id,
        "at": stamp(message.at),
        "ticket": message.ticket,
        "event": message.event,
        "recipient": message.recipient,
        "department": message.department,
        "channel": message.channel,
        "state": message.state,
        "tries": message.tries,
        "due_at": stamp(message.due_at),
        "sent_at": stamp(message.sent_at),
        "outcome": message.outcome,
        "settled": message.settled,
    }


def call_to_json(call: CallRecord) -> dict[str, Any]:
    """Return a call in the JSON that others build on."""
    return {
        "id": call.id,
        "channel": call.channel,
        "direction": call.direction,
        "caller_number": call.caller_number,
        "dialled_number": call.dialled_number,
        "started_at": stamp(call.started_at),
        "ended_at": stamp(call.ended_at),
        "answered_at": stamp(call.answered_at),
        "wait_seconds": call.wait_seconds,
        "talk_seconds": call.talk_seconds,
        "hold_seconds": call.hold_seconds,
        "wrap_up_seconds": call.wrap_up_seconds,
        "agent": call.agent,
        "disposition": call.disposition,
        "reason": call.reason,
        "ticket": call.ticket,
        "call_id": call.external_id,
        "cause": call.cause,
        "announced_name": call.announced,
        "missed": call.is_missed,
        "callback_owner": call.callback_owner,
    }


def line_to_json(line: TicketLine) -> dict[str, Any]:
    """Return a line of the queue in the JSON that others build on: the same names, without the records."""
    return {
        "number": line.number,
        "subject": line.subject,
        "category": line.category,
        "priority": line.priority.word,
        "status": line.status.value,
        "department": line.department,
        "owner": line.owner,
        "version": line.version,
        "requester": {"name": line.name, "organization": line.organization},
        "gate": {
            "open": line.gate.open,
            "identity": line.gate.identity.value,
            "authorization": line.gate.authorization.value,
            "reasons": list(line.gate.reasons),
        },
        "created_at": stamp(line.created_at),
        "due_at": stamp(line.due_at),
    }
