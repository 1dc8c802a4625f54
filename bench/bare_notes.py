"""The floor of an echo: a text area as large as Live notes, in an app that does nothing else."""

from textual.app import App, ComposeResult
from textual.widgets import TextArea


class BareNotes(App[None]):
    CSS = "TextArea { width: 58; height: 31; border: none; padding: 0; }"

    def compose(self) -> ComposeResult:
        notes = TextArea(soft_wrap=True, tab_behavior="focus", compact=True, placeholder="Live notes")
        notes.highlight_cursor_line = False
        yield notes


if __name__ == "__main__":
    BareNotes().run()
