"""What came from phones lately, and what became of each: for setting a phone up."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen

from callintake.widgets.plain import Plain


class PhoneEventsDialog(ModalScreen[None]):
    """Where the desk listens, and the last events, the newest first."""

    CSS_PATH = "dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Back", tooltip="Go back")]

    def __init__(self, where: str, events: Sequence[str]) -> None:
        super().__init__()
        self._where = where
        self._events = events

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog") as dialog:
            dialog.border_title = "What phones told"
            yield Plain(f"{self._where}\n")
            with VerticalScroll():
                yield Plain("\n".join(self._events) or "Nothing has come yet.")
            yield Plain("Esc goes back; “Phones: test call” in the palette makes one up.", classes="hint")
