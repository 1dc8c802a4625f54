"""A message of the outbox as people see it: what of, to whom, and what became of it (P9)."""

from dataclasses import dataclass
from datetime import datetime

from callintake.domain.delivery import MessageState


@dataclass(frozen=True, slots=True)
class Message:
    """A message: what of, to whom, how, and what became of it."""

    at: datetime
    event: str
    recipient: str
    department: str | None
    channel: str
    state: str
    id: int = 0
    ticket: str | None = None
    """The number of the ticket it is about."""
    tries: int = 0
    due_at: datetime | None = None
    """When it is tried next; None where nobody will."""
    sent_at: datetime | None = None
    outcome: str | None = None
    """What came of the last try, in words."""
    settled: str | None = None
    """Why nobody need look at it any more, though it is dead."""

    @property
    def sign(self) -> str:
        """How it stands, as a sign."""
        return MessageState(self.state).sign

    @property
    def standing(self) -> str:
        """How it stands, in words."""
        return "✓ settled" if self.settled else f"{self.sign} {self.state}"

    @property
    def needs_somebody(self) -> bool:
        """Whether nothing more will be done about it unless somebody does."""
        return self.state == MessageState.DEAD and not self.settled

    @property
    def why_not_replayed(self) -> str | None:
        """Why it is not to be tried anew; None where it may be."""
        return f"message {self.id} was sent; nothing is sent twice" if self.state == MessageState.SENT else None

    @property
    def why_not_settled(self) -> str | None:
        """Why it is not to be let rest; None where it may be."""
        return None if self.state == MessageState.DEAD else f"message {self.id} is {self.state}, not dead"

    @property
    def words(self) -> str:
        """What of, how, to whom, and why it was not sent, in one line."""
        why = "" if self.state == MessageState.SENT else self.settled or self.outcome
        return f"{self.event}, {self.channel} to {self.recipient}{f' ({why})' if why else ''}"
