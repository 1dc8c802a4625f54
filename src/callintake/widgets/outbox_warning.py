"""One line that is there while a message is dead or late, and tells the key to look at it (P9)."""

from textual import work

from callintake.domain.errors import Refused
from callintake.services.desk import Desk
from callintake.widgets.plain import Plain
from callintake.widgets.working import look_every

LOOK_EVERY = 3.0
"""Seconds between two looks at how messages stand."""


class OutboxWarning(Plain):
    """Takes a line only while there is something to say."""

    DEFAULT_CSS = """
    OutboxWarning {
        height: 1; padding: 0 1; display: none;
        background: $error-muted; color: $text-error; text-style: bold;
    }
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk

    def on_mount(self) -> None:
        self.look()
        look_every(LOOK_EVERY, self, "look", self.look)

    @work(exclusive=True, group="look")
    async def look(self) -> None:
        """Show how messages stand now."""
        try:
            await self._desk.ready()
            from callintake.services import outbox

            warning = (await self._desk.ask(outbox.standing)).warning
        except Refused:
            return
        self.display = warning is not None
        self.update(f"! {warning}; y shows them" if warning else "")
