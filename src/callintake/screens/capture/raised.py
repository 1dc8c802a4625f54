"""After the ticket: its number, large, as it is said on the phone, and room for what is said last."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Digits, TextArea

from callintake.domain.detail import Ticket
from callintake.domain.draft import CallDraft
from callintake.domain.number import spoken
from callintake.domain.open_calls import OpenCalls
from callintake.domain.text import elide
from callintake.screens.capture.keeping import KeepingScreen
from callintake.services.desk import Desk
from callintake.widgets.key_footer import KeyFooter
from callintake.widgets.live_notes import LiveNotes
from callintake.widgets.plain import Plain


class RaisedScreen(KeepingScreen[None], ModalScreen[None]):
    """Shows the number of a call's ticket; what is typed is kept as it is typed, and noted on the ticket once the agent
    turns to something else."""

    CSS_PATH = "raised.tcss"
    AUTO_FOCUS = "LiveNotes"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+n", "app.new_call", "Next call", tooltip="Note what is typed, and take the next call"),
        Binding("ctrl+s", "app.park", "Other call", tooltip="Note what is typed, and go on with another call"),
        Binding("f12", "read_back", "Read back", tooltip="Read the facts back to the caller", priority=True),
        Binding("f9", "hang_up", "Hung up", tooltip="The caller is gone; the time from now on is wrap-up", show=False),
        Binding("escape", "app.queue", "Queue", tooltip="Note what is typed, and go to the queue"),
    ]

    def __init__(self, desk: Desk, ticket: Ticket, draft: CallDraft, calls: OpenCalls, *, is_new: bool = True) -> None:
        super().__init__(desk, draft, calls)
        self.ticket = ticket
        self._is_new = is_new

    def compose(self) -> ComposeResult:
        ticket = self.ticket
        with Vertical(id="raised") as frame:
            frame.border_title = "Ticket raised" if self._is_new else "This call was added to"
            yield Digits(" ".join(ticket.number))
            yield Plain(f"“{spoken(ticket.number)}”", id="spoken")
            yield Plain(elide(ticket.subject, 70), id="subject")
            yield Plain(self._outlook(), classes="open" if ticket.gate.open else "shut")
            yield LiveNotes(
                self.draft.notes,
                (),
                lambda: self.draft.seconds(datetime.now(UTC)),
                placeholder="Anything else? It is noted on the ticket",
            )
            yield Plain(id="saved")
        yield KeyFooter()

    def _outlook(self) -> str:
        """What becomes of the ticket."""
        ticket = self.ticket
        if not ticket.gate.open:
            return f"✗ gate shut, it waits: {ticket.gate.reasons[0]}"
        closed = self.desk.rules.closed(ticket.department or "", datetime.now(UTC))
        if self._is_new:
            return "\n".join([f"✓ goes to {ticket.department}", *([closed.words] if closed else [])])
        return f"✓ {ticket.status}, {ticket.department}"

    def on_mount(self) -> None:
        notes = self.query_one(LiveNotes)
        notes.move_cursor(notes.document.end)
        self.keep(self.draft)
        self.watch(notes, "selection", self._notes_typed, init=False)

    def show_saved(self) -> None:
        """Say whether what is typed here is saved, once something is."""
        line = self.query_one("#saved", Plain)
        line.update(self.saved.words(self.draft, datetime.now(UTC)) if self.draft.notes else "")

    @on(TextArea.Changed)
    def _notes_typed(self) -> None:
        notes = self.query_one(LiveNotes)
        if notes.text != self.draft.notes:
            self.keep(self.draft.with_(notes=notes.text, offsets=notes.offsets))

    def action_hang_up(self) -> None:
        """Count the time from now on as wrap-up."""
        self.keep(self.draft.with_(timer=self.draft.timer.hang_up(datetime.now(UTC))))
        self.notify("The caller hung up; the rest is wrap-up", markup=False, timeout=3)

    @work(exclusive=True, group="read back")
    async def action_read_back(self) -> None:
        """Read the facts back to the caller, with the number."""
        from callintake.domain.read_back import read_back
        from callintake.screens.capture.read_back import ReadBackScreen

        # The request is on the ticket by now, and the notes here are what is said since. What a ticket that was there
        # before has of its requester is read to nobody.
        told = replace(self.draft, subject=self.ticket.subject) if self._is_new else self.draft
        items = await asyncio.to_thread(read_back, told, self.desk.region)
        if not self.is_current:
            return
        confirmed = await self.app.push_screen_wait(ReadBackScreen(items, self.ticket.number))
        if confirmed is not None:
            self.keep(self.draft.with_(confirmed=confirmed))
