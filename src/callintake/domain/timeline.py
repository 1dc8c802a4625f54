"""Everything about a ticket in the order it happened: calls, notes, attempts, changes and messages."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from callintake.domain.call import age
from callintake.domain.detail import CallRecord, Ticket
from callintake.domain.event_words import in_words
from callintake.domain.note_times import Offsets
from callintake.domain.phone import format_phone
from callintake.domain.verification import Attempt

_TOLD_OTHERWISE = {"raised", "note", "call ended"}
"""Kinds of events that stand in the timeline as what they are about."""


class Kind(StrEnum):
    """What an entry is."""

    CALL = "call"
    NOTE = "note"
    ATTEMPT = "verify"
    CHANGE = "change"
    MESSAGE = "told"


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened: when, what it is, who did it, and in words."""

    at: datetime
    kind: Kind
    agent: str
    words: str
    offsets: Offsets = ()
    """Of a note from a call, when in the call each line was begun."""


def timeline(ticket: Ticket) -> list[Entry]:
    """Return all that happened to a ticket, the first first."""
    return sorted(_entries(ticket), key=lambda entry: entry.at)


def _entries(ticket: Ticket) -> Iterator[Entry]:
    for call in ticket.calls:
        yield Entry(call.started_at, Kind.CALL, call.agent, _call(call))
    yield Entry(ticket.created_at, Kind.CHANGE, ticket.raised_by, "raised")
    for note in ticket.notes:
        yield Entry(note.at, Kind.NOTE, note.agent, note.text, note.offsets)
    for attempt in ticket.attempts:
        yield Entry(attempt.at, Kind.ATTEMPT, attempt.agent, _attempt(attempt))
    for message in ticket.notifications:
        whom = message.department or message.recipient
        yield Entry(message.at, Kind.MESSAGE, "", f"{whom} by {message.channel}: {message.event}, {message.state}")
    for duplicate in ticket.merged:
        yield from (replace(entry, agent=f"{entry.agent} ({duplicate.number})") for entry in _entries(duplicate))
    for event in ticket.history:
        if event.kind not in _TOLD_OTHERWISE and not event.kind.startswith("caller "):
            yield Entry(event.at, Kind.CHANGE, event.agent, in_words(event.kind, event.data))


def _call(call: CallRecord) -> str:
    number = f" {format_phone(call.caller_number)}" if call.caller_number else ""
    spent = f", talked {age(call.talk_seconds)}" if call.talk_seconds is not None else ""
    why = f" ({call.reason})" if call.reason else ""
    return f"{call.direction} over {call.channel}{number}{spent}: {call.disposition or 'not ended'}{why}"


def _attempt(attempt: Attempt) -> str:
    return f"{attempt.claim.name or 'nobody named'}, {attempt.words}"
