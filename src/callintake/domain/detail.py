"""Tickets as they are read: a line of the queue, and the whole of one."""

from dataclasses import dataclass, field
from datetime import datetime
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
