"""A draft as it is kept, in JSON types: by the database, and by the spool when that can't."""

from datetime import datetime
from typing import Any

from callintake.domain.call import CallState, CallTimer, Channel, Direction
from callintake.domain.contact import Contact
from callintake.domain.draft import CallDraft, Step
from callintake.domain.text import clean_block, clean_line
from callintake.domain.ticket import Impact, Priority, Urgency

_TYPED = ("name", "organization", "email", "phone", "missing_reason", "subject", "category", "department")


def to_body(draft: CallDraft) -> dict[str, Any]:
    """Return what was typed, cleaned, as it is kept."""
    typed = {name: getattr(draft, name) for name in _TYPED}
    return {
        **{name: value if value is None else clean_line(value) for name, value in typed.items()},
        "call_id": draft.call_id,
        "started_at": draft.started_at.isoformat(),
        "channel": draft.channel.value,
        "caller_number": clean_line(draft.caller_number),
        "direction": draft.direction.value,
        "asset": clean_line(draft.asset),
        "asked": list(draft.asked),
        "confirmed": list(draft.confirmed),
        "notes": clean_block(draft.notes),
        "offsets": list(draft.offsets),
        "caret": list(draft.caret),
        "impact": draft.impact.name if draft.impact else None,
        "urgency": draft.urgency.name if draft.urgency else None,
        "priority": draft.priority.word if draft.priority else None,
        "contact_id": draft.contact.id if draft.contact else None,
        "step": draft.step.name,
        "timer": _timer_body(draft.timer),
        "is_locked": draft.is_locked,
        "suspicion": draft.suspicion,
        "ticket": draft.ticket,
        "revision": draft.revision,
    }


def _timer_body(timer: CallTimer) -> dict[str, Any]:
    return {
        "state": timer.state.value,
        "since": timer.since.isoformat(),
        "spent": {state.value: seconds for state, seconds in timer.spent.items()},
        "hung_up_at": timer.hung_up_at.isoformat() if timer.hung_up_at else None,
    }


def timer_of(body: dict[str, Any]) -> CallTimer:
    """Return how the time of a kept draft's call was spent; of one kept without, that it was talked since its start.

    Raises:
        KeyError, TypeError, ValueError: it is not what `to_body` makes.
    """
    given = body.get("timer")
    if given is None:
        return CallTimer(CallState.TALKING, datetime.fromisoformat(body["started_at"]))
    hung_up = given["hung_up_at"]
    return CallTimer(
        CallState(given["state"]),
        datetime.fromisoformat(given["since"]),
        {CallState(state): float(seconds) for state, seconds in given["spent"].items()},
        datetime.fromisoformat(hung_up) if hung_up else None,
    )


def from_body(body: dict[str, Any], contact: Contact | None) -> CallDraft:
    """Return the draft in what was kept, with the contact it names; its attempts are not in it.

    A draft of an earlier version lacks some facts; they are then as in a new one.

    Raises:
        KeyError, TypeError, ValueError, Refused: it is not what `to_body` makes.
    """
    row, column = body["caret"]
    return CallDraft(
        call_id=str(body["call_id"]),
        started_at=datetime.fromisoformat(body["started_at"]),
        timer=timer_of(body),
        channel=Channel(body["channel"]),
        caller_number=body["caller_number"],
        direction=Direction(body.get("direction", Direction.INBOUND)),
        contact=contact,
        **{name: body[name] for name in _TYPED},
        asset=body.get("asset", ""),
        impact=Impact[body["impact"]] if body.get("impact") else None,
        urgency=Urgency[body["urgency"]] if body.get("urgency") else None,
        asked=tuple(map(str, body.get("asked", ()))),
        confirmed=tuple(map(str, body.get("confirmed", ()))),
        notes=body["notes"],
        offsets=tuple(None if offset is None else int(offset) for offset in body.get("offsets", ())),
        is_locked=bool(body.get("is_locked")),
        suspicion=body.get("suspicion"),
        ticket=body.get("ticket"),
        caret=(int(row), int(column)),
        priority=Priority.of(body["priority"]) if body["priority"] else None,
        step=Step[body["step"]],
        revision=int(body["revision"]),
    )
