"""What a screen, or the app, is still doing, and how a screen is left once that is done."""

from typing import TypeVar

from textual.app import App
from textual.screen import Screen

T = TypeVar("T")


def is_working(whose: Screen[None] | App[None], *groups: str) -> bool:
    """Whether a worker of a screen's or the app's own, in one of these groups, is not done yet."""
    workers = [worker for worker in whose.workers if worker.node is whose and worker.group in groups]
    return not all(worker.is_finished for worker in workers)


def leave(screen: Screen[T], answer: T | None = None) -> None:
    """Leave a screen when a worker of it is done: where something else is in front of it by then, or it was left
    already, nothing is left, as Textual would leave whatever is in front."""
    if screen.is_active:
        screen.dismiss(answer)
