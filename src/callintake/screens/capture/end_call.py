"""The dialog that ends a call without a ticket."""

from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label, Select

from callintake.domain.call import Disposition
from callintake.domain.text import clean_line
from callintake.widgets.field import LineInput
from callintake.widgets.plain import Plain

_ENDINGS = [
    disposition
    for disposition in Disposition
    if disposition not in (Disposition.TICKET_RAISED, Disposition.FOLLOW_UP_ADDED)
]


class EndCall(NamedTuple):
    """How a call ended, and why there is no ticket."""

    disposition: Disposition
    reason: str


class EndCallDialog(ModalScreen[EndCall | None]):
    """Asks how the call ended; escape goes back to it."""

    CSS_PATH = "../dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Back to the call")]

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog") as dialog:
            dialog.border_title = "End this call without a ticket"
            with Horizontal(classes="row"):
                yield Label("It was")
                yield Select(
                    [(ending.value, ending) for ending in _ENDINGS],
                    value=Disposition.WRONG_NUMBER,
                    allow_blank=False,
                    compact=True,
                )
            with Horizontal(classes="row"):
                yield Label("Reason")
                yield LineInput(placeholder="needed; Enter ends the call")
            yield Plain("The notes stay on record. Esc goes back to the call.", classes="hint")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if reason := clean_line(event.value):
            self.dismiss(EndCall(Disposition(str(self.query_one(Select).value)), reason))
        else:
            event.input.placeholder = "a call without a ticket needs a reason"
