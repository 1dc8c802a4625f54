"""The lines of the queue."""

from collections.abc import Hashable, Sequence
from datetime import UTC, datetime, timedelta
from typing import ClassVar, NamedTuple

from textual.binding import Binding, BindingType
from textual.message import Message

from callintake.domain.call import age
from callintake.domain.detail import TicketLine
from callintake.widgets.line_list import LineList

_SOON = timedelta(hours=1)
_MOST_PICKED = 500


class _Column(NamedTuple):
    title: str
    width: int
    """In cells; 0 shares what is left."""
    from_width: int = 0
    """The width of the list from which on the column is there."""
    below_width: int = 10_000
    """The width of the list from which on it is not."""


_COLUMNS = (
    _Column("", 1),
    _Column("Number", 8),
    _Column("Age", 7),
    _Column("Priority", 8, 90),
    _Column("Prio", 4, 0, 90),
    _Column("Gate", 4),
    _Column("Status", 8),
    _Column("Department", 17, 110),
    _Column("Owner", 8, 96),
    _Column("Requester", 0),
    _Column("Subject", 0),
)
_WITH_ORGANIZATION = 90
"""The width from which on a requester is shown with their organization."""


class TicketList(LineList[TicketLine]):
    """Tickets; some of them may be picked, so that what is done is done to all of these."""

    DEFAULT_CSS = """
    TicketList {
        & > .ticket-list--shut { color: $text-error; text-style: bold; }
        & > .ticket-list--due { color: $text-warning; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"ticket-list--shut", "ticket-list--due"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("x", "pick", "Pick", tooltip="Pick this ticket, or let go of it; keys act on all picked", show=False),
        Binding("X", "pick_all", "Pick all", tooltip=f"Pick all that are here, {_MOST_PICKED} at most", show=False),
    ]

    class Picked(Message):
        """Other tickets are picked than before."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.picked: dict[int, TicketLine] = {}
        """The tickets picked, by their serials, in the order they were."""

    def key_of(self, line: TicketLine) -> Hashable:
        return line.serial

    def action_pick(self) -> None:
        """Pick the ticket under the cursor, or let go of it, and go on to the next."""
        if (line := self.current) is not None:
            if self.picked.pop(line.serial, None) is None:
                self.picked[line.serial] = line
            self.action_move(1)
            self._picked_changed()

    def action_pick_all(self) -> None:
        """Pick all tickets that are here, or let go of all."""
        self.picked = {} if self.picked else {line.serial: line for line in self.lines[:_MOST_PICKED]}
        self._picked_changed()

    def let_go(self) -> None:
        """Let go of all that is picked."""
        self.picked = {}
        self._picked_changed()

    def _picked_changed(self) -> None:
        self.refresh()
        self.post_message(self.Picked())

    def columns(self, width: int) -> Sequence[tuple[str, int]]:
        shown = [column for column in _COLUMNS if column.from_width <= width < column.below_width]
        fixed = sum(column.width + 1 for column in shown if column.width)
        left = max(width - fixed - 1, 16)
        share = {"Requester": left * 2 // 5, "Subject": left - left * 2 // 5}
        return [(column.title, column.width or share[column.title]) for column in shown]

    def cells(self, line: TicketLine) -> dict[str, str]:
        who = line.name or "–"
        if self.scrollable_content_region.width >= _WITH_ORGANIZATION:
            who = f"{who} · {line.organization or '–'}"
        return {
            "": "✓" if line.serial in self.picked else "",
            "Number": line.number,
            "Age": f"{age((datetime.now(UTC) - line.created_at).total_seconds())} {'!' * _urgency(line)}",
            "Priority": line.priority.word,
            "Prio": line.priority.word[:4],
            "Gate": line.gate.word,
            "Status": line.status.value,
            "Department": line.department or "–",
            "Owner": line.owner or "–",
            "Requester": who,
            "Subject": f"“{line.hit}”" if line.hit else line.subject,
        }

    def mark_of(self, line: TicketLine, title: str) -> str | None:
        if title == "Gate" and line.gate.word != "open":
            return "ticket-list--shut"
        return "ticket-list--due" if title == "Age" and _urgency(line) else None


def _urgency(line: TicketLine) -> int:
    """2 for a ticket that is past its due time, 1 for one that soon is."""
    if line.due_at is None or line.status.value in ("resolved", "closed", "merged"):
        return 0
    left = line.due_at - datetime.now(UTC)
    return 2 if left <= timedelta() else 1 if left <= _SOON else 0
