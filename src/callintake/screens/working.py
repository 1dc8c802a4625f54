"""What a screen is still doing."""

from textual.screen import Screen


def is_working(screen: Screen[None], *groups: str) -> bool:
    """Whether a worker of a screen's own, in one of these groups, is not done yet."""
    workers = [worker for worker in screen.workers if worker.node is screen and worker.group in groups]
    return not all(worker.is_finished for worker in workers)
