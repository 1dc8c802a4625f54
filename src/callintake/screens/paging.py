"""A screen with a window on the queue: pages come as the cursor nears an edge of it, from either side."""

from time import monotonic

from textual import on, work

from callintake.domain.errors import Refused
from callintake.domain.number import WrongNumber, serial_of
from callintake.domain.view import Filter, Place, QueueCounts, View, place_of
from callintake.screens.triage import TriageScreen
from callintake.services.desk import Desk
from callintake.widgets.ticket_list import TicketList

_ANEW_EVERY = 30.0
"""Seconds after which the queue is read anew all the same, as tickets fall due and wake by themselves."""
FOLD_EVERY = 60.0
"""Seconds between two times that the counts are folded."""
_AROUND = 50
_HITS_SHOWN = 60
"""Of so many that were found it is shown where the hit is: more than are in sight."""


class PagingScreen(TriageScreen):
    """Shows the tickets of a filter, however many there are, and what others do to them."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.wanted = Filter(agent=desk.agent)
        self.counts = QueueCounts()
        self.is_whole = True
        """Whether a search found all there is."""
        self._mark: tuple[int, ...] | None = None
        self._loaded_at = 0.0

    @property
    def tickets(self) -> TicketList:
        """The list."""
        return self.query_one(TicketList)

    def loaded(self) -> None:
        """Called when what is shown was read anew."""

    @work(exclusive=True, group="load")
    async def start_loading(self) -> None:
        """Load the view anew; a newer load replaces it, a failure is said."""
        await self.reload()

    async def reload(self) -> None:
        """Show the view as it is now, the window where it was."""
        wanted = self.wanted
        try:
            await self.desk.ready()
            from callintake.services import counting, queue

            self._mark = await self.ask(queue.latest_change)
            self._loaded_at = monotonic()
            if wanted.query.strip():
                await self._show_found(wanted)
            else:
                await self._show_window(wanted)
            self.counts = await self.ask(counting.queue_counts, self.desk.agent)
        except Refused as error:
            self.notify(str(error), severity="error", markup=False)
            return
        if wanted == self.wanted:
            self.loaded()

    async def _show_found(self, wanted: Filter) -> None:
        from callintake.services import searching

        found = await self.ask(searching.found, wanted)
        if wanted != self.wanted:
            return
        self.is_whole = found.is_whole
        self.tickets.put(found.lines)
        some = await self.ask(searching.with_hits, found.lines[:_HITS_SHOWN], wanted.query)
        if wanted == self.wanted and any(line.hit for line in some):
            self.tickets.put([*some, *found.lines[_HITS_SHOWN:]])

    async def _show_window(self, wanted: Filter) -> None:
        from callintake.services import queue

        tickets = self.tickets
        here: Place | None = None
        if tickets.has_before and tickets.lines:
            here = place_of(tickets.lines[0], wanted.sort)
        limit = max(len(tickets.lines), queue.PAGE)
        lines = await self.ask(queue.queue_page, wanted, here, limit, is_inclusive=True)
        if wanted == self.wanted:
            self.is_whole = True
            tickets.put(lines, has_before=here is not None, has_after=len(lines) == limit)

    @work(exclusive=True, group="look")
    async def look(self) -> None:
        """Load anew when somebody changed something; a failure is said by the load."""
        if not self.is_current:
            return
        try:
            await self.desk.ready()
            from callintake.services import queue

            changed = await self.ask(queue.latest_change) != self._mark
        except Refused:
            return
        if changed or monotonic() - self._loaded_at > _ANEW_EVERY:
            self.start_loading()

    @work(exclusive=True, group="fold")
    async def fold(self) -> None:
        """Keep the counts quick to read; whoever's desk is open does, and a failure is nobody's loss."""
        from callintake.services import counting

        try:
            await self.desk.change(counting.fold_counts)
        except Refused:
            return

    @on(TicketList.EndInSight)
    def _end_in_sight(self, event: TicketList.EndInSight) -> None:
        event.stop()
        self._load_more(backwards=False)

    @on(TicketList.StartInSight)
    def _start_in_sight(self, event: TicketList.StartInSight) -> None:
        event.stop()
        self._load_more(backwards=True)

    @work(exclusive=True, group="more")
    async def _load_more(self, *, backwards: bool) -> None:
        """Load the page beyond an edge of the window; a failure is said, and the window stays."""
        tickets, wanted = self.tickets, self.wanted
        lines = tickets.lines
        if not lines or wanted.query.strip():
            return
        from callintake.services import queue

        edge = place_of(lines[0] if backwards else lines[-1], wanted.sort)
        more = await self.find(queue.queue_page, wanted, edge, backwards=backwards)
        if more is None or tickets.lines is not lines or wanted != self.wanted:
            return
        if backwards:
            tickets.prepend(more, has_before=len(more) == queue.PAGE)
        else:
            tickets.append(more, has_after=len(more) == queue.PAGE)

    @on(TicketList.EdgeWanted)
    def _edge_wanted(self, event: TicketList.EdgeWanted) -> None:
        event.stop()
        self._load_edge(last=event.last)

    @work(exclusive=True, group="load")
    async def _load_edge(self, *, last: bool) -> None:
        """Show the first or the last page; a failure is said, and the window stays."""
        from callintake.services import queue

        wanted = self.wanted
        lines = await self.find(queue.queue_page, wanted, None, backwards=last)
        if lines and wanted == self.wanted:
            is_more = len(lines) == queue.PAGE
            self.tickets.put(
                lines, has_before=last and is_more, has_after=not last and is_more, at=lines[-1 if last else 0]
            )

    async def go_to_number(self, number: str) -> bool:
        """Bring the cursor to a ticket, in this view, or where it is not in it, in the view of all; say if it can't."""
        from callintake.services import queue
        from callintake.services.related import ticket_line

        try:
            serial_of(number)
        except WrongNumber as error:
            self.notify(str(error), severity="error", markup=False)
            return False
        line = await self.find(ticket_line, number)
        if line is None:
            return False
        for wanted in (self.wanted, Filter(View.ALL, self.desk.agent)):
            place = place_of(line, wanted.sort)
            after = await self.find(queue.queue_page, wanted, place, _AROUND, is_inclusive=True)
            if after and after[0].serial == line.serial:
                before = await self.find(queue.queue_page, wanted, place, _AROUND, backwards=True) or ()
                self.wanted = wanted
                self.tickets.put(
                    [*before, *after],
                    has_before=len(before) == _AROUND,
                    has_after=len(after) == _AROUND,
                    at=line,
                )
                self.loaded()
                return True
        return False
