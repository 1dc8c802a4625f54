"""Dialogs about one ticket: typed in, typed out, escape for nothing."""

from typing import ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from callintake.domain.contact import Contact
from callintake.domain.detail import Ticket
from callintake.domain.verification import Method, Outcome
from callintake.screens.form import FormDialog
from callintake.services.desk import Desk
from callintake.widgets.contact_finder import ContactFinder, contact_line
from callintake.widgets.notes_area import NotesArea
from callintake.widgets.plain import Plain
from callintake.widgets.verify_form import VerifyForm


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
            dialog.border_title = self._title
            yield OptionList(*(Option(choice, id=choice) for choice in self._choices), markup=False, compact=True)
            yield Plain("Enter takes it, Esc leaves it.", classes="hint")

    def on_mount(self) -> None:
        if self._current in self._choices:
            self.query_one(OptionList).highlighted = self._choices.index(self._current)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(event.option.id)


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
            dialog.border_title = self._title
            yield NotesArea(self._text)
            yield Plain("ctrl+r adds the note, Esc leaves it.", classes="hint")

    def on_mount(self) -> None:
        self.query_one(NotesArea).move_cursor(self.query_one(NotesArea).document.end)

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


class Verification(NamedTuple):
    """An attempt to verify the requester of a ticket."""

    method: Method
    outcome: Outcome
    contact: Contact | None
    number: str | None
    reason: str


class VerifyDialog(FormDialog[Verification | None]):
    """Asks how the requester was verified, and if need be who in the directory they are."""

    CSS_PATH = "dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Cancel")]

    def __init__(self, desk: Desk, ticket: Ticket, contact: Contact | None) -> None:
        super().__init__()
        self.desk = desk
        self.ticket = ticket
        self.contact = contact

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog") as dialog:
            dialog.border_title = f"Verify the requester of {self.ticket.number}"
            yield Plain(self._who(), id="who")
            if self.contact is None:
                yield ContactFinder(self.desk, "On file as", input_id="find")
            yield VerifyForm()
            yield Plain("A caller ID, a voice or a ticket number proves nothing.", classes="hint")

    def on_mount(self) -> None:
        form = self.query_one(VerifyForm)
        form.offer(self.contact)
        if self.contact is None:
            self.query_one(ContactFinder).find(self.ticket.requester.name or "")

    def _who(self) -> str:
        if self.contact is not None:
            return contact_line(self.contact)
        requester = self.ticket.requester
        return f"{requester.name or 'name missing'}, {requester.organization or 'organization missing'}"

    @on(Input.Changed, "#find")
    def _find(self, event: Input.Changed) -> None:
        self.query_one(ContactFinder).find(event.value)

    @on(ContactFinder.Picked)
    def _picked(self, event: ContactFinder.Picked) -> None:
        self.contact = event.contact
        self.query_one("#who", Plain).update(self._who())
        form = self.query_one(VerifyForm)
        form.offer(event.contact)
        self.set_focus(form.first)

    def leave_field(self) -> None:
        """Enter goes on, and on an outcome records the attempt."""
        form = self.query_one(VerifyForm)
        if form.outcome.has_focus:
            form.submit()
        else:
            super().leave_field()

    @on(VerifyForm.Attempted)
    def _attempted(self, event: VerifyForm.Attempted) -> None:
        self.dismiss(Verification(event.method, event.outcome, self.contact, event.number, event.reason))
