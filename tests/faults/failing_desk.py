"""callintake with keys at which it fails, in the places where a program of its kind can fail."""

import sys
from typing import ClassVar

from textual.binding import Binding, BindingType

from callintake import app, running
from callintake.cli import main

SECRET = "mother-in-law of the caller"
KEYS = {"an action": "ctrl+f10", "a worker": "ctrl+f11", "a callback": "ctrl+f12"}


class FailingApp(app.CallintakeApp):
    """The app, with a mistake under three keys; each has a secret in a local variable, and in what it raises."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(KEYS["an action"], "fail", priority=True),
        Binding(KEYS["a worker"], "fail_in_a_worker", priority=True),
        Binding(KEYS["a callback"], "fail_in_a_callback", priority=True),
    ]

    def action_fail(self) -> None:
        secret = SECRET
        raise ValueError(f"no such thing: {secret}")

    def action_fail_in_a_worker(self) -> None:
        async def work() -> None:
            self.action_fail()

        self.run_worker(work())

    def action_fail_in_a_callback(self) -> None:
        self.set_timer(0.01, self.action_fail)


if __name__ == "__main__":
    running.CallintakeApp = FailingApp  # type: ignore[misc]
    sys.exit(main())
