"""A desk whose database takes its time for every answer: `python -m pytest -p tests.faults.slow_desk tests/screens`.

Shows what a key does before its answer is there, and which tests look before they waited. `CALLINTAKE_SLOW_SECONDS` is
how long an answer takes at most (0.3), each another time.
"""

import asyncio
import os
import random
import time
from collections.abc import Awaitable, Callable
from typing import Any

from callintake.services.desk import Desk
from callintake.store.writer import SerialWriter

AT_MOST = float(os.environ.get("CALLINTAKE_SLOW_SECONDS", "0.3"))
_WRITING = AT_MOST / 6
"""Seconds at most that each change waits for the disk: changes follow one another, and a test has many."""


def _late(answer: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def answer_late(*given: Any, **named: Any) -> Any:
        try:
            return await answer(*given, **named)
        finally:
            await asyncio.sleep(random.uniform(0, AT_MOST))

    return answer_late


def _submit_slowly(submit: Callable[..., Any]) -> Callable[..., Any]:
    def slowly(writer: SerialWriter, job: Callable[[], Any]) -> Any:
        def late() -> Any:
            time.sleep(random.uniform(0, _WRITING))
            return job()

        return submit(writer, late)

    return slowly


Desk.ask = _late(Desk.ask)  # type: ignore[method-assign]
Desk.change = _late(Desk.change)  # type: ignore[method-assign]
SerialWriter.submit = _submit_slowly(SerialWriter.submit)  # type: ignore[method-assign]
