"""After raising: the number, large, as it is said on the phone, and room for what is said last."""

from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Digits, Footer

from callintake.domain.detail import Ticket
from callintake.domain.errors import Refused
from callintake.domain.number import spoken
from callintake.domain.text import elide
from callintake.services.desk import Desk
from callintake.widgets.notes_area import NotesArea
from callintake.widgets.plain import Plain


class RaisedScreen(ModalScreen[bool]):
    """Shows the number of a new ticket; true asks for the next call. What is typed is noted on the ticket."""

    CSS_PATH = "raised.tcss"
    AUTO_FOCUS = "NotesArea"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+n", "leave(True)", "Next call", tooltip="Note what is typed, and take the next call"),
        Binding("escape", "leave(False)", "Queue", tooltip="Note what is typed, and go to the queue"),
    ]

    def __init__(self, desk: Desk, ticket: Ticket, typed: str = "") -> None:
        super().__init__()
        self.desk = desk
        self.ticket = ticket
        self._typed = typed

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
            yield NotesArea(self._typed, placeholder="Anything else? It is noted on the ticket")
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        notes = self.query_one(NotesArea)
        notes.move_cursor(notes.document.end)

    @work(exclusive=True, group="leave")
    async def action_leave(self, next_call: bool) -> None:
        """Note what is typed, and leave; if that fails it is said, and the text stays."""
        if text := self.query_one(NotesArea).text.strip():
            from callintake.services.tickets import add_note

            try:
                await self.desk.change(add_note, self.ticket.number, text, self.desk.agent)
            except Refused as error:
                self.notify(str(error), title="Not noted yet", severity="error", markup=False)
                return
        self.dismiss(next_call)
