"""The list of the queue: draws the lines in sight and no more, whatever the number of tickets."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar

from rich.cells import set_cell_size
from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from callintake.domain.call import age
from callintake.domain.detail import TicketLine


@dataclass(frozen=True, slots=True)
class _Column:
    title: str
    width: int
    """In cells; 0 shares what is left."""
    from_width: int = 0
    """The width of the list from which on the column is there."""
    below_width: int = 10_000
    """The width of the list from which on it is not."""


_COLUMNS = (
    _Column("Number", 8),
    _Column("Age", 5),
    _Column("Priority", 8, 90),
    _Column("Prio", 4, 0, 90),
    _Column("Gate", 4),
    _Column("Status", 8),
    _Column("Department", 17, 110),
    _Column("Owner", 8, 96),
    _Column("Requester", 0),
    _Column("Subject", 0),
)


def _cells(line: TicketLine, now: datetime, *, with_organization: bool) -> tuple[str, ...]:
    who = line.name or "–"
    if with_organization:
        who = f"{who} · {line.organization or '–'}"
    return (
        line.number,
        age((now - line.created_at).total_seconds()) + ("!" if line.due_at and line.due_at <= now else ""),
        line.priority.word,
        line.priority.word[:4],
        line.gate.word,
        line.status.value,
        line.department or "–",
        line.owner or "–",
        who,
        line.subject,
    )


class TicketList(ScrollView, can_focus=True):
    """Lines of tickets under a header, one of them under the cursor."""

    DEFAULT_CSS = """
    TicketList {
        height: 1fr; overflow-x: hidden;
        & > .ticket-list--header { color: $text-muted; text-style: bold; }
        & > .ticket-list--cursor { background: $primary-muted; text-style: bold; }
        & > .ticket-list--shut { color: $text-error; text-style: bold; }
        & > .ticket-list--due { color: $text-warning; }
    }
    TicketList:focus > .ticket-list--cursor { background: $primary; color: $text; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "ticket-list--header",
        "ticket-list--cursor",
        "ticket-list--shut",
        "ticket-list--due",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("home,g", "edge(0)", "First ticket", show=False),
        Binding("end,G", "edge(1)", "Last ticket", show=False),
        Binding("enter", "open", "Open", tooltip="Open the ticket under the cursor", show=False),
    ]
    cursor = reactive(0, repaint=True)

    class Highlighted(Message):
        """Another ticket is under the cursor, or none."""

        def __init__(self, line: TicketLine | None) -> None:
            super().__init__()
            self.line = line

    class Opened(Message):
        """The ticket under the cursor is wanted whole."""

        def __init__(self, line: TicketLine) -> None:
            super().__init__()
            self.line = line

    class EndInSight(Message):
        """The cursor nears the end of the lines that are here."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._lines: list[TicketLine] = []

    @property
    def current(self) -> TicketLine | None:
        """The ticket under the cursor."""
        return self._lines[self.cursor] if self.cursor < len(self._lines) else None

    @property
    def lines(self) -> list[TicketLine]:
        """The lines that are here."""
        return self._lines

    def put(self, lines: list[TicketLine]) -> None:
        """Show these lines; the cursor stays on its ticket, or where it was."""
        before = self.current
        self._lines = lines
        here = {line.serial: position for position, line in enumerate(lines)}
        cursor = here.get(before.serial, self.cursor) if before else 0
        self.virtual_size = Size(self.scrollable_content_region.width, len(lines) + 1)
        self.cursor = max(min(cursor, len(lines) - 1), 0)
        self._follow()
        self.refresh()
        self.post_message(self.Highlighted(self.current))

    def append(self, lines: list[TicketLine]) -> None:
        """Add lines at the end."""
        self._lines = [*self._lines, *lines]
        self.virtual_size = Size(self.scrollable_content_region.width, len(self._lines) + 1)
        self.refresh()

    def watch_cursor(self) -> None:
        self._follow()
        self.post_message(self.Highlighted(self.current))
        if len(self._lines) - self.cursor < 2 * max(self.size.height, 10):
            self.post_message(self.EndInSight())

    def _follow(self) -> None:
        # The header covers the first line, so the region to keep in sight begins one line higher.
        self.scroll_to_region(Region(0, self.cursor, 1, 2), animate=False, force=True)

    def action_move(self, by: int) -> None:
        self.cursor = max(min(self.cursor + by, len(self._lines) - 1), 0)

    def action_page(self, by: int) -> None:
        self.action_move(by * max(self.size.height - 2, 1))

    def action_edge(self, last: int) -> None:
        self.cursor = max(len(self._lines) - 1, 0) if last else 0

    def action_open(self) -> None:
        if self.current is not None:
            self.post_message(self.Opened(self.current))

    def on_click(self, event: events.Click) -> None:
        position = int(self.scroll_offset.y) + event.y - 1
        if 0 <= position < len(self._lines) and event.y > 0:
            if position == self.cursor and event.chain == 2:
                self.action_open()
            self.cursor = position

    def on_resize(self) -> None:
        self.virtual_size = Size(self.scrollable_content_region.width, len(self._lines) + 1)

    def _layout(self, width: int) -> list[tuple[int, _Column]]:
        shown = [column for column in _COLUMNS if column.from_width <= width < column.below_width]
        fixed = sum(column.width + 1 for column in shown if column.width)
        left = max(width - fixed - 1, 16)
        share = {"Requester": left * 2 // 5, "Subject": left - left * 2 // 5}
        return [(column.width or share[column.title], column) for column in shown]

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        layout = self._layout(width)
        if y == 0:
            style = self.get_component_rich_style("ticket-list--header")
            text = "".join(set_cell_size(column.title, size) + " " for size, column in layout)
            return Strip([Segment(text, style)]).adjust_cell_length(width, style)
        position = int(self.scroll_offset.y) + y - 1
        if position >= len(self._lines):
            return Strip.blank(width, self.rich_style)
        line, now = self._lines[position], datetime.now(UTC)
        is_current = position == self.cursor
        base = self.get_component_rich_style("ticket-list--cursor") if is_current else self.rich_style
        cells = dict(zip(_COLUMNS, _cells(line, now, with_organization=width >= 90), strict=True))
        segments = []
        for size, column in layout:
            style = base
            if not is_current and column.title == "Gate" and line.gate.word != "open":
                style = self.get_component_rich_style("ticket-list--shut")
            elif not is_current and column.title == "Age" and line.due_at and line.due_at <= now:
                style = self.get_component_rich_style("ticket-list--due")
            text = cells[column].replace("\n", " ").replace("\t", " ")
            segments.append(Segment(set_cell_size(text, size) + " ", style))
        return Strip(segments).adjust_cell_length(width, base)
