"""A lead at the queue of a desk in a pseudo-terminal: what they press, and what the database says of it."""

import re
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from callintake.domain.detail import Ticket
from callintake.domain.view import Filter, View
from callintake.services import queue
from callintake.services.reading import ticket
from callintake.store.database import open_store
from tests.terminal.desk import DeskTerminal

T = TypeVar("T")
_LINE = re.compile(r"^ [ ✓] (\d{4}-\d) ", re.MULTILINE)
_PATIENCE = 40.0
_ROWS = 10
"""Tickets that the list shows at least, at 80 by 24, whatever lines are above it."""


class Lead(DeskTerminal):
    """Somebody who has the queue open, at 80 by 24."""

    def __init__(self, place: Path, home: Path) -> None:
        self._store = open_store(str(place))
        super().__init__(place, "queue", home=home)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        super().__exit__(kind, error, at)
        self._store.close()

    def find(self, question: Callable[..., T], *about: Any) -> T:
        """What the database says."""
        with self._store.reading() as session:
            return question(session, *about)

    def change(self, verb: Callable[..., T], *about: Any) -> T:
        """Somebody else does something."""
        with self._store.transaction() as session:
            return verb(session, *about)

    def read(self, number: str) -> Ticket:
        """A ticket, as it is in the database."""
        return self.find(ticket, number)

    def until(self, is_so: Callable[[], bool]) -> None:
        """Wait until the database says so."""
        deadline = time.monotonic() + _PATIENCE
        while not is_so():
            assert time.monotonic() < deadline, f"waited in vain; on the screen is\n{self.text}"
            time.sleep(0.05)

    def until_ticket(self, number: str, is_so: Callable[[Ticket], bool]) -> Ticket:
        """Wait until the database says so of a ticket, and return it."""
        self.until(lambda: is_so(self.read(number)))
        return self.read(number)

    def comes_to_queue(self) -> bool:
        """Whether the queue is in front, and no dialog before it, or comes there soon."""
        try:
            self.wait_for("/ Search ^n New call", timeout=3.0)
        except AssertionError:
            return False
        return True

    def show_all(self) -> None:
        """Show every ticket, in the order that is usual, at the queue."""
        self.press("escape", "8", "home")
        self.shows(Filter(View.ALL, self.agent))

    def shows(self, wanted: Filter) -> None:
        """Wait until the list is what the database has, as far as it is in sight."""
        expected = numbers_of(self.find(queue.queue_page, wanted))

        def is_shown(_: str) -> bool:
            listed = self.listed
            return listed == expected[: len(listed)] and len(listed) >= min(len(expected), _ROWS)

        self.wait_for(is_shown)

    @property
    def listed(self) -> list[str]:
        """The numbers in the list, from the top."""
        return _LINE.findall(self.text)

    def go_to(self, number: str) -> None:
        """Bring the cursor to a ticket, by its number."""
        self.press("#")
        self.wait_for("Go to ticket")
        self.type(f"{number}\n")
        self.wait_gone("Go to ticket")
        self.wait_for(f"─{number} · ")

    def answer(self, key: str, question: str, *keys: str) -> None:
        """Press a key, wait for the question that it asks, and answer that by keys."""
        self.press(key)
        self.wait_for(question)
        self.press(*keys)

    def back(self, what: str) -> None:
        """Leave what is in front by Esc."""
        self.press("escape")
        self.wait_gone(what)


def numbers_of(lines: list[Any]) -> list[str]:
    """The numbers of the lines of a page."""
    return [line.number for line in lines]
