"""Views of the queue: which tickets are wanted (P8)."""

from dataclasses import dataclass
from enum import StrEnum

from callintake.domain.ticket import Status


class View(StrEnum):
    """A named part of the queue."""

    GATED = "gated"
    INCOMPLETE = "incomplete"
    UNASSIGNED = "unassigned"
    MINE = "mine"
    DUE = "due"
    OPEN = "open"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Filter:
    """What of the queue is wanted: a view, seen by an agent, and what to look for in it."""

    view: View = View.OPEN
    agent: str = ""
    query: str = ""
    status: Status | None = None
    department: str | None = None
