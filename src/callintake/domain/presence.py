"""Who is at a ticket: looks at it, or writes on it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

HERE_FOR = timedelta(seconds=30)
"""Somebody counts as there for so long after they were seen last."""
SEEN_EVERY = timedelta(seconds=10)
"""How often a screen says that somebody is still there."""


@dataclass(frozen=True, slots=True)
class Present:
    """An agent who is at a ticket, and when they were seen there last."""

    agent: str
    is_writing: bool
    at: datetime

    @property
    def words(self) -> str:
        """What is said of them: `jo writes`."""
        return f"{self.agent} {'writes' if self.is_writing else 'looks'}"
