"""Live notes: an editor that takes whatever is said, and whatever is pasted."""

from typing import Self

from textual import events
from textual.geometry import Offset, Region
from textual.widgets import TextArea
from textual.widgets.text_area import Edit, EditResult, Selection

from callintake.domain.text import clean_block

LINE = 400
"""Characters after which a pasted line is broken: longer ones make every key dear."""


class NotesArea(TextArea):
    """The notes of a call; typable at every moment."""

    def __init__(self, text: str = "", *, placeholder: str = "", id: str | None = None) -> None:
        self._holds_repaint = False
        super().__init__(text, soft_wrap=True, tab_behavior="focus", compact=True, placeholder=placeholder, id=id)
        self.highlight_cursor_line = False
        # Where brackets are matched, a key may change lines far from its own.
        self.match_cursor_bracket = False

    def edit(self, edit: Edit) -> EditResult:
        """Edit, and repaint no more than the one line that most keys change; Textual would repaint all of them."""
        line = edit.top[0]
        before = self._shape(line) if edit.bottom[0] == line and "\n" not in edit.text else None
        self._holds_repaint = before is not None
        try:
            result = super().edit(edit)
        finally:
            self._holds_repaint = False
        if before is not None:
            if before == self._shape(line):
                top = self.wrapped_document.location_to_offset((line, 0)).y
                self.refresh_lines(top, before[0])
            else:
                self.refresh()
        return result

    def _shape(self, line: int) -> tuple[int, Offset, bool] | None:
        """What stays as it is where a key changes one line alone: its rows, what is in sight, and that there is text.

        None where more is to be repainted: something is selected, or the caret is in another line.
        """
        if not self.selection.is_empty or self.cursor_location[0] != line:
            return None
        rows = len(self.wrapped_document.get_offsets(line)) + 1
        return rows, self.scroll_offset, self.document.line_count == 1 and not self.document[0]

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Ask for a repaint; while an edit is under way, that of everything waits for what the edit has changed."""
        if self._holds_repaint and not (regions or layout or recompose):
            return self
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

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
