"""When a screen looks for what other agents did: as it is told, else often enough."""

from collections.abc import Callable
from time import monotonic

from callintake.screens.asking import AskingScreen
from callintake.widgets.working import is_working

GLANCE_EVERY = 0.1
"""Seconds between two glances, which ask nothing of the database."""
LOOK_EVERY = 0.5
"""Seconds between two looks at least, and where nobody tells of changes, at most."""
TOLD_LOOK_EVERY = 10.0
"""Seconds between two looks where the database tells, for what it does not."""
_LOOKING = ("look", "load")
"""Workers of a screen that read what is there."""


def keep_looking(screen: AskingScreen, look: Callable[[], object]) -> None:
    """Have a screen look when something was changed, from now on and while it is in front."""
    seen, looked_at = 0, 0.0

    def glance() -> None:
        nonlocal seen, looked_at
        if not screen.is_current:
            return
        told, now = screen.desk.changes, monotonic()
        rested = now - looked_at
        if rested < LOOK_EVERY or is_working(screen, *_LOOKING):
            # Whatever is told meanwhile is looked at next: a look that each change cut short would never end.
            return
        if told is None or told != seen or rested >= TOLD_LOOK_EVERY:
            seen, looked_at = told or 0, now
            look()

    screen.set_interval(GLANCE_EVERY, glance)
