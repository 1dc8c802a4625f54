"""The ticket: its states, what may follow what, and how urgent it is (P8)."""

from datetime import datetime
from enum import Enum, StrEnum

from callintake.domain.errors import Refused
from callintake.domain.gate import Gate
from callintake.domain.text import clean_line, elide, first_line

SUBJECT_LENGTH = 80


class Status(StrEnum):
    """Where a ticket is in its life; verification is not a status."""

    NEW = "new"
    OPEN = "open"
    PENDING = "pending"
    RESOLVED = "resolved"
    CLOSED = "closed"
    MERGED = "merged"


class Priority(Enum):
    """How soon; the value is its place in the queue."""

    CRITICAL = 0
    HIGH = 1
    NORMAL = 2
    LOW = 3

    @property
    def word(self) -> str:
        """The word on screen and in JSON."""
        return self.name.lower()

    @classmethod
    def of(cls, word: str) -> "Priority":
        """Return the priority of that name.

        Raises:
            Refused: there is none.
        """
        try:
            return cls[word.strip().upper()]
        except KeyError:
            known = ", ".join(priority.word for priority in cls)
            raise Refused(f"no priority “{clean_line(word)[:40]}”; there are: {known}") from None


class Impact(Enum):
    """How many people it keeps from their work; the value is how much that weighs."""

    ONE = 0
    SEVERAL = 1
    EVERYBODY = 2

    @property
    def word(self) -> str:
        """The word on screen and in JSON."""
        return self.name.lower()


class Urgency(Enum):
    """How much they can do without it; the value is how much that weighs."""

    WAITS = 0
    HAMPERED = 1
    STOPPED = 2

    @property
    def word(self) -> str:
        """The word on screen and in JSON."""
        return self.name.lower()


def priority_of(impact: Impact | None, urgency: Urgency | None) -> Priority | None:
    """Return the priority that impact and urgency suggest, once both are known: the usual matrix of service desks."""
    if impact is None or urgency is None:
        return None
    return Priority(max(len(Priority) - 1 - impact.value - urgency.value, 0))


LIVE = (Status.NEW, Status.OPEN, Status.PENDING)
"""Tickets that somebody still has to do something about."""
UNGATED = (Status.NEW, Status.CLOSED)
"""What a ticket may be while its gate is shut: waiting, or closed because nobody was ever confirmed (P5)."""

_FOLLOWING = {
    Status.NEW: {Status.OPEN, Status.PENDING, Status.RESOLVED, Status.CLOSED, Status.MERGED},
    Status.OPEN: {Status.PENDING, Status.RESOLVED, Status.CLOSED, Status.MERGED},
    Status.PENDING: {Status.OPEN, Status.RESOLVED, Status.CLOSED, Status.MERGED},
    Status.RESOLVED: {Status.OPEN, Status.CLOSED},
    Status.CLOSED: {Status.NEW, Status.OPEN},
    Status.MERGED: set[Status](),
}


def status_of(word: str) -> Status:
    """Return the status of that name.

    Raises:
        Refused: there is none.
    """
    try:
        return Status(word.strip().lower())
    except ValueError:
        raise Refused(f"no status “{clean_line(word)[:40]}”; there are: {', '.join(Status)}") from None


def next_statuses(current: Status, gate: Gate) -> tuple[Status, ...]:
    """Return what a ticket may become from here, as things stand."""
    return tuple(
        status
        for status in Status
        if status in _FOLLOWING[current] and status is not Status.MERGED and (gate.open or status in UNGATED)
    )


def check_transition(subject: str, current: Status, wanted: Status, gate: Gate) -> None:
    """Refuse a change of status that is not allowed.

    Raises:
        Refused: the state does not follow, or it is reached by another verb.
        GateShut: it would be an action on the request (P5).
    """
    if wanted not in _FOLLOWING[current] or wanted is Status.MERGED:
        following = ", ".join(next_statuses(current, gate)) or "nothing"
        raise Refused(f"{subject} is {current}; it can't become {wanted}, only {following}")
    if wanted not in UNGATED:
        gate.require_open(f"status {wanted}", subject)


def status_at(status: Status, waits_until: datetime | None, moment: datetime) -> Status:
    """Return the status of a ticket at a time: one that was to wait until then is open again.

    It is read so rather than changed by somebody at that time: nobody has to be there, and nothing can be forgotten.
    """
    is_over = waits_until is not None and waits_until <= moment
    return Status.OPEN if status is Status.PENDING and is_over else status


def status_after_reopening(subject: str, current: Status, gate: Gate) -> Status:
    """Return what a ticket that was done becomes: open, or new where its gate is shut and it waits for that (P5).

    Raises:
        Refused: it is not done.
    """
    if current not in (Status.RESOLVED, Status.CLOSED):
        raise Refused(f"{subject} is {current}; only what is resolved or closed is reopened")
    return Status.OPEN if gate.open else Status.NEW


def subject_from(description: str) -> str:
    """Return a subject for a ticket that was given none: the start of what was said."""
    return elide(first_line(description), SUBJECT_LENGTH)
