"""One ticket, whole."""

from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Footer

from callintake.domain.detail import Ticket
from callintake.domain.errors import Refused
from callintake.domain.number import spoken
from callintake.domain.text import elide
from callintake.screens.acting import ActingScreen
from callintake.services.desk import Desk
from callintake.widgets.plain import Plain
from callintake.widgets.ticket_view import TicketView


class TicketScreen(ActingScreen):
    """Contact, request, notes and history of a ticket, and what can be done with it."""

    CSS_PATH = "ticket.tcss"
    AUTO_FOCUS = "VerticalScroll"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Back", tooltip="Go back to the queue"),
    ]

    def __init__(self, desk: Desk, number: str) -> None:
        super().__init__(desk)
        self._number = number

    @property
    def number(self) -> str | None:
        """The number of this ticket."""
        return self._number

    def compose(self) -> ComposeResult:
        yield Plain(f"{self._number}", id="title")
        with VerticalScroll():
            yield TicketView()
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        self._load()

    @work(exclusive=True, group="load")
    async def _load(self) -> None:
        await self.reload()

    async def reload(self) -> None:
        """Show the ticket as it is now."""
        from callintake.services import reading

        try:
            ticket: Ticket = await self.ask(reading.ticket, self._number)
        except Refused as error:
            self.notify(str(error), severity="error", markup=False)
            return
        self.query_one("#title", Plain).update(
            f"{ticket.number}  {elide(ticket.subject, 60)}   “{spoken(ticket.number)}”"
        )
        self.query_one(TicketView).show(ticket, whole=True)
