"""Somebody at the desk, who takes the calls of the scripts: what they type, and how many keys it takes."""

import re
from pathlib import Path
from typing import Any

from tests.terminal.desk import DeskTerminal

SPOKEN = re.compile(r"“((?:\w+ )+\w+, dash, \w+)”")
DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


class Agent(DeskTerminal):
    """A person at a desk in a pseudo-terminal; every key is counted, those that bring new information apart.

    A key is overhead unless it types what the caller said, or what else was not known before, for the first time:
    moving, choosing, confirming, and whatever is typed twice.
    """

    def __init__(
        self,
        place: str | Path,
        script: dict[str, Any],
        home: Path,
        size: tuple[int, int] = (80, 24),
        *,
        waits: bool = False,
    ) -> None:
        """Sit down in the call of the script; who `waits` sits at the queue until a phone rings."""
        event = script["event"] or {}
        self.script = script
        self.overhead = 0
        self.information = 0
        number = ["--from", event["from"]] if event else []
        channel = event.get("channel") or script["channel"]
        if waits:
            super().__init__(place, "queue", home=home, size=size)
            self.wait_for("No ticket yet")
            return
        super().__init__(place, "new", *number, "--channel", channel, home=home, size=size)
        self.wait_for("Live notes")
        self.wait_for("saved 0 s ago")

    def note(self, text: str) -> None:
        """Type what is new."""
        self.information += len(text)
        self.type(text)

    def hit(self, *keys: str) -> None:
        """Press keys that bring nothing new."""
        self.overhead += len(keys)
        self.press(*keys)

    def hear(self, *, first: int = 0, last: int | None = None) -> None:
        """Type each thing heard as a line of the notes, without a line break after the last one."""
        for place, (_second, heard) in enumerate(self.script["heard"][first:last]):
            if place:
                self.hit("enter")
            self.note(heard)

    def take(self, offered: str) -> None:
        """Wait for something found in the notes, and take it."""
        self.wait_for(re.compile(rf"ctrl\+g [^\n]*{re.escape(offered)}"))
        self.hit("ctrl+g")
        self.wait_for(lambda screen: not re.search(rf"ctrl\+g [^\n]*{re.escape(offered)}", screen))

    def say_called_back(self, outcome: str) -> None:
        """Say how the callback to the number on file ended: `v` or `f`."""
        self.hit("f5")
        self.wait_for("Dial")
        self.hit(outcome, "enter")

    def compare(self, said: str) -> None:
        """Type what the caller says, to be compared with what is on file."""
        self.hit("f5")
        self.wait_for("They say")
        self.note(said)
        self.hit("enter")

    def choose(self, category: str, priority: str = "") -> None:
        """Choose in the step Request, where the caret is by then; by first letters."""
        self.wait_for("Category")
        self.hit(*category)
        if priority:
            self.hit("enter", *priority)

    def raise_ticket(self) -> dict[str, Any]:
        """Raise the ticket, and return it as others see it, by the number that is read out."""
        self.hit("ctrl+r")
        return self.ticket(self.number_read_out())

    def number_read_out(self) -> str:
        """The number on the screen, as it is said."""
        spoken = SPOKEN.search(self.wait_for(SPOKEN))
        assert spoken is not None
        words = spoken[1].replace(", dash,", "").split()
        return "".join(str(DIGITS.index(word)) for word in words)
