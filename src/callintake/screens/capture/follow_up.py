"""The dialog that asks which ticket a call is about."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from callintake.domain.detail import TicketLine
from callintake.screens.capture.related import line_words
from callintake.widgets.plain import Plain


class FollowUpDialog(ModalScreen[str | None]):
    """Lists the tickets that may be meant; the call is added to the one that is picked."""

    CSS_PATH = "../dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Back to the call")]

    def __init__(self, lines: list[TicketLine]) -> None:
        super().__init__()
        self._lines = lines

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog") as dialog:
            dialog.border_title = "Add this call to"
            yield OptionList(*(Option(Content(line_words(line))) for line in self._lines), markup=False, compact=True)
            yield Plain("Enter adds the notes of this call to that ticket, Esc goes back.", classes="hint")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(self._lines[event.option_index].number)
