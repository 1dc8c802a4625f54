"""How a call is brought to its end: a ticket, a follow-up, or a reason why there is none (P2)."""

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from textual import work
from textual.binding import Binding, BindingType

from callintake.domain.draft import CallDraft
from callintake.domain.errors import Refused
from callintake.domain.open_calls import OpenCalls
from callintake.screens.capture.keeping import KeepingScreen, mode_of
from callintake.screens.capture.related import RelatedTickets
from callintake.services.desk import Desk
from callintake.widgets.working import is_working

if TYPE_CHECKING:
    from callintake.screens.capture.hang_up import Ending

_TURNING = ("raise", "end", "read back", "snippet")
"""The groups of the workers that bring something else on the screen."""


class EndingScreen(KeepingScreen[None]):
    """Raise, add as follow-up, hang up; whatever fails, everything typed stays."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+r", "raise_ticket", "Raise", tooltip="Raise the ticket of this call", priority=True),
        Binding(
            "ctrl+f",
            "follow_up",
            "Follow up",
            tooltip="Add this call to a ticket that is there",
            show=False,
            priority=True,
        ),
        Binding("f9", "hang_up", "Hang up", tooltip="The call is over: say how it ended", priority=True),
    ]

    def __init__(self, desk: Desk, draft: CallDraft, calls: OpenCalls, ended: Callable[[str], None]) -> None:
        super().__init__(desk, draft, calls)
        self._ended = ended
        """Told of the end in the same moment: a message would come after keys that are meant for what follows."""
        self._is_ending = False
        self._typed_end: Ending | None = None
        """How the call ended, as far as that was filled in before it was written on."""
        self._warned = False

    @property
    def is_turning(self) -> bool:
        """Whether what the agent asked for is still to come on the screen."""
        return is_working(self, *_TURNING)

    @abstractmethod
    def change_draft(self, **changes: Any) -> None:
        """Replace the draft with one that is changed."""

    @abstractmethod
    def go_to_problem(self) -> None:
        """Go to what keeps the ticket from being raised."""

    @work(group="raise")
    async def action_raise_ticket(self) -> None:
        """Raise the ticket; what keeps it from being raised is said, and everything typed stays."""
        from callintake.services.capture import raise_and_go_on

        if not await self._give_ticket("Not raised", raise_and_go_on, self.desk.region):
            self.go_to_problem()

    @work(group="raise")
    async def action_follow_up(self) -> None:
        """Add the call to the ticket whose number was said, or to one of those that may be meant."""
        from callintake.screens.capture.follow_up import FollowUpDialog

        related = self.query_one(RelatedTickets)
        candidates = related.candidates
        if not candidates:
            self.notify("No ticket to add this to: type its number into the notes", markup=False)
            return
        number: str | None = candidates[0].number
        if len(candidates) > 1:
            number = await self.app.push_screen_wait(FollowUpDialog(candidates))
        if number is not None:
            from callintake.services.capture import follow_up_and_go_on

            await self._give_ticket("Not added", follow_up_and_go_on, number=number)

    async def _give_ticket(self, failed: str, verb: Any, region: str = "", *, number: str = "") -> bool:
        """Bring the call to its ticket by a verb of the services; return whether it has one."""
        if self._is_ending or self._warns_of_secret():
            return True
        self._is_ending = True
        before = self.draft
        try:
            for worker in [worker for worker in self.workers if worker.group == "attempt"]:
                await worker.wait()
            await self.desk.ready()
            before = self.draft
            where = (number, self.desk.agent) if number else (self.desk.agent, region)
            ticketed = await self.desk.change(verb, before, *where)
        except Refused as error:
            self._is_ending = False
            self.notify(str(error), title=f"{failed}; everything is kept", severity="error", markup=False, timeout=10)
            return False
        from callintake.screens.capture.raised import RaisedScreen

        # What was typed while the ticket was being raised is said after it, and later than whatever was kept of it.
        late = self.draft.typed_since(before)
        revision = max(ticketed.draft.revision, self.draft.revision) + 1
        draft = replace(ticketed.draft, revision=revision, notes=late, timer=self.draft.timer)
        screen = RaisedScreen(self.desk, ticketed.ticket, draft, self.calls, is_new=not number)
        # The agent may have turned to another call meanwhile: that stays in front.
        mode = mode_of(draft.call_id)
        if self.app.current_mode != mode:
            self.notify(f"{draft.ticket} is there: ctrl+s goes to it", markup=False)
        self.app.push_screen(screen, mode=mode)
        return True

    def _warns_of_secret(self) -> bool:
        """Whether the notes hold what looks like a secret, and nobody was told yet; the second time they are taken."""
        from callintake.domain.secret_text import secrets_in, warning_of

        warning = None if self._warned else warning_of(secrets_in(self.draft.notes))
        if warning is None:
            return False
        self._warned = True
        self.notify(f"{warning} ctrl+d does; the same key again goes on.", severity="warning", markup=False, timeout=8)
        return True

    @work(exclusive=True, group="end")
    async def action_hang_up(self) -> None:
        """The line is gone: ask how the call ended; what is written on counts as wrap-up."""
        from callintake.screens.capture.hang_up import NOTHING_YET, HangUpDialog, Line

        self.change_draft(timer=self.draft.timer.hang_up(datetime.now(UTC)))
        follows, ending = await self.app.push_screen_wait(HangUpDialog(self._typed_end or NOTHING_YET))
        # How the line fell says nothing of the next end, once the caller is back.
        self._typed_end = None if follows is Line.BACK else ending
        match follows:
            case Line.BACK:
                self.change_draft(timer=self.draft.timer.come_back(datetime.now(UTC)))
            case Line.RAISE:
                self.action_raise_ticket()
            case Line.END:
                await self._end(ending.disposition, ending.reason)

    async def _end(self, disposition: Any, reason: str) -> None:
        await self.desk.ready()
        from callintake.services.capture import end_as

        draft: CallDraft = self.draft
        try:
            ticket = await self.desk.change(
                end_as, draft, disposition, self.desk.agent, self.desk.region, reason=reason
            )
        except Refused as error:
            self.notify(str(error), title="Not ended; everything is kept", severity="error", markup=False)
            self.go_to_problem()
            return
        app = self.app
        self._ended(draft.call_id)
        if ticket is not None:
            waits = "" if ticket.gate.open else "; its gate is shut"
            app.notify(f"{ticket.number} has the request, {ticket.status}{waits}", markup=False)
