"""The app: wires the desk to its screens, and leaves in order."""

import asyncio
import gc
import os
import signal
import sys
import threading
import traceback
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from importlib import import_module
from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from textual import events, work
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.filter import LineFilter
from textual.screen import ModalScreen, Screen, SystemModalScreen
from textual.widgets import Input, TextArea

from callintake.config import Config
from callintake.domain.draft import CallDraft, new_draft
from callintake.domain.errors import Refused
from callintake.domain.text import clean_line
from callintake.notifications.codes import mail_code
from callintake.notifications.desk_courier import DeskCourier
from callintake.screens.calls import CallModes
from callintake.screens.capture.ending import EndingScreen
from callintake.screens.phones import Phones
from callintake.screens.quit import QuitDialog
from callintake.services.desk import Desk
from callintake.terminal_input import tolerant_driver
from callintake.widgets.choice import Choice
from callintake.widgets.plain import PrintableFilter, as_markup

if TYPE_CHECKING:
    from callintake.domain.call_event import CallEvent
    from callintake.services.phone_calls import Heard
    from callintake.telephony.at_desk import DeskListener

SETTLE_SECONDS = 0.5
"""How long a key waits at most for those before it."""
TURN_SECONDS = 1.0
"""How long after a key the next ones wait at most for what it brings on the screen."""
LEAVE_SECONDS = 1.0
"""How long a signal leaves to save and to restore the terminal."""


class CallintakeApp(App[None]):
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
        Binding("ctrl+q", "quit", "Quit", tooltip="Leave; everything is kept", show=False, priority=True),
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
        self._is_letter = False
        self._acted_at = 0.0

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key | events.Paste):
            await self._arrive()
        if isinstance(event, events.Key):
            self._is_letter = event.is_printable
        await super().on_event(event)

    async def _arrive(self) -> None:
        """Wait until what an earlier key asked for is on the screen: this one is meant for that.

        Only for a moment after that key: where the database takes its time, nobody is kept from typing on.
        """
        screen = self.screen
        while isinstance(screen, EndingScreen) and screen.is_turning and self.screen is screen:
            if monotonic() > self._acted_at + TURN_SECONDS:
                return
            await asyncio.sleep(0.005)

    async def _check_bindings(self, key: str, priority: bool = False) -> bool:
        """Run what a key is bound to, as the key is read and after all keys before it.

        Textual runs most bindings only when the key has bubbled up from the focused widget's queue; keys typed ahead
        would be handled before it, and letters after a Backspace or a `/` would land in the wrong place.
        """
        takes_letters = isinstance(self.focused, Input | TextArea | Choice)
        if not priority or (self._is_letter and takes_letters):
            return await super()._check_bindings(key, priority)
        await self._settle()
        self._acted_at = monotonic()
        return await super()._check_bindings(key, True) or await super()._check_bindings(key, False)

    async def _settle(self) -> None:
        """Wait until the keys before this one have been handled, and the screen has heard of what they did."""
        for pump in (self.focused, self.screen):
            if pump is not None:
                handled = asyncio.Event()
                pump.call_later(handled.set)
                with suppress(TimeoutError):
                    await asyncio.wait_for(handled.wait(), SETTLE_SECONDS)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "take_call" and not self.phones.waiting:
            return False
        if action == "callbacks":
            return self.current_mode == "queue" and not isinstance(self.screen, ModalScreen)
        if action in ("new_call", "park", "queue", "take_call"):
            # The palette is put away; a dialog of a call is set aside with it, another one is answered first.
            asks = next((one for one in reversed(self.screen_stack) if not isinstance(one, SystemModalScreen)), None)
            if isinstance(asks, ModalScreen):
                return self.calls.is_on_screen and not isinstance(asks, QuitDialog)
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
        self._heed_signals()

    def _heed_signals(self) -> None:
        """Save and leave when the terminal goes away or somebody ends the program."""
        if sys.platform == "win32":
            return
        with suppress(RuntimeError, ValueError):
            for number in (signal.SIGTERM, signal.SIGHUP):
                asyncio.get_running_loop().add_signal_handler(number, self._leave_at_once, number)

    def _leave_at_once(self, number: int) -> None:
        # The terminal may be gone, and drawing to it may hang for ever: leave in any case.
        watchdog = threading.Timer(LEAVE_SECONDS, os._exit, (128 + number,))
        watchdog.daemon = True
        watchdog.start()
        # Keys that the terminal has sent, and this program has not come to yet, count as typed.
        asyncio.get_running_loop().call_later(LEAVE_SECONDS / 6, self._save_and_exit, 128 + number)

    @work(group="leave")
    async def _save_and_exit(self, return_code: int) -> None:
        await self._settle()
        self.desk.save_now(LEAVE_SECONDS / 2)
        self.exit(return_code=return_code)

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
        self.courier.start()
        await self._listen()
        await self._tell_begun()
        await self._offer_unfinished()

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

    async def _offer_unfinished(self) -> None:
        """Offer the calls that a crash or a quit left open; those that are left for later are parked."""
        from callintake.services.drafts import open_drafts

        try:
            drafts = await self.desk.ask(open_drafts, self.desk.agent)
        except Refused as error:
            self.notify(f"Unfinished calls can't be looked for: {error}", severity="warning", markup=False)
            return
        unfinished = [draft for draft in drafts if draft.call_id not in self.calls.open]
        for draft in unfinished:
            self.calls.open.put(draft)
        if self.calls.front is not None:
            if unfinished:
                self.notify("There are unfinished calls: they are parked, ctrl+s goes to them", markup=False)
            return
        while unfinished:
            from callintake.screens.unfinished import UnfinishedDialog

            answer = await self.push_screen_wait(UnfinishedDialog(unfinished))
            if answer is None:
                return
            if answer.discard_reason is None:
                self.calls.resume(answer.draft.call_id)
                return
            await self._discard(answer.draft, answer.discard_reason)
            unfinished = [draft for draft in unfinished if draft.call_id in self.calls.open]

    async def _discard(self, draft: CallDraft, why: str) -> None:
        """End an unfinished call with a reason; its text stays on record."""
        from callintake.services.calls import discard_call

        try:
            await self.desk.change(discard_call, draft.call_id, why, self.desk.agent)
        except Refused as error:
            self.notify(str(error), title="Not discarded", severity="error", markup=False)
        else:
            self.calls.open.forget(draft.call_id)

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

        callback = await self.push_screen_wait(CallbacksDialog(self.desk))
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
        if isinstance(self.screen, SystemModalScreen):
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

    async def on_unmount(self) -> None:
        self.courier.stop(wait=False)
        if self.listener is not None:
            await self.listener.close()

    async def action_quit(self) -> None:
        """Leave; in the middle of a call, after asking once."""
        from callintake.screens.note_dialog import NoteDialog

        if isinstance(self.screen, QuitDialog):
            self.screen.dismiss(True)
        elif isinstance(self.screen, NoteDialog) and self.screen.is_changed:
            self.notify(f"This is not on the ticket yet: {self.screen.does}, Esc leaves it", markup=False)
        elif begun := [draft for draft in self.calls.open if draft.ticket is None and not draft.is_empty]:
            await self.push_screen(QuitDialog(len(begun)), self._quit_answered)
        else:
            await self._quit_answered(True)

    async def _quit_answered(self, leave: bool | None) -> None:
        from callintake.services.capture import leave_call

        if leave:
            for draft in self.calls.open:
                if draft.ticket is not None:
                    # Where that fails, it is done at the next start.
                    with suppress(Refused):
                        await self.desk.change(leave_call, draft, self.desk.agent)
            self.exit()

    def _fatal_error(self) -> None:
        # Textual would print the traceback with its local variables: what callers said, and secrets.
        kind, _error, trace = sys.exc_info()
        self.crash = "".join(traceback.format_tb(trace)) + (kind.__name__ if kind else "")
        self.bell()
        self._close_messages_no_wait()

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Every key has an entry in the palette."""
        seen = set()
        for node, binding, enabled, tooltip in screen.active_bindings.values():
            ours = isinstance(node, App | Screen) and (binding.tooltip or tooltip)
            if enabled and ours and binding.action not in seen:
                seen.add(binding.action)
                key = self.get_key_display(binding)
                help_text = f"{tooltip or binding.tooltip or binding.description}  ({key})"
                yield SystemCommand(
                    binding.description,
                    help_text,
                    lambda action=binding.action, node=node: self.run_action(action, node),
                )
        for draft in self.calls.open:
            if draft.call_id != self.calls.front and not isinstance(screen, ModalScreen):
                who = clean_line(draft.name) or draft.caller_number or "the unknown caller"
                yield SystemCommand(
                    # The palette takes both lines for markup.
                    f"Resume {as_markup(who)}",
                    f"Go on with this call: {as_markup(draft.effective_subject or 'nothing noted yet')}",
                    lambda call_id=draft.call_id: self.calls.resume(call_id),
                )
        if not isinstance(screen, ModalScreen):
            for call in self.phones:
                yield SystemCommand(
                    f"Take {as_markup(call.shown_number)}",
                    f"Take this call: {as_markup(call.who or 'nobody on file')}",
                    lambda call_id=call.call_id: self.action_take_call(call_id),
                )
            yield SystemCommand(
                "Phones: what came", "The last events, and what became of each", self.action_phone_events
            )
        yield SystemCommand("Phones: test call", "Announce a call that nobody makes", self.action_test_call)
        yield SystemCommand("Theme", "Choose light, dark or another theme", self.action_change_theme)
        yield SystemCommand("Keys", "Show the keys of this screen", self.action_show_help_panel)


def open_desk(config: Config, draft: CallDraft | None = None) -> int:
    """Open the desk in this terminal, on the queue or in a call, until it is left; return the exit status."""
    app = CallintakeApp(config, draft)
    app.run()
    app.courier.stop()
    saved = app.desk.close()
    kept = f"; what was typed lies in {app.desk.spool_folder}" if app.desk.has_spooled else ""
    if app.refusal is not None:
        print(f"callintake: {app.refusal}{kept}", file=sys.stderr)
    elif app.return_code and app.return_code < 128:
        place = _keep_crash(app.crash or "")
        print(f"callintake: it failed; what was typed is kept, start it again to go on ({place})", file=sys.stderr)
    elif kept or not saved:
        print(f"callintake: the database did not take everything{kept}, for the next start", file=sys.stderr)
        return 1
    return app.return_code or 0


def _keep_crash(crash: str) -> str:
    """Write where it failed to a file for its owner alone; return what to say of it."""
    from callintake.config import data_folder

    path = data_folder() / "crash.txt"
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
            file.write(crash)
    except OSError:
        return "the report could not be written"
    return f"the report is in {path}"
