"""The question before leaving in the middle of a call."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from callintake.widgets.plain import Plain


class QuitDialog(ModalScreen[bool]):
    """Asks once; true leaves."""

    CSS_PATH = "dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,ctrl+q", "dismiss(True)", "Leave", priority=True),
        Binding("escape", "dismiss(False)", "Stay", priority=True),
    ]

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog") as dialog:
            dialog.border_title = "A call is open"
            yield Plain("Everything typed is kept, and the call is there when you come back.\n")
            yield Plain("Enter leaves, Esc stays.", classes="hint")
