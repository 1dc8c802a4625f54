"""Messages that were never in a database, about tickets in which people said anything."""

from datetime import UTC, datetime
from typing import Any

from callintake.domain.contact import Requester
from callintake.domain.detail import Ticket
from callintake.domain.gate import Authorization, Gate, Identity
from callintake.domain.message_template import PERSONAL
from callintake.domain.notice import Claimed, Notice, NoticeEvent
from callintake.domain.notify_rules import Medium, NotifyRules
from callintake.domain.routing import BUILT_IN, Desk
from callintake.domain.ticket import Priority, Status

MOMENT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
_ALL_IS_SAID = (NoticeEvent.ROUTED, NoticeEvent.SUSPICIOUS_CALL)
"""What says every field of a ticket, and what says facts of an event; the others say the same in other words."""
OPEN = Gate(Identity.VERIFIED, Authorization.AUTHORIZED)


def desk(**rules: Any) -> Desk:
    """The built-in desk, with rules about messages."""
    from dataclasses import replace

    return replace(BUILT_IN, notify=NotifyRules(**rules))


def ticket(said: str = "printer offline", **changes: Any) -> Ticket:
    """A ticket in which every field says the same."""
    values: dict[str, Any] = {
        "serial": 1001,
        "version": 1,
        "subject": said,
        "description": said,
        "category": said[:200],
        "priority": Priority.HIGH,
        "status": Status.NEW,
        "department": "Network",
        "owner": said,
        "requester": Requester(said, said, said, "+442079460112", said, None),
        "missing_reason": said,
        "gate": OPEN,
        "raised_by": said,
        "created_at": MOMENT,
        "updated_at": MOMENT,
        "due_at": MOMENT,
        "asset": said,
    }
    return Ticket(**{**values, **changes})


def claimed(
    about: Ticket | None = None,
    medium: Medium = Medium.EMAIL,
    recipient: str = "network@example.com",
    event: NoticeEvent = NoticeEvent.ROUTED,
    *,
    revision: int = 1,
    department: str | None = "Network",
    rules: Desk | None = None,
    **facts: Any,
) -> Claimed:
    """A message as a courier has it."""
    rules = rules or desk(personal=PERSONAL)
    notice = Notice(event, rules, department, facts, about, revision, "ticket 1001")
    return Claimed(1, "token", medium, recipient, f"key/{event}/{revision}", notice, MOMENT)


def everything(said: str, medium: Medium) -> list[Claimed]:
    """Messages that together say all that a message can, with the same said wherever somebody can say something."""
    facts = dict.fromkeys(("to", "by", "reason", "agent", "category", "caller_number", "name"), said)
    return [claimed(ticket(said), medium, event=event, **facts) for event in _ALL_IS_SAID]
