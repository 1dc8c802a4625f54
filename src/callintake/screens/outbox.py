"""The outbox: what was to be told to whom, how that stands, and why it failed (P9)."""

from collections.abc import Callable
from typing import Any, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen

from callintake.domain.errors import Refused
from callintake.domain.message import Message
from callintake.screens.contact_dialogs import ReasonDialog
from callintake.services.desk import Desk
from callintake.widgets.key_footer import KeyFooter
from callintake.widgets.message_list import MessageList, message_lines
from callintake.widgets.plain import Plain
from callintake.widgets.working import look_every

PAGE, MOST = 200, 1000
"""Messages loaded at first, and at most; the command `notify list` has all of them."""
LOOK_EVERY = 2.0
"""Seconds between two looks at what the courier did."""


class OutboxScreen(Screen[None]):
    """Messages, the newest first, or those alone that somebody may have to look at."""

    CSS_PATH = "outbox.tcss"
    AUTO_FOCUS = "MessageList"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t", "replay", "Try again", tooltip="Let this message be tried anew, with a reason"),
        Binding("x", "settle", "Settle", tooltip="Let this dead message rest: they were told otherwise"),
        Binding("a", "all", "All or open", tooltip="Show all messages, or only those that are not sent"),
        Binding("escape", "dismiss", "Back", tooltip="Go back to where you came from"),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._only_open = False
        self._limit = PAGE

    def compose(self) -> ComposeResult:
        yield Plain(id="title")
        with Vertical(id="body"):
            yield MessageList()
            yield Plain(id="message")
        yield Plain(id="empty")
        yield KeyFooter()

    def on_mount(self) -> None:
        self.load()
        look_every(LOOK_EVERY, self, "load", self.load)

    @property
    def messages(self) -> MessageList:
        """The list."""
        return self.query_one(MessageList)

    @work(exclusive=True, group="load")
    async def load(self) -> None:
        """Show the messages as they stand, as far down as they were loaded."""
        if not self.is_current:
            return
        try:
            await self.desk.ready()
            from callintake.services import outbox

            limit = self._limit
            found = await self.desk.ask(outbox.list_messages, limit=limit, only_open=self._only_open)
            standing = await self.desk.ask(outbox.standing)
        except Refused as error:
            self.notify(str(error), severity="error", markup=False)
            return
        has_after = limit == len(found) < MOST
        if found != self.messages.lines or has_after != self.messages.has_after:
            self.messages.put(found, has_after=has_after)
        warning = (f"  ! {standing.warning}", "bold $text-error") if standing.warning else ""
        which = ("  not sent", "$text-muted") if self._only_open else ""
        waiting = (f"  {standing.waiting} to be sent", "$text-muted")
        self.query_one("#title", Plain).update(Content.assemble(("Outbox", "bold"), which, waiting, warning))
        nothing = "No message yet: the desk file says who hears of what."
        words = "Every message was sent." if self._only_open else nothing
        self.query_one("#empty", Plain).update(words)
        self.query_one("#empty").display = not found
        self.query_one("#body").display = bool(found)
        if found and self.focused is None:
            self.set_focus(self.messages)

    @on(MessageList.EndInSight)
    def _end_in_sight(self, event: MessageList.EndInSight) -> None:
        event.stop()
        self._limit = min(self._limit + PAGE, MOST)
        self.load()

    @on(MessageList.Highlighted)
    def _highlighted(self, event: MessageList.Highlighted) -> None:
        event.stop()
        line: Message | None = event.line
        self.query_one("#message", Plain).update("\n".join(message_lines(line)) if line else "")

    def action_all(self) -> None:
        """Show all messages, or only those that are not sent."""
        self._only_open = not self._only_open
        self.messages.put([])
        self.load()

    @work(group="act")
    async def action_replay(self) -> None:
        """Ask why the message is to be tried anew, and let it be."""
        from callintake.services import outbox

        if (message := self.messages.current) is not None:
            prompt = ("Try again", "what is put right?")
            await self._with_reason(message, message.why_not_replayed, prompt, outbox.replay, "it is due now")

    @work(group="act")
    async def action_settle(self) -> None:
        """Ask how they were told instead, and let the message rest."""
        from callintake.services import outbox

        if (message := self.messages.current) is not None:
            prompt = ("Settle", "how were they told instead?")
            await self._with_reason(message, message.why_not_settled, prompt, outbox.settle, "it rests")

    async def _with_reason(
        self, message: Message, why_not: str | None, prompt: tuple[str, str], verb: Callable[..., Any], done: str
    ) -> None:
        """Ask why something is done with a message, and do it, unless there is a reason against it beforehand."""
        if why_not is not None:
            self.notify(why_not, title="Not done", severity="warning", markup=False)
            return
        title = f"{prompt[0]}: {message.event} to {message.recipient}"
        why = await self.app.push_screen_wait(ReasonDialog(title, prompt[1]))
        if why is None:
            return
        try:
            await self.desk.change(verb, message.id, why, self.desk.agent)
        except Refused as error:
            self.notify(str(error), title="Not done", severity="warning", markup=False)
        else:
            self.notify(done, markup=False, timeout=3)
        self.load()
