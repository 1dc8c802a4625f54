"""One verb for many tickets: told beforehand, done each by itself, in transactions that hold nobody up (P3, P8)."""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlmodel import Session

from callintake.domain.errors import GateShut, Refused
from callintake.domain.event_words import in_words
from callintake.domain.number import serial_of, ticket_number
from callintake.services.changes import latest_events
from callintake.store.database import Store, plain_errors

if TYPE_CHECKING:
    from callintake.services.desk import Desk

Act = Callable[[Session, str], object]
"""What is done to one ticket, given its number."""
BUDGET = 0.02
"""Seconds after which no further ticket is begun in a transaction, which is then over in about 50 ms."""
PAUSE = 0.03
"""Seconds between two transactions. SQLite wakes nobody who waits for it: they look again every 25 ms at first, so that
without a pause another program's saving of live notes found it taken again and again, for seconds."""


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one ticket, or would become."""

    number: str
    is_done: bool
    says: str
    """What was done, or why not."""
    is_gate: bool = False
    """Whether it was the gate that refused (P5)."""


class _NotForGood(Exception):
    """Takes back what was done only to see whether it can be."""


def distinct(numbers: Sequence[str]) -> list[str]:
    """Return ticket numbers as they are written, each once; what is no number stays, so that it is told."""
    return list(dict.fromkeys(map(_written, numbers)))


def some(session: Session, numbers: Sequence[str], act: Act, *, for_good: bool = True) -> list[Told]:
    """Do something with the first of these tickets, as many as the time of one transaction allows, one at least.

    Each is done by itself: one that is refused stops no other. Not `for_good`, each is taken back, once it is known
    what would come of it: the same rules, the same database, and nothing is left.
    """
    told: list[Told] = []
    until = time.monotonic() + BUDGET
    for number in numbers:
        told.append(_one(session, number, act, for_good=for_good))
        if time.monotonic() >= until:
            break
    return told


def in_chunks(store: Store, numbers: Sequence[str], act: Act, *, for_good: bool = True) -> Iterator[Told]:
    """Do something with tickets, in as many transactions as it takes, and tell of each."""
    left = distinct(numbers)
    while left:
        with store.transaction() as session:
            told = some(session, left, act, for_good=for_good)
        yield from told
        if left := left[len(told) :]:
            time.sleep(PAUSE)


async def on_desk(desk: "Desk", numbers: Sequence[str], act: Act, *, for_good: bool = True) -> list[Told]:
    """Do the same on an open desk: what is typed meanwhile is saved between two transactions."""
    told: list[Told] = []
    everything = distinct(numbers)
    while left := everything[len(told) :]:
        told += await desk.change(some, left, act, for_good=for_good)
        await asyncio.sleep(PAUSE)
    return told


def _one(session: Session, number: str, act: Act, *, for_good: bool) -> Told:
    said = "done"
    try:
        with plain_errors(), session.begin_nested():
            act(session, number)
            said = _what_was_done(session, number)
            if not for_good:
                raise _NotForGood
    except _NotForGood:
        pass
    except Refused as refusal:
        return Told(number, is_done=False, says=str(refusal), is_gate=isinstance(refusal, GateShut))
    return Told(number, is_done=True, says=said)


def _what_was_done(session: Session, number: str) -> str:
    events = latest_events(session, serial_of(number), 1)
    return in_words(events[0].kind, events[0].data) if events else "done"


def _written(number: str) -> str:
    try:
        return ticket_number(serial_of(number))
    except Refused:
        return number
