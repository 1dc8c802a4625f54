"""The calls at the desk: each with a screen and a mode of its own, one in front, the others set aside."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from textual.app import App
from textual.screen import Screen

from callintake.domain.call import CallTimer
from callintake.domain.draft import CallDraft
from callintake.domain.open_calls import OpenCalls
from callintake.screens.capture.keeping import KeepingScreen, mode_of
from callintake.screens.capture.screen import CaptureScreen
from callintake.services.desk import Desk


class CallModes:
    """Takes, parks and resumes calls of an app; a screen is made when its call comes to the front first."""

    def __init__(self, app: App[None], desk: Desk) -> None:
        self._app = app
        self._desk = desk
        self.open = OpenCalls()
        self.front: str | None = None
        """The call that the agent is turned to, also while the queue is on the screen."""
        self._last: str | None = None

    @property
    def is_on_screen(self) -> bool:
        """Whether a call is what the agent sees."""
        return self._app.current_mode in self._modes.values()

    @property
    def _modes(self) -> dict[str, str]:
        return {draft.call_id: mode_of(draft.call_id) for draft in self.open}

    def take(self, draft: CallDraft) -> None:
        """Turn to a call that begins; the one in front is set aside."""
        self.set_front_aside()
        self.open.put(draft)
        self._show(draft.call_id)

    def resume(self, call_id: str) -> None:
        """Turn to a call that was set aside."""
        if call_id != self.front:
            self.set_front_aside()
        screen = self._screen(call_id)
        if screen is not None:
            screen.take_up()
        else:
            draft = self.open[call_id]
            self.open.put(draft.with_(timer=draft.timer.take_up(datetime.now(UTC))))
        self._show(call_id)

    def turn(self, call_id: str, turned: Callable[[CallTimer], CallTimer]) -> None:
        """Let the time of an open call be counted otherwise from now on, whatever is on the screen."""
        screen = self._screen(call_id)
        if screen is not None:
            screen.turn(turned(screen.draft.timer))
        elif call_id in self.open:
            draft = self.open[call_id]
            self.open.put(draft.with_(timer=turned(draft.timer)))

    def following(self) -> CallDraft | None:
        """Return the call to go on with: from a call the next one, from the queue the one that was in front last."""
        if self.is_on_screen:
            return self.open.after(self.front)
        last = self.front or self._last
        return self.open[last] if last is not None and last in self.open else self.open.after(None)

    def set_front_aside(self) -> None:
        """Put the call in front on hold, or park it; its text, step and caret stay."""
        if self.front is None:
            return
        screen = self._screen(self.front)
        if screen is not None:
            screen.set_aside()
        self._last, self.front = self.front, None

    def let_go(self) -> CallDraft | None:
        """Let go of the call on the screen if it has its ticket; `put_back` or `end` says what becomes of it."""
        draft = self.open[self.front] if self.front is not None and self.is_on_screen else None
        if draft is None or draft.ticket is None:
            return None
        self.open.forget(draft.call_id)
        self.front = None
        return draft

    def put_back(self, draft: CallDraft) -> None:
        """Take in again a call that can't be ended yet; it waits among those set aside."""
        self.open.put(draft)
        self._last = draft.call_id

    def end(self, call_id: str) -> None:
        """Let go of a call that has ended; where its screen was in sight there is the queue."""
        self.open.forget(call_id)
        if self.front == call_id:
            self.front = None
        mode = mode_of(call_id)
        if self._app.current_mode == mode:
            self._app.switch_mode("queue")
        self._app.remove_mode(mode)

    def _show(self, call_id: str) -> None:
        self.front = call_id
        mode = mode_of(call_id)
        if self._screen(call_id) is None:
            self._app.add_mode(mode, lambda: self._new_screen(call_id))
        self._app.switch_mode(mode)

    def _new_screen(self, call_id: str) -> CaptureScreen:
        screen = CaptureScreen(self._desk, self.open[call_id], self.open, self.end)
        # Textual takes a new mode's screen for one that was styled before the last change of the theme, and reads the
        # stylesheets of the whole app anew, twice: a quarter of what a new call takes. It is styled as it is mounted.
        screen._css_update_count = getattr(self._app, "_css_update_count", -1)
        return screen

    def mode_with(self, screen: Screen[Any]) -> str | None:
        """Return the mode that a screen is in; None once it was left."""
        return next((mode for mode in ("queue", *self._modes.values()) if screen in self.stack(mode)), None)

    def _screen(self, call_id: str) -> KeepingScreen[None] | None:
        """The screen that has the call's draft now."""
        stack = self.stack(mode_of(call_id))
        return next((screen for screen in reversed(stack) if isinstance(screen, KeepingScreen)), None)

    def stack(self, mode: str) -> list[Screen[Any]]:
        """Return the screens of a mode, the one in front last; none where it has none yet."""
        try:
            return self._app.get_screen_stack(mode)
        except KeyError:
            return []
