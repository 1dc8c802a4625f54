"""The dashboard: how the desk stands, at a glance; it keeps itself up to date."""

from datetime import UTC, datetime, timedelta
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content

from callintake.domain.dashboard import Figures, fewer, percent, trouble_in_words
from callintake.domain.errors import Refused
from callintake.domain.plot import Plot, bars, columns, counted, key
from callintake.domain.text import clean_line
from callintake.screens.asking import AskingScreen
from callintake.screens.ticket import TicketScreen
from callintake.services.desk import Desk
from callintake.widgets.key_footer import KeyFooter
from callintake.widgets.oldest_tickets import OldestTickets
from callintake.widgets.plain import Plain
from callintake.widgets.working import is_working

LOOK_EVERY = 3.0
"""Seconds from one look to the next."""
FIRST_VERIFICATIONS = timedelta(days=7)
"""How far back first verifications are counted."""
_LABEL = 17
"""Cells of a label at most."""
_OTHER_LINES, _LEAST_DEPARTMENTS = 21, 7
"""Lines that all but the departments take on the left, and how many departments are shown in any case."""
_BAR, _LATE = "$text-primary", "bold $text-warning"


class DashboardScreen(AskingScreen):
    """What is open and where, whose gate is shut and for how long, the calls of today, and what has waited longest."""

    CSS_PATH = "dashboard.tcss"
    AUTO_FOCUS = "OldestTickets"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Back", tooltip="Go back to the queue"),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._figures: Figures | None = None

    def compose(self) -> ComposeResult:
        yield Plain("Dashboard", id="title")
        yield Plain("counting…", id="summary")
        with VerticalScroll(can_focus=False), Horizontal(id="panels"):
            with Vertical(id="left"):
                for name in ("status", "gates", "departments", "messages"):
                    yield Plain(id=name, classes="panel")
            with Vertical(id="right"):
                yield Plain(id="calls", classes="panel")
                yield Plain(id="oldest", classes="panel")
                yield OldestTickets()
        yield KeyFooter()

    def on_mount(self) -> None:
        self.look()
        self.set_interval(LOOK_EVERY, self.look)

    def look(self) -> None:
        """Show how the desk stands now, unless that is being counted: where it takes long, it is not begun anew."""
        if self.is_current and not is_working(self, "look"):
            self._count()

    @work(group="look")
    async def _count(self) -> None:
        """What can't be read is said in the line of the figures, and what was read stays."""
        try:
            await self.desk.ready()
            from callintake.services import dashboard

            since = datetime.now(UTC) - FIRST_VERIFICATIONS
            self._figures = await self.ask(dashboard.figures, self.desk.agent, since)
        except Refused as error:
            self.query_one("#summary", Plain).update(Content.styled(f"Not up to date: {error}", _LATE))
            return
        self.query_one(OldestTickets).put(list(self._figures.oldest))
        self._show()

    def on_resize(self) -> None:
        self.call_after_refresh(self._show)

    def on_screen_resume(self) -> None:
        self.look()

    def _show(self) -> None:
        figures = self._figures
        if figures is None:
            return
        departments = fewer(figures.by_department, max(self.size.height - _OTHER_LINES, _LEAST_DEPARTMENTS))
        at = f"{figures.local:%a %d %b %H:%M:%S} {figures.zone}"
        self.query_one("#title", Plain).update(Content.styled(f"Dashboard · {at} · {figures.classification}", "bold"))
        self.query_one("#summary", Plain).update(_summary(figures))
        self._lying("status", f"Open by status: {figures.live}", counted("tickets", figures.by_status))
        self._lying("gates", f"Gate shut: {figures.shut}, raised ago", counted("tickets", figures.shut_for))
        self._lying("departments", "Open by department", counted("tickets", departments))
        self._show_messages(figures)
        self._show_calls(figures)
        self.query_one("#oldest", Plain).update(Content.styled("Waiting longest", "bold"))

    def _lying(self, panel: str, title: str, plot: Plot) -> None:
        """Show bars that lie, in the room that the panel has."""
        shown = self.query_one(f"#{panel}", Plain)
        width = min(max(map(cell_len, plot.labels)), _LABEL)
        lines = [Content.styled(title, "bold")]
        for label, drawn in bars(plot, max(shown.size.width - width - 1, 8)):
            line, _, number = drawn.rpartition(" ")
            name = set_cell_size(clean_line(label), width)
            lines.append(Content.assemble(f"{name} ", (f"{line} ".lstrip(), _BAR), number))
        shown.update(Content("\n").join(lines))

    def _show_messages(self, figures: Figures) -> None:
        lines = [Content.styled("Notifications", "bold")]
        words = trouble_in_words(figures)
        lines.append(Content.styled(f"! {words}", _LATE) if figures.troubles else Content(words))
        waiting = figures.messages.get("pending")
        lines.append(Content(f"{waiting.count if waiting else 0} not sent yet"))
        self.query_one("#messages", Plain).update(Content("\n").join(lines))

    def _show_calls(self, figures: Figures) -> None:
        shown, plot = self.query_one("#calls", Plain), figures.calls
        title = f"Calls today: {sum(figures.calls_today)}"
        usual = f"usual on a {figures.local:%A}" if plot.series[1].values[0] is not None else "nothing usual yet"
        drawn = columns(plot, max(shown.size.height - 1, 5), max(shown.size.width, 30))
        named = Content.styled(f"   {key(plot).replace('usual', usual)}", "$text-muted")
        lines = [Content.assemble((title, "bold"), named), *(Content.styled(line, _BAR) for line in drawn)]
        shown.update(Content("\n").join(lines))

    @on(OldestTickets.Opened)
    def _opened(self, event: OldestTickets.Opened) -> None:
        event.stop()
        self.app.push_screen(TicketScreen(self.desk, event.line.line.number))


def _summary(figures: Figures) -> Content:
    """The figures that matter most, in one line; what is late stands out."""
    return Content(" · ").join(
        [
            Content(f"open {figures.live}"),
            Content(f"gate shut {figures.shut}"),
            Content.styled(f"overdue {figures.overdue}!!", _LATE) if figures.overdue else Content("overdue 0"),
            Content(f"first verification {percent(figures.first_rate)} of {figures.tried} in 7 d"),
        ]
    )
