"""The queue: views, the tickets in one, and the one under the cursor beside them."""

from datetime import UTC, datetime
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.widgets import Footer, Input

from callintake.domain.detail import TicketLine
from callintake.domain.errors import Refused
from callintake.domain.open_calls import OpenCalls
from callintake.domain.view import Filter, View
from callintake.screens.acting import ActingScreen
from callintake.screens.ticket import TicketScreen
from callintake.services.desk import Desk
from callintake.widgets.call_strip import CallStrip
from callintake.widgets.field import LineInput
from callintake.widgets.outbox_warning import OutboxWarning
from callintake.widgets.plain import Plain
from callintake.widgets.ticket_list import TicketList
from callintake.widgets.ticket_view import TicketView

LOOK_EVERY = 1.0
"""Seconds between two looks for what other agents did."""


class QueueScreen(ActingScreen):
    """What is waiting, for how long, whose it is, and what may not be touched yet."""

    CSS_PATH = "queue.tcss"
    AUTO_FOCUS = "TicketList"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (150, "-wide")]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", "Search", key_display="/", tooltip="Search the tickets of this view"),
        Binding("d", "directory", "Directory", tooltip="Open the directory: who is on file, and how", show=False),
        Binding("o", "outbox", "Outbox", tooltip="Open the outbox: what was told to whom, and what failed", show=False),
        Binding("left_square_bracket", "view(-1)", "Previous view", key_display="[", show=False),
        Binding("right_square_bracket", "view(1)", "Next view", key_display="]", show=False),
        *(
            Binding(str(position), f"pick_view('{view}')", f"View {view}", show=False)
            for position, view in enumerate(View, start=1)
        ),
        Binding("ctrl+t", "app.queue", "Queue", tooltip="Go back to the open call", show=False, priority=True),
        Binding("escape", "leave_search", "Leave the search", show=False),
    ]

    def __init__(self, desk: Desk, calls: OpenCalls) -> None:
        super().__init__(desk)
        self.calls = calls
        self.wanted = Filter()
        self._counts: dict[View, int] = {}
        self._mark: tuple[int, int] | None = None
        self._has_more = False

    def compose(self) -> ComposeResult:
        yield Plain(id="views")
        yield CallStrip()
        yield OutboxWarning(self.desk)
        yield LineInput(placeholder="search: number, people, phone, words", id="search")
        with Container(id="body"):
            yield TicketList()
            with VerticalScroll(id="preview", can_focus=False):
                yield TicketView()
        yield Plain(id="empty")
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        self.query_one("#search").display = False
        self._show_views()
        self.start_loading()
        self._show_calls()
        self.set_interval(LOOK_EVERY, self.look)
        self.set_interval(LOOK_EVERY, self._show_calls)

    @property
    def number(self) -> str | None:
        """The number of the ticket under the cursor."""
        current = self.query_one(TicketList).current
        return current.number if current else None

    @work(exclusive=True, group="load")
    async def start_loading(self) -> None:
        """Load the view anew; a newer load replaces it, a failure is said."""
        await self.reload()

    async def reload(self) -> None:
        """Show the view as it is now, as far down as it was loaded."""
        tickets = self.query_one(TicketList)
        wanted = self._filter()
        try:
            await self.desk.ready()
            from callintake.services import queue

            mark = await self.desk.ask(queue.latest_change)
            limit = max(len(tickets.lines), queue.PAGE)
            lines = await self.desk.ask(queue.queue_page, wanted, None, limit)
            counts = await self.desk.ask(queue.view_counts, self.desk.agent)
        except Refused as error:
            self.notify(str(error), severity="error", markup=False)
            return
        if wanted != self._filter():
            return
        self._mark, self._counts, self._has_more = mark, counts, len(lines) == limit
        tickets.put(lines)
        self._show_views()
        self._show_empty(lines)

    @work(exclusive=True, group="look")
    async def look(self) -> None:
        """Load anew when somebody changed something; a failure is said by the load."""
        if not self.is_current:
            return
        try:
            await self.desk.ready()
            from callintake.services import queue

            changed = await self.desk.ask(queue.latest_change) != self._mark
        except Refused:
            return
        if changed:
            self.start_loading()

    @on(TicketList.EndInSight)
    def _end_in_sight(self, event: TicketList.EndInSight) -> None:
        event.stop()
        self._load_more()

    @work(exclusive=True, group="more")
    async def _load_more(self) -> None:
        tickets = self.query_one(TicketList)
        lines = tickets.lines
        if not lines or not self._has_more:
            return
        from callintake.services import queue

        wanted, last = self._filter(), lines[-1]
        try:
            more = await self.desk.ask(queue.queue_page, wanted, (last.priority.value, last.serial))
        except Refused as error:
            self.notify(str(error), severity="error", markup=False)
            return
        if tickets.lines is lines and wanted == self._filter():
            self._has_more = len(more) == queue.PAGE
            tickets.append(more)

    def _filter(self) -> Filter:
        return Filter(self.wanted.view, self.desk.agent, self.wanted.query)

    def _show_views(self) -> None:
        keys = self.size.width >= 100
        parts = [
            Content.styled(
                f" {f'{position} ' if keys else ''}{view.value.capitalize()} {self._counts.get(view, '–')} ",
                "reverse bold" if view is self.wanted.view else "",
            )
            for position, view in enumerate(View, start=1)
        ]
        self.query_one("#views", Plain).update(Content("").join(parts))

    def _show_empty(self, lines: list[TicketLine]) -> None:
        if self.wanted.query.strip():
            words = f"Nothing in “{self.wanted.view}” is found by “{self.wanted.query}”. Esc leaves the search."
        elif self._counts.get(View.ALL):
            words = f"No ticket in “{self.wanted.view}”."
        else:
            words = "No ticket yet. ctrl+n takes a call."
        empty = self.query_one("#empty", Plain)
        empty.update(words)
        empty.display = not lines
        self.query_one("#body").display = bool(lines)
        if lines and self.focused is None:
            self.set_focus(self.query_one(TicketList))

    @on(TicketList.Highlighted)
    def _highlighted(self, event: TicketList.Highlighted) -> None:
        event.stop()
        self._preview(event.line)

    @work(exclusive=True, group="preview")
    async def _preview(self, line: TicketLine | None) -> None:
        view, frame = self.query_one(TicketView), self.query_one("#preview")
        if line is None:
            view.show(None, whole=False)
            frame.border_title = ""
            return
        from callintake.services import reading

        try:
            ticket = await self.desk.ask(reading.ticket, line.number)
        except Refused:
            return
        frame.border_title = Content(f"{ticket.number} · {ticket.subject}")
        view.show(ticket, whole=False)
        frame.scroll_home(animate=False)

    @on(TicketList.Opened)
    def _opened(self, event: TicketList.Opened) -> None:
        event.stop()
        self.app.push_screen(TicketScreen(self.desk, event.line.number), self._ticket_left)

    def _ticket_left(self, _result: None) -> None:
        self.start_loading()

    def _show_calls(self) -> None:
        """Show the calls that are open; from here they are all set aside."""
        self.query_one(CallStrip).show(self.calls, None, datetime.now(UTC), at_least=1)

    def on_screen_resume(self) -> None:
        self._show_calls()
        if self._mark is not None:
            self.look()

    def action_directory(self) -> None:
        """Open the directory."""
        from callintake.screens.directory import DirectoryScreen

        self.app.push_screen(DirectoryScreen(self.desk))

    def action_outbox(self) -> None:
        """Open the outbox."""
        from callintake.screens.outbox import OutboxScreen

        self.app.push_screen(OutboxScreen(self.desk))

    # Views and search

    def _want(self, wanted: Filter) -> None:
        """Show something else; until it is there no ticket is meant, so that a key pressed early hits none."""
        if wanted != self.wanted:
            self.wanted = wanted
            self.query_one(TicketList).put([])
            self._show_views()
        self.start_loading()

    def action_pick_view(self, view: str) -> None:
        """Show a view."""
        self._want(Filter(View(view), self.desk.agent, self.wanted.query))

    def action_view(self, by: int) -> None:
        """Show the view beside this one."""
        views = list(View)
        self.action_pick_view(views[(views.index(self.wanted.view) + by) % len(views)])

    def action_search(self) -> None:
        """Search as one types."""
        search = self.query_one("#search", Input)
        search.display = True
        self.set_focus(search)

    def action_leave_search(self) -> None:
        """Show the whole view again."""
        search = self.query_one("#search", Input)
        search.value = ""
        search.display = False
        self.set_focus(self.query_one(TicketList))

    @on(Input.Changed, "#search")
    def _searched(self, event: Input.Changed) -> None:
        event.stop()
        self._want(Filter(self.wanted.view, self.desk.agent, event.value))

    @on(Input.Submitted, "#search")
    def _search_done(self, event: Input.Submitted) -> None:
        event.stop()
        self.query_one(TicketList).focus()
