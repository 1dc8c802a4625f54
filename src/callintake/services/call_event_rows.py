"""Events of phones as rows, and back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from callintake.domain.call import Channel, Direction
from callintake.domain.call_event import CallEvent, EventKind, Told
from callintake.store.tables import CallEventRow


def keep_event(session: Session, call_id: str, event: CallEvent) -> None:
    """Keep what was told of a call, as it was told."""
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


def events_of(session: Session, call_ids: Sequence[str]) -> dict[str, list[CallEvent]]:
    """Return all that was told of some calls, in the order in which it was kept."""
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
