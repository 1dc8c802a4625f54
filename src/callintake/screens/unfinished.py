"""Calls that were not finished: offered at the start, to go on with or to end with a reason (P2)."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from callintake.domain.draft import CallDraft
from callintake.domain.text import elide
from callintake.widgets.plain import Plain


class UnfinishedDialog(ModalScreen[CallDraft | None]):
    """Offers each unfinished call: who, when, how much; None leaves them for later."""

    CSS_PATH = "dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Later")]

    def __init__(self, drafts: list[CallDraft]) -> None:
        super().__init__()
        self._drafts = drafts

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog") as dialog:
            dialog.border_title = "Calls that were not finished"
            yield OptionList(*(Option(Content(_line(draft))) for draft in self._drafts), markup=False, compact=True)
            yield Plain("Enter goes on with a call (F9 there ends it with a reason), Esc leaves them.", classes="hint")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(self._drafts[event.option_index])


def _line(draft: CallDraft) -> str:
    who = elide(draft.name or draft.caller_number or "caller unknown", 24)
    typed = len(draft.notes)
    return (
        f"{draft.started_at.astimezone():%d %b %H:%M}  {who}  {typed} characters  {elide(draft.effective_subject, 28)}"
    )
