"""A list of lines under a header: draws those in sight and no more, however many there are."""

from abc import abstractmethod
from collections.abc import Hashable, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from rich.cells import set_cell_size
from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

L = TypeVar("L")


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
        """The cursor nears the end of the lines that are here."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._lines: list[L] = []

    @abstractmethod
    def key_of(self, line: L) -> Hashable:
        """Return what tells a line from the others."""

    @abstractmethod
    def columns(self, width: int) -> Sequence[tuple[str, int]]:
        """Return the columns of a list of this width, each with its title and its cells."""

    @abstractmethod
    def cells(self, line: L) -> dict[str, str]:
        """Return what stands in each column, by its title."""

    def is_marked(self, line: L, title: str) -> bool:
        """Whether what stands in a column is to catch the eye."""
        return False

    @property
    def current(self) -> L | None:
        """The line under the cursor."""
        return self._lines[self.cursor] if self.cursor < len(self._lines) else None

    @property
    def lines(self) -> list[L]:
        """The lines that are here."""
        return self._lines

    def put(self, lines: list[L]) -> None:
        """Show these lines; the cursor stays on its line, or where it was."""
        before = self.current
        self._lines = lines
        here = {self.key_of(line): position for position, line in enumerate(lines)}
        cursor = 0 if before is None else here.get(self.key_of(before), self.cursor)
        self._measure()
        self.cursor = max(min(cursor, len(lines) - 1), 0)
        self._follow()
        self.refresh()
        self.post_message(self.Highlighted(self.current))

    def append(self, lines: list[L]) -> None:
        """Add lines at the end."""
        self._lines = [*self._lines, *lines]
        self._measure()
        self.refresh()

    def replace(self, line: L) -> None:
        """Show a line as it is now, where it is."""
        key = self.key_of(line)
        self._lines = [line if self.key_of(one) == key else one for one in self._lines]
        self.refresh()

    def watch_cursor(self) -> None:
        self._follow()
        self.post_message(self.Highlighted(self.current))
        if len(self._lines) - self.cursor < 2 * max(self.size.height, 10):
            self.post_message(self.EndInSight())

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
        marked = base if is_current else self.get_component_rich_style("line-list--marked")
        cells = self.cells(line)
        segments = [
            Segment(
                set_cell_size(cells[title].replace("\n", " ").replace("\t", " "), size) + " ",
                marked if self.is_marked(line, title) else base,
            )
            for title, size in columns
        ]
        return Strip(segments).adjust_cell_length(width, base)
