"""The dialog that ends a call without a ticket."""

from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Label

from callintake.domain.call import Disposition
from callintake.domain.text import clean_line
from callintake.screens.form import FormDialog
from callintake.widgets.choice import Choice
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


class EndCallDialog(FormDialog[EndCall | None]):
    """Asks how the call ended; escape goes back to it."""

    CSS_PATH = "../dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Back to the call")]

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog") as dialog:
            dialog.border_title = "End this call without a ticket"
            with Horizontal(classes="row"):
                yield Label("It was")
                yield Choice(
                    [(ending.value, ending) for ending in _ENDINGS], value=_ENDINGS[0], needed=True, id="ending"
                )
            with Horizontal(classes="row"):
                yield Label("Reason")
                yield LineInput(placeholder="needed; Enter ends the call")
            yield Plain("The notes stay on record. Esc goes back to the call.", classes="hint")

    def leave_field(self) -> None:
        """Enter goes to the reason, and with a reason ends the call."""
        reason = self.query_one(LineInput)
        if self.focused is not reason:
            self.set_focus(reason)
        elif text := clean_line(reason.value):
            ending: Disposition | None = self.query_one(Choice).value
            self.dismiss(EndCall(ending or _ENDINGS[0], text))
        else:
            reason.placeholder = "a call without a ticket needs a reason"
