"""What a message says: the number first, then what happened, then what is needed to act (P10)."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from callintake.domain.contact import LABELS
from callintake.domain.detail import Ticket
from callintake.domain.message_template import DESCRIPTION, WORK, Templates, fill
from callintake.domain.notice import FOR_CONTACTS, Notice, NoticeEvent
from callintake.domain.phone import format_phone
from callintake.domain.text import clean_block, clean_line, elide

_OPENINGS = {
    NoticeEvent.ROUTED: "is for {department}",
    NoticeEvent.STANDING_IN: "is for {to}, closed until {until}; {department} stands in",
    NoticeEvent.INVOLVED: "needs {department} too",
    NoticeEvent.WITHDRAWN: "went from {department} to {to}; nothing is left to do for {department}",
    NoticeEvent.RESOLVED: "was resolved by {by}",
    NoticeEvent.MERGED: "was merged into {into} by {by}: it goes on under that number",
    NoticeEvent.APART_AGAIN: "is a ticket of its own again; that it went into {into} was undone by {by}",
    NoticeEvent.GATE_SHUT: "STOP: nothing may be done about it any more, {reason}",
    NoticeEvent.GATE_OPEN: "may be acted on again",
    NoticeEvent.BREACHED: "is past its due time",
    NoticeEvent.ACKNOWLEDGED: "is the number of your request; say it when you call about it",
    NoticeEvent.SENSITIVE: "somebody asked for something in your name: {category}",
    NoticeEvent.GLASS_BROKEN: "gate opened without proof by {agent}: {reason}",
    NoticeEvent.SUSPICIOUS_CALL: "from {caller_number}, suspicious: {reason} (marked by {agent})",
    NoticeEvent.SUSPICIOUS_TICKET: "suspicious: {reason} (marked by {agent})",
    NoticeEvent.TEST: "of callintake for {department}; nothing needs to be done",
}
_SUBJECTS = {
    NoticeEvent.ACKNOWLEDGED: "your request",
    NoticeEvent.SENSITIVE: "a request in your name",
    NoticeEvent.TEST: "of callintake",
}
_NOT_YOU = "If that was not you, call us at the number you know. We never ask for a password by e-mail."
_SUBJECT_LENGTH = 160
_VALUE_LENGTH, _DESCRIPTION_LENGTH = 500, 20_000
"""Characters that go into a message; the rest is in the desk."""
_NOTHING_ELSE = (*FOR_CONTACTS, NoticeEvent.TEST)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message in words, not yet in the form of any service."""

    number: str
    """What it is about: it comes first wherever the message goes."""
    subject: str
    opening: str
    facts: tuple[tuple[str, str], ...] = ()
    description: str = ""
    closing: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    """What a template of the desk file says in place of facts and description."""

    @property
    def text(self) -> str:
        """The whole of it, in lines."""
        width = max((len(label) for label, _ in self.facts), default=0)
        facts = "\n".join(f"{label:<{width}}  {value}" for label, value in self.facts)
        said = (facts, "\n".join(self.lines), self.description)
        parts = (f"{self.number} {self.opening}", *said, "\n".join(self.closing))
        return "\n\n".join(part for part in parts if part) + "\n"


def letter(notice: Notice) -> Rendered:
    """Return what an e-mail says: all that is needed to act; to a contact, no more than that something is."""
    ticket = notice.ticket
    closing = [_NOT_YOU] * (notice.event is NoticeEvent.SENSITIVE)
    if ticket is None or notice.event in _NOTHING_ELSE:
        return _rendered(notice, (), "", closing)
    description = clean_block(elide(ticket.description, _DESCRIPTION_LENGTH))
    template = _templates(notice).email
    if template is not None:
        lines = _filled(template, {**_values(notice, ticket), DESCRIPTION: description})
        return _rendered(notice, _shut(notice, ticket), "", closing, lines)
    return _rendered(notice, (*_work(notice, ticket), *_person(ticket)), description, closing)


def instant_message(notice: Notice) -> Rendered:
    """Return what an instant message says: no notes, and of a person only what the desk file allows."""
    ticket, allowed = notice.ticket, notice.desk.notify.personal
    if ticket is None or notice.event in _NOTHING_ELSE:
        return _rendered(notice, (), "", [])
    template = _templates(notice).message
    if template is not None:
        values = {name: value for name, value in _values(notice, ticket).items() if name in (*WORK, *allowed)}
        return _rendered(notice, _shut(notice, ticket), "", [], _filled(template, values))
    told = [("Subject", _line(ticket.subject)), *_person(ticket)]
    names = {"Subject": "subject", **{label: name for name, label in LABELS.items()}}
    person = tuple((label, value) for label, value in told if names[label] in allowed)
    return _rendered(notice, (*_work(notice, ticket), *person), "", [])


def _templates(notice: Notice) -> Templates:
    """How a message about a ticket to a department reads; others read as they come built in."""
    return notice.desk.notify.templates_of(notice.department) if notice.department else Templates()


def _filled(template: tuple[str, ...], values: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(line for line in (fill(one, values) for one in template) if line)


def _shut(notice: Notice, ticket: Ticket) -> tuple[tuple[str, str], ...]:
    """Whatever a template leaves out, nobody acts behind a shut gate for want of being told."""
    return () if ticket.gate.open else tuple(one for one in _work(notice, ticket) if one[0] == "Gate")


def _values(notice: Notice, ticket: Ticket) -> dict[str, str]:
    """What the blanks of a template stand for, each in one line."""
    facts = (*_work(notice, ticket), *_person(ticket))
    names = {label: name for name, label in LABELS.items()}
    return {
        **{names.get(label, label.casefold()): value for label, value in facts},
        "number": notice.about,
        "subject": _line(ticket.subject),
        "department": _line(ticket.department or notice.department or ""),
    }


def _subject(notice: Notice, ticket: Ticket) -> str:
    """What the subject of an e-mail to a department says after the number: for the thread, always the same."""
    template = _templates(notice).subject
    if template is None:
        return _line(ticket.subject)
    return _line(fill(template, _values(notice, ticket))).removeprefix(notice.about).lstrip()


def _rendered(
    notice: Notice,
    facts: tuple[tuple[str, str], ...],
    description: str,
    closing: list[str],
    lines: tuple[str, ...] = (),
) -> Rendered:
    said = {name: _line(str(value)) for name, value in notice.facts.items() if value is not None}
    words = defaultdict(lambda: "unknown", {"department": notice.department or "you", **said})
    opening = _OPENINGS[notice.event].format_map(words)
    subject = _SUBJECTS.get(notice.event)
    if subject is None and notice.department and notice.ticket:
        subject = _subject(notice, notice.ticket)
    subject = subject or notice.event.value
    closing = [*closing, notice.desk.classification]
    line = elide(f"{notice.about} {subject}", _SUBJECT_LENGTH)
    return Rendered(notice.about, line, opening, facts, description, tuple(closing), lines)


def _work(notice: Notice, ticket: Ticket) -> tuple[tuple[str, str], ...]:
    """What somebody who is to act has to know, and tells of nobody."""
    procedure = notice.desk.category_on_file(ticket.category).procedure
    gate = "open" if ticket.gate.open else f"SHUT, do nothing: {', '.join(ticket.gate.reasons)}"
    facts = {
        "Category": ticket.category,
        "Priority": ticket.priority.word,
        "Due": _moment(ticket.due_at),
        "Status": ticket.status.value,
        "Asset": ticket.asset,
        "Procedure": procedure,
        "Gate": f"{gate} (glass broken)" if ticket.gate.is_broken else gate,
    }
    return tuple((label, _line(value)) for label, value in facts.items() if value)


def _person(ticket: Ticket) -> tuple[tuple[str, str], ...]:
    requester = ticket.requester
    values = {
        "name": requester.name,
        "organization": requester.organization,
        "email": requester.email,
        "phone": format_phone(requester.phone) if requester.phone else None,
    }
    return tuple((LABELS[name], _line(value)) for name, value in values.items() if value)


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else f"{moment:%Y-%m-%d %H:%M} UTC"


def _line(text: str) -> str:
    return clean_line(elide(text, _VALUE_LENGTH))
