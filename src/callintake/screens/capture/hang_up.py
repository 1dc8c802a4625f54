"""The dialog at hang-up: how did the call end, and if without a ticket, why (P2)."""

from enum import Enum
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Label

from callintake.domain.call import NEEDS_NO_REASON, Disposition
from callintake.domain.text import clean_line
from callintake.screens.form import FormDialog
from callintake.widgets.choice import Choice
from callintake.widgets.field import LineInput
from callintake.widgets.plain import Plain

_ENDINGS = [disposition for disposition in Disposition if disposition not in NEEDS_NO_REASON]


class Ending(NamedTuple):
    """How a call ended, and why."""

    disposition: Disposition
    reason: str


NOTHING_YET = Ending(_ENDINGS[0], "")


class Line(Enum):
    """What follows."""

    END = "the call ends so"
    BACK = "the caller is on the line again"
    RAISE = "its ticket is raised"
    WRITE = "it is written on"


class HangUpDialog(FormDialog[tuple[Line, Ending]]):
    """Asks how the call ended; Escape goes on writing, and the time counts as wrap-up.

    Whatever follows, it returns what was filled in as well, with which the next one begins.
    """

    CSS_PATH = "../dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "answer('WRITE')", "Write on", tooltip="Go on writing; it counts as wrap-up"),
        Binding("f9", "answer('BACK')", "Back on the line", tooltip="The caller is there again", priority=True),
        Binding("ctrl+r", "answer('RAISE')", "Raise", tooltip="Raise the ticket of this call", priority=True),
    ]

    def __init__(self, begun: Ending) -> None:
        super().__init__()
        self._begun = begun

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog") as dialog:
            dialog.border_title = "The caller hung up"
            yield Plain("ctrl+r raises the ticket. Otherwise, how did it end?\n")
            with Horizontal(classes="row"):
                yield Label("It was")
                yield Choice(
                    [(ending.value, ending) for ending in _ENDINGS],
                    value=self._begun.disposition,
                    needed=True,
                    id="ending",
                )
            with Horizontal(classes="row"):
                yield Label("Reason")
                yield LineInput(self._begun.reason, placeholder="needed; Enter ends the call")
            yield Plain("Esc goes on writing. F9 again: the caller is back.", classes="hint")

    def action_answer(self, line: str) -> None:
        """Answer with what follows."""
        ending: Disposition | None = self.query_one(Choice).value
        self.dismiss((Line[line], Ending(ending or _ENDINGS[0], self.query_one(LineInput).value)))

    def leave_field(self) -> None:
        """Enter goes to the reason, and with a reason ends the call."""
        reason = self.query_one(LineInput)
        if self.focused is not reason:
            self.set_focus(reason)
        elif clean_line(reason.value):
            self.action_answer("END")
        else:
            reason.placeholder = "a call without a ticket needs a reason"
