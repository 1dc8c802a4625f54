"""Views of the queue: which tickets are wanted, and in which order (P8)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from callintake.domain.detail import TicketLine
from callintake.domain.ticket import Priority, Status

COUNTED_TO = 1000
"""Tickets that are counted one by one are counted to here; so many is to be read as that and more."""


class View(StrEnum):
    """A named part of the queue."""

    GATED = "gated"
    INCOMPLETE = "incomplete"
    UNASSIGNED = "unassigned"
    MINE = "mine"
    DUE = "due"
    OPEN = "open"
    SNOOZED = "snoozed"
    ALL = "all"


class Sort(StrEnum):
    """What tickets are in the order of; each has a way that is natural to it, and may be turned around."""

    PRIORITY = "priority"
    AGE = "age"
    DUE = "due"
    CHANGED = "changed"
    REQUESTER = "requester"


Place = tuple[int | str | datetime, int]
"""Where a line is in an order: what it is sorted by, and its serial."""


def place_of(line: TicketLine, sort: Sort) -> Place:
    """Return where a line is in an order."""
    match sort:
        case Sort.PRIORITY:
            return line.priority.value, line.serial
        case Sort.AGE:
            return line.serial, line.serial
        case Sort.DUE:
            return line.due_at or line.created_at, line.serial
        case Sort.CHANGED:
            return line.updated_at, line.serial
        case Sort.REQUESTER:
            return line.name or "", line.serial


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """How many there are of what waits in the queue; nothing is known of what is missing."""

    views: Mapping[View, int] = field(default_factory=dict)
    breached: int = 0
    """Tickets past their due time, counted to `COUNTED_TO`."""
    callbacks: int = 0
    """Calls that are to be called back."""
    departments: Mapping[str, int] = field(default_factory=dict)
    """Live tickets that are not asleep, by department."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What of the queue is wanted: a view, seen by an agent, narrowed by columns and by words, in an order."""

    view: View = View.OPEN
    agent: str = ""
    query: str = ""
    status: Status | None = None
    department: str | None = None
    category: str | None = None
    priority: Priority | None = None
    owner: str | None = None
    """Whose; empty is nobody's."""
    gate_open: bool | None = None
    sort: Sort = Sort.PRIORITY
    is_reversed: bool = False
