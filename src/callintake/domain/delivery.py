"""What becomes of a message: the states it has, when it is tried again, and when nobody tries any more (P9)."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=6),
)
"""How long after each try that failed the next one comes; after the last of them there is none."""
MOST_TRIES = len(WAITS) + 1
LONGEST_WAIT = timedelta(days=1)
"""A service that asks to be left alone for longer is asked again after this."""
LATE_AFTER = timedelta(minutes=15)
"""A message that is older, and not sent, is worth a warning."""


class MessageState(StrEnum):
    """How a message stands."""

    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"
    DEAD = "dead"

    @property
    def sign(self) -> str:
        """A sign that tells it without colour."""
        return {"pending": "…", "sent": "✓", "failed": "!", "dead": "✗"}[self.value]


class Verdict(StrEnum):
    """What a try to deliver came to."""

    SENT = "sent"
    AGAIN = "again"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a try came to, what the other side said, without any secret, and how long it asked to be left alone."""

    verdict: Verdict
    said: str
    retry_after: timedelta | None = None

    def state(self, tries: int) -> tuple[MessageState, timedelta | None]:
        """Return how the message stands after so many tries, this one among them, and when the next one comes."""
        if self.verdict is Verdict.SENT:
            return MessageState.SENT, None
        if self.verdict is Verdict.NEVER or tries >= MOST_TRIES:
            return MessageState.DEAD, None
        wait = max(WAITS[max(tries, 1) - 1], min(self.retry_after or timedelta(), LONGEST_WAIT))
        return MessageState.FAILED, wait


def sent(said: str) -> Outcome:
    """The other side took it."""
    return Outcome(Verdict.SENT, said)


def failed(said: str, retry_after: timedelta | None = None) -> Outcome:
    """It may do so another time."""
    return Outcome(Verdict.AGAIN, said, retry_after)


def refused(said: str) -> Outcome:
    """It never will."""
    return Outcome(Verdict.NEVER, said)
