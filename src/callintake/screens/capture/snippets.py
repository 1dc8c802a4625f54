"""The dialog of snippets: lines that are written again and again, to be inserted at the caret (P7)."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from callintake.domain.text import clean_line
from callintake.widgets.plain import Plain

_KEYS = "123456789"


class SnippetDialog(ModalScreen[str | None]):
    """Asks for one of the snippets: those of the category first, then those of every category."""

    DEFAULT_CSS = "SnippetDialog OptionList { max-height: 60vh; }"
    CSS_PATH = "../dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Cancel", tooltip="Go back to the notes without a snippet"),
        *(
            Binding(key, f"pick({line})", f"Snippet {key}", show=False, tooltip=f"Insert the snippet of line {key}")
            for line, key in enumerate(_KEYS)
        ),
    ]

    def __init__(self, own: Sequence[str], every: Sequence[str] = ()) -> None:
        super().__init__()
        self._own = tuple(dict.fromkeys(own))
        self._every = tuple(snippet for snippet in dict.fromkeys(every) if snippet not in self._own)

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog") as dialog:
            dialog.border_title = "Insert at the caret"
            yield OptionList(*self._options(), markup=False, compact=True)
            yield Plain(
                "1-9 or Enter inserts it, nothing is replaced; Esc leaves it."
                if self.snippets
                else "There is no snippet; Esc goes back.",
                classes="hint",
            )

    @property
    def snippets(self) -> tuple[str, ...]:
        """The snippets in the order in which they are shown."""
        return self._own + self._every

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_pick(event.option_index)

    def action_pick(self, line: int) -> None:
        """Leave with the snippet of a line; where there is none, stay."""
        if line < len(self.snippets):
            self.dismiss(self.snippets[line])

    def _options(self) -> list[Option | None]:
        """Return a line for each snippet, with a rule between the category's and the desk's."""
        options: list[Option | None] = [
            Option(Content(f"{_KEYS[line : line + 1] or ' '}  {clean_line(snippet)}"))
            for line, snippet in enumerate(self.snippets)
        ]
        if self._own and self._every:
            options.insert(len(self._own), None)
        return options
