"""A screen on which something is done with a ticket: the same keys wherever a ticket is in sight."""

from abc import abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar, Concatenate, ParamSpec, TypeVar

from textual import work
from textual.binding import Binding, BindingType

from callintake.domain.errors import GateShut, Refused
from callintake.domain.ticket import next_statuses, status_of
from callintake.screens.asking import AskingScreen
from callintake.screens.dialogs import ChoiceDialog, NoteDialog
from callintake.screens.verify_dialog import VerifyDialog

P = ParamSpec("P")
R = TypeVar("R")


class ActingScreen(AskingScreen):
    """Claim, status, note, verify and route, for the ticket that the screen says is meant."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "claim", "Claim", tooltip="Make this ticket yours"),
        Binding("s", "status", "Status", tooltip="Change the status of this ticket"),
        Binding("n", "note", "Note", tooltip="Add a note to this ticket"),
        Binding("v", "verify", "Verify", tooltip="Record that the requester was verified, or was not"),
        Binding("r", "route", "Route", tooltip="Send this ticket to a department"),
        Binding("i", "involve", "Tell", tooltip="Tell another department of this ticket, which stays here", show=False),
    ]

    @property
    @abstractmethod
    def number(self) -> str | None:
        """The number of the ticket that is meant, or None."""

    @abstractmethod
    async def reload(self) -> None:
        """Show the ticket as it is now."""

    async def act(self, done: str, verb: Callable[Concatenate[Any, P], Any], *args: P.args, **kwargs: P.kwargs) -> bool:
        """Carry out a verb on the ticket, and say what was done or why not; return whether it was."""
        carried_out = False
        try:
            await self.desk.change(verb, *args, **kwargs)
        except GateShut as error:
            self.notify(str(error), title="Gate shut", severity="error", markup=False)
        except Refused as error:
            self.notify(str(error), title="Not done", severity="warning", markup=False)
        else:
            carried_out = True
            self.notify(done, markup=False, timeout=3)
        await self.reload()
        return carried_out

    @work(group="act")
    async def action_claim(self) -> None:
        """Make the ticket one's own."""
        if (number := self.number) is not None:
            from callintake.services import tickets

            await self.act(f"{number} is yours", tickets.claim, number, self.desk.agent)

    @work(group="act")
    async def action_status(self) -> None:
        """Ask for the next status, among those that may follow."""
        if (number := self.number) is None:
            return
        from callintake.services import reading, tickets

        if (ticket := await self.find(reading.ticket, number)) is None:
            return
        choices = tuple(status.value for status in next_statuses(ticket.status, ticket.gate))
        if not choices:
            self.notify(f"{number} is {ticket.status}; nothing follows", markup=False)
            return
        chosen = await self.app.push_screen_wait(ChoiceDialog(f"{number} is {ticket.status}; make it", choices))
        if chosen:
            status = status_of(chosen)
            await self.act(f"{number} is {status}", tickets.set_status, number, status, self.desk.agent, ticket.version)

    @work(group="act")
    async def action_note(self) -> None:
        """Ask for a note, and add it."""
        if (number := self.number) is None:
            return
        from callintake.services import tickets

        text: str | None = ""
        while (text := await self.app.push_screen_wait(NoteDialog(f"Note on {number}", text or ""))) is not None:
            if await self.act(f"noted on {number}", tickets.add_note, number, text, self.desk.agent):
                return

    @work(group="act")
    async def action_route(self) -> None:
        """Ask for a department, and send the ticket there."""
        if (number := self.number) is None:
            return
        from callintake.services import reading, tickets

        if (ticket := await self.find(reading.ticket, number)) is None:
            return
        suggested = ticket.department or self.desk.rules.category_on_file(ticket.category).department
        departments = self.desk.rules.departments
        chosen = await self.app.push_screen_wait(ChoiceDialog(f"Route {number} to", departments, suggested))
        if chosen:
            await self.act(f"{number} went to {chosen}", tickets.route, number, chosen, self.desk.agent, ticket.version)

    @work(group="act")
    async def action_involve(self) -> None:
        """Ask for another department, and tell it of the ticket."""
        if (number := self.number) is None:
            return
        from callintake.services import tickets

        chosen = await self.app.push_screen_wait(ChoiceDialog(f"Tell of {number}", self.desk.rules.departments))
        if chosen:
            await self.act(f"{chosen} will be told of {number}", tickets.involve, number, chosen, self.desk.agent)

    @work(group="act")
    async def action_verify(self) -> None:
        """Ask how the requester was verified, and record it."""
        if (number := self.number) is None:
            return
        from callintake.services import directory, reading, tickets

        if (ticket := await self.find(reading.ticket, number)) is None:
            return
        contact_id = ticket.requester.contact_id
        contact = None if contact_id is None else await self.find(directory.contact_by_id, contact_id)
        answer = await self.app.push_screen_wait(VerifyDialog(self.desk, ticket, contact))
        if answer is None:
            return
        attempt = answer.attempt
        done = f"recorded on {number}: {attempt.outcome}" if attempt.outcome else f"compared for {number}"
        await self.act(
            done,
            tickets.verify,
            number,
            attempt.method,
            attempt.outcome,
            self.desk.agent,
            contact=answer.contact,
            dialled=attempt.number,
            reason=attempt.reason,
            approver_id=attempt.approver_id,
            said=attempt.said,
        )
