"""What phones tell of calls, kept as it comes and as the one call it is about (P1)."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col, select

from callintake.domain.call import Channel, Direction, Disposition
from callintake.domain.call_event import (
    LASTS,
    RINGS_FOR,
    SAME_ID,
    TEST,
    TOLD_LATE,
    CallEvent,
    EventKind,
    PhoneCall,
    Told,
    fold,
    same_call,
)
from callintake.domain.detail import stamp
from callintake.domain.draft import CallDraft
from callintake.domain.errors import Conflict
from callintake.domain.phone import caller_e164, is_withheld
from callintake.domain.report import QUIET_ON_LINE, SHORT_ID
from callintake.domain.text import clean_line
from callintake.domain.waiting_call import WaitingCall
from callintake.services import callbacks, drafts
from callintake.services.finding import contacts_with_number
from callintake.services.history import now, record
from callintake.store.tables import CallEventRow, CallRow

PHONE = "phone"
"""Who is named for what no person did."""
_CONSIDERED = 200
"""Calls at most that an event without an id is compared with."""
_MOST_EVENTS = 200
"""Events of one call that are kept."""
_SHOWN = 20
"""Calls that wait, at most, that anybody is told of."""
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
    event = _normalized(event, region)
    rows, calls = _lately(session, event, region)
    place = same_call(event, calls)
    if place is None:
        row, told = _new_row(session, event), []
    else:
        row = rows[place]
        told = _events(session, [row.id])[row.id]
    if told and (event in told or len(told) >= _MOST_EVENTS or _adds_nothing(event, told)):
        return Heard(row.id, "told before", False)
    _keep(session, row.id, event)
    folded = fold([*told, event])
    _write(session, row, folded, is_new=place is None)
    if event.direction is Direction.OUTBOUND and place is None:
        callbacks.called_back_by_phone(session, event.called, row.id)
    session.flush()
    return Heard(row.id, _became(row, event), place is None)


def waiting_calls(session: Session, extension: str = "", lines: Mapping[str, str] | None = None) -> list[WaitingCall]:
    """Return the calls that ring or are talked in, and that nobody at the desk has taken, the one that waits longest
    first; with an extension only those that may be for it."""
    at = now()
    query = (
        select(CallRow)
        .where(
            col(CallRow.disposition).is_(None),
            col(CallRow.callback_cleared_at).is_(None),
            col(CallRow.ended_at).is_(None),
            col(CallRow.started_at) > at - QUIET_ON_LINE,
            CallRow.agent == "",
        )
        .order_by(col(CallRow.started_at), col(CallRow.id))
        .limit(_SHOWN * 5)
    )
    rings = [row for row in session.exec(query) if row.answered_at is not None or row.started_at > at - RINGS_FOR]
    here = [row for row in rings if _is_for(row, extension)]
    return [_waiting(session, row, lines or {}) for row in here[:_SHOWN]]


def ended_on_phone(session: Session, call_ids: Sequence[str]) -> dict[str, datetime]:
    """Return which of some calls have been hung up, as a phone told, and when it did."""
    over = (EventKind.HANG_UP.value, EventKind.REPORT.value)
    query = (
        select(CallEventRow.call_id, CallEventRow.at)
        .where(col(CallEventRow.call_id).in_(call_ids), col(CallEventRow.kind).in_(over))
        .order_by(col(CallEventRow.at).desc())
    )
    return dict(session.exec(query).all()) if call_ids else {}


def goes_on_in(session: Session, call_id: str, draft: CallDraft, agent: str) -> None:
    """A caller rings back while the draft of their call is still open: this call goes on in that one.

    Raises:
        Conflict: somebody else has taken it.
    """
    _take(session, call_id, agent)
    drafts.save_draft(session, draft, agent)
    reason = f"the caller is back: goes on in call {draft.call_id[:SHORT_ID]}"
    drafts.end_call(session, call_id, Disposition.TRANSFERRED, agent, reason=reason)


def take_call(session: Session, draft: CallDraft, agent: str) -> None:
    """Take a call that waits into a draft.

    Raises:
        Conflict: somebody else has taken it.
    """
    _take(session, draft.call_id, agent)
    drafts.save_draft(session, draft, agent)


def _take(session: Session, call_id: str, agent: str) -> None:
    taken = session.execute(
        sa.update(CallRow)
        .where(col(CallRow.id) == call_id, col(CallRow.agent) == "", col(CallRow.disposition).is_(None))
        .values(agent=agent)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        row = session.get(CallRow, call_id, populate_existing=True)
        raise Conflict(f"{(row.agent if row else '') or 'somebody'} has taken this call, or it has ended")
    record(session, "call taken", agent, call_id=call_id)


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
    events = _events(session, [row.id for row in rows])
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


def _write(session: Session, row: CallRow, call: PhoneCall, *, is_new: bool) -> None:
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
    session.add(row)


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


def _keep(session: Session, call_id: str, event: CallEvent) -> None:
    body: dict[str, Any] = {
        "direction": event.direction.value,
        "caller": event.caller,
        "called": event.called,
        "name": event.name,
        "users": list(event.users),
        "queue": event.queue,
        "answered_by": event.answered_by,
        "cause": event.cause,
        "channel": event.channel.value if event.channel else None,
    }
    if event.told is not None:
        told = (event.told.began, event.told.answered, event.told.ended)
        body["told"] = [moment.isoformat() if moment else None for moment in told]
    session.add(
        CallEventRow(
            call_id=call_id,
            at=event.at,
            kind=event.kind,
            source=event.source,
            external_id=event.external_id,
            body={name: value for name, value in body.items() if value},
        )
    )
    session.flush()


def _events(session: Session, call_ids: Sequence[str]) -> dict[str, list[CallEvent]]:
    events: dict[str, list[CallEvent]] = {call_id: [] for call_id in call_ids}
    query = select(CallEventRow).where(col(CallEventRow.call_id).in_(call_ids)).order_by(col(CallEventRow.id))
    for row in session.exec(query) if call_ids else ():
        events[row.call_id].append(_event(row))
    return events


def _event(row: CallEventRow) -> CallEvent:
    body = row.body
    told = [datetime.fromisoformat(moment) if moment else None for moment in body.get("told", ())]
    return CallEvent(
        EventKind(row.kind),
        row.source,
        row.at,
        Direction(body["direction"]),
        body.get("caller", ""),
        body.get("called", ""),
        row.external_id,
        body.get("name", ""),
        tuple(body.get("users", ())),
        body.get("queue", ""),
        body.get("answered_by", ""),
        body.get("cause", ""),
        Channel(body["channel"]) if body.get("channel") else None,
        Told(told[0], told[1], told[2]) if told and told[0] and told[2] else None,
    )


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


def _is_for(row: CallRow, extension: str) -> bool:
    """Whether a call may be for an extension: it rings there, or nobody tells where, and nobody else answered."""
    if not extension:
        return True
    if row.answered_by:
        return row.answered_by == extension
    return not row.users or extension in row.users


def _waiting(session: Session, row: CallRow, lines: Mapping[str, str]) -> WaitingCall:
    direction = Direction(row.direction)
    inbound = direction is Direction.INBOUND
    number, ours = (row.caller_number, row.dialled_number) if inbound else (row.dialled_number, row.caller_number)
    found = contacts_with_number(session, number.partition(";")[0]) if number.startswith("+") else []
    return WaitingCall(
        row.id,
        direction,
        Channel(row.channel),
        number,
        row.started_at,
        row.answered_at,
        row.announced or "",
        tuple(f"{contact.name}, {contact.organization}" for contact in found),
        lines.get(ours, row.queue or ""),
    )
