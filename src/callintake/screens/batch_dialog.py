"""The dialog of a batch: what it will do to each ticket, then what it did."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen

from callintake.domain.errors import Refused
from callintake.services.desk import Desk
from callintake.widgets.hanging import HangingText, Hung
from callintake.widgets.plain import Plain
from callintake.widgets.working import leave

if TYPE_CHECKING:
    from callintake.services.batch import Told


class BatchDialog(ModalScreen[bool]):
    """Returns whether anything was done; Esc before that leaves every ticket as it is."""

    CSS_PATH = "dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "go_on", "Do it", tooltip="Do it to all for which it can be done; then leave", priority=True),
        Binding("escape", "leave", "Leave"),
    ]

    def __init__(self, desk: Desk, numbers: list[str], does: str, act: Callable[[Any, str], object]) -> None:
        super().__init__()
        self.desk = desk
        self._numbers = numbers
        self._does = does
        self._act = act
        self._is_told = False
        self._is_done = False

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog", classes="tall") as dialog:
            dialog.border_title = Content(f"{len(self._numbers)} tickets, so that each {self._does}")
            yield Plain("Looking at each of them…", id="sum")
            with VerticalScroll(can_focus=True):
                yield HangingText(id="each")
            yield Plain(classes="hint")

    def on_mount(self) -> None:
        self._go(for_good=False)

    @work(exclusive=True, group="batch")
    async def _go(self, *, for_good: bool) -> None:
        """Do it, or look what would come of it; a failure is said, and what is done stays done."""
        from callintake.services import batch

        try:
            told = await batch.on_desk(self.desk, self._numbers, self._act, for_good=for_good)
        except Refused as error:
            self.notify(str(error), severity="error", markup=False)
            # So that Esc leaves it, where something else is in front of it now.
            self._is_told = True
            leave(self, self._is_done)
            return
        self._is_told, self._is_done = True, for_good
        self._show(told)

    def _show(self, told: "list[Told]") -> None:
        done, gated = sum(one.is_done for one in told), sum(one.is_gate for one in told)
        refused = len(told) - done
        verb, other = ("done", "refused") if self._is_done else ("will be done", "will be refused")
        by_gate = f", {gated} of them by the gate" if gated else ""
        self.query_one("#sum", Plain).update(f"{done} {verb}, {refused} {other}{by_gate}\n")
        self.query_one("#each", HangingText).put([_line(one) for one in sorted(told, key=lambda one: one.is_done)])
        hint = "Enter or Esc leaves." if self._is_done else f"Enter does it to the {done}; Esc leaves all as they are."
        self.query_one(".hint", Plain).update(hint if done or self._is_done else "Nothing can be done; Esc leaves.")

    def action_go_on(self) -> None:
        """Do it, once it is known what comes of it; then leave."""
        if self._is_done:
            self.dismiss(True)
        elif self._is_told:
            self._is_told = False
            self.query_one("#sum", Plain).update("Doing it…\n")
            self._go(for_good=True)

    def action_leave(self) -> None:
        """Leave; what is being done goes on to its end."""
        if self._is_done or self._is_told:
            self.dismiss(self._is_done)


def _line(one: "Told") -> Hung:
    style = "" if one.is_done else "$text-warning"
    says = one.says.removeprefix(one.number).removeprefix(":").strip()
    return Hung(Content.styled(f"{'✓' if one.is_done else '✗'} {one.number:<8} ", style), Content.styled(says, style))
