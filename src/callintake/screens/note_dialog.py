"""The dialogs in which a text about a ticket is written: kept while it is typed, and not dropped by one key."""

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Input

from callintake.screens.dialogs import Unsaved
from callintake.widgets.field import LineInput
from callintake.widgets.notes_area import NotesArea
from callintake.widgets.plain import Plain

Keep = Callable[[str, Callable[[bool], None]], None]
"""Keeps what is typed so far, and tells whether that was done."""
_NOT_KEPT = "NOT KEPT: the disk does not take what is typed; it is here alone."


class NoteDialog(Unsaved, ModalScreen[str | None]):
    """Takes a text of any length; `stands` is what it is without a change, `told` where else it comes from."""

    CSS_PATH = "dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+r", "add", "Add", tooltip="Add what is typed to the ticket", priority=True),
        Binding("escape", "leave", "Leave", tooltip="Leave without it; with something typed, at the second time"),
    ]
    does = "ctrl+r adds it"

    class Kept(Message):
        """What is typed is kept, or could not be."""

        def __init__(self, is_kept: bool) -> None:
            super().__init__()
            self.is_kept = is_kept

    def __init__(
        self, title: str, text: str = "", *, stands: str = "", told: str = "", keep: Keep | None = None
    ) -> None:
        super().__init__()
        self._title = title
        self._text = text
        self._stands = stands.strip()
        self._told = told
        self._keep = keep
        self._asked = False
        self._is_over = False
        self._is_kept = True

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog") as dialog:
            dialog.border_title = Content(self._title)
            dialog.border_subtitle = self._told
            yield from self.compose_text(self._text)
            yield Plain(classes="warning")
            yield Plain(f"{self.does}, Esc leaves it.", classes="hint")

    def compose_text(self, text: str) -> ComposeResult:
        """What is typed into."""
        yield NotesArea(text)

    def on_mount(self) -> None:
        for area in self.query(NotesArea):
            area.move_cursor(area.document.end)
        self._warn()

    @property
    def text(self) -> str:
        """What is typed."""
        return self.query_one(NotesArea).text

    @property
    def is_changed(self) -> bool:
        """Whether something is typed that is not there yet."""
        return self.text.strip() not in ("", self._stands)

    @property
    def not_saved_yet(self) -> str | None:
        return f"This is not on the ticket yet: {self.does}, Esc leaves it" if self.is_changed else None

    def action_add(self) -> None:
        if self.text.strip():
            self._over(self.text)

    def action_leave(self) -> None:
        if self.is_changed and not self._asked:
            self._asked = True
            self.query_one(".hint", Plain).update(f"Esc again drops what is typed; {self.does}.")
        else:
            self._over(None)

    def _over(self, text: str | None) -> None:
        self._is_over = True
        self.dismiss(text)

    def on_text_area_changed(self) -> None:
        self._typed()

    def on_input_changed(self) -> None:
        self._typed()

    def _typed(self) -> None:
        self._asked = False
        self._warn()
        # A key that is handled after the end must not bring back what was dropped.
        if self._keep is not None and self.is_changed and not self._is_over:
            self._keep(self.text, self._told_kept)

    def _told_kept(self, is_kept: bool) -> None:
        self.post_message(self.Kept(is_kept))

    def on_note_dialog_kept(self, event: Kept) -> None:
        self._is_kept = event.is_kept
        self._warn()

    def _warn(self) -> None:
        """Say so while what is typed is not kept, or looks like a secret, which is kept out of notes (P3, P4)."""
        from callintake.domain.secret_text import secrets_in, warning_of

        said = [] if self._is_kept else [_NOT_KEPT]
        said += [warning] if (warning := warning_of(secrets_in(self.text))) else []
        line = self.query_one(".warning", Plain)
        line.display = bool(said)
        line.update("\n".join(said))


class CorrectDialog(NoteDialog):
    """Takes what a text of a ticket is to be."""

    does = "ctrl+r saves it"


class SubjectDialog(CorrectDialog):
    """Takes another subject, in one line."""

    does = "Enter saves it"

    def compose_text(self, text: str) -> ComposeResult:
        yield LineInput(text)

    @property
    def text(self) -> str:
        return self.query_one(LineInput).value

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_add()
