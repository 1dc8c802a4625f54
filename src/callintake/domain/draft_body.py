"""A draft as it is kept, in JSON types: by the database, and by the spool when that can't."""

from datetime import datetime
from typing import Any

from callintake.domain.call import Channel
from callintake.domain.contact import Contact
from callintake.domain.draft import CallDraft, Step
from callintake.domain.text import clean_block, clean_line
from callintake.domain.ticket import Priority

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
        "notes": clean_block(draft.notes),
        "caret": list(draft.caret),
        "priority": draft.priority.word if draft.priority else None,
        "contact_id": draft.contact.id if draft.contact else None,
        "step": draft.step.name,
        "revision": draft.revision,
    }


def from_body(body: dict[str, Any], contact: Contact | None) -> CallDraft:
    """Return the draft in what was kept, with the contact it names; its attempts are not in it.

    Raises:
        KeyError, TypeError, ValueError, Refused: it is not what `to_body` makes.
    """
    row, column = body["caret"]
    return CallDraft(
        call_id=str(body["call_id"]),
        started_at=datetime.fromisoformat(body["started_at"]),
        channel=Channel(body["channel"]),
        caller_number=body["caller_number"],
        contact=contact,
        **{name: body[name] for name in _TYPED},
        notes=body["notes"],
        caret=(int(row), int(column)),
        priority=Priority.of(body["priority"]) if body["priority"] else None,
        step=Step[body["step"]],
        revision=int(body["revision"]),
    )
