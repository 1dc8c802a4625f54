"""A ticket on the screen: who and how to reach them, what they ask for, and what became of it."""

from textual.content import Content

from callintake.domain.contact import LABELS
from callintake.domain.detail import Event, Ticket
from callintake.domain.note_times import Offsets, sign
from callintake.domain.phone import format_phone
from callintake.widgets.call_header import gate_words
from callintake.widgets.plain import Plain

_PLAIN = ("after", "department", "disposition", "method", "name", "number", "owner", "reason")
"""Facts of an event that say what they are by themselves."""


class TicketView(Plain):
    """Shows one ticket; briefly beside a list, or whole."""

    DEFAULT_CSS = """
    TicketView { height: auto; padding: 0 1; }
    """

    def show(self, ticket: Ticket | None, *, whole: bool) -> None:
        """Show a ticket, or nothing."""
        self.update(Content("") if ticket is None else Content("\n").join(_lines(ticket, whole=whole)))


def _lines(ticket: Ticket, *, whole: bool) -> list[Content]:
    requester = ticket.requester
    gate_style = "$text-success" if ticket.gate.open else "bold $text-error"
    phone = format_phone(requester.phone) if requester.phone else None
    lines = [
        Content.assemble(
            (gate_words(ticket.gate), gate_style),
            f"  {ticket.status} · {ticket.priority.word} · {ticket.category}"
            f" · {ticket.department or 'not routed'} · {ticket.owner or 'nobody has it'}",
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
        lines += [Content.styled(f"asked: {' · '.join(ticket.asked)}", "$text-muted")]
    for note in ticket.notes:
        lines += [
            Content(""),
            Content.styled(f"{note.at.astimezone():%d %b %H:%M}  {note.agent}", "$text-muted"),
            *_timed(note.text, note.offsets),
        ]
    lines += _told(ticket, whole=whole)
    history = ticket.history if whole else ticket.history[-3:]
    lines.append(Content(""))
    if whole:
        lines.append(Content.styled("History", "bold"))
    lines += [Content.styled(_event(event), "$text-muted") for event in history]
    return lines


def _told(ticket: Ticket, *, whole: bool) -> list[Content]:
    """Who was told of it, and how each message stands: one line beside a list, one a message where it is whole."""
    messages = ticket.notifications
    if not messages:
        return []
    if not whole:
        told = " · ".join(f"{one.sign} {one.department or one.recipient} {one.channel}" for one in messages[-4:])
        style = "bold $text-error" if any(one.needs_somebody for one in messages) else "$text-muted"
        return [Content(""), Content.styled(f"told: {told}", style)]
    lines = [Content(""), Content.styled("Messages", "bold")]
    for one in messages:
        when = f"{(one.sent_at or one.at).astimezone():%d %b %H:%M}"
        text = f"{when}  {one.standing:<9}  {one.department or '–'}: {one.words}"
        lines.append(Content.styled(text, "bold $text-error" if one.needs_somebody else "$text-muted"))
    return lines


def _timed(text: str, offsets: Offsets) -> list[Content]:
    """The lines of a text, each with when in its call it was begun, where that is known."""
    if not offsets:
        return [Content(text)]
    times = offsets + (None,) * (text.count("\n") + 1 - len(offsets))
    lines = zip(text.split("\n"), times, strict=False)
    return [Content.assemble((f"{sign(time):<7}", "$text-muted"), line) for line, time in lines]


def _event(event: Event) -> str:
    said = ", ".join(
        str(value) if name in _PLAIN else f"{name} {', '.join(value) if isinstance(value, list) else value}"
        for name, value in event.data.items()
        if value not in (None, "", []) and name != "contact_id"
    )
    return f"{event.at.astimezone():%d %b %H:%M}  {event.agent}  {event.kind}{': ' + said if said else ''}"
