"""A screen that asks the desk."""

import asyncio
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

from textual.screen import Screen

from callintake.domain.errors import Refused
from callintake.services.desk import Desk

P = ParamSpec("P")
R = TypeVar("R")


class AskingScreen(Screen[None]):
    """Asks in workers, which end when it is left."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk

    async def ask(self, verb: Callable[Concatenate[Any, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Answer a question.

        Raises:
            Refused: the verb, or the database, says no.
        """
        answer = await self.desk.ask(verb, *args, **kwargs)
        if self._pruning:
            # Asked when the screen was on its way out: what the answer is for is gone.
            raise asyncio.CancelledError
        return answer

    async def find(self, verb: Callable[Concatenate[Any, P], R], *args: P.args, **kwargs: P.kwargs) -> R | None:
        """Answer a question; None, after saying why, where there is no answer."""
        try:
            return await self.ask(verb, *args, **kwargs)
        except Refused as error:
            self.notify(str(error), severity="error", markup=False)
            return None
