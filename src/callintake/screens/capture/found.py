"""What was found in the notes: offered in one line, taken by one key, never taken by itself."""

import asyncio

from textual import work
from textual.content import Content
from textual.message import Message

from callintake.domain.draft import CallDraft
from callintake.domain.errors import Refused
from callintake.domain.fact import Fact, FactKind
from callintake.domain.offers import Offer, offers, on_file_offer
from callintake.domain.phone import caller_e164
from callintake.domain.text import elide
from callintake.services.desk import Desk
from callintake.widgets.plain import Plain


class FoundLine(Plain):
    """Looks for facts while the agent types, and shows the first that may be taken."""

    DEFAULT_CSS = """
    FoundLine { height: 1; padding: 0 1; color: $text-muted; text-wrap: nowrap; text-overflow: ellipsis; }
    """

    class Looked(Message):
        """The notes were looked through."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(id="found")
        self.desk = desk
        self.facts: tuple[Fact, ...] = ()
        """Everything that was found."""
        self.offered: tuple[Offer, ...] = ()
        """What may be taken, the first by the next key."""
        self._declined: frozenset[tuple[str, str]] = frozenset()
        self._on_file: tuple[str, Fact | None] = ("", None)

    @work(exclusive=True, group="facts")
    async def look(self, draft: CallDraft) -> None:
        """Look through the notes; a newer look replaces this one, without a directory only the notes tell."""
        from callintake.domain.facts import find_facts

        facts = list(await asyncio.to_thread(find_facts, draft.notes, self.desk.region, self.desk.rules.asset_pattern))
        try:
            await self.desk.ready()
            from callintake.services.known import known_in_text

            facts += await self.desk.ask(known_in_text, draft.notes)
            if (on_file := await self._caller_on_file(draft)) is not None:
                facts.append(on_file)
        except Refused:
            pass
        self.facts = tuple(facts)
        self.post_message(self.Looked())

    async def _caller_on_file(self, draft: CallDraft) -> Fact | None:
        """Who alone has the number that calls on file; asked once for each number."""
        asked, fact = self._on_file
        if draft.caller_number != asked:
            from callintake.services.finding import contacts_with_number

            number = caller_e164(draft.caller_number, self.desk.region)
            found = await self.desk.ask(contacts_with_number, number) if number else []
            fact = on_file_offer(found[0]) if len(found) == 1 else None
            self._on_file = (draft.caller_number, fact)
        return fact

    def offer(self, draft: CallDraft) -> None:
        """Offer what was found and the draft, as it is now, has not got."""
        self.offered = offers(self.facts, draft, self.desk.region, self._declined)
        self._show()

    @property
    def why_none(self) -> str:
        """Why there is nothing to take."""
        is_misread = self._misread() is not None
        return "First the ticket number that can't be right" if is_misread else "Nothing found that a field has not got"

    def take(self) -> Offer | None:
        """Return the offer that is shown, and offer it no more."""
        if not self.offered or self._misread() is not None:
            return None
        self._declined |= {self.offered[0].key}
        return self.offered[0]

    def _show(self) -> None:
        if (wrong := self._misread()) is not None:
            # Nothing is offered beside it: what ctrl+g takes must be in sight.
            self.update(
                Content.styled(f"✗ {elide(wrong, max(self.size.width - 4, 20))}", "$text-warning"), layout=False
            )
            return
        if not self.offered:
            self.update("", layout=False)
            return
        offer, more = self.offered[0], len(self.offered) - 1
        instead = f" instead of {elide(offer.instead_of, 20)}" if offer.instead_of else ""
        why = ", whose number this is on file: a claim" if offer.fact.at < 0 else ""
        self.update(
            Content.assemble(
                ("ctrl+g ", "bold $text-accent"),
                f"{offer.field} ",
                (elide(offer.value, 40), "bold $text-primary"),
                f"{instead}{f' · {more} more' if more else ''}{why}",
            ),
            layout=False,
        )

    def _misread(self) -> str | None:
        """Why the ticket number that was said last can't be right; None once one that can be follows."""
        numbers = [fact for fact in self.facts if fact.kind is FactKind.TICKET]
        return numbers[-1].problem if numbers else None
