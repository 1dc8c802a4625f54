"""The courier of an open desk: on a thread of its own, so that no key ever waits for a mail server (P9)."""

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from time import monotonic
from typing import Any, Protocol

from callintake.domain.errors import Refused

_log = logging.getLogger(__name__)
LOOK_EVERY = 2.0
"""Seconds between two looks for what is due."""
BREACHES_EVERY = 60.0
"""Seconds between two looks for tickets that are past their due time."""
UNREACHABLE_AFTER = 30.0
"""Seconds until what could not be sent for want of a secret is looked at again."""
STOP_SECONDS = 1.0
"""How long leaving waits for a message that is on its way; one cut off goes again, with the same identity."""


class OpenDesk(Protocol):
    """What the courier needs of a desk."""

    def ask(self, verb: Callable[..., Any], /, *args: Any) -> Awaitable[Any]:
        """Answer a question."""

    def change(self, verb: Callable[..., Any], /, *args: Any) -> Awaitable[Any]:
        """Carry out a verb."""


class DeskCourier:
    """Sends what is due for as long as a desk is open."""

    def __init__(self, desk: OpenDesk) -> None:
        self._desk = desk
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop = asyncio.Event()
        self._breaches_at = 0.0

    def start(self) -> None:
        """Begin; the desk is open by now."""
        if self._thread is None:
            self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), name="courier", daemon=True)
            self._thread.start()

    def stop(self, *, wait: bool = True) -> None:
        """Take up nothing more, and wait a moment for what is on its way, unless told not to."""
        if self._thread is None:
            return
        if self._loop is not None:
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._stop.set)
        if wait:
            self._thread.join(STOP_SECONDS)

    async def _run(self) -> None:
        self._loop = asyncio.get_running_loop()
        while not self._stop.is_set():
            wait = LOOK_EVERY
            try:
                wait = await self._round()
            except Refused:
                # The database is busy, or secrets can't be read, which `doctor` tells; what waits is told as late.
                wait = UNREACHABLE_AFTER
            except (RuntimeError, asyncio.CancelledError):
                # The desk is closed, and with it whatever was asked of it.
                return
            except Exception as error:
                # Neither the message nor the locals; the courier must outlive every mistake in one message.
                _log.warning("a round of the courier failed: %s", type(error).__name__)
                wait = UNREACHABLE_AFTER
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), wait)

    async def _round(self) -> float:
        """Send what is due, and return how many seconds to wait."""
        from callintake.services.delivery import rules_if_due
        from callintake.services.telling import tell_breaches

        if monotonic() >= self._breaches_at:
            self._breaches_at = monotonic() + BREACHES_EVERY
            await self._desk.change(tell_breaches)
        rules = await self._desk.ask(rules_if_due)
        if rules is None:
            return LOOK_EVERY
        from callintake.notifications.courier import Courier

        tally = await Courier(self._desk.change).drain(rules, self._stop)
        return LOOK_EVERY if tally.sent or tally.failed or tally.dead else UNREACHABLE_AFTER
