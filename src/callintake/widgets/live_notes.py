"""Live notes: what is said, and in a gutter when each line of it was begun."""

from collections.abc import Callable

from rich.segment import Segment
from textual.geometry import Offset
from textual.strip import Strip

from callintake.domain.note_times import Offsets, retimed, sign
from callintake.widgets.notes_area import NotesArea

_WIDTH = len("+02:14 ")


class LiveNotes(NotesArea):
    """The notes of a call; the times stand beside the text, which is edited as if they were not there."""

    COMPONENT_CLASSES = {"live-notes--time"}
    DEFAULT_CSS = """
    LiveNotes > .live-notes--time { color: $text-muted; background: $background; }
    """

    def __init__(
        self, text: str, offsets: Offsets, seconds: Callable[[], int], *, placeholder: str = "", id: str | None = None
    ) -> None:
        self._seconds = seconds
        self._offsets = offsets
        self._before: list[str] = []
        super().__init__(text, placeholder=placeholder, id=id)
        self._before = list(self.document.lines)

    @property
    def offsets(self) -> Offsets:
        """When each line was begun, in seconds into the call."""
        if self._before != self.document.lines:
            lines = list(self.document.lines)
            self._offsets = retimed(self._offsets, self._before, lines, self._seconds())
            self._before = lines
        return self._offsets

    @property
    def gutter_width(self) -> int:
        """The cells that the times take."""
        return _WIDTH

    def render_line(self, y: int) -> Strip:
        """Render one line: its time, if it begins here, and its text."""
        line = super().render_line(y)
        style = self.get_component_rich_style("live-notes--time")
        time = Strip([Segment(f"{self._time_at(y):<{_WIDTH}}", style)], _WIDTH)
        # Textual leaves room for a gutter, but not beside its placeholder.
        return Strip.join([time, line.crop(0, max(self.size.width - _WIDTH, 0))])

    def _time_at(self, y: int) -> str:
        row = int(self.scroll_offset.y) + y
        if row >= self.wrapped_document.height:
            return ""
        line, column = self.wrapped_document.offset_to_location(Offset(0, row))
        return sign(self.offsets[line]) if column == 0 and line < len(self.offsets) else ""
