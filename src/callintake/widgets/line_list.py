"""A list of lines under a header: draws those in sight, and keeps a window of all there are, however many that is."""

from abc import abstractmethod
from collections.abc import Hashable, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

L = TypeVar("L")
LONGEST = 600
"""Lines that are kept; what is further from the cursor is asked for again when it is wanted."""


class LineList(ScrollView, Generic[L], can_focus=True):
    """Lines of one kind, one of them under the cursor."""

    DEFAULT_CSS = """
    LineList {
        height: 1fr; overflow-x: hidden;
        & > .line-list--header { color: $text-muted; text-style: bold; }
        & > .line-list--cursor { background: $primary-muted; text-style: bold; }
        & > .line-list--marked { color: $text-warning; text-style: bold; }
    }
    LineList:focus > .line-list--cursor { background: $primary; color: $text; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"line-list--header", "line-list--cursor", "line-list--marked"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("home,g", "edge(0)", "First line", show=False),
        Binding("end,G", "edge(1)", "Last line", show=False),
        Binding("enter", "open", "Open", show=False),
    ]
    cursor = reactive(0, repaint=True)

    class Highlighted(Message):
        """Another line is under the cursor, or none."""

        def __init__(self, line: Any) -> None:
            super().__init__()
            self.line = line

    class Opened(Message):
        """The line under the cursor is wanted whole."""

        def __init__(self, line: Any) -> None:
            super().__init__()
            self.line = line

    class EndInSight(Message):
        """The cursor nears the end of the lines that are here, and there are more."""

    class StartInSight(Message):
        """The cursor nears the first of the lines that are here, and there are some before it."""

    class EdgeWanted(Message):
        """The first or the last of all lines is wanted, and is not here."""

        def __init__(self, *, last: bool) -> None:
            super().__init__()
            self.last = last

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._lines: list[L] = []
        self.has_before = False
        """Whether there are lines before the first one here."""
        self.has_after = False
        """Whether there are lines after the last one here."""

    @abstractmethod
    def key_of(self, line: L) -> Hashable:
        """Return what tells a line from the others."""

    @abstractmethod
    def columns(self, width: int) -> Sequence[tuple[str, int]]:
        """Return the columns of a list of this width, each with its title and its cells."""

    @abstractmethod
    def cells(self, line: L) -> dict[str, str]:
        """Return what stands in each column, by its title."""

    def mark_of(self, line: L, title: str) -> str | None:
        """Return the component class of what is to catch the eye in a column."""
        return None

    @property
    def current(self) -> L | None:
        """The line under the cursor."""
        return self._lines[self.cursor] if self.cursor < len(self._lines) else None

    @property
    def lines(self) -> list[L]:
        """The lines that are here."""
        return self._lines

    def put(
        self, lines: Sequence[L], *, has_before: bool = False, has_after: bool = False, at: L | None = None
    ) -> None:
        """Show these lines; the cursor is on one of them, or stays on its line, or where it was."""
        before = at or self.current
        row = self.cursor - int(self.scroll_offset.y)
        self._lines = list(lines)
        self.has_before, self.has_after = has_before, has_after
        here = {self.key_of(line): position for position, line in enumerate(lines)}
        cursor = 0 if before is None else here.get(self.key_of(before), self.cursor)
        self._measure()
        self.cursor = max(min(cursor, len(lines) - 1), 0)
        self._scroll_so_that(row)
        self._follow()
        self.refresh()
        self.post_message(self.Highlighted(self.current))

    def append(self, lines: Sequence[L], *, has_after: bool) -> None:
        """Add lines at the end, and let go of some at the start where there are too many."""
        self.has_after = has_after
        self._change([*self._lines, *lines], surplus_first=True)

    def prepend(self, lines: Sequence[L], *, has_before: bool) -> None:
        """Add lines at the start, and let go of some at the end where there are too many."""
        self.has_before = has_before
        self._change([*lines, *self._lines], surplus_first=False, added=len(lines))

    def _change(self, lines: list[L], *, surplus_first: bool, added: int = 0) -> None:
        row = self.cursor - int(self.scroll_offset.y)
        surplus = max(len(lines) - LONGEST, 0)
        moved = added
        if surplus and surplus_first:
            lines, moved, self.has_before = lines[surplus:], -surplus, True
        elif surplus:
            lines, self.has_after = lines[:-surplus], True
        self._lines = lines
        self._measure()
        if moved:
            self.set_reactive(LineList.cursor, max(self.cursor + moved, 0))
            self._scroll_so_that(row)
        self.refresh()

    def _scroll_so_that(self, row: int) -> None:
        """Let the line under the cursor be in this row, as it was before lines came or went above it."""
        self.scroll_to(y=max(self.cursor - row, 0), animate=False, force=True, immediate=True)

    def replace(self, line: L) -> None:
        """Show a line as it is now, where it is."""
        key = self.key_of(line)
        self._lines = [line if self.key_of(one) == key else one for one in self._lines]
        self.refresh()

    def watch_cursor(self) -> None:
        self._follow()
        self.post_message(self.Highlighted(self.current))
        near = 2 * max(self.size.height, 10)
        if self.has_after and len(self._lines) - self.cursor < near:
            self.post_message(self.EndInSight())
        if self.has_before and self.cursor < near:
            self.post_message(self.StartInSight())

    def _measure(self) -> None:
        self.virtual_size = Size(self.scrollable_content_region.width, len(self._lines) + 1)

    def _follow(self) -> None:
        # The header covers the first line, so the region to keep in sight begins one line higher.
        self.scroll_to_region(Region(0, self.cursor, 1, 2), animate=False, force=True)

    def action_move(self, by: int) -> None:
        self.cursor = max(min(self.cursor + by, len(self._lines) - 1), 0)

    def action_page(self, by: int) -> None:
        self.action_move(by * max(self.size.height - 2, 1))

    def action_edge(self, last: int) -> None:
        if self.has_after if last else self.has_before:
            self.post_message(self.EdgeWanted(last=bool(last)))
        else:
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
        self._measure()

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        columns = self.columns(width)
        if y == 0:
            style = self.get_component_rich_style("line-list--header")
            text = "".join(set_cell_size(title, size) + " " for title, size in columns)
            return Strip([Segment(text, style)]).adjust_cell_length(width, style)
        position = int(self.scroll_offset.y) + y - 1
        if position >= len(self._lines):
            return Strip.blank(width, self.rich_style)
        line, is_current = self._lines[position], position == self.cursor
        base = self.get_component_rich_style("line-list--cursor") if is_current else self.rich_style
        cells = self.cells(line)
        segments = []
        for title, size in columns:
            mark = None if is_current else self.mark_of(line, title)
            style = base if mark is None else self.get_component_rich_style(mark)
            segments.append(Segment(_fitted(cells[title], size) + " ", style))
        return Strip(segments).adjust_cell_length(width, base)


def _fitted(text: str, size: int) -> str:
    """A text in exactly so many cells; what is cut off leaves a sign."""
    text = text.replace("\n", " ").replace("\t", " ")
    return set_cell_size(text, size) if cell_len(text) <= size else f"{set_cell_size(text, size - 1)}…"
