"""What phones tell of calls, kept as it comes and as the one call it is about (P1)."""

import secrets
from dataclasses import replace
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col, select

from callintake.domain.call import Channel, Direction, Disposition
from callintake.domain.call_event import (
    LASTS,
    SAME_ID,
    TEST,
    TOLD_LATE,
    CallEvent,
    EventKind,
    PhoneCall,
    fold,
    same_call,
)
from callintake.domain.detail_json import stamp
from callintake.domain.phone import caller_e164, is_withheld
from callintake.domain.text import clean_line
from callintake.services import callbacks
from callintake.services.call_event_rows import events_of, keep_event
from callintake.store.tables import CallEventRow, CallRow

_CONSIDERED = 200
"""Calls at most that an event without an id is compared with."""
_MOST_EVENTS = 200
"""Events of one call that are kept."""
_FORWARDED, _UNANSWERED, _TESTED = "forwarded by the phone", "nobody answered", "a test call"
_BY_ITSELF = (_FORWARDED, _UNANSWERED, _TESTED)
"""Reasons that no person gave; what a phone tells later may take them back."""


class Heard(NamedTuple):
    """What became of an event: the call it is about, and what that made of it, in words."""

    call_id: str
    became: str
    is_new: bool


def hear(session: Session, event: CallEvent, region: str) -> Heard:
    """Take in an event: it is kept, and its call is as all that was told of it says.

    Nothing of it verifies anybody, and nothing of it goes into a field of a draft.
    """
    _one_at_a_time(session)
    event = _normalized(event, region)
    rows, calls = _lately(session, event, region)
    place = same_call(event, calls)
    if place is None:
        row, told = _new_row(session, event), []
    else:
        row = rows[place]
        told = events_of(session, [row.id])[row.id]
    if told and (event in told or len(told) >= _MOST_EVENTS or _adds_nothing(event, told)):
        return Heard(row.id, "told before", False)
    keep_event(session, row.id, event)
    folded = fold([*told, event])
    _write(row, folded)
    if event.direction is Direction.OUTBOUND and place is None:
        callbacks.called_back_by_phone(session, event.called, row.id)
    session.flush()
    return Heard(row.id, _became(row, event), place is None)


def _one_at_a_time(session: Session) -> None:
    """Wait for whoever else takes an event in: of two who hear the same ring, one makes the call.

    SQLite has one writer as it is.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("SELECT pg_advisory_xact_lock(hashtext('call events'))"))


# What is on record


def _normalized(event: CallEvent, region: str) -> CallEvent:
    return replace(
        event,
        caller=_number(event.caller, region),
        called=_number(event.called, region),
        name=clean_line(event.name),
    )


def _number(given: str, region: str) -> str:
    """A number in E.164 where it is one, else as the phone has it; every word for a withheld one is the same."""
    number = clean_line(given)
    if number and is_withheld(number):
        return "anonymous"
    # A short one is an extension, and never a number abroad.
    digits = sum(char.isdigit() for char in number)
    return (caller_e164(number, region) if digits > _EXTENSION else None) or number


_EXTENSION = 6
"""Digits of an internal number at most."""


def _lately(session: Session, event: CallEvent, region: str) -> tuple[list[CallRow], list[PhoneCall]]:
    """The calls that an event may be about, the newest first: those known by its id, else those near it in time."""
    rows = _rows(session, _has_id(event)) if event.external_id else []
    rows = rows or _rows(session, _is_near(event))
    events = events_of(session, [row.id for row in rows])
    return rows, [_as_told(row, events[row.id], region) for row in rows]


def _has_id(event: CallEvent) -> sa.ColumnElement[bool]:
    known = select(CallEventRow.call_id).where(CallEventRow.external_id == event.external_id)
    return col(CallRow.id).in_(known) & (col(CallRow.started_at) >= event.at - SAME_ID)


def _is_near(event: CallEvent) -> sa.ColumnElement[bool]:
    near = event.told.began if event.told else event.at
    going = col(CallRow.ended_at).is_(None) & (col(CallRow.started_at) >= near - LASTS)
    over = col(CallRow.ended_at) >= near - TOLD_LATE
    number = CallRow.caller_number if event.direction is Direction.INBOUND else CallRow.dialled_number
    # What an agent typed is compared as it is meant, whatever its notation.
    may_match = (col(number) == event.other_end) | (col(CallRow.agent) != "")
    begun = col(CallRow.started_at) <= event.at + TOLD_LATE
    return (going | over) & begun & may_match & (col(CallRow.direction) == event.direction.value)


def _rows(session: Session, meant: sa.ColumnElement[bool]) -> list[CallRow]:
    query = select(CallRow).where(meant).order_by(col(CallRow.started_at).desc(), col(CallRow.id))
    return list(session.exec(query.limit(_CONSIDERED).execution_options(populate_existing=True)))


def _as_told(row: CallRow, events: list[CallEvent], region: str) -> PhoneCall:
    """A call as phones told of it; one that an agent began, as they did."""
    if events:
        return fold(events)
    caller, called = _number(row.caller_number, region), _number(row.dialled_number, region)
    return PhoneCall(Direction(row.direction), caller, called, row.started_at, None, row.ended_at)


def _new_row(session: Session, event: CallEvent) -> CallRow:
    row = CallRow(
        id=secrets.token_hex(16),
        started_at=event.at,
        channel=event.channel or Channel.VOIP,
        direction=event.direction,
        caller_number="",
        dialled_number="",
        agent="",
    )
    session.add(row)
    session.flush()
    return row


def _write(row: CallRow, call: PhoneCall) -> None:
    """Let a call be as phones told of it; what an agent did with it stays theirs."""
    is_taken = bool(row.agent)
    row.external_id = next((one for _, one in sorted(call.ids)), None)
    row.answered_at, row.cause = call.answered, call.cause or None
    row.announced, row.users = call.name or None, list(call.users) or None
    row.queue, row.answered_by = call.queue or None, call.answered_by or None
    row.caller_number = row.caller_number or call.caller
    row.dialled_number = row.dialled_number or call.called
    if row.disposition is None or row.reason in _BY_ITSELF:
        row.ended_at = call.ended
    if not is_taken:
        row.started_at, row.direction = call.began, call.direction
        row.channel = call.channel or row.channel
        row.talk_seconds = None if call.talk_seconds is None else round(call.talk_seconds)
        row.hold_seconds = round(call.hold_seconds) if call.talk_seconds is not None else None
        if row.disposition is None or row.reason in _BY_ITSELF:
            _end_by_itself(row, call)


def _end_by_itself(row: CallRow, call: PhoneCall) -> None:
    """A call that went on elsewhere, or that nobody answered to us, is accounted for without a person."""
    unanswered = call.ended is not None and call.answered is None
    row.disposition, row.reason = None, None
    if unanswered and call.direction is Direction.OUTBOUND:
        row.disposition, row.reason = Disposition.DROPPED, _UNANSWERED
    elif unanswered and call.cause == TEST:
        row.disposition, row.reason = Disposition.DROPPED, _TESTED
    elif unanswered and not call.is_missed:
        row.disposition, row.reason = Disposition.TRANSFERRED, _FORWARDED


def _adds_nothing(event: CallEvent, told: list[CallEvent]) -> bool:
    """Whether a call is the same with and without an event."""
    before, after = fold(told), fold([*told, event])
    return before == after


# What is told of it


def _became(row: CallRow, event: CallEvent) -> str:
    who = f"{row.direction} call {row.id[:8]}"
    match event.kind:
        case EventKind.HANG_UP | EventKind.REPORT if row.answered_at is None and row.disposition is None:
            missed = row.ended_at is not None and not row.agent
            return f"{who} {'was missed' if missed else 'is over'}"
        case EventKind.HANG_UP | EventKind.REPORT:
            return f"{who} is over"
        case EventKind.ANSWER:
            return f"{who} was answered"
        case EventKind.RING:
            return f"{who} rings{f' since {stamp(row.started_at)}' if row.agent else ''}"
        case EventKind.HOLD:
            return f"{who} is on hold"
        case EventKind.RESUME:
            return f"{who} is talked in again"
        case EventKind.TRANSFER:
            return f"{who} was transferred"
