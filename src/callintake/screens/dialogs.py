"""Dialogs of a few lines: one that shows a text, and those that ask for a word or a line; escape for nothing."""

from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from callintake.domain.text import clean_line
from callintake.widgets.field import LineInput
from callintake.widgets.plain import Plain


class Unsaved:
    """A dialog with a text that is in the database only once it is answered."""

    @property
    def not_saved_yet(self) -> str | None:
        """What to say before the program is left; None where nothing would be lost."""
        raise NotImplementedError


class AnsweredFirst:
    """A dialog about the calls of the whole desk: nothing else is turned to before it is answered."""


class ChoiceDialog(ModalScreen[str | None]):
    """Asks for one of a few words."""

    CSS_PATH = "dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Cancel")]

    def __init__(
        self, title: str, choices: tuple[str, ...], current: str | None = None, notes: Mapping[str, str] | None = None
    ) -> None:
        super().__init__()
        self._notes = notes or {}
        """What has to be known of some of the choices."""
        self._title = title
        self._choices = choices
        self._current = current

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog") as dialog:
            dialog.border_title = Content(self._title)
            yield OptionList(
                *(Option(self._words(choice), id=choice) for choice in self._choices), markup=False, compact=True
            )
            yield Plain("Enter takes it, Esc leaves it.", classes="hint")

    def _words(self, choice: str) -> str:
        return f"{choice} · {self._notes[choice]}" if choice in self._notes else choice

    def on_mount(self) -> None:
        if self._current in self._choices:
            self.query_one(OptionList).highlighted = self._choices.index(self._current)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(event.option.id)


class TextDialog(ModalScreen[None]):
    """Shows a text for as long as it is looked at."""

    DEFAULT_CSS = "TextDialog VerticalScroll { height: auto; max-height: 60vh; }"
    CSS_PATH = "dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,f12", "dismiss(None)", "Back", tooltip="Go back to what is behind")
    ]

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self._title = title
        self._text = text

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog") as dialog:
            dialog.border_title = Content(self._title)
            with VerticalScroll():
                yield Plain(self._text)
            yield Plain("Esc goes back.", classes="hint")


class LineDialog(ModalScreen[str | None]):
    """Asks for one line."""

    CSS_PATH = "dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Cancel")]

    def __init__(self, title: str, placeholder: str, value: str = "", *, may_be_empty: bool = False) -> None:
        super().__init__()
        self._title = title
        self._placeholder = placeholder
        self._value = value
        self._may_be_empty = may_be_empty

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog") as dialog:
            dialog.border_title = Content(self._title)
            yield LineInput(self._value, placeholder=self._placeholder)
            yield Plain("Enter takes it, Esc leaves it.", classes="hint")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        line = clean_line(event.value)
        if line or self._may_be_empty:
            self.dismiss(line)
