"""Leaving: in the middle of a call after asking once, at a signal at once; whatever is typed is kept."""

import asyncio
import os
import signal
import sys
import threading
from contextlib import suppress
from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType

from callintake.domain.errors import Refused
from callintake.screens.calls import CallModes
from callintake.screens.dialogs import Unsaved
from callintake.screens.quit import QuitDialog
from callintake.services.desk import Desk
from callintake.typed_ahead import TypedAheadApp

LEAVE_SECONDS = 1.0
"""How long a signal leaves to save and to restore the terminal."""


class LeavingApp(TypedAheadApp):
    """Leaves in order, whoever ends it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", "Quit", tooltip="Leave; everything is kept", show=False, priority=True),
    ]
    desk: Desk
    calls: CallModes

    def heed_signals(self) -> None:
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
        await self.settle()
        self.desk.save_now(LEAVE_SECONDS / 2)
        self.exit(return_code=return_code)

    async def action_quit(self) -> None:
        """Leave; in the middle of a call, after asking once."""
        if isinstance(self.screen, QuitDialog):
            self.screen.dismiss(True)
        elif words := next(filter(None, (one.not_saved_yet for one in self._writing())), None):
            if not isinstance(self.screen, Unsaved):
                await self.switch_mode("queue")
            self.notify(words, markup=False)
        elif begun := [draft for draft in self.calls.open if draft.ticket is None and not draft.is_empty]:
            await self.push_screen(QuitDialog(len(begun)), self._quit_answered)
        else:
            await self._quit_answered(True)

    def _writing(self) -> list[Unsaved]:
        """The dialogs on which something is written: here, and those that wait on the queue."""
        return [one for one in (self.screen, *self.calls.stack("queue")) if isinstance(one, Unsaved)]

    async def _quit_answered(self, leave: bool | None) -> None:
        from callintake.services.capture import leave_call

        if leave:
            for draft in self.calls.open:
                if draft.ticket is not None:
                    # Where that fails, it is done at the next start.
                    with suppress(Refused):
                        await self.desk.change(leave_call, draft, self.desk.agent)
            self.exit()
