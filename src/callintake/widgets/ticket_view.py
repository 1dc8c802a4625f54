"""A ticket on the screen: who and how to reach them, what they ask for, and what became of it."""

from textual.content import Content

from callintake.domain.contact import LABELS
from callintake.domain.detail import Ticket
from callintake.domain.note_times import Offsets, sign
from callintake.domain.phone import format_phone
from callintake.domain.timeline import Entry, Kind, timeline
from callintake.widgets.call_header import gate_words
from callintake.widgets.hanging import HangingText, Hung, Line


class TicketView(HangingText):
    """Shows one ticket; briefly beside a list, or whole."""

    DEFAULT_CSS = """
    TicketView { height: auto; padding: 0 1; }
    """

    def show(self, ticket: Ticket | None, *, whole: bool) -> None:
        """Show a ticket, or nothing."""
        self.put(() if ticket is None else _lines(ticket, whole=whole))


def _lines(ticket: Ticket, *, whole: bool) -> list[Line]:
    requester = ticket.requester
    gate_style = "$text-success" if ticket.gate.open else "bold $text-error"
    phone = format_phone(requester.phone) if requester.phone else None
    lines: list[Line] = [
        Hung(
            Content.styled(f"{gate_words(ticket.gate)}  ", gate_style),
            Content(
                f"{ticket.status} · {ticket.priority.word} · {ticket.category}"
                f" · {ticket.department or 'not routed'} · {ticket.owner or 'nobody has it'}"
            ),
        ),
        Content.styled(
            f"{requester.name or 'name missing'}, {requester.organization or 'organization missing'}", "bold"
        ),
        Content(f"{requester.email or 'no e-mail'} · {phone or 'no phone'}"),
    ]
    flags = {"suspicious": ticket.suspicion, "glass broken": ticket.break_glass}
    lines += [Content.styled(f"! {flag}: {why}", "bold $text-error") for flag, why in flags.items() if why]
    if requester.missing:
        missing = ", ".join(LABELS[name] for name in requester.missing)
        lines.append(Content.styled(f"missing {missing}: {ticket.missing_reason}", "$text-warning"))
    detail = {"asset": ticket.asset, "impact": ticket.impact, "urgency": ticket.urgency}
    if known := "  ".join(f"{name} {value}" for name, value in detail.items() if value):
        lines.append(Content(known))
    lines += [Content(""), *_timed(ticket.description, ticket.offsets)]
    if whole and ticket.asked:
        lines += [Content.styled(f"asked: {' · '.join(ticket.asked)}", "$foreground 65%")]
    entries = timeline(ticket)
    if not whole:
        # Beside a list what was said counts, and what happened last.
        notes = [entry for entry in entries if entry.kind is Kind.NOTE]
        entries = [*notes, *[entry for entry in entries if entry.kind is not Kind.NOTE][-3:]]
    lines += _told(ticket, whole=whole)
    lines.append(Content(""))
    for entry in entries:
        lines += _entry(entry)
    return lines


def _told(ticket: Ticket, *, whole: bool) -> list[Line]:
    """Who was told of it, and how each message stands: one line beside a list, one a message where it is whole."""
    messages = ticket.notifications
    if not messages:
        return []
    if not whole:
        told = " · ".join(f"{one.sign} {one.department or one.recipient} {one.channel}" for one in messages[-4:])
        style = "bold $text-error" if any(one.needs_somebody for one in messages) else "$foreground 65%"
        return [Content(""), Content.styled(f"told: {told}", style)]
    lines: list[Line] = [Content(""), Content.styled("Messages", "bold")]
    for one in messages:
        when = f"{(one.sent_at or one.at).astimezone():%d %b %H:%M}"
        style = "bold $text-error" if one.needs_somebody else "$foreground 65%"
        words = Content.styled(f"{one.department or '–'}: {one.words}", style)
        lines.append(Hung(Content.styled(f"{when}  {one.standing:<9}  ", style), words))
    return lines


def _entry(entry: Entry) -> list[Line]:
    """An entry of the timeline: a change in one line, a note under its head."""
    head = Content.styled(f"{entry.at.astimezone():%d %b %H:%M}  {entry.kind:<7}", "$foreground 65%")
    if entry.kind is Kind.NOTE:
        return [head + Content.styled(entry.agent, "$foreground 65%"), *_timed(entry.words, entry.offsets)]
    sign_ = {"verified": "✓ ", "failed": "✗ "}.get(entry.words.rpartition(": ")[2], "")
    words = f"{entry.agent}  {sign_ if entry.kind is Kind.ATTEMPT else ''}{entry.words}"
    return [Hung(head, Content.styled(words, "$foreground 65%"))]


def _timed(text: str, offsets: Offsets) -> list[Line]:
    """The lines of a text, each with when in its call it was begun, where that is known."""
    if not offsets:
        return [Content(text)]
    times = offsets + (None,) * (text.count("\n") + 1 - len(offsets))
    lines = zip(text.split("\n"), times, strict=False)
    return [Hung(Content.styled(f"{sign(time):<7}", "$foreground 65%"), Content(line)) for line, time in lines]
