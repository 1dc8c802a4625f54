"""Tickets as they leave the desk: as a table, or whole in JSON, each with its classification on it (P11)."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from callintake.domain.csv_cell import csv_cell
from callintake.domain.detail import Ticket
from callintake.domain.detail_json import stamp, to_json
from callintake.domain.phone import format_phone
from callintake.domain.text import clean_block, printable


@dataclass(frozen=True, slots=True)
class Facts:
    """What an export says of itself."""

    classification: str
    view: str
    made_at: datetime
    made_by: str


Value = str | int | bool | None
COLUMNS: dict[str, Callable[[Ticket], Value]] = {
    "number": lambda ticket: ticket.number,
    "subject": lambda ticket: ticket.subject,
    "description": lambda ticket: ticket.description,
    "notes": lambda ticket: _notes(ticket),
    "category": lambda ticket: ticket.category,
    "priority": lambda ticket: ticket.priority.word,
    "status": lambda ticket: ticket.status.value,
    "department": lambda ticket: ticket.department,
    "owner": lambda ticket: ticket.owner,
    "name": lambda ticket: ticket.requester.name,
    "organization": lambda ticket: ticket.requester.organization,
    "email": lambda ticket: ticket.requester.email,
    "phone": lambda ticket: ticket.requester.phone,
    "phone_typed": lambda ticket: ticket.requester.phone_typed,
    "contact_id": lambda ticket: ticket.requester.contact_id,
    "missing": lambda ticket: ", ".join(ticket.requester.missing),
    "missing_reason": lambda ticket: ticket.missing_reason,
    "gate": lambda ticket: "open" if ticket.gate.open else "shut",
    "identity": lambda ticket: ticket.gate.identity.value,
    "authorization": lambda ticket: ticket.gate.authorization.value,
    "gate_reasons": lambda ticket: ", ".join(ticket.gate.reasons),
    "suspicion": lambda ticket: ticket.suspicion,
    "break_glass": lambda ticket: ticket.break_glass,
    "asset": lambda ticket: ticket.asset,
    "impact": lambda ticket: ticket.impact,
    "urgency": lambda ticket: ticket.urgency,
    "calls": lambda ticket: len(ticket.calls),
    "attempts": lambda ticket: len(ticket.attempts),
    "notifications": lambda ticket: len(ticket.notifications),
    "merged_into": lambda ticket: ticket.merged_into,
    "split_from": lambda ticket: ticket.split_from,
    "raised_by": lambda ticket: ticket.raised_by,
    "created_at": lambda ticket: stamp(ticket.created_at),
    "updated_at": lambda ticket: stamp(ticket.updated_at),
    "due_at": lambda ticket: stamp(ticket.due_at),
    "version": lambda ticket: ticket.version,
}
"""What a table of tickets has of each, under the names that the JSON has it where that has it so."""
_OF_EXPORT = ("classification", "exported_at", "exported_by")
_BOM = "\ufeff"
PAGE_HEADER = ("Ticket (times in UTC)", "Requester", "Request", "Notes")


def csv_lines(facts: Facts, tickets: Iterable[Ticket], *, bom: bool = False) -> Iterator[str]:
    """Yield the lines of a CSV file (RFC 4180), each of which says what the export says of itself.

    A line may be taken out of the file, sorted, or put beside others: its classification goes with it.
    """
    of_export = [facts.classification, stamp(facts.made_at), facts.made_by]
    yield (_BOM if bom else "") + _csv_line([*_OF_EXPORT, *COLUMNS])
    for ticket in tickets:
        yield _csv_line([*of_export, *(value(ticket) for value in COLUMNS.values())])


def _csv_line(values: Sequence[Value]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow([csv_cell(printable("" if value is None else str(value))) for value in values])
    return line.getvalue()


def json_lines(facts: Facts, tickets: Iterable[Ticket]) -> Iterator[str]:
    """Yield the lines of one JSON document, which has each ticket whole on a line of its own."""
    yield "{\n"
    head = {"classification": facts.classification, "exported_at": stamp(facts.made_at), "exported_by": facts.made_by}
    for name, value in {**head, "view": facts.view}.items():
        yield f'"{name}": {_json(value)},\n'
    yield '"tickets": ['
    before = "\n"
    for ticket in tickets:
        yield before + _json(to_json(ticket))
        before = ",\n"
    yield "\n]\n}\n"


def _json(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    # What a terminal would obey is escaped with all the rest: nothing is lost, and nothing obeyed.
    return text if printable(text) == text else json.dumps(value, allow_nan=False)


def page_rows(tickets: Iterable[Ticket]) -> Iterator[tuple[str, ...]]:
    """Yield the rows of a table of tickets for people to read, under `PAGE_HEADER`."""
    for ticket in tickets:
        requester = ticket.requester
        phone = format_phone(requester.phone) if requester.phone else None
        who = (requester.name, requester.organization, requester.email, phone)
        dates = (("raised", ticket.created_at), ("changed", ticket.updated_at), ("due", ticket.due_at))
        times = [f"{what} {at.astimezone(UTC):%Y-%m-%d %H:%M}" for what, at in dates if at is not None]
        shut = "" if ticket.gate.open else f"SHUT: {', '.join(ticket.gate.reasons)}"
        yield (
            "\n".join((ticket.number, f"{ticket.priority.word} · {ticket.status.value}", *times)),
            "\n".join(filter(None, (*who, ticket.missing_reason and f"missing: {ticket.missing_reason}", shut))),
            f"{ticket.subject}\n{_place(ticket)}\n\n{clean_block(ticket.description)}",
            _notes(ticket),
        )


def _place(ticket: Ticket) -> str:
    return " · ".join(filter(None, (ticket.category, ticket.department, ticket.owner)))


def _notes(ticket: Ticket) -> str:
    """The notes as one text, each after when it was made and by whom."""
    return "\n\n".join(f"{stamp(note.at)} {note.agent}:\n{note.text}" for note in ticket.notes)
