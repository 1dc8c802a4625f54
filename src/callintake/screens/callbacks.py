"""Callbacks: who called and was not answered, or is to be called back, for how long, and who does it (P2)."""

from datetime import UTC, datetime
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from callintake.domain.callback import Callback
from callintake.domain.errors import Refused
from callintake.domain.text import clean_line, elide
from callintake.screens.opening import open_with_system
from callintake.services.desk import Desk
from callintake.widgets.field import LineInput
from callintake.widgets.plain import Plain

_HINT = "Enter calls back, o takes it on, t dials, d clears it saying why, Esc goes back."


class CallbacksDialog(ModalScreen[Callback | None]):
    """The callbacks that are due, the one that has waited longest first; returns the one that is called back now."""

    DEFAULT_CSS = "CallbacksDialog OptionList { text-wrap: nowrap; text-overflow: ellipsis; }"
    CSS_PATH = "dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "own", "Take on", tooltip="Take this callback on, so that nobody else calls back too"),
        Binding("t", "dial", "Dial", tooltip="Hand the number to the phone program of this machine (tel:)"),
        Binding("d", "ask_why", "Clear", tooltip="Clear the callback under the cursor, saying why"),
        Binding("escape", "back", "Back", tooltip="Go back"),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._due: list[Callback] = []

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog") as dialog:
            dialog.border_title = "To call back"
            yield OptionList(markup=False, compact=True)
            reason = LineInput(placeholder="why is it cleared? Enter clears it, Esc goes back", id="reason")
            reason.display = False
            yield reason
            yield Plain(_HINT, classes="hint")

    def on_mount(self) -> None:
        self.load()

    @work(exclusive=True, group="load")
    async def load(self) -> None:
        """Show what is due now; the cursor stays where it was."""
        options = self.query_one(OptionList)
        here = options.highlighted or 0
        try:
            await self._desk.ready()
            from callintake.services.callbacks import list_callbacks

            self._due = await self._desk.ask(list_callbacks)
        except Refused as error:
            self.notify(str(error), severity="error", markup=False)
            return
        now = datetime.now(UTC)
        options.clear_options()
        options.add_options(Option(Content(_line(callback, now))) for callback in self._due)
        options.highlighted = min(here, len(self._due) - 1) if self._due else None
        self.query_one(".hint", Plain).update(_HINT if self._due else "Nobody is to be called back. Esc goes back.")

    @property
    def _current(self) -> Callback | None:
        here = self.query_one(OptionList).highlighted
        return self._due[here] if here is not None and here < len(self._due) else None

    @on(OptionList.OptionSelected)
    def _call_back(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(self._due[event.option_index])

    @work(group="act")
    async def action_own(self) -> None:
        """Take the callback under the cursor on."""
        if (callback := self._current) is not None:
            from callintake.services.callbacks import own_callback

            await self._change(own_callback, callback.call.id, self._desk.agent)

    async def action_dial(self) -> None:
        """Hand the number under the cursor to whatever dials on this machine."""
        callback = self._current
        if callback is None or callback.tel is None:
            self.notify("There is no number to dial", markup=False, timeout=3)
        elif not await open_with_system(callback.tel):
            self.notify(f"Nothing on this machine opens {callback.tel}: dial it", markup=False)

    def action_ask_why(self) -> None:
        """Ask why; the callback stays until there is a reason."""
        if self._current is not None:
            reason = self.query_one("#reason", Input)
            reason.display = True
            self.set_focus(reason)

    @on(Input.Submitted, "#reason")
    @work(group="act")
    async def _clear(self, event: Input.Submitted) -> None:
        event.stop()
        callback, why = self._current, clean_line(event.value)
        if callback is not None and why:
            from callintake.services.callbacks import clear_callback

            if (
                await self._change(clear_callback, callback.call.id, why, self._desk.agent)
                and self.query_one("#reason").display
            ):
                self.action_back()

    async def _change(self, verb: object, *arguments: str) -> bool:
        try:
            await self._desk.change(verb, *arguments)  # type: ignore[arg-type]
        except Refused as error:
            self.notify(str(error), title="Not done", severity="warning", markup=False)
            is_done = False
        else:
            is_done = True
        self.load()
        return is_done

    def action_back(self) -> None:
        """Go back to the list, or leave."""
        reason = self.query_one("#reason", Input)
        if not reason.display:
            self.dismiss(None)
            return
        reason.display, reason.value = False, ""
        self.set_focus(self.query_one(OptionList))


def _line(callback: Callback, now: datetime) -> str:
    """Return a callback in one line of the dialog."""
    owner = elide(clean_line(callback.owner or "nobody"), 10)
    reason = f" · {clean_line(callback.reason)}" if callback.reason else ""
    who = elide(clean_line(callback.who), 16 if reason else 40)
    return f"{callback.age(now):>5}  {callback.shown_number}  {owner}  {who}{reason}"
