"""A screen on which something is done with tickets: to the one that is meant, or, told beforehand, to all picked."""

from abc import abstractmethod
from collections.abc import Awaitable, Callable
from typing import Any, Concatenate, ParamSpec

from callintake.domain.errors import GateShut, Refused, TextConflict
from callintake.screens.asking import AskingScreen
from callintake.screens.batch_dialog import BatchDialog
from callintake.widgets.working import is_working

P = ParamSpec("P")
_TURNING = ("act", "ask")
"""Workers that bring something on the screen for which the next keys are meant."""


class ActingScreen(AskingScreen):
    """Carries out verbs of the services, and says what was done or why not."""

    @property
    @abstractmethod
    def number(self) -> str | None:
        """The number of the ticket that is meant, or None."""

    @property
    def numbers(self) -> list[str]:
        """The numbers of the tickets that are meant: those picked, or the one."""
        return [] if self.number is None else [self.number]

    @property
    def is_turning(self) -> bool:
        """Whether what the agent asked for is still to come on the screen."""
        return is_working(self, *_TURNING)

    @abstractmethod
    async def reload(self) -> None:
        """Show the tickets as they are now."""

    async def act(self, done: str, verb: Callable[Concatenate[Any, P], Any], *args: P.args, **kwargs: P.kwargs) -> bool:
        """Carry out a verb on a ticket, and say what was done or why not; return whether it was.

        Raises:
            TextConflict: two wrote the same text; what becomes of them is still to be asked.
        """
        return await self.told(done, self.desk.change(verb, *args, **kwargs))

    async def told(self, done: str, change: Awaitable[Any]) -> bool:
        """Wait for a change of a ticket, and say what was done or why not; return whether it was.

        Raises:
            TextConflict: two wrote the same text; what becomes of them is still to be asked.
        """
        carried_out = False
        try:
            await change
        except TextConflict:
            await self.reload()
            raise
        except GateShut as error:
            self.notify(str(error), title="Gate shut", severity="error", markup=False)
        except Refused as error:
            self.notify(str(error), title="Not done", severity="warning", markup=False)
        else:
            carried_out = True
            self.notify(done, markup=False, timeout=3)
        await self.reload()
        return carried_out

    async def act_on(self, numbers: list[str], done: str, act: Callable[[Any, str], object]) -> None:
        """Do something with each of some tickets; of several it is told beforehand, and afterwards of each."""
        if len(numbers) == 1:
            await self.act(f"{numbers[0]} {done}", act, numbers[0])
        elif bool(numbers) and await self.app.push_screen_wait(BatchDialog(self.desk, numbers, done, act)):
            self.batch_done()
            await self.reload()

    def batch_done(self) -> None:
        """Called when something was done to all that were picked."""
