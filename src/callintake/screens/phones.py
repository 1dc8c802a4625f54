"""What phones tell, at the desk: the tray on every screen, the calls taken from it, and the hang-ups that are heard of.

An event moves no focus, fills no field and verifies nobody (P4); a person takes a call, by one key.
"""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from time import monotonic

from textual.app import App
from textual.screen import SystemModalScreen

from callintake.domain.call import CallState
from callintake.domain.call_event import CallEvent, EventKind
from callintake.domain.callback import Callback
from callintake.domain.draft import CallDraft
from callintake.domain.errors import Conflict, Refused
from callintake.domain.phone_settings import PhoneSettings
from callintake.domain.waiting_call import WaitingCall
from callintake.screens.calls import CallModes
from callintake.services.desk import Desk
from callintake.widgets.call_tray import KEY, CallTray

LOOK_EVERY = 1.0
"""Seconds between two looks at what other programs and colleagues heard of."""
SHOW_EVERY = 0.25
"""Seconds between two looks at the clock and at which screen is in front."""
REST, LONGEST_REST = 4, 1.0
"""So many times as long as a look took it is rested before the next, up to so many seconds."""
SAY_EVERY = 4.0
"""Seconds between two words about missed calls."""
PATIENCE = 1.0
"""Seconds that the database may take to say that a call is taken; then it is taken all the same."""


class Phones:
    """The calls that wait at the desk, and what is done about them."""

    def __init__(self, app: App[None], desk: Desk, calls: CallModes, settings: PhoneSettings) -> None:
        self._app = app
        self._desk = desk
        self._calls = calls
        self._settings = settings
        self.waiting: list[WaitingCall] = []
        self._hung_up: set[str] = set()
        """The calls of which a hang-up was heard and heeded: the agent may know better since."""
        self._goes_on: dict[str, str] = {}
        """In which open call another one goes on, whose caller has rung back."""
        self._missed: list[WaitingCall] = []
        """The missed calls that are still to be told of."""
        self._said_at = -SAY_EVERY
        self._is_looking = False
        self._look_again = False

    def start(self) -> None:
        """Begin to look, once the desk is open."""
        self._app.set_interval(LOOK_EVERY, self.look_soon)
        self._app.set_interval(SHOW_EVERY, self.show)
        self.look_soon()

    # What is there

    def heard(self, event: CallEvent, call_id: str) -> None:
        """Look at what an event made of its call; the time of the call in front is on hold while its phone says so."""
        if self._goes_on.get(call_id, call_id) == self._calls.front:
            now = datetime.now(UTC)
            if event.kind is EventKind.HOLD:
                self._calls.turn(self._calls.front, lambda timer: timer.set_aside(now))
            elif event.kind is EventKind.RESUME:
                self._calls.turn(self._calls.front, lambda timer: timer.take_up(now))
        self.look_soon()

    def look_soon(self) -> None:
        """Look at what waits, now or after the look that is under way."""
        if self._is_looking:
            self._look_again = True
            return
        self._is_looking = True
        self._app.run_worker(self._look(), group="phones", exit_on_error=False)

    async def _look(self) -> None:
        try:
            self._look_again = True
            while self._look_again:
                self._look_again = False
                begun = monotonic()
                await self._look_once()
                # However many events come, typing comes first.
                await asyncio.sleep(min(REST * (monotonic() - begun), LONGEST_REST))
        except Refused:
            # The database can't be read just now; the next look says more.
            pass
        finally:
            self._is_looking = False

    async def _look_once(self) -> None:
        from callintake.services.callbacks import due_among
        from callintake.services.waiting_calls import ended_on_phone, waiting_calls

        before = self.waiting
        found = await self._desk.ask(waiting_calls, self._settings.extension, self._desk.rules.lines)
        self.waiting = [call for call in found if call.call_id not in self._calls.open]
        self.show()
        here = [draft.call_id for draft in self._calls.open]
        legs = {leg: call_id for leg, call_id in self._goes_on.items() if call_id in self._calls.open}
        for call_id, at in (await self._desk.ask(ended_on_phone, [*here, *legs])).items():
            self._heed_hang_up(call_id, legs.get(call_id, call_id), at)
        still = {call.call_id for call in found}
        gone = [call for call in before if call.call_id not in still and call.call_id not in self._calls.open]
        if gone:
            due = await self._desk.ask(due_among, [call.call_id for call in gone])
            self._missed += [call for call in gone if call.call_id in due]
        self._say_missed()

    def _heed_hang_up(self, told_of: str, call_id: str, at: datetime) -> None:
        """Count what is written from now on as wrap-up, once for each hang-up."""
        if told_of not in self._hung_up:
            self._hung_up.add(told_of)
            self._calls.turn(call_id, lambda timer: timer.hang_up(max(at, timer.since)))

    def _say_missed(self) -> None:
        """Say which calls were missed; many at once in one line, so that they don't cover the screen."""
        if not self._missed or monotonic() < self._said_at + SAY_EVERY:
            return
        self._said_at = monotonic()
        first, more = self._missed[0], len(self._missed) - 1
        who = f"{first.shown_number} ({first.who})" if first.who else first.shown_number
        others = f" and {more} more" if more else ""
        self._missed.clear()
        said = f"{who}{others}: h on the queue has whom to call back"
        self._app.notify(said, title="Missed call", severity="warning", markup=False)

    def show(self) -> None:
        """Show the tray on the screen that is in front, and take it off those that no longer need it."""
        now = datetime.now(UTC)
        key = KEY if self._app.check_action("take_call", ()) else f"Esc, then {KEY}"
        back = [call.call_id for call in self.waiting if self._draft_of(call) is not None]
        for screen in self._app.screen_stack:
            trays = list(screen.query(CallTray))
            if not self.waiting:
                for tray in trays:
                    tray.remove()
            elif trays:
                trays[0].show(self.waiting, now, back, key)
            elif screen is self._app.screen and not isinstance(screen, SystemModalScreen) and screen.is_running:
                tray = CallTray()
                screen.mount(tray)
                tray.show(self.waiting, now, back, key)

    def _draft_of(self, call: WaitingCall) -> CallDraft | None:
        """The open call that was cut off, and whose caller is back with this one."""
        if not call.number.startswith("+"):
            return None
        from callintake.domain.phone import caller_e164

        for draft in self._calls.open:
            waits = draft.timer.state in (CallState.WRAP_UP, CallState.PARKED) and draft.ticket is None
            if waits and caller_e164(draft.caller_number, self._desk.region) == call.number:
                return draft
        return None

    # What is done

    def __iter__(self) -> Iterator[WaitingCall]:
        """The calls that wait."""
        return iter(self.waiting)

    async def take(self, call_id: str | None = None) -> None:
        """Take a call that waits, without an id the first: into a new capture, or on into the one that was cut off."""
        call = next((call for call in self.waiting if call_id in (None, call.call_id)), None)
        if call is None:
            self._app.notify("That call is over, or a colleague has it", markup=False, timeout=3)
            return
        from callintake.services.waiting_calls import goes_on_in, take_call

        draft, now = self._draft_of(call), datetime.now(UTC)
        taken = (goes_on_in, call.call_id, draft) if draft is not None else (take_call, call.taken(now))
        verb, *arguments = taken
        try:
            await asyncio.wait_for(self._desk.change(verb, *arguments, self._desk.agent), PATIENCE)  # type: ignore[call-arg, arg-type]
        except Conflict as error:
            self._app.notify(str(error), title="Not taken", severity="warning", markup=False)
            self.look_soon()
            return
        except (Refused, TimeoutError):
            # Whatever the database says, the call is there: its draft is kept as soon as that can be.
            pass
        self.waiting = [other for other in self.waiting if other is not call]
        if draft is not None:
            self._goes_on[call.call_id] = draft.call_id
            self._calls.resume(draft.call_id)
            self._calls.turn(draft.call_id, lambda timer: timer.come_back(now))
        else:
            self._calls.take(arguments[0])  # type: ignore[arg-type]
        self.show()

    async def call_back(self, callback: Callback) -> None:
        """Begin the call that calls somebody back."""
        from callintake.services.callbacks import begin_callback

        try:
            draft = await self._desk.change(begin_callback, callback.call.id, self._desk.agent)
        except Refused as error:
            self._app.notify(str(error), title="Not called back", severity="warning", markup=False)
        else:
            self._calls.take(draft)
