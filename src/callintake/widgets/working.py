"""What a screen, a widget or the app is still doing, when it looks again, and how it is left."""

from collections.abc import Callable, Collection
from typing import Any, TypeVar

from textual.app import App
from textual.screen import Screen
from textual.widget import Widget

T = TypeVar("T")


def is_working(whose: Widget | App[None], *groups: str) -> bool:
    """Whether a worker of a screen's, a widget's or the app's own, in one of these groups, is not done yet."""
    workers = [worker for worker in whose.workers if worker.node is whose and worker.group in groups]
    return not all(worker.is_finished for worker in workers)


def look_every(seconds: float, whose: Widget | App[None], group: str, look: Callable[[], Any]) -> None:
    """Look every so many seconds by a worker of this group; a look that takes longer is cut short by no other."""
    whose.set_interval(seconds, lambda: None if is_working(whose, group) else look())


def end_workers(app: App[None], gone: Collection[Widget]) -> None:
    """End what is still being done for widgets that are being taken down."""
    for worker in app.workers:
        if worker.node is not None and any(widget in gone for widget in worker.node.ancestors_with_self):
            worker.cancel()


def leave(screen: Screen[T], answer: T | None = None) -> None:
    """Leave a screen when a worker of it is done: where something else is in front of it by then, or it was left
    already, nothing is left, as Textual would leave whatever is in front."""
    if screen.is_active:
        screen.dismiss(answer)
