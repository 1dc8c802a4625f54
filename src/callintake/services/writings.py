"""What people write about tickets, kept beside the database while they write it, until it is there or dropped (P3)."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from callintake.domain.text import clean_block
from callintake.domain.writing import Writing, from_body, to_body
from callintake.store.spool import Spool
from callintake.store.writer import SerialWriter


class Writings:
    """The texts that were begun and are on no ticket yet; one for each place of each ticket and each agent."""

    def __init__(self, spool: Spool, writer: SerialWriter) -> None:
        self._spool = spool
        self._writer = writer

    def keep(self, writing: Writing, text: str, told: Callable[[bool], None] | None = None) -> None:
        """Keep what is typed soon, the latest in place of what was typed before; typing never waits for it.

        `told` hears on another thread whether it is kept.
        """
        kept = Writing(writing.number, writing.place, writing.agent, clean_block(text), writing.version)

        def put() -> None:
            folder = self._spool.put(kept.name, to_body(kept))
            if told is not None:
                told(folder is not None)

        with suppress(RuntimeError):
            self._writer.keep(kept.name, put)

    def drop(self, writing: Writing) -> None:
        """Forget what is on the ticket by now, or what its writer dropped."""
        with suppress(RuntimeError):
            self._writer.submit(lambda: self._spool.remove(writing.name))

    async def begun(self, agent: str, number: str | None = None) -> list[Writing]:
        """Return what an agent began and did not come to an end with: about one ticket, or all of it."""
        found = await asyncio.wrap_future(self._writer.submit(self._spool.bodies))
        writings = [writing for body in found if (writing := from_body(body)) is not None]
        return [one for one in writings if one.agent == agent and number in (None, one.number)]

    async def find(self, writing: Writing) -> Writing | None:
        """Return what was begun in that place before; None where nothing was."""
        begun = await self.begun(writing.agent, writing.number)
        return next((one for one in begun if one.place == writing.place), None)
