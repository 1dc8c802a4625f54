"""Calls that were not finished: offered at the start, to go on with or to end with a reason (P2)."""

from datetime import datetime
from typing import ClassVar, NamedTuple

from textual import on
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from callintake.domain.draft import CallDraft
from callintake.domain.errors import Refused
from callintake.domain.text import clean_line, elide
from callintake.screens.calls import CallModes
from callintake.screens.dialogs import AnsweredFirst
from callintake.services.desk import Desk
from callintake.widgets.field import LineInput
from callintake.widgets.plain import Plain


class Unfinished(NamedTuple):
    """What is to become of an unfinished call: gone on with, or ended for a reason."""

    draft: CallDraft
    discard_reason: str | None = None


class UnfinishedDialog(AnsweredFirst, ModalScreen[Unfinished | None]):
    """Offers each unfinished call: who, when, how much; None leaves them for later."""

    DEFAULT_CSS = "UnfinishedDialog OptionList { text-wrap: nowrap; text-overflow: ellipsis; }"
    CSS_PATH = "dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "ask_why", "Discard", tooltip="End the call under the cursor, saying why"),
        Binding("escape", "back", "Later", tooltip="Leave them parked"),
    ]

    def __init__(self, drafts: list[CallDraft]) -> None:
        super().__init__()
        self._drafts = drafts

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog") as dialog:
            dialog.border_title = "Calls that were not finished"
            yield OptionList(*(Option(Content(_line(draft))) for draft in self._drafts), markup=False, compact=True)
            reason = LineInput(placeholder="why is it discarded? Enter ends it, Esc goes back", id="reason")
            reason.display = False
            yield reason
            yield Plain("Enter goes on with a call, d discards it saying why, Esc parks them.", classes="hint")

    def on_mount(self) -> None:
        self.query_one(OptionList).highlighted = 0

    @on(OptionList.OptionSelected)
    def _resume(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(Unfinished(self._drafts[event.option_index]))

    def action_ask_why(self) -> None:
        """Ask for the reason; the call stays until there is one."""
        reason = self.query_one("#reason", Input)
        reason.display = True
        self.set_focus(reason)

    @on(Input.Submitted, "#reason")
    def _discard(self, event: Input.Submitted) -> None:
        event.stop()
        here = self.query_one(OptionList).highlighted
        if here is not None and (reason := clean_line(event.value)):
            self.dismiss(Unfinished(self._drafts[here], reason))

    def action_back(self) -> None:
        """Go back to the list, or leave."""
        reason = self.query_one("#reason", Input)
        if not reason.display:
            self.dismiss(None)
            return
        reason.display = False
        self.set_focus(self.query_one(OptionList))


def _line(draft: CallDraft) -> str:
    """Return a call in one line of the dialog."""
    began: datetime = draft.started_at.astimezone()
    who = elide(clean_line(draft.name) or draft.caller_number or "caller unknown", 18)
    return f"{began:%d %b %H:%M}  {who}  {len(draft.notes)} characters  {draft.effective_subject}"


async def offer_unfinished(app: App[None], desk: Desk, calls: CallModes) -> None:
    """Offer the calls that a crash or a quit left open; those that are left for later are parked."""
    from callintake.services.drafts import open_drafts

    try:
        drafts = await desk.ask(open_drafts, desk.agent)
    except Refused as error:
        app.notify(f"Unfinished calls can't be looked for: {error}", severity="warning", markup=False)
        return
    unfinished = [draft for draft in drafts if draft.call_id not in calls.open]
    for draft in unfinished:
        calls.open.put(draft)
    if calls.front is not None:
        if unfinished:
            app.notify("There are unfinished calls: they are parked, ctrl+s goes to them", markup=False)
        return
    # Once a call is turned to, the others wait beside it.
    while unfinished and calls.front is None:
        answer = await app.push_screen_wait(UnfinishedDialog(unfinished), mode="queue")
        if answer is None:
            return
        if answer.discard_reason is None:
            calls.resume(answer.draft.call_id)
            return
        await _discard(app, desk, calls, answer.draft, answer.discard_reason)
        unfinished = [draft for draft in unfinished if draft.call_id in calls.open]


async def _discard(app: App[None], desk: Desk, calls: CallModes, draft: CallDraft, why: str) -> None:
    """End an unfinished call with a reason; its text stays on record."""
    from callintake.services.calls import discard_call

    try:
        await desk.change(discard_call, draft.call_id, why, desk.agent)
    except Refused as error:
        app.notify(str(error), title="Not discarded", severity="error", markup=False)
    else:
        calls.open.forget(draft.call_id)
