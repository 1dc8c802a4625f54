"""What a screen, or the app, is still doing."""

from textual.app import App
from textual.screen import Screen


def is_working(whose: Screen[None] | App[None], *groups: str) -> bool:
    """Whether a worker of a screen's or the app's own, in one of these groups, is not done yet."""
    workers = [worker for worker in whose.workers if worker.node is whose and worker.group in groups]
    return not all(worker.is_finished for worker in workers)
