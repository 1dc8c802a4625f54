"""One ticket, whole: who asks for what, all that happened to it, and what else they asked for."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from callintake.domain.detail import Ticket, TicketLine
from callintake.domain.errors import Refused
from callintake.domain.number import spoken
from callintake.domain.presence import SEEN_EVERY, Present
from callintake.domain.spelling import spelled
from callintake.screens.dialogs import LineDialog, TextDialog
from callintake.screens.glance import keep_looking
from callintake.screens.triage import TriageScreen
from callintake.services.desk import Desk
from callintake.widgets.key_footer import KeyFooter
from callintake.widgets.plain import Plain
from callintake.widgets.ticket_view import TicketView

_OTHERS = 6


class TicketScreen(TriageScreen):
    """Contact, request and timeline of a ticket, and what can be done with it."""

    CSS_PATH = "ticket.tcss"
    AUTO_FOCUS = "VerticalScroll"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy_number", "Copy number", tooltip="Copy the number of this ticket", show=False),
        Binding("f12", "read_back", "Read back", tooltip="Number, name and address as they are said", show=False),
        Binding("w", "save_as", "Save as", tooltip="Save this ticket as text, to be printed or sent", show=False),
        Binding("escape", "leave_ticket", "Back", tooltip="Go back to where you came from"),
    ]

    def __init__(self, desk: Desk, number: str) -> None:
        super().__init__(desk)
        self._number = number
        self._ticket: Ticket | None = None
        self._mark: object = None

    @property
    def number(self) -> str | None:
        """The number of this ticket."""
        return self._number

    def compose(self) -> ComposeResult:
        yield Plain(f"{self._number}", id="title")
        yield Plain(id="present")
        with VerticalScroll():
            yield TicketView()
        yield OptionList(markup=False, compact=True, id="others")
        yield KeyFooter()

    def on_mount(self) -> None:
        self.query_one("#others").display = False
        self._show_present(())
        self._load()
        self._be_here()
        self.tell_begun()
        self.set_interval(SEEN_EVERY.total_seconds(), self._be_here)
        keep_looking(self, self._look)

    @work(exclusive=True, group="load")
    async def _load(self) -> None:
        await self.reload()

    async def reload(self) -> None:
        """Show the ticket as it is now."""
        from callintake.services import queue, reading, related

        self._mark = await self.find(queue.latest_change)
        ticket = await self.find(reading.ticket, self._number)
        if ticket is None:
            return
        self._ticket = ticket
        self.query_one("#title", Plain).update(f"{ticket.number} “{spoken(ticket.number)}”  {ticket.subject}")
        self.query_one(TicketView).show(ticket, whole=True)
        who = ticket.requester
        others = await self.find(
            related.tickets_of_requester,
            who.contact_id,
            who.phone,
            who.name or "",
            who.organization or "",
            _OTHERS,
        )
        self._show_others([line for line in others or () if line.number != ticket.number])

    @work(exclusive=True, group="presence")
    async def _be_here(self) -> None:
        """Say that one is at this ticket, and writes on it while a dialog is open; a failure is nobody's loss."""
        from callintake.services import presence

        try:
            present = await self.desk.change(
                presence.look_at, self._number, self.desk.agent, is_writing=self._is_writing
            )
        except Refused:
            return
        self._show_present(present)

    def _show_present(self, present: Sequence[Present]) -> None:
        line = self.query_one("#present", Plain)
        line.update(" · ".join(one.words for one in present))
        line.display = bool(present)

    def action_leave_ticket(self) -> None:
        """Go back, and be at this ticket no more."""
        self.app.run_worker(self._be_gone(), group="presence")
        self.dismiss()

    async def _be_gone(self) -> None:
        """Say that one is at this ticket no more; a failure only lets one be seen there for a while longer."""
        from callintake.services import presence

        with suppress(Refused):
            await self.desk.change(presence.leave, self.desk.agent)

    @work(exclusive=True, group="look")
    async def _look(self) -> None:
        """Show the ticket anew when somebody changed something."""
        if not self.is_current or self._mark is None:
            return
        from callintake.services import queue

        mark = await self.find(queue.latest_change)
        if mark is not None and mark != self._mark:
            self._load()

    def _show_others(self, lines: list[TicketLine]) -> None:
        others = self.query_one("#others", OptionList)
        others.border_title = "The requester's other tickets; Enter opens one"
        others.clear_options()
        others.add_options(
            Option(Content(f"{line.number}  {line.status:<9}{line.subject}"), id=line.number) for line in lines
        )
        others.highlighted = 0 if lines else None
        others.display = bool(lines)

    @on(OptionList.OptionSelected, "#others")
    def _other_opened(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if event.option.id is not None:
            self.app.push_screen(TicketScreen(self.desk, event.option.id))

    @property
    def _is_writing(self) -> bool:
        """Whether something over this screen may be about to change the ticket."""
        return not self.is_current and not isinstance(self.app.screen, TextDialog)

    def action_copy_number(self) -> None:
        """Copy the number, through the terminal."""
        self.app.copy_to_clipboard(self._number)
        self.notify(f"{self._number} is copied, if this terminal lets programs copy", markup=False, timeout=3)

    def action_read_back(self) -> None:
        """Show how the number, the name and the address are said."""
        if (ticket := self._ticket) is None:
            return
        who = ticket.requester
        said = [f"{ticket.number}\n{spoken(ticket.number)}"]
        said += [f"{text}\n{spelled(text)}" for text in (who.name, who.email) if text]
        self.app.push_screen(TextDialog("Read back", "\n\n".join(said)))

    @work(group="save")
    async def action_save_as(self) -> None:
        """Ask for a file, and save the ticket there as text; what keeps it from being saved is said."""
        if (ticket := self._ticket) is None:
            return
        from callintake.domain.ticket_text import ticket_text

        given = await self.app.push_screen_wait(
            LineDialog("Save as text", "a file", value=str(Path.home() / f"{ticket.number}.txt"))
        )
        if given is None:
            return
        text = f"{self.desk.rules.classification}\n\n{ticket_text(ticket)}\n"
        failed = await asyncio.to_thread(_save, Path(given), text)
        self.notify(failed or f"saved as {given}", severity="error" if failed else "information", markup=False)


def _save(path: Path, text: str) -> str | None:
    """Save a text under a new name; return what kept it from being saved."""
    try:
        with path.expanduser().open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        return f"{path} is there already; give another name"
    except OSError as error:
        return f"{path}: {error.strerror or 'not saved'}"
    return None
