"""The app: wires the desk to its screens, and leaves in order."""

import asyncio
import gc
import sys
import traceback
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from textual import work
from textual.app import SystemCommand
from textual.await_remove import AwaitRemove
from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.filter import LineFilter
from textual.notifications import Notify
from textual.screen import ModalScreen, Screen, SystemModalScreen
from textual.widget import Widget
from textual.worker import get_current_worker

from callintake.config import Config
from callintake.domain.draft import CallDraft, new_draft
from callintake.domain.errors import Refused
from callintake.leaving import LeavingApp
from callintake.notifications.codes import mail_code
from callintake.notifications.desk_courier import DeskCourier
from callintake.palette import commands
from callintake.screens.calls import CallModes
from callintake.screens.dialogs import AnsweredFirst, TextDialog
from callintake.screens.phones import Phones
from callintake.screens.terms import keep_up
from callintake.services.desk import Desk
from callintake.terminal_input import tolerant_driver
from callintake.widgets.plain import PrintableFilter
from callintake.widgets.working import end_workers

if TYPE_CHECKING:
    from callintake.domain.call_event import CallEvent
    from callintake.services.phone_calls import Heard
    from callintake.telephony.at_desk import DeskListener

T = TypeVar("T")
PUT_AWAY = (SystemModalScreen, TextDialog)
"""Screens that nothing is written on, and that go when the agent turns to something else."""


class CallintakeApp(LeavingApp):
    """One open desk: the queue, and the call that is being taken."""

    TITLE = "callintake"
    # Where toasts are by default they would cover what was found, and the notes.
    CSS = "ToastRack { dock: top; margin-top: 2; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+n", "new_call", "New call", tooltip="Take a call", priority=True),
        Binding("ctrl+s", "park", "Park", tooltip="Park this call, or go on with one that is parked", priority=True),
        Binding("ctrl+t", "queue", "Queue", tooltip="Go to the queue, and back to the call", priority=True),
        Binding("ctrl+y", "take_call", "Take the ring", tooltip="Take the call that rings", show=False, priority=True),
        Binding(
            "h", "callbacks", "Callbacks", tooltip="Whom to call back: missed calls, and those promised", show=False
        ),
    ]

    def __init__(self, config: Config, draft: CallDraft | None = None) -> None:
        super().__init__(driver_class=tolerant_driver())
        if config.theme not in self.available_themes:
            raise Refused(f"theme: there is none of that name; there are: {', '.join(sorted(self.available_themes))}")
        self.theme = config.theme
        self.desk = Desk(config.db, config.agent, config.region)
        self.refusal: str | None = None
        """Why the desk could not be opened, once that is known."""
        self.crash: str | None = None
        """Where in the program it failed, without any value."""
        self.courier = DeskCourier(self.desk)
        self.desk.mailer = mail_code
        self.calls = CallModes(self, self.desk)
        self.phones = Phones(self, self.desk, self.calls, config.phones)
        self.listener: DeskListener | None = None
        self._config = config
        self._draft = draft
        self._printable = PrintableFilter()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "take_call" and not self.phones.waiting:
            return False
        if action == "callbacks":
            return self.current_mode == "queue" and not isinstance(self.screen, ModalScreen)
        if action in ("new_call", "park", "queue", "take_call"):
            # The palette and what is only read are put away, and a dialog is set aside with the call or the queue that
            # it is about.
            asks = next((one for one in reversed(self.screen_stack) if not isinstance(one, PUT_AWAY)), None)
            if isinstance(asks, AnsweredFirst):
                return False
        return super().check_action(action, parameters)

    def action_help_quit(self) -> None:
        """Say nothing at ctrl+c without a selection: copying is no question about leaving."""

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), self._printable]

    def on_mount(self) -> None:
        self.add_mode("queue", self._queue_screen)
        if self._draft is not None:
            self.calls.take(self._draft)
        else:
            self.switch_mode("queue")
        self.call_after_refresh(self._open_desk)
        self.heed_signals()

    def _queue_screen(self) -> Screen[None]:
        from callintake.screens.queue import QueueScreen

        return QueueScreen(self.desk, self.calls.open)

    @work(exclusive=True, group="open")
    async def _open_desk(self) -> None:
        """Open the database, once the first frame is there; without one the app leaves with the reason."""
        self.desk.open()
        try:
            await self.desk.ready()
        except Refused as error:
            self.refusal = str(error)
            self.exit(return_code=1)
            return
        gc.freeze()
        keep_up(self, self.desk)
        self.courier.start()
        await self._listen()
        await self._tell_begun()
        # On a thread: it is needed once, and nobody waits for it.
        unfinished = await asyncio.to_thread(import_module, "callintake.screens.unfinished")
        await unfinished.offer_unfinished(self, self.desk, self.calls)

    async def _listen(self) -> None:
        """Hear of calls from now on; why phones are not heard is said, and stops nobody."""
        # On a thread: what is typed meanwhile, and a signal to leave, wait for no import.
        at_desk = await asyncio.to_thread(import_module, "callintake.telephony.at_desk")
        from callintake.services.calls import last_channel

        self.phones.start()
        heard = self.phones.heard

        def told(event: "CallEvent", what: "Heard") -> None:
            heard(event, what.call_id)

        self.listener = at_desk.DeskListener(self.desk, self._config.phones, told)
        await self.listener.start()
        if self.listener.trouble:
            self.notify(self.listener.trouble, title="Phones are not heard", severity="warning", markup=False)
        with suppress(Refused):
            self.calls.open.channel = await self.desk.ask(last_channel, self.desk.agent)

    async def _tell_begun(self) -> None:
        """Say what was being written about tickets when the program ended."""
        if begun := await self.desk.writings.begun(self.desk.agent):
            said = "\n".join(writing.words for writing in begun)
            how = "the same key on that ticket goes on with it"
            self.notify(f"{said}\n{how}", title="Typed, not saved yet", severity="warning", markup=False, timeout=20)

    async def push_screen_wait(self, screen: Screen[T] | str, *, mode: str | None = None) -> T | Any:
        """Ask where the question belongs: the agent may have turned to something else before it could be asked."""
        if mode is None and isinstance(asking := get_current_worker().node, Widget):
            mode = self.calls.mode_with(asking.screen)
        return await super().push_screen_wait(screen, mode=mode)

    def on_notify(self, event: Notify) -> None:
        """Say nothing twice at a time: what is being said already is not said beside it."""
        now = event.notification
        if any((one.title, one.message) == (now.title, now.message) for one in self._notifications):
            event.prevent_default()

    def action_command_palette(self) -> None:
        """Show the palette; without an id, which Textual gives it and the one before has still while it closes."""
        from textual.command import CommandPalette

        if not isinstance(self.screen, CommandPalette):
            self.push_screen(CommandPalette())

    # Calls

    def action_new_call(self) -> None:
        """Take a call; the one in front is set aside, or left if it has its ticket."""
        self._turn_away()
        front = self.calls.front
        if front is not None and self.calls.open[front].is_empty:
            self.notify("This call is still empty: type, or F9 ends it", markup=False)
            self.calls.resume(front)
        else:
            self.calls.take(new_draft(datetime.now(UTC), self.calls.open.channel))

    async def action_take_call(self, call_id: str | None = None) -> None:
        """Take a call that rings; the one in front is set aside, or left if it has its ticket."""
        self._turn_away()
        await self.phones.take(call_id)

    @work(exclusive=True, group="callbacks")
    async def action_callbacks(self) -> None:
        """Show whom to call back, and begin the call to whom is chosen."""
        from callintake.screens.callbacks import CallbacksDialog

        callback = await self.push_screen_wait(CallbacksDialog(self.desk), mode="queue")
        if callback is not None:
            await self.phones.call_back(callback)

    def action_phone_events(self) -> None:
        """Show what phones told lately, and what became of it."""
        from callintake.screens.phone_events import PhoneEventsDialog

        where = self.listener.where if self.listener else "The desk is not open yet."
        lines = [one.line for one in self.listener.seen()] if self.listener else []
        self.push_screen(PhoneEventsDialog(where, lines))

    @work(group="test call")
    async def action_test_call(self) -> None:
        """Announce a call that nobody makes, as a phone would."""
        try:
            if self.listener is None:
                raise Refused("the desk is not open yet")
            await self.listener.test_call()
        except Refused as error:
            self.notify(str(error), title="No test call", severity="warning", markup=False)

    async def action_park(self) -> None:
        """Park the call on the screen and go on with the next; from the queue, go back to the one left last."""
        is_left = self._turn_away()
        following = self.calls.following()
        if following is not None:
            self.calls.resume(following.call_id)
        elif self.calls.is_on_screen or is_left:
            self.calls.set_front_aside()
            await self.switch_mode("queue")
        else:
            self.notify("No call is open; ctrl+n takes one", markup=False, timeout=3)

    async def action_queue(self) -> None:
        """Go to the queue, and from there back to the call in front."""
        self._turn_away()
        if self.current_mode == "queue" and self.calls.front is not None:
            self.calls.resume(self.calls.front)
        else:
            await self.switch_mode("queue")

    def _turn_away(self) -> bool:
        """Put the palette away, and leave the call on the screen if it has its ticket; return whether it had.

        The agent goes on at once, and what is typed from then on is meant for what follows.
        """
        if isinstance(self.screen, PUT_AWAY):
            self.pop_screen()
        draft = self.calls.let_go()
        if draft is not None:
            self._note_since(draft)
        return draft is not None

    @work(group="note")
    async def _note_since(self, draft: CallDraft) -> None:
        """Note on its ticket what was typed after it; if that fails it is said, and the call waits with its text."""
        from callintake.services.capture import leave_call

        try:
            await self.desk.change(leave_call, draft, self.desk.agent)
        except Refused as error:
            self.calls.put_back(draft)
            why = f"{error}; it is kept, ctrl+s goes back to it"
            self.notify(why, title=f"Not noted on {draft.ticket} yet", severity="error", markup=False, timeout=10)
        else:
            self.calls.end(draft.call_id)

    # Leaving

    def _prune(self, *nodes: Widget, parent: DOMNode | None = None) -> AwaitRemove:
        # Textual ends the workers of what is taken down when the widgets in it are gone already: one that is answered
        # meanwhile would look for them, and end the program.
        end_workers(self, nodes)
        return super()._prune(*nodes, parent=parent)

    async def on_unmount(self) -> None:
        self.courier.stop(wait=False)
        if self.listener is not None:
            await self.listener.close()

    def _fatal_error(self) -> None:
        # Textual would print the traceback with its local variables: what callers said, and secrets.
        kind, _error, trace = sys.exc_info()
        self.crash = "".join(traceback.format_tb(trace)) + (kind.__name__ if kind else "")
        self.bell()
        self._close_messages_no_wait()

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Every key has an entry in the palette."""
        return commands(self, screen)
