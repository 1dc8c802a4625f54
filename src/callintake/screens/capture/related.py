"""Tickets beside a draft: the one whose number was said, the requester's, and those that look like the same request."""

from datetime import UTC, datetime

from textual import work
from textual.content import Content

from callintake.domain.call import age
from callintake.domain.detail import TicketLine
from callintake.domain.draft import CallDraft
from callintake.domain.errors import Refused
from callintake.domain.fact import Fact, FactKind
from callintake.domain.phone import caller_e164
from callintake.domain.text import clean_line, elide
from callintake.services.desk import Desk
from callintake.widgets.plain import Plain

_MOST = 6
_INDENT = " " * len("ctrl+f add to ")


class RelatedTickets(Plain):
    """Lists what this call may be about already; a key adds the call to one of them instead of raising another."""

    DEFAULT_CSS = """
    RelatedTickets { height: 1; padding: 0 1; color: $text-muted; text-wrap: nowrap; text-overflow: ellipsis; }
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__(id="related")
        self.desk = desk
        self.said: TicketLine | None = None
        """The ticket whose number is in the notes: this and no other is meant."""
        self.lines: list[TicketLine] = []
        """What else may be meant, the likeliest first."""
        self._asked: object = None

    @property
    def candidates(self) -> list[TicketLine]:
        """The tickets that this call may be added to: the one said alone, or all that may be meant."""
        return [self.said] if self.said is not None else self.lines

    @work(exclusive=True, group="related")
    async def look(self, draft: CallDraft, facts: tuple[Fact, ...]) -> None:
        """Look for tickets; a newer look replaces this one, and the same question is not asked twice."""
        numbers = [fact.value for fact in facts if fact.kind is FactKind.TICKET and not fact.problem]
        contact_id = draft.contact.id if draft.contact else None
        phone = caller_e164(draft.caller_number, self.desk.region)
        about = (contact_id, phone, clean_line(draft.name), clean_line(draft.organization))
        question = (about, draft.effective_subject, clean_line(draft.asset), tuple(numbers))
        if question == self._asked:
            return
        try:
            await self.desk.ready()
            from callintake.services import related

            theirs = await self.desk.ask(related.tickets_of_requester, *about)
            words = f"{draft.effective_subject} {draft.asset}"
            alike = await self.desk.ask(related.likely_duplicates, words, clean_line(draft.organization) or None)
            said = None
            for number in reversed(numbers):
                said = said or await self._line(number)
        except Refused:
            return
        self._asked, self.said = question, said
        self.lines = list({line.serial: line for line in [*theirs, *alike]}.values())[:_MOST]
        self._show()

    async def _line(self, number: str) -> TicketLine | None:
        from callintake.services import related

        try:
            return await self.desk.ask(related.ticket_line, number)
        except Refused:
            return None

    def _show(self) -> None:
        lines = self.candidates
        if not lines:
            self.update("", layout=False)
            return
        count = f"1 of {len(lines)}: " if len(lines) > 1 else ""
        first = Content.assemble(("ctrl+f ", "bold $text-accent"), "add to ", count, line_words(lines[0]))
        room = max(self.size.height - 1, 0)
        others = [Content(f"{_INDENT}{line_words(line)}") for line in lines[1 : room + 1]]
        self.update(Content("\n").join([first, *others]), layout=False)

    def on_resize(self) -> None:
        self._show()


def line_words(line: TicketLine) -> str:
    """One ticket on one line."""
    since = age((datetime.now(UTC) - line.created_at).total_seconds())
    who = f"{elide(line.name or '–', 16)}  " if line.name else ""
    return f"{line.number}  {line.status}  {since}  {who}{elide(line.subject, 34)}"
