"""A contact on the screen: what is on file, what it proves, who may ask for what, and what happened lately."""

from collections.abc import Iterator
from datetime import date

from textual.content import Content

from callintake.domain.contact_detail import ContactDetail
from callintake.domain.detail import TicketLine
from callintake.domain.phone import format_phone
from callintake.domain.ticket import Status
from callintake.widgets.plain import Plain

_LABEL = 12
_NARROWEST = 20
_QUIET, _LOUD, _DOUBT = "$foreground 65%", "bold $text-error", "$text-warning"
_Fact = tuple[str, tuple[Content, ...]]
"""A label, and the phrases beside it, between which a line is broken first."""


class ContactView(Plain):
    """Shows one contact, its labels in a column of their own."""

    DEFAULT_CSS = """
    ContactView { height: auto; padding: 0 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._detail: ContactDetail | None = None

    def show(self, detail: ContactDetail | None) -> None:
        """Show a contact, or nothing."""
        self._detail = detail
        self._fold()

    def on_resize(self) -> None:
        self._fold()

    def _fold(self) -> None:
        """Lay the facts out in the width there is."""
        if self._detail is None:
            self.update(Content(""))
            return
        room = max(self.content_size.width - _LABEL, _NARROWEST)
        lines = list(_head(self._detail))
        for label, said in _facts(self._detail):
            for place, line in enumerate(_folded(said, room)):
                lines.append(Content.assemble((f"{'' if place else label:<{_LABEL}}", _QUIET), line))
        self.update(Content("\n").join(lines))


def _head(detail: ContactDetail) -> Iterator[Content]:
    contact = detail.contact
    vip = ("  VIP", f"bold {_DOUBT}") if contact.vip else ""
    yield Content.assemble((f"{contact.name}, {contact.organization}", "bold"), vip)
    if detail.is_locked:
        yield Content.styled("LOCKED after failed verifications: a lead unlocks, with u", _LOUD)


def _facts(detail: ContactDetail) -> Iterator[_Fact]:
    contact = detail.contact
    yield "E-mail", _since(contact.email or "none on file", contact.email_since, detail.email_counts_from)
    for place, one in enumerate(contact.numbers):
        yield "" if place else "Phone", _since(format_phone(one.e164), one.since, detail.counts_from(one))
    if not contact.numbers:
        yield "Phone", (Content("none on file"),)
    proofs = [word for word, has in (("PIN", detail.has_pin), ("app enrolled", detail.has_totp)) if has]
    yield "Proves by", (Content(", ".join(proofs) or "no PIN, no app"),)
    yield "May request", (Content(", ".join(contact.may_request) or "ordinary help only"),)
    yield "Approves", (Content(", ".join(contact.approves) or "nothing by name"),)
    yield from _block("Notes", [Content(line) for line in contact.notes.split("\n")] if contact.notes else [])
    failed = [f"{one.at.astimezone():%d %b %H:%M}  {one.method.words}, {one.agent}" for one in detail.failures]
    yield from _block("Failed", [Content.styled(line, "$text-error") for line in failed])
    yield from _block("Tickets", [_ticket(line) for line in detail.tickets] or [Content("none of late")])


def _since(value: str, since: date | None, later: date | None) -> tuple[Content, ...]:
    phrases = [Content(value)]
    if since is not None:
        phrases.append(Content.styled(f"since {since}", _QUIET))
    if later is not None:
        phrases.append(Content.styled(f"counts from {later}", _DOUBT))
    return tuple(phrases)


def _block(label: str, lines: list[Content]) -> Iterator[_Fact]:
    for place, line in enumerate(lines):
        yield "" if place else label, (line,)


def _folded(phrases: tuple[Content, ...], room: int) -> list[Content]:
    """Return the lines of a fact: as many phrases on each as there is room for."""
    lines: list[Content] = []
    for phrase in phrases:
        first, *others = phrase.wrap(room) or [Content("")]
        if lines and lines[-1].cell_length + 1 + first.cell_length <= room:
            lines[-1] = Content.assemble(lines[-1], " ", first)
        else:
            lines.append(first)
        lines += others
    return lines


def _ticket(line: TicketLine) -> Content:
    is_done = line.status in (Status.RESOLVED, Status.CLOSED)
    shut = "" if is_done or line.gate.open else ("SHUT ", _LOUD)
    return Content.assemble(f"{line.number} ", shut, (f"{line.status}  ", _QUIET), line.subject)
