"""When a screen looks for what other agents did: as it is told, else often enough."""

from collections.abc import Callable
from time import monotonic

from callintake.screens.asking import AskingScreen

GLANCE_EVERY = 0.1
"""Seconds between two glances, which ask nothing of the database."""
LOOK_EVERY = 0.5
"""Seconds between two looks where nobody tells of changes."""
TOLD_LOOK_EVERY = 10.0
"""Seconds between two looks where the database tells, for what it does not."""


def keep_looking(screen: AskingScreen, look: Callable[[], object]) -> None:
    """Have a screen look when something was changed, from now on and while it is in front."""
    seen, looked_at = 0, 0.0

    def glance() -> None:
        nonlocal seen, looked_at
        if not screen.is_current:
            return
        told, now = screen.desk.changes, monotonic()
        is_due = now - looked_at >= (LOOK_EVERY if told is None else TOLD_LOOK_EVERY)
        if is_due or (told is not None and told != seen):
            seen, looked_at = told or 0, now
            look()

    screen.set_interval(GLANCE_EVERY, glance)
