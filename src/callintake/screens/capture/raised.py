"""After raising: the number, large, as it is said on the phone."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Digits, Footer

from callintake.domain.detail import Ticket
from callintake.domain.number import spoken
from callintake.domain.text import elide
from callintake.widgets.plain import Plain


class RaisedScreen(ModalScreen[bool]):
    """Shows the number of a new ticket; true asks for the next call."""

    CSS_PATH = "raised.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+n", "dismiss(True)", "Next call", tooltip="Take the next call", priority=True),
        Binding("escape,ctrl+t", "dismiss(False)", "Queue", tooltip="Go to the queue", priority=True),
    ]

    def __init__(self, ticket: Ticket) -> None:
        super().__init__()
        self.ticket = ticket

    def compose(self) -> ComposeResult:
        ticket = self.ticket
        with Vertical(id="raised"):
            yield Digits(" ".join(ticket.number))
            yield Plain(f"“{spoken(ticket.number)}”", id="spoken")
            yield Plain(elide(ticket.subject, 70), id="subject")
            if ticket.gate.open:
                yield Plain(f"✓ goes to {ticket.department}", classes="open")
            else:
                yield Plain(f"✗ gate shut, it waits: {ticket.gate.reasons[0]}", classes="shut")
        yield Footer(compact=True, show_command_palette=False)
