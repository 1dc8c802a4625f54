"""A screen with fields: Enter and Tab move on, and keys typed after them always reach the next field."""

import asyncio
from contextlib import suppress
from typing import ClassVar, TypeVar

from textual.binding import Binding, BindingType
from textual.screen import ModalScreen, Screen
from textual.widgets import Input

from callintake.widgets.choice import Choice
from callintake.widgets.contact_finder import ContactFinder

T = TypeVar("T")
_SETTLE_SECONDS = 0.5


class FormScreen(Screen[T]):
    """Moves the focus at once, as a key is read.

    Textual hands keys to the focused widget's queue, so a focus that moves only when the widget comes to its Enter
    would leave keys typed ahead in the field before.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "app.focus_next", "Next field", show=False, priority=True),
        Binding("shift+tab", "app.focus_previous", "Previous field", show=False, priority=True),
        Binding("enter", "next_field", "Next field", show=False, priority=True),
        Binding("down", "match(1)", "Next match", show=False, priority=True),
        Binding("up", "match(-1)", "Previous match", show=False, priority=True),
    ]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "next_field":
            return isinstance(self.focused, Input | Choice)
        if action == "match":
            return isinstance(self.focused, Input) and any(
                finder.matches.option_count for finder in self.query(ContactFinder)
            )
        return True

    async def settle(self) -> None:
        """Wait until every key before this one has been handled, and its messages have been heard here."""
        for pump in (self.focused, self):
            if pump is not None:
                handled = asyncio.Event()
                pump.call_later(handled.set)
                with suppress(TimeoutError):
                    await asyncio.wait_for(handled.wait(), _SETTLE_SECONDS)

    async def action_next_field(self) -> None:
        """Pick the match that was gone to, or go on to the next field."""
        await self.settle()
        if not any(finder.pick() for finder in self.query(ContactFinder)):
            self.leave_field()

    async def action_match(self, by: int) -> None:
        """Go down or up among the contacts that may be meant."""
        await self.settle()
        for finder in self.query(ContactFinder):
            finder.walk(by)

    def leave_field(self) -> None:
        """Go on to the field after this one."""
        self.focus_next()


class FormDialog(ModalScreen[T], FormScreen[T]):
    """A dialog with fields."""
