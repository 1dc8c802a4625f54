"""Dialogs of the directory: what is on file of somebody, and why a contact is unlocked."""

from collections.abc import Mapping
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Label, TextArea

from callintake.domain.contact import CheckedField
from callintake.domain.contact_entry import Ground, parse_entry
from callintake.domain.errors import Refused
from callintake.domain.text import clean_line
from callintake.screens.dialogs import Unsaved
from callintake.screens.form import FormDialog
from callintake.services.desk import Desk
from callintake.widgets.choice import Choice
from callintake.widgets.field import Field, LineInput
from callintake.widgets.notes_area import NotesArea
from callintake.widgets.organization_suggester import OrganizationSuggester
from callintake.widgets.plain import Plain

_FIELDS = {
    "name": ("Name", ""),
    "organization": ("Organization", "→ completes one on file"),
    "email": ("E-mail", ""),
    "phone": ("Phone", "several with ; between them"),
    "may_request": ("May request", "categories, with ; between them"),
    "approves": ("Approves", "categories that colleagues ask for"),
}
_SAVES = "ctrl+r saves, Esc leaves."


class ContactDialog(Unsaved, FormDialog[dict[str, str] | None]):
    """Takes what is to be on file of somebody, as it is typed; nothing of it is dropped by one key."""

    CSS_PATH = ["dialog.tcss", "directory.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+r", "save", "Save", tooltip="Put this on file", priority=True),
        Binding("escape", "leave", "Leave", tooltip="Leave it as it was; with something typed, at the second time"),
    ]

    def __init__(
        self,
        desk: Desk,
        title: str,
        typed: Mapping[str, str],
        ground: Ground,
        *,
        for_leads: frozenset[str],
        unsaved: bool,
    ) -> None:
        """Show what is on file, or what was typed and is not (`unsaved`); `for_leads` are columns that are not to be
        changed by whoever sits here."""
        super().__init__()
        self.desk = desk
        self._title = title
        self._begun = typed
        self._shown: dict[str, str] | None = None
        """What stood in the fields first, where that is on file."""
        self._unsaved = unsaved
        self._ground = ground
        self._for_leads = for_leads
        self._asked = False

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog", classes="of-contact") as dialog:
            dialog.border_title = Content(self._title)
            for column, (label, placeholder) in _FIELDS.items():
                suggester = OrganizationSuggester(self.desk) if column == "organization" else None
                value = self._begun.get(column, "")
                yield Field(label, name=column, value=value, placeholder=placeholder, suggester=suggester)
            with Horizontal(classes="choice"):
                yield Label("VIP")
                yield Choice([("no", ""), ("yes", "yes")], value=self._begun.get("vip", ""), needed=True, id="vip")
            with Horizontal(classes="notes"):
                yield Label("Notes")
                yield NotesArea(self._begun.get("notes", ""))
            left = "What proves who they are, and rights, a lead changes. " if self._for_leads else ""
            yield Plain(left + _SAVES, classes="hint")

    def on_mount(self) -> None:
        for column in self._for_leads:
            widget = self.query_one("#vip" if column == "vip" else f"#input-{column}")
            widget.disabled = True
        if not self._unsaved:
            self._shown = self.typed

    @property
    def typed(self) -> dict[str, str]:
        """What stands in the fields."""
        fields = {field.field_name: field.value for field in self.query(Field)}
        return {**fields, "vip": self.query_one("#vip", Choice).value, "notes": self.query_one(NotesArea).text}

    @on(Field.Left)
    def _left(self, event: Field.Left) -> None:
        event.stop()
        event.field.say(self._checked(event.field.field_name, event.field.value))

    def _checked(self, column: str, text: str) -> CheckedField:
        if column in ("name", "organization") and not clean_line(text):
            return CheckedField()
        try:
            entry = parse_entry({column: text}, self._ground)
        except Refused as error:
            return CheckedField(error=str(error).partition(": ")[2])
        return CheckedField(warning=next(iter((*entry.warnings, *entry.hints)), None))

    @property
    def is_changed(self) -> bool:
        """Whether something is typed that is not there yet."""
        return self.typed != self._shown

    @property
    def not_saved_yet(self) -> str | None:
        return f"This is not on file yet: {_SAVES.partition(',')[0]}, Esc leaves it" if self.is_changed else None

    def action_save(self) -> None:
        self.dismiss(self.typed)

    def action_leave(self) -> None:
        if self.is_changed and not self._asked:
            self._asked = True
            self._hint(f"Esc again drops what is typed; {_SAVES.partition(',')[0]}.")
        else:
            self.dismiss(None)

    @on(Input.Changed)
    @on(TextArea.Changed)
    @on(Choice.Changed)
    def _changed(self) -> None:
        self._asked = False

    def _hint(self, text: str) -> None:
        self.query_one(".hint", Plain).update(text)


class ReasonDialog(FormDialog[str | None]):
    """Asks why something is done; without a reason it is not."""

    CSS_PATH = "dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Cancel")]

    def __init__(self, title: str, placeholder: str) -> None:
        super().__init__()
        self._title = title
        self._placeholder = placeholder

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog") as dialog:
            dialog.border_title = Content(self._title)
            with Horizontal(classes="row"):
                yield Label("Why")
                yield LineInput(placeholder=self._placeholder, id="reason")
            yield Plain("Enter does it, and puts it on record; Esc leaves it.", classes="hint")

    def leave_field(self) -> None:
        """Take the reason, once there is one."""
        if reason := clean_line(self.query_one(Input).value):
            self.dismiss(reason)
