"""One ticket as text, for people to read."""

from collections.abc import Iterator
from typing import Any

from callintake.domain.contact import LABELS
from callintake.domain.detail import Ticket
from callintake.domain.detail_json import stamp
from callintake.domain.event_words import in_words
from callintake.domain.note_times import Offsets, sign
from callintake.domain.phone import format_phone


def ticket_text(ticket: Ticket) -> str:
    """Return the whole of a ticket in lines, what matters first."""
    parts = [_head(ticket), _timed(ticket.description, ticket.offsets), *_records(ticket)]
    return "\n\n".join("\n".join(lines) for lines in parts if lines)


def _head(ticket: Ticket) -> list[str]:
    requester = ticket.requester
    gate = "gate open" if ticket.gate.open else f"GATE SHUT: {', '.join(ticket.gate.reasons)}"
    lines = [
        f"{ticket.number}  {ticket.subject}",
        f"{ticket.status} · {ticket.priority.word} · {ticket.category} · {ticket.department or 'not routed'}"
        f" · {ticket.owner or 'nobody has it'}",
        gate,
        f"Raised     {stamp(ticket.created_at)} by {ticket.raised_by}"
        + (f", due {stamp(ticket.due_at)}" if ticket.due_at else ""),
    ]
    values = {"name": requester.name, "organization": requester.organization, "email": requester.email}
    values["phone"] = format_phone(requester.phone) if requester.phone else None
    lines += _where(ticket)
    lines += [f"{LABELS[field]:<13}{value or 'missing'}" for field, value in values.items()]
    detail = {"Asset": ticket.asset, "Impact": ticket.impact, "Urgency": ticket.urgency}
    lines += [f"{name:<13}{value}" for name, value in detail.items() if value]
    flags = {"SUSPICIOUS": ticket.suspicion, "GLASS BROKEN": ticket.break_glass}
    lines += [f"{flag}: {why}" for flag, why in flags.items() if why]
    if ticket.missing_reason:
        lines.append(f"Missing, because  {ticket.missing_reason}")
    return lines


def _where(ticket: Ticket) -> list[str]:
    """Where it went and came from, and when it is looked at again."""
    known = {
        "Merged into": ticket.merged_into,
        "Took in": ", ".join(one.number for one in ticket.merged),
        "Split from": ticket.split_from,
        "Waits until": stamp(ticket.waits_until),
        "Snoozed to": stamp(ticket.snoozed_until),
        "Held until": stamp(ticket.leased_until),
    }
    return [f"{name:<13}{value}" for name, value in known.items() if value]


def _timed(text: str, offsets: Offsets) -> list[str]:
    """The lines of a text, each with when in its call it was begun, where that is known."""
    if not offsets:
        return text.splitlines()
    times = offsets + (None,) * (text.count("\n") + 1 - len(offsets))
    return [f"{sign(time):<7}{line}" for line, time in zip(text.split("\n"), times, strict=False)]


def _records(ticket: Ticket) -> Iterator[list[str]]:
    notes = [(note.at, note.agent, "\n    ".join(_timed(note.text, note.offsets))) for note in ticket.notes]
    yield _titled("Notes", notes)
    yield _titled(
        "Calls",
        [
            (call.started_at, call.agent, f"{call.direction}, {call.channel}, {call.number or 'no number'}: "
             f"{call.disposition or 'not ended'}{f' ({call.reason})' if call.reason else ''}")
            for call in ticket.calls
        ],
    )  # fmt: skip
    yield _titled(
        "Attempts to verify",
        [(attempt.at, attempt.agent, attempt.words) for attempt in ticket.attempts],
    )
    yield _titled(
        "Messages",
        [
            (one.sent_at or one.at, one.standing, f"{one.department or 'no department'}, {one.words}")
            for one in ticket.notifications
        ],
    )
    history = [(event.at, event.agent, in_words(event.kind, event.data)) for event in ticket.history]
    yield _titled("History", history)
    for one in ticket.merged:
        yield [f"Merged into this: {one.number}", *(f"  {line}" for line in ticket_text(one).splitlines())]


def _titled(title: str, entries: list[tuple[Any, str, str]]) -> list[str]:
    return [title, *(f"  {stamp(at)}  {agent}: {text}" for at, agent, text in entries)] if entries else []
