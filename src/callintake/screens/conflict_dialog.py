"""The dialog of two who corrected the same text: both versions, and what becomes of them."""

from enum import StrEnum
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from callintake.domain.errors import TextConflict
from callintake.widgets.plain import Plain


class Way(StrEnum):
    """What becomes of two versions of a text."""

    THEIRS = "Keep theirs, and drop mine"
    MINE = "Put mine over theirs, as the next correction"
    JOINED = "Edit one that joins both"


class ConflictDialog(ModalScreen[Way | None]):
    """Shows both versions, and returns what was chosen; Esc goes back to one's own, and decides nothing."""

    CSS_PATH = ["dialog.tcss", "conflict.tcss"]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Back")]

    def __init__(self, title: str, conflict: TextConflict) -> None:
        super().__init__()
        self._title = title
        self._conflict = conflict

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog") as dialog:
            dialog.border_title = Content(self._title)
            yield Plain(f"{self._conflict}.", classes="warning")
            with Container(id="versions"):
                yield from _version("theirs", "Theirs, which stands", self._conflict.theirs)
                yield from _version("mine", "Yours, not saved", self._conflict.mine)
            yield OptionList(*(Option(way, id=way) for way in Way), markup=False, compact=True)
            yield Plain("Enter takes it, Tab goes to the texts, Esc goes back to yours.", classes="hint")

    def on_mount(self) -> None:
        self.query_one(".warning").display = True
        choices = self.query_one(OptionList)
        choices.highlighted = list(Way).index(Way.JOINED)
        self.set_focus(choices)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(Way(event.option_id or Way.JOINED))


def _version(id_: str, title: str, text: str) -> ComposeResult:
    with VerticalScroll(id=id_) as frame:
        frame.border_title = title
        yield Plain(text)
