"""Live notes: an editor that takes whatever is said, and whatever is pasted."""

from textual import events
from textual.widgets import TextArea
from textual.widgets.text_area import Selection

from callintake.domain.text import clean_block

LINE = 400
"""Characters after which a pasted line is broken: longer ones make every key dear."""


class NotesArea(TextArea):
    """The notes of a call; typable at every moment."""

    def __init__(self, text: str = "", *, placeholder: str = "", id: str | None = None) -> None:
        super().__init__(text, soft_wrap=True, tab_behavior="focus", compact=True, placeholder=placeholder, id=id)
        self.highlight_cursor_line = False

    async def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        text = broken(clean_block(event.text))
        result = self.replace(text, *self.selection, maintain_selection_offset=False)
        self.move_cursor(result.end_location)

    def insert_at_caret(self, text: str) -> None:
        """Insert text at the caret, replacing nothing, as one step to undo; what was selected is let go."""
        self.selection = Selection.cursor(self.cursor_location)
        # Without the bounds a short text would be undone together with what was typed around it.
        self.history.checkpoint()
        self.insert(broken(clean_block(text)), maintain_selection_offset=False)
        self.history.checkpoint()

    def take_out(self, start: int, end: int, mark: str) -> None:
        """Put a mark in place of some characters, so that no undo brings them back."""
        text = self.text
        self.replace(mark, _location(text, start), _location(text, end), maintain_selection_offset=True)
        self.history.clear()


def _location(text: str, index: int) -> tuple[int, int]:
    """The line and column of a character."""
    return text.count("\n", 0, index), index - (text.rfind("\n", 0, index) + 1)


def broken(text: str, width: int = LINE) -> str:
    """Return text with its overlong lines broken, and not a character less."""
    return "\n".join(
        part
        for line in text.split("\n")
        for part in ([line[at : at + width] for at in range(0, len(line), width)] or [""])
    )
