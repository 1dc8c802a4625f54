"""The question before leaving in the middle of a call."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from callintake.screens.dialogs import AnsweredFirst
from callintake.widgets.plain import Plain


class QuitDialog(AnsweredFirst, ModalScreen[bool]):
    """Asks once; ctrl+q again leaves. Enter does nothing, because a paste may bring one."""

    CSS_PATH = "dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(False)", "Stay", priority=True)]

    def __init__(self, calls: int) -> None:
        super().__init__()
        self._calls = calls

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog") as dialog:
            dialog.border_title = "A call is open" if self._calls == 1 else f"{self._calls} calls are open"
            yield Plain("Offered when you come back, with everything typed.\n")
            yield Plain("ctrl+q again leaves, Esc stays.", classes="hint")
