"""Undoing one's own last action, by what the history says was there before it; itself on record (P8, P11)."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from callintake.domain.detail import Event
from callintake.domain.errors import Conflict, Refused
from callintake.domain.event_words import WAS, in_words
from callintake.domain.gate import Gate
from callintake.domain.notice import NoticeEvent
from callintake.domain.number import serial_of, ticket_number
from callintake.domain.ticket import UNGATED
from callintake.services.changes import latest_events, put, ticket_to_change
from callintake.services.gates import changed, gate_of_row, held_ticket, let_stand
from callintake.services.merging import MERGED
from callintake.services.telling import tell_departments_again
from callintake.store.tables import OutboxRow, TicketRow

UNDONE = "undone"
_TIMES = {"due_at", "snoozed_until", "waits_until", "leased_until"}


def undo(session: Session, number: str, agent: str, version: int | None = None) -> str:
    """Take back what one did last to a ticket, and return in words what that was.

    Raises:
        Conflict: somebody else changed it since.
        Refused: there is nothing of one's own to undo, it is of a kind that stays, or a department was told of it.
        GateShut: it would put somebody or something behind a gate that is shut by now.
    """
    row = ticket_to_change(session, number, agent, version)
    event = _last_action(session, row, agent)
    said = in_words(event.kind, event.data)
    _require_not_told(session, row, event)
    was = {name: _restored(name, value) for name, value in event.data[WAS].items()}
    _require_gate(row, was, said)
    if event.kind == "category":
        row.identity, row.authorization = Gate().identity, Gate().authorization
    put(session, row, UNDONE, agent, was, what=said)
    if event.kind == "category":
        let_stand(session, row, agent)
    if event.kind == MERGED:
        # It was put into that one; what happened there since stays.
        changed(session, _target(session, event), "gave back", agent, duplicate=ticket_number(row.id))
        tell_departments_again(
            session,
            row,
            NoticeEvent.APART_AGAIN,
            only_after=NoticeEvent.MERGED,
            into=event.data["into"],
            by=agent,
        )
    return said


def _last_action(session: Session, row: TicketRow, agent: str) -> Event:
    number = ticket_number(row.id)
    events = list(latest_events(session, row.id, 2))
    if len(events) == 2 and events[0].kind == "gate" and events[1].kind in ("category", UNDONE):
        # How the gate stands after it is a part of it.
        del events[0]
    last = events[0]
    if last.agent != agent:
        raise Conflict(f"{last.agent} changed {number} last ({in_words(last.kind, last.data)}): nothing was undone")
    if last.kind == UNDONE:
        raise Refused(f"what you did last to {number} is undone already")
    if WAS not in last.data:
        raise Refused(f"{in_words(last.kind, last.data)} on {number} stays: that can't be undone")
    return last


def _require_not_told(session: Session, row: TicketRow, event: Event) -> None:
    if event.kind != "routed":
        return
    told = sa.select(col(OutboxRow.department)).where(
        col(OutboxRow.ticket_id) == row.id,
        col(OutboxRow.event).in_((NoticeEvent.ROUTED.value, NoticeEvent.STANDING_IN.value)),
        col(OutboxRow.created_at) >= event.at,
    )
    department = session.execute(told.limit(1)).scalar()
    if department is not None:
        raise Refused(f"{department} was told of {ticket_number(row.id)}: route it on instead")


def _require_gate(row: TicketRow, was: dict[str, Any], said: str) -> None:
    """Who or what is put back is put there anew."""
    acts = was.get("owner") or was.get("department") or was.get("status", UNGATED[0]) not in UNGATED
    if acts:
        gate_of_row(row).require_open(f"undoing {said}", ticket_number(row.id))


def _target(session: Session, event: Event) -> TicketRow:
    return held_ticket(session, serial_of(event.data["into"]))


def _restored(name: str, value: Any) -> Any:
    return datetime.fromisoformat(value) if name in _TIMES and value is not None else value
