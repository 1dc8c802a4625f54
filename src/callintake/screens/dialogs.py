"""Dialogs about one ticket: typed in, typed out, escape for nothing."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from callintake.domain.text import clean_line
from callintake.widgets.field import LineInput
from callintake.widgets.notes_area import NotesArea
from callintake.widgets.plain import Plain


class ChoiceDialog(ModalScreen[str | None]):
    """Asks for one of a few words."""

    CSS_PATH = "dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Cancel")]

    def __init__(self, title: str, choices: tuple[str, ...], current: str | None = None) -> None:
        super().__init__()
        self._title = title
        self._choices = choices
        self._current = current

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog") as dialog:
            dialog.border_title = Content(self._title)
            yield OptionList(*(Option(choice, id=choice) for choice in self._choices), markup=False, compact=True)
            yield Plain("Enter takes it, Esc leaves it.", classes="hint")

    def on_mount(self) -> None:
        if self._current in self._choices:
            self.query_one(OptionList).highlighted = self._choices.index(self._current)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(event.option.id)


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


class NoteDialog(ModalScreen[str | None]):
    """Takes a note of any length; what is typed is not dropped by one key."""

    CSS_PATH = "dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+r", "add", "Add", tooltip="Add the note", priority=True),
        Binding("escape", "leave", "Leave", tooltip="Leave without the note; with something typed, at the second time"),
    ]

    def __init__(self, title: str, text: str = "") -> None:
        super().__init__()
        self._title = title
        self._text = text
        self._asked = False

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog") as dialog:
            dialog.border_title = Content(self._title)
            yield NotesArea(self._text)
            yield Plain(classes="warning")
            yield Plain("ctrl+r adds the note, Esc leaves it.", classes="hint")

    def on_mount(self) -> None:
        self.query_one(NotesArea).move_cursor(self.query_one(NotesArea).document.end)
        self._warn()

    @property
    def text(self) -> str:
        """What is typed."""
        return self.query_one(NotesArea).text

    def action_add(self) -> None:
        if self.text.strip():
            self.dismiss(self.text)

    def action_leave(self) -> None:
        if self.text.strip() and not self._asked:
            self._asked = True
            self.query_one(".hint", Plain).update("Esc again drops what is typed; ctrl+r adds it.")
        else:
            self.dismiss(None)

    def on_text_area_changed(self) -> None:
        self._asked = False
        self._warn()

    def _warn(self) -> None:
        """Say so while what is typed looks like a secret, which is kept out of notes (P4)."""
        from callintake.domain.secret_text import secrets_in, warning_of

        warning = warning_of(secrets_in(self.text))
        line = self.query_one(".warning", Plain)
        line.display = warning is not None
        line.update(warning or "")
