"""The keys of triage: the same wherever a ticket is in sight, for one ticket or for all that are picked."""

from datetime import UTC, datetime
from functools import partial
from typing import Any, ClassVar, NamedTuple

from textual import work
from textual.binding import Binding, BindingType

from callintake.domain.cover import Closed
from callintake.domain.detail import Ticket
from callintake.domain.errors import Refused
from callintake.domain.ticket import Priority, Status, next_statuses, status_of
from callintake.domain.when import UNDERSTOOD, parse_when
from callintake.screens.dialogs import ChoiceDialog, LineDialog
from callintake.screens.verify_dialog import VerifyDialog
from callintake.screens.writing import WritingScreen


class _Until(NamedTuple):
    """Until when; None is what the dialog says that nothing means."""

    moment: datetime | None


class TriageScreen(WritingScreen):
    """Claims, gives, routes, ends, merges and undoes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "claim", "Claim", tooltip="Make this ticket yours"),
        Binding("s", "status", "Status", tooltip="Change the status of this ticket, also until a time"),
        Binding("n", "note", "Note", tooltip="Add a note to this ticket"),
        Binding("v", "verify", "Verify", tooltip="Record that the requester was verified, or was not"),
        Binding("r", "route", "Route", tooltip="Send this ticket to a department"),
        Binding("i", "involve", "Tell", tooltip="Tell another department of this ticket, which stays here", show=False),
        Binding("l", "release", "Release", tooltip="Put this ticket back for others to claim", show=False),
        Binding("a", "assign", "Assign", tooltip="Give this ticket to an agent", show=False),
        Binding("t", "take_over", "Take over", tooltip="Make a ticket yours that somebody else has", show=False),
        Binding("p", "priority", "Priority", tooltip="Say how soon", show=False),
        Binding("e", "category", "Category", tooltip="Say what kind of request it is", show=False),
        Binding("z", "snooze", "Snooze", tooltip="Take this ticket out of sight until a time", show=False),
        Binding("m", "merge", "Merge", tooltip="Merge this ticket into the one that it doubles", show=False),
        Binding("f", "split", "Split", tooltip="Make a part of this ticket one of its own", show=False),
        Binding("C", "correct", "Correct", tooltip="Correct the subject, the description or a note", show=False),
        Binding("u", "undo", "Undo", tooltip="Undo what you did last to this ticket", show=False),
    ]

    @property
    def subject(self) -> str:
        """The tickets that are meant, in words for a title."""
        numbers = self.numbers
        return numbers[0] if len(numbers) == 1 else f"{len(numbers)} tickets"

    async def _ask_until(self, title: str, nothing: str) -> _Until | None:
        """Ask for a time, where nothing has a meaning too."""
        while True:
            placeholder = f"{UNDERSTOOD}; nothing {nothing}"
            typed = await self.app.push_screen_wait(LineDialog(title, placeholder, may_be_empty=True))
            if typed is None:
                return None
            if not typed:
                return _Until(None)
            try:
                return _Until(parse_when(typed, datetime.now(UTC)))
            except Refused as error:
                self.notify(str(error), severity="warning", markup=False)

    @work(group="act")
    async def action_claim(self) -> None:
        """Make tickets one's own."""
        from callintake.services import tickets

        agent = self.desk.agent
        await self.act_on(self.numbers, "is yours", partial(tickets.claim, agent=agent))

    @work(group="act")
    async def action_involve(self) -> None:
        """Ask for another department, and tell it of tickets."""
        from callintake.services import tickets

        numbers, agent = self.numbers, self.desk.agent
        if not numbers:
            return
        closed = {name: f"closed until {how.until}" for name, how in self._away_now().items()}
        title = f"Tell of {self.subject}"
        to = await self.app.push_screen_wait(ChoiceDialog(title, self.desk.rules.departments, notes=closed))
        if to:
            done = f"is told to {to}{f', {closed[to]}' if to in closed else ''}"
            await self.act_on(numbers, done, lambda session, number: tickets.involve(session, number, to, agent))

    @work(group="act")
    async def action_release(self) -> None:
        """Put tickets back."""
        from callintake.services import tickets

        agent = self.desk.agent
        await self.act_on(self.numbers, "is put back", partial(tickets.release, agent=agent))

    @work(group="act")
    async def action_take_over(self) -> None:
        """Make tickets one's own that others have."""
        from callintake.services import tickets

        agent = self.desk.agent
        await self.act_on(self.numbers, "is yours now", partial(tickets.take_over, agent=agent))

    @work(group="act")
    async def action_assign(self) -> None:
        """Ask for an agent, and give tickets to them."""
        from callintake.services import agents, tickets

        numbers, agent = self.numbers, self.desk.agent
        people = await self.find(agents.list_agents) if numbers else None
        if not people:
            return
        names = tuple(name for name, role in people if role != "auditor")
        to = await self.app.push_screen_wait(ChoiceDialog(f"Give {self.subject} to", names))
        if to:
            await self.act_on(numbers, f"is {to}'s", partial(tickets.assign, to=to, agent=agent))

    async def _first_meant(self) -> Ticket | None:
        """The ticket that is meant, or the first of several, as it is now; None where there is none."""
        from callintake.services import reading

        return await self.find(reading.ticket, self.numbers[0]) if self.numbers else None

    @work(group="act")
    async def action_priority(self) -> None:
        """Ask for a priority."""
        from callintake.services import tickets

        numbers, agent = self.numbers, self.desk.agent
        ticket = await self._first_meant()
        if ticket is None:
            return
        words = tuple(priority.word for priority in Priority)
        word = await self.app.push_screen_wait(ChoiceDialog(f"{self.subject}: how soon?", words, ticket.priority.word))
        if word:
            priority = Priority.of(word)
            await self.act_on(numbers, f"is {word}", partial(tickets.set_priority, priority=priority, agent=agent))

    @work(group="act")
    async def action_category(self) -> None:
        """Ask for a category."""
        from callintake.services import tickets

        numbers, agent = self.numbers, self.desk.agent
        ticket = await self._first_meant()
        if ticket is None:
            return
        names = tuple(category.name for category in self.desk.rules.categories)
        name = await self.app.push_screen_wait(
            ChoiceDialog(f"{self.subject}: what kind of request?", names, ticket.category)
        )
        if name:
            await self.act_on(numbers, f"is about {name}", partial(tickets.set_category, category=name, agent=agent))

    @work(group="act")
    async def action_route(self) -> None:
        """Ask for a department, and send tickets there."""
        from callintake.services import tickets

        numbers, agent = self.numbers, self.desk.agent
        ticket = await self._first_meant()
        if ticket is None:
            return
        suggested = ticket.department or self.desk.rules.category_on_file(ticket.category).department
        title = f"Route {self.subject} to"
        closed = {name: how.words for name, how in self._away_now().items()}
        chosen = await self.app.push_screen_wait(ChoiceDialog(title, self.desk.rules.departments, suggested, closed))
        if chosen:
            done = f"went to {chosen}{f', {closed[chosen]}' if chosen in closed else ''}"
            await self.act_on(numbers, done, partial(tickets.route, department=chosen, agent=agent))

    def _away_now(self) -> dict[str, Closed]:
        """The departments that are not there now."""
        rules, now = self.desk.rules, datetime.now(UTC)
        return {name: how for name in rules.departments if (how := rules.closed(name, now)) is not None}

    @work(group="act")
    async def action_status(self) -> None:
        """Ask for the next status, among those that may follow, and for what it needs."""
        numbers = self.numbers
        ticket = await self._first_meant()
        if ticket is None:
            return
        if len(numbers) == 1:
            choices = tuple(status.value for status in next_statuses(ticket.status, ticket.gate))
        else:
            choices = tuple(status.value for status in Status if status is not Status.MERGED)
        if not choices:
            self.notify(f"{numbers[0]} is {ticket.status}; nothing follows", markup=False)
            return
        title = f"{numbers[0]} is {ticket.status}; make it" if len(numbers) == 1 else f"Make {self.subject}"
        chosen = await self.app.push_screen_wait(ChoiceDialog(title, choices))
        if chosen and (act := await self._status_act(status_of(chosen))) is not None:
            await self.act_on(numbers, f"is {chosen}", act)

    async def _status_act(self, status: Status) -> Any:
        """What is done to a ticket so that it has a status, once what that needs is known."""
        from callintake.services import tickets, triage

        agent = self.desk.agent
        if status is Status.PENDING:
            until = await self._ask_until("Pending until", "is for good")
            return None if until is None else partial(triage.pend, agent=agent, until=until.moment)
        if status is Status.CLOSED:
            why = await self.app.push_screen_wait(
                LineDialog("Close: why?", "needed where the caller was never confirmed", may_be_empty=True)
            )
            return None if why is None else partial(tickets.set_status, status=status, agent=agent, reason=why)
        return partial(tickets.set_status, status=status, agent=agent)

    @work(group="act")
    async def action_snooze(self) -> None:
        """Ask until when tickets are out of sight; nothing brings them back."""
        from callintake.services import triage

        numbers, agent = self.numbers, self.desk.agent
        if not numbers:
            return
        until = await self._ask_until(f"Snooze {self.subject} until", "wakes it")
        if until is not None:
            done = "is in sight again" if until.moment is None else "sleeps"
            await self.act_on(numbers, done, partial(triage.snooze, agent=agent, until=until.moment))

    @work(group="act")
    async def action_merge(self) -> None:
        """Ask for the ticket that these double, and merge them into it."""
        from callintake.services import merging

        numbers, agent = self.numbers, self.desk.agent
        if not numbers:
            return
        into = await self.app.push_screen_wait(LineDialog(f"Merge {self.subject} into", "the number that stays"))
        if into:
            await self.act_on(numbers, f"went into {into}", partial(merging.merge, into=into, agent=agent))

    @work(group="act")
    async def action_undo(self) -> None:
        """Undo what one did last to tickets."""
        from callintake.services import undoing

        agent = self.desk.agent
        await self.act_on(self.numbers, "is as it was before", partial(undoing.undo, agent=agent))

    @work(group="act")
    async def action_verify(self) -> None:
        """Ask how the requester was verified, and record it."""
        from callintake.services import directory, tickets

        if (ticket := await self.the_ticket()) is None:
            return
        number, contact_id = ticket.number, ticket.requester.contact_id
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
