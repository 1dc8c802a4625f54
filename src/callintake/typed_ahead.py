"""Keys typed ahead: a burst of keys is handled in its order, each on the screen that the one before it brought."""

import asyncio
from contextlib import suppress
from time import monotonic

from textual import events
from textual.app import App
from textual.widgets import Input, TextArea

from callintake.screens.acting import ActingScreen
from callintake.screens.capture.ending import EndingScreen
from callintake.widgets.choice import Choice

SETTLE_SECONDS = 0.5
"""How long a key waits at most for those before it."""
TURN_SECONDS = 1.0
"""How long after a key the next ones wait at most for what it brings on the screen."""


class TypedAheadApp(App[None]):
    """Heeds keys one after another, whatever they do."""

    _is_letter = False
    _has_acted = False
    """Whether the key before did more than type a letter."""
    _acted_at = 0.0

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key | events.Paste):
            await self._arrive()
        if isinstance(event, events.Paste) and self._has_acted:
            await self._catch_up()
        if isinstance(event, events.Key):
            self._is_letter = event.is_printable
        await super().on_event(event)

    async def _arrive(self) -> None:
        """Wait until what an earlier key asked for is on the screen: this one is meant for that.

        Only for a moment after that key: where the database takes its time, nobody is kept from typing on.
        """
        screen = self.screen
        while isinstance(screen, EndingScreen | ActingScreen) and screen.is_turning and self.screen is screen:
            if monotonic() > self._acted_at + TURN_SECONDS:
                return
            await asyncio.sleep(0.005)

    async def _check_bindings(self, key: str, priority: bool = False) -> bool:
        """Run what a key is bound to, as the key is read and after all keys before it.

        Textual runs most bindings only when the key has bubbled up from the focused widget's queue; keys typed ahead
        would be handled before it, and letters after a Backspace or a `/` would land in the wrong place.
        """
        if not priority:
            return await super()._check_bindings(key, False)
        if not self._is_typed or self._has_acted:
            await self._catch_up()
        if self._is_typed:
            return await super()._check_bindings(key, True)
        self._has_acted = True
        self._acted_at = monotonic()
        return await super()._check_bindings(key, True) or await super()._check_bindings(key, False)

    @property
    def _is_typed(self) -> bool:
        """Whether the key is a letter that goes into a field."""
        return self._is_letter and isinstance(self.focused, Input | TextArea | Choice)

    async def _catch_up(self) -> None:
        """Wait until all that the keys before this one did is done and on the screen, also what workers do of it."""
        screen = self.screen
        await self.settle()
        await self._arrive()
        if self.screen is not screen:
            await self.settle()
        self._has_acted = False

    async def settle(self) -> None:
        """Wait until the keys before this one have been handled, and the screen has heard of what they did."""
        way = [pump for pump in (self.focused or self.screen).ancestors_with_self if pump is not self]
        with suppress(TimeoutError):
            async with asyncio.timeout(SETTLE_SECONDS):
                # Once the focused widget has handled the keys, what it told of them goes from one container to the
                # next, each time behind what is asked here.
                for pump in (way[0], *way):
                    handled = asyncio.Event()
                    if pump.call_later(handled.set):
                        await handled.wait()
