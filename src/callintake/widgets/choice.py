"""One of a few words, all of them in sight: typed by its first letters, or walked to with the arrows."""

from collections.abc import Sequence
from typing import Any, ClassVar

from textual import events
from textual.app import RenderResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from callintake.domain.text import fold

_NO_BREAK = "\u00a0"


class Choice(Widget, can_focus=True):
    """A field that takes one of its options; none, where that is allowed, means what `fallback` says.

    It opens nothing over the form, so keys typed ahead are never lost.
    """

    DEFAULT_CSS = """
    Choice {
        width: 1fr; height: auto; background: $boost; color: $text-muted;
        &:focus { background: $primary-muted; color: $foreground; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "walk(-1)", "Previous option", show=False),
        Binding("right,space", "walk(1)", "Next option", show=False),
        Binding("backspace,delete", "clear", "No option", show=False),
    ]
    value: reactive[Any] = reactive(None, init=False, layout=True)
    fallback: reactive[Any] = reactive(None, init=False)

    class Changed(Message):
        """Another option is chosen."""

        def __init__(self, choice: "Choice", value: Any) -> None:
            super().__init__()
            self.choice = choice
            self.value = value

        @property
        def control(self) -> "Choice":
            """The field."""
            return self.choice

    def __init__(
        self, options: Sequence[tuple[str, Any]] = (), *, value: Any = None, needed: bool = False, id: str
    ) -> None:
        super().__init__(id=id)
        self._options = list(options)
        self._needed = needed
        self._typed = ""
        self.set_reactive(Choice.value, value)

    def offer(self, options: Sequence[tuple[str, Any]], value: Any) -> None:
        """Offer other options, one of them chosen; the same ones again cost nothing."""
        if list(options) != self._options:
            self._options = list(options)
            self.refresh(layout=True)
        self.put(value)

    def put(self, value: Any) -> None:
        """Show a choice that comes from elsewhere, without telling anybody that it was made."""
        with self.prevent(self.Changed):
            self.value = value

    def watch_value(self, value: Any) -> None:
        self.post_message(self.Changed(self, value))

    def render(self) -> RenderResult:
        lines, chosen = self._laid_out(self.content_size.width)
        # What is chosen is in sight, however few lines there are.
        first = max(0, chosen - max(self.content_size.height, 1) + 1)
        return Content("\n").join(lines[first:])

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._laid_out(width)[0])

    def _laid_out(self, width: int) -> tuple[list[Content], int]:
        """The options, as many in a line as there is room for, and the line of what is chosen.

        A line that Textual wraps would begin without its space.
        """
        lines: list[list[Content]] = [[]]
        taken = chosen = 0
        for label, value in self._options:
            option = Content.styled(f"{_NO_BREAK}{label.replace(' ', _NO_BREAK)}{_NO_BREAK}", self._style_of(value))
            if option.cell_length > width > 0:
                option = option.truncate(width, ellipsis=True)
            if taken and taken + 1 + option.cell_length > width:
                lines.append([])
                taken = 0
            lines[-1].append(option)
            taken += option.cell_length + bool(taken)
            if value == (self.fallback if self.value is None else self.value):
                chosen = len(lines) - 1
        return [Content(" ").join(line) for line in lines], chosen

    def _style_of(self, value: Any) -> str:
        if value == self.value:
            return "bold reverse"
        return "bold underline" if self.value is None and value == self.fallback else ""

    def action_walk(self, by: int) -> None:
        values = [value for _label, value in self._options]
        if values:
            here = values.index(self.value) if self.value in values else (-1 if by > 0 else 0)
            self.value = values[(here + by) % len(values)]

    def action_clear(self) -> None:
        self._typed = ""
        if not self._needed:
            self.value = None

    def on_blur(self) -> None:
        self._typed = ""

    def on_key(self, event: events.Key) -> None:
        if event.character is None or not event.character.isprintable() or event.character == " ":
            return
        event.stop()
        event.prevent_default()
        typed = fold(self._typed + event.character)
        for start in (typed, fold(event.character)):
            for label, value in self._options:
                if fold(label).startswith(start):
                    self._typed = start
                    self.value = value
                    return
