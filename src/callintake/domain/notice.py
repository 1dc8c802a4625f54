"""A message that is about to be sent: what it says, to whom it goes, and what tells it from any other (P9, P10)."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from callintake.domain.detail import Ticket
from callintake.domain.notify_rules import Medium
from callintake.domain.routing import Desk


class NoticeEvent(StrEnum):
    """What a message is about."""

    ROUTED = "routed"
    STANDING_IN = "standing in"
    INVOLVED = "involved"
    WITHDRAWN = "withdrawn"
    RESOLVED = "resolved"
    MERGED = "merged"
    APART_AGAIN = "apart again"
    GATE_SHUT = "gate shut"
    GATE_OPEN = "gate open"
    BREACHED = "breached"
    ACKNOWLEDGED = "acknowledged"
    SENSITIVE = "sensitive request"
    GLASS_BROKEN = "glass broken"
    SUSPICIOUS_CALL = "suspicious call"
    SUSPICIOUS_TICKET = "suspicious ticket"
    TEST = "test"


FOR_CONTACTS = (NoticeEvent.ACKNOWLEDGED, NoticeEvent.SENSITIVE)
"""What goes to the contact on file, and so says nothing of who works on it, or of what somebody asked for."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What a message says: facts as they are now, about a ticket as it is now."""

    event: NoticeEvent
    desk: Desk
    department: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    ticket: Ticket | None = None
    revision: int = 1
    """How many messages about the same thing have gone to the same department, this one among them."""
    begun: str = ""
    """What tells the thing it is about from those of all other desks: a ticket's serial and time, a call's id."""

    @property
    def thread(self) -> str:
        """What all messages about one thing to one department have in common: 16 hexadecimal digits."""
        return _digest(self.begun, self.department or "")[:16]

    @property
    def about(self) -> str:
        """The number of the ticket, which comes first in whatever is said (P10); or what else it is about."""
        return self.ticket.number if self.ticket else "call" if "call" in self.event else self.event.value


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that one courier has to itself for a while."""

    id: int
    token: str
    """What tells this claim from any other; whoever comes back too late has another one."""
    medium: Medium
    recipient: str
    """An address, or the name of the secret that is one."""
    key: str
    notice: Notice
    claimed_at: datetime

    @property
    def idempotency_key(self) -> str:
        """What is the same for every copy of this message, and of no other: 32 hexadecimal digits."""
        return _digest(self.notice.begun, self.key)[:32]


@dataclass(frozen=True, slots=True)
class Reach:
    """What a courier can send with the secrets it has: e-mail, and to which of the webhooks that have a name."""

    mail: bool = False
    webhooks: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return self.mail or bool(self.webhooks)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
