"""Live notes during a call: what is typed there, snippets, and what looks like a secret (P3, P4)."""

from abc import abstractmethod
from contextlib import suppress
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.widgets import TextArea

from callintake.domain.errors import Refused
from callintake.screens.capture.verifying import VerifyingScreen
from callintake.widgets.live_notes import LiveNotes

if TYPE_CHECKING:
    from callintake.domain.secret_span import SecretSpan


class NotingScreen(VerifyingScreen):
    """Takes notes into the draft, and warns of what everybody would read."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+d", "redact", "Redact", tooltip="Take what looks like a secret out", show=False, priority=True),
        Binding("ctrl+k", "snippet", "Snippet", tooltip="Insert a snippet into the notes", show=False, priority=True),
    ]

    @abstractmethod
    def change_draft(self, **changes: Any) -> None:
        """Replace the draft, have it kept, and show what follows."""

    @on(TextArea.Changed)
    def notes_typed(self) -> None:
        """Take what is typed into the draft, with where the caret is."""
        # Both are needed: a letter deleted to the right changes the text and moves no caret.
        notes = self.query_one(LiveNotes)
        self.change_draft(notes=notes.text, caret=notes.cursor_location, offsets=notes.offsets)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without a secret in the notes the key that takes one out does what it does everywhere."""
        if action == "redact":
            return bool(self._secrets())
        return super().check_action(action, parameters)

    def _secrets(self) -> tuple["SecretSpan", ...]:
        """Where in the notes something looks like a secret; nothing heavy is imported before there are any."""
        if not self.draft.notes:
            return ()
        from callintake.domain.secret_text import secrets_in

        return secrets_in(self.draft.notes)

    def warn_of_secrets(self) -> None:
        """Say over the notes that something in them looks like a secret, which everybody would read (P4)."""
        secrets = self._secrets()
        warning = f" · ! looks like a {secrets[0].kind}: ctrl+d takes it out" if secrets else ""
        live, title = self.query_one("#live"), f"Live notes{warning}"
        if live.border_title != title:
            live.border_title = title

    @work(group="redact")
    async def action_redact(self) -> None:
        """Take the first secret out of the notes for good, and keep that it was."""
        from callintake.domain.secret_text import mark

        secret, notes = self._secrets()[0], self.query_one(LiveNotes)
        notes.take_out(secret.start, secret.end, mark(secret.kind, notes.text[secret.start : secret.end]))
        self.warn_of_secrets()
        await self.desk.ready()
        from callintake.services.capture import keep_redacted

        with suppress(Refused):
            # Whatever the database says, the notes no longer hold it; they are saved as they are.
            await self.desk.change(keep_redacted, self.draft, secret.kind.value, self.desk.agent)

    @work(exclusive=True, group="snippet")
    async def action_snippet(self) -> None:
        """Insert a snippet at the caret of the notes; nothing is replaced."""
        from callintake.screens.capture.snippets import SnippetDialog

        category = self.category
        snippet = await self.app.push_screen_wait(SnippetDialog(category.snippets, self.desk.rules.snippets))
        if snippet is not None:
            notes = self.query_one(LiveNotes)
            notes.insert_at_caret(snippet)
            self.set_focus(notes)
