"""One field of a form: its label, what is typed, and what is wrong with it once it is left."""

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.suggester import Suggester
from textual.widgets import Input, Label

from callintake.domain.contact import CheckedField
from callintake.domain.text import clean_line
from callintake.widgets.plain import Plain


class LineInput(Input):
    """A one-line input that keeps every line of a paste, joined by spaces, and no control character."""

    DEFAULT_CSS = """
    LineInput, LineInput.-textual-compact {
        width: 1fr; background: $boost;
        &:focus { background: $primary-muted; }
    }
    """

    def __init__(
        self, value: str = "", *, placeholder: str = "", suggester: Suggester | None = None, id: str | None = None
    ) -> None:
        super().__init__(
            value, placeholder=placeholder, suggester=suggester, id=id, compact=True, select_on_focus=False
        )

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.replace(clean_line(event.text), *self.selection)


class Field(Vertical):
    """A labelled input with a line for what is to be said of it.

    The line is always there, so nothing jumps when there is something to say.
    """

    DEFAULT_CSS = """
    Field {
        height: 2;
        & > Horizontal { height: 1; }
        & Label { width: 14; color: $text-muted; }
        & .said { height: 1; padding-left: 14; color: $text-muted; }
        &.-error .said { color: $text-error; }
        &.-warning .said { color: $text-warning; }
    }
    """

    class Left(Message):
        """The input was left; now is the time to say what is wrong with it."""

        def __init__(self, field: "Field") -> None:
            super().__init__()
            self.field = field

    def __init__(
        self, label: str, *, name: str, value: str = "", placeholder: str = "", suggester: Suggester | None = None
    ) -> None:
        super().__init__(id=f"field-{name}")
        self._suggester = suggester
        self.field_name = name
        self._label = label
        self._value = value
        self._placeholder = placeholder

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Label(self._label, markup=False)
            yield LineInput(
                self._value,
                placeholder=self._placeholder,
                suggester=self._suggester,
                id=f"input-{self.field_name}",
            )
        yield Plain(classes="said")

    @property
    def input(self) -> Input:
        """Where it is typed."""
        return self.query_one(Input)

    @property
    def value(self) -> str:
        """What is typed."""
        return self.input.value

    def put(self, value: str) -> None:
        """Show a value that comes from elsewhere, without telling anybody that it was typed."""
        if self.input.value != value:
            with self.input.prevent(Input.Changed):
                self.input.value = value
                self.input.cursor_position = len(value)
            self.say(CheckedField())

    @property
    def is_wrong(self) -> bool:
        """Whether it was left with what can't be right."""
        return self.has_class("-error")

    def say(self, checked: CheckedField) -> None:
        """Say what is to be said of the field: an error, a warning, or nothing."""
        self.set_class(checked.error is not None, "-error")
        self.set_class(checked.warning is not None, "-warning")
        sign = "✗ " if checked.error else "! " if checked.warning else ""
        self.query_one(".said", Plain).update(sign + (checked.error or checked.warning or ""))

    def on_input_blurred(self, event: Input.Blurred) -> None:
        event.stop()
        self.post_message(self.Left(self))
