"""Text as it is: what people typed is never markup, and no control sequence reaches the terminal."""

from rich.segment import Segment
from textual.color import Color
from textual.content import Content
from textual.filter import LineFilter
from textual.visual import VisualType
from textual.widgets import Static

from callintake.domain.text import printable


class Plain(Static):
    """A `Static` that shows its text letter by letter."""

    def __init__(self, text: str | Content = "", *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(text, markup=False, id=id, classes=classes)
        self._shown = _letters(text)

    def update(self, content: VisualType = "", *, layout: bool = True) -> None:
        """Show another text; the same one again costs nothing, and each key would ask for many."""
        shown = _letters(content)
        if shown is None or shown != self._shown:
            self._shown = shown
            super().update(content, layout=layout)


def _letters(content: object) -> object:
    """What tells one text from another, its styles included; None where nothing does."""
    if isinstance(content, Content):
        return content.plain, tuple(content.spans)
    return content if isinstance(content, str) else None


class PrintableFilter(LineFilter):
    """The last filter before the terminal: takes out what a terminal would obey."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments with printable text alone; the terminal's own controls stay."""
        return [
            segment if segment.control or (text := printable(segment.text)) is segment.text
            else Segment(text, segment.style)
            for segment in segments
        ]  # fmt: skip


def as_markup(text: str) -> str:
    """Return markup that shows a text letter by letter, for where nothing but markup is taken.

    Textual's own `escape` leaves some brackets, such as that of `[//=`, to be taken for tags.
    """
    return text.replace("[", "\\[")
