"""`tickets list`, `show` and `add`."""

import argparse
from itertools import islice
from typing import TYPE_CHECKING

from callintake.cli import ticket_changes, ticket_triage, ticket_verification
from callintake.cli.exporting import add_export
from callintake.cli.opening import changing, reading
from callintake.cli.output import complain, say, say_csv, say_json, say_table
from callintake.cli.parser import Commands, Parser, add_json, how_many
from callintake.domain.errors import Refused
from callintake.domain.ticket import Status
from callintake.domain.view import Filter, View

if TYPE_CHECKING:
    from callintake.domain.detail import TicketLine

_ON_SCREEN = 100
_CSV_COLUMNS = (
    "number",
    "priority",
    "status",
    "gate",
    "category",
    "department",
    "owner",
    "name",
    "organization",
    "subject",
    "created_at",
    "due_at",
)


def add_commands(parser: Parser, commands: Commands) -> None:
    """Add the group, with the commands of the modules beside this one."""
    group, verbs = parser.group(commands, "tickets", "read and work on tickets")
    listing = group.command(verbs, "list", list_tickets, "list tickets, the most urgent first; of a search the newest")
    listing.add_argument("--view", choices=[str(view) for view in View], help="which of them (open; with --status all)")
    listing.add_argument("--search", metavar="TEXT", default="", help="words, the start of words, or a phone number")
    listing.add_argument("--status", choices=[str(status) for status in Status])
    listing.add_argument("--department", metavar="D")
    listing.add_argument("--limit", type=how_many, metavar="N", help="at most (100; with --json or --csv all)")
    form = listing.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one JSON document")
    form.add_argument("--csv", action="store_true", help="a table that is safe to open in a spreadsheet")
    show = group.command(verbs, "show", show_ticket, "show one ticket, whole")
    show.add_argument("number", metavar="NUMBER")
    add_json(show)
    add = group.command(verbs, "add", add_tickets, "raise tickets from JSON, all of them or none")
    add.add_argument("file", metavar="FILE|-", help="one object, an array, or one object a line")
    add_export(group, verbs)
    for module in (ticket_changes, ticket_triage, ticket_verification):
        module.add_commands(group, verbs)


def list_tickets(args: argparse.Namespace) -> int:
    """Print a view of the queue."""
    with reading(args) as at:
        from callintake.domain.detail_json import line_to_json
        from callintake.services.desk_rules import rules_in_force
        from callintake.services.queue import count, every_line

        wanted = Filter(
            View(args.view or ("all" if args.status else "open")),
            at.agent,
            args.search,
            Status(args.status) if args.status else None,
            rules_in_force(at.session).department(args.department) if args.department else None,
        )
        whole = args.json or args.csv
        limit = args.limit or (None if whole else _ON_SCREEN)
        lines = list(islice(every_line(at.session, wanted, limit), limit))
        total = len(lines) if whole or len(lines) < (limit or 0) else count(at.session, wanted)
    if args.json:
        say_json([line_to_json(line) for line in lines])
    elif args.csv:
        say_csv(_CSV_COLUMNS, map(_csv_row, lines))
    else:
        _say_lines(lines)
        if total > len(lines):
            complain(f"{len(lines)} of {total} tickets; more with --limit")
    return 0


def show_ticket(args: argparse.Namespace) -> int:
    """Print one ticket with its calls, notes, attempts and history."""
    with reading(args) as at:
        from callintake.services.reading import ticket

        found = ticket(at.session, args.number)
    if args.json:
        from callintake.domain.detail_json import to_json

        say_json(to_json(found))
    else:
        from callintake.domain.ticket_text import ticket_text

        say(ticket_text(found))
    return 0


def add_tickets(args: argparse.Namespace) -> int:
    """Raise every ticket that a file holds, or none, and print their numbers.

    Raises:
        Refused: one of them can't be right; the message says which.
    """
    from callintake.cli.given import read_objects
    from callintake.domain.number import ticket_number

    objects = read_objects(args.file)
    numbers = []
    with changing(args, create=True) as at:
        from callintake.services.raising import add_ticket

        for where, given in objects:
            try:
                numbers.append(ticket_number(add_ticket(at.session, given, at.agent, at.region)))
            except Refused as error:
                raise Refused(f"{where}: {error}; nothing was raised") from None
    for number in numbers:
        say(number)
    return 0


def _say_lines(lines: "list[TicketLine]") -> None:
    from datetime import UTC, datetime

    from callintake.domain.call import age

    now = datetime.now(UTC)
    rows = [
        (
            line.number,
            age((now - line.created_at).total_seconds()),
            line.priority.word,
            line.gate.word,
            line.status,
            line.department or "–",
            line.owner or "–",
            " · ".join(filter(None, (line.name, line.organization))) or "–",
            line.subject,
        )
        for line in lines
    ]
    header = ("Number", "Age", "Priority", "Gate", "Status", "Department", "Owner", "Requester", "Subject")
    say_table(header, rows)


def _csv_row(line: "TicketLine") -> tuple[str | None, ...]:
    from callintake.domain.detail_json import stamp

    return (
        line.number,
        line.priority.word,
        line.status,
        "open" if line.gate.open else f"shut: {line.gate.reasons[0]}",
        line.category,
        line.department,
        line.owner,
        line.name,
        line.organization,
        line.subject,
        stamp(line.created_at),
        stamp(line.due_at),
    )
