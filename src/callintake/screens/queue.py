"""The queue: views, the tickets in one, and the one under the cursor beside them."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.widgets import Input

from callintake.domain.detail import TicketLine
from callintake.domain.errors import Refused
from callintake.domain.open_calls import OpenCalls
from callintake.domain.queue_words import parse_words, to_words
from callintake.domain.view import Sort, View
from callintake.screens.dialogs import ChoiceDialog, LineDialog
from callintake.screens.glance import keep_looking
from callintake.screens.paging import FOLD_EVERY, PagingScreen
from callintake.screens.saved_views import SavedViewsDialog
from callintake.screens.ticket import TicketScreen
from callintake.services.desk import Desk
from callintake.widgets.call_strip import CallStrip
from callintake.widgets.field import LineInput
from callintake.widgets.key_footer import KeyFooter
from callintake.widgets.outbox_warning import OutboxWarning
from callintake.widgets.plain import Plain
from callintake.widgets.ticket_list import TicketList
from callintake.widgets.ticket_view import TicketView
from callintake.widgets.view_bar import ViewBar

_EVERY = "every department"


class QueueScreen(PagingScreen):
    """What is waiting, for how long, whose it is, and what may not be touched yet."""

    CSS_PATH = "queue.tcss"
    AUTO_FOCUS = "TicketList"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (150, "-wide")]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", "Search", key_display="/", tooltip="Search, or narrow by words such as owner:me"),
        Binding("o", "order", "Order", tooltip="Choose the order of the tickets", show=False),
        Binding("w", "own_views", "Own views", tooltip="Go to a view of your own, or save this one", show=False),
        Binding("number_sign", "go_to", "Go to", key_display="#", tooltip="Go to a ticket by its number", show=False),
        Binding("9", "department", "Department", tooltip="Show the tickets of one department", show=False),
        Binding("d", "directory", "Directory", tooltip="Open the directory: who is on file, and how", show=False),
        Binding("b", "dashboard", "Dashboard", tooltip="Open the dashboard: how the desk stands", show=False),
        Binding("y", "outbox", "Outbox", tooltip="Open the outbox: what was told to whom, and what failed", show=False),
        Binding("left_square_bracket", "view(-1)", "Previous view", key_display="[", show=False),
        Binding("right_square_bracket", "view(1)", "Next view", key_display="]", show=False),
        *(
            Binding(str(position), f"pick_view('{view}')", f"View {view}", show=False)
            for position, view in enumerate(View, start=1)
        ),
        Binding("ctrl+t", "app.queue", "Queue", tooltip="Go back to the open call", show=False, priority=True),
        Binding("escape", "leave", "Leave", tooltip="Let go of what is picked, then leave the search", show=False),
    ]

    def __init__(self, desk: Desk, calls: OpenCalls) -> None:
        super().__init__(desk)
        self.calls = calls

    def compose(self) -> ComposeResult:
        yield ViewBar()
        yield CallStrip()
        yield OutboxWarning(self.desk)
        yield LineInput(placeholder="any words · owner:me priority:high gate:shut department:net sort:due", id="search")
        with Container(id="body"):
            yield TicketList()
            with VerticalScroll(id="preview", can_focus=False):
                yield TicketView()
        yield Plain(id="empty")
        yield Plain(id="told")
        yield KeyFooter()

    def on_mount(self) -> None:
        self.query_one("#search").display = False
        self._show_views()
        self._show_told()
        self.start_loading()
        self._show_calls()
        keep_looking(self, self.look)
        self.set_interval(1.0, self._show_calls)
        self.set_interval(FOLD_EVERY, self.fold)

    @property
    def number(self) -> str | None:
        """The number of the ticket under the cursor."""
        current = self.tickets.current
        return current.number if current else None

    @property
    def numbers(self) -> list[str]:
        """The numbers of those picked, or of the one under the cursor."""
        picked = [line.number for line in self.tickets.picked.values()]
        return picked or super().numbers

    def batch_done(self) -> None:
        """Let go of all that was picked."""
        self.tickets.let_go()

    def loaded(self) -> None:
        """Show the counts, and say so where nothing is there."""
        self._show_views()
        self._show_empty()
        self._show_told()

    def _show_views(self) -> None:
        self.query_one(ViewBar).show(self.wanted.view, self.counts)

    def _show_empty(self) -> None:
        words = to_words(self.wanted)
        if words:
            told = f"Nothing in “{self.wanted.view}” is found by “{words}”. Esc shows all of it."
        elif self.counts.views.get(View.ALL):
            told = f"No ticket in “{self.wanted.view}”."
        else:
            told = "No ticket yet. ctrl+n takes a call."
        is_empty = not self.tickets.lines
        empty = self.query_one("#empty", Plain)
        empty.update(told)
        empty.display = is_empty
        self.query_one("#body").display = not is_empty
        if not is_empty and self.focused is None:
            self.set_focus(self.tickets)

    @on(TicketList.Picked)
    def _show_told(self) -> None:
        """Say how many tickets are picked, and whether a search found more than is shown."""
        picked = len(self.tickets.picked)
        told = [f"{picked} picked: keys act on all of them, Esc lets go"] if picked else []
        if not self.is_whole:
            told.append(f"the best of the newest {len(self.tickets.lines)} found; more words find fewer")
        line = self.query_one("#told", Plain)
        line.update(" · ".join(told))
        line.display = bool(told)

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
            ticket = await self.ask(reading.ticket, line.number)
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

    def on_resize(self) -> None:
        self._show_views()

    def on_screen_resume(self) -> None:
        self._show_calls()
        if self._mark is not None:
            self.look()

    def action_directory(self) -> None:
        """Open the directory."""
        from callintake.screens.directory import DirectoryScreen

        self.app.push_screen(DirectoryScreen(self.desk))

    def action_dashboard(self) -> None:
        """Open the dashboard."""
        from callintake.screens.dashboard import DashboardScreen

        self.app.push_screen(DashboardScreen(self.desk))

    def action_outbox(self) -> None:
        """Open the outbox."""
        from callintake.screens.outbox import OutboxScreen

        self.app.push_screen(OutboxScreen(self.desk))

    # Views, words and order

    def _want(self, line: str, view: View) -> None:
        """Show something else; until it is there no ticket is meant, so that a key pressed early hits none."""
        wanted = parse_words(line, view, self.desk.agent)
        if wanted != self.wanted:
            self.wanted = wanted
            self.tickets.put([])
            self._show_views()
        self.start_loading()

    def _say(self, line: str) -> None:
        """Put words into the line where they are edited."""
        search = self.query_one("#search", Input)
        search.display = bool(line)
        with search.prevent(Input.Changed):
            search.value = line

    def action_pick_view(self, view: str) -> None:
        """Show a view."""
        self._want(to_words(self.wanted), View(view))

    def action_view(self, by: int) -> None:
        """Show the view beside this one."""
        views = list(View)
        self.action_pick_view(views[(views.index(self.wanted.view) + by) % len(views)])

    @work(group="ask")
    async def action_order(self) -> None:
        """Ask for an order; the same once more turns it around."""
        chosen = await self.app.push_screen_wait(
            ChoiceDialog("Order by; the same again turns it around", tuple(Sort), self.wanted.sort)
        )
        if chosen:
            turned = chosen == self.wanted.sort and not self.wanted.is_reversed
            words = to_words(replace(self.wanted, sort=Sort(chosen), is_reversed=turned))
            self._say(words)
            self._want(words, self.wanted.view)

    @work(group="ask")
    async def action_department(self) -> None:
        """Ask for a department, and show its tickets in this view."""
        from callintake.services.counting import queue_counts

        counts = await self.find(queue_counts, self.desk.agent)
        if counts is None:
            return
        counted = counts.departments
        names = [*self.desk.rules.departments, *sorted(counted.keys() - {"", *self.desk.rules.departments})]
        lines = {f"{name} · {counted.get(name, 0)} live": name for name in names}
        chosen = await self.app.push_screen_wait(ChoiceDialog("Tickets of which department?", (*lines, _EVERY)))
        if chosen:
            words = to_words(replace(self.wanted, department=lines.get(chosen)))
            self._say(words)
            self._want(words, self.wanted.view)

    @work(group="ask")
    async def action_own_views(self) -> None:
        """Go to a view of one's own, or save what is shown as one."""
        saved = await self.app.push_screen_wait(SavedViewsDialog(self.desk, self.wanted))
        if saved is not None:
            wanted = parse_words(saved, View.OPEN, self.desk.agent)
            self._say(to_words(wanted))
            self._want(to_words(wanted), wanted.view)

    @work(group="ask")
    async def action_go_to(self) -> None:
        """Ask for a number, and go to that ticket."""
        number = await self.app.push_screen_wait(LineDialog("Go to ticket", "its number, such as 4821-7"))
        if number and await self.go_to_number(number):
            self._say(to_words(self.wanted))
            self.set_focus(self.tickets)

    def action_search(self) -> None:
        """Search as one types."""
        search = self.query_one("#search", Input)
        search.display = True
        self.set_focus(search)

    def action_leave(self) -> None:
        """Let go of what is picked; or show the whole view again."""
        if self.tickets.picked and self.focused is self.tickets:
            self.tickets.let_go()
            return
        self._say("")
        self.set_focus(self.tickets)
        self._want("", self.wanted.view)

    @on(Input.Changed, "#search")
    def _searched(self, event: Input.Changed) -> None:
        event.stop()
        self._want(event.value, self.wanted.view)

    @on(Input.Submitted, "#search")
    def _search_done(self, event: Input.Submitted) -> None:
        event.stop()
        self.set_focus(self.tickets)
        self._say(event.value)
