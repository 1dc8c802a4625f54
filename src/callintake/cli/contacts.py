"""`contacts`: the directory."""

import argparse
import tempfile
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from callintake.cli.opening import config_of, opened, reading
from callintake.cli.output import say, say_json, say_table
from callintake.cli.parser import Commands, Parser, add_json, how_many
from callintake.domain.contact import Contact
from callintake.domain.errors import Refused

if TYPE_CHECKING:
    from callintake.services.directory import ImportReport

_ON_SCREEN = 100
_PAGE = 1000


def add_commands(parser: Parser, commands: Commands) -> None:
    """Add the directory."""
    group, verbs = parser.group(commands, "contacts", "the directory")
    given = group.command(verbs, "import", import_file, "bring the directory up to a CSV file, keyed by e-mail")
    given.add_argument("file", metavar="FILE.csv", help="its first line names the columns; - is standard input")
    given.add_argument("--dry-run", action="store_true", help="only say what would happen")
    listing = group.command(verbs, "list", list_contacts, "list the directory by name")
    listing.add_argument("--limit", type=how_many, metavar="N", help="at most (100; with --json all)")
    add_json(listing)
    show = group.command(verbs, "show", show_contact, "show one contact")
    show.add_argument("who", metavar="ID|EMAIL|NAME")
    add_json(show)


def import_file(args: argparse.Namespace) -> int:
    """Import a CSV file, and say of each line that was left out why.

    Raises:
        Refused: it is no such file, or no line of it could be taken.
    """
    from callintake.cli.given import read_text

    # Not splitlines: a quoted name may hold a separator that only some call a new line.
    report = _imported(args, read_text(args.file).split("\n"))
    for line, why in report.refused:
        say(f"line {line} left out: {why}")
    taken = report.added + report.changed + report.unchanged
    if not taken:
        raise Refused(f"{args.file}: nothing was imported; {len(report.refused)} lines were left out")
    say(
        f"{'would be ' if args.dry_run else ''}added {report.added}, changed {report.changed},"
        f" unchanged {report.unchanged}, left out {len(report.refused)}"
    )
    return 0


class _DryRun(Exception):
    """Unwinds the transaction of a rehearsal."""


def _imported(args: argparse.Namespace, lines: list[str]) -> "ImportReport":
    from callintake.services.agents import sign_in
    from callintake.services.directory import import_contacts
    from callintake.store.database import parse_place

    config = config_of(args)
    report: ImportReport | None = None
    with ExitStack() as stack:
        url = parse_place(config.db)
        if args.dry_run and url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
            # A rehearsal makes no desk.
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="callintake-"))
            config = replace(config, db=str(Path(folder) / "rehearsal.db"))
        store = stack.enter_context(opened(config, create=True))
        try:
            with store.transaction() as session:
                agent = sign_in(session, config.agent)
                report = import_contacts(session, [f"{line}\n" for line in lines], config.region, agent)
                if args.dry_run:
                    raise _DryRun
        except _DryRun:
            pass
    assert report is not None
    return report


def list_contacts(args: argparse.Namespace) -> int:
    """Print the directory by name."""
    with reading(args) as at:
        from callintake.services import directory

        limit = args.limit or (None if args.json else _ON_SCREEN)
        contacts: list[Contact] = []
        while limit is None or len(contacts) < limit:
            size = min(_PAGE, limit - len(contacts)) if limit else _PAGE
            after = (contacts[-1].name, contacts[-1].id) if contacts else None
            page = directory.list_contacts(at.session, size, after)
            contacts += page
            if len(page) < size:
                break
    if args.json:
        say_json([_as_json(contact) for contact in contacts])
        return 0
    rows = [(str(contact.id), contact.name, contact.organization, contact.email or "–") for contact in contacts]
    say_table(("Id", "Name", "Organization", "E-mail"), rows)
    return 0


def show_contact(args: argparse.Namespace) -> int:
    """Print one contact."""
    with reading(args) as at:
        from callintake.services import directory

        contact = directory.contact_by_name(at.session, args.who)
    if args.json:
        say_json(_as_json(contact))
        return 0
    from callintake.domain.phone import format_phone

    say(f"{contact.id}  {contact.name}, {contact.organization}{'  VIP' if contact.vip else ''}")
    say(f"E-mail        {contact.email or '–'}")
    for number in contact.numbers:
        say(f"Phone         {format_phone(number.e164)}, on file since {number.since}")
    say(f"May request   {', '.join(contact.may_request) or 'ordinary help only'}")
    return 0


def _as_json(contact: Contact) -> dict[str, Any]:
    return {
        "id": contact.id,
        "name": contact.name,
        "organization": contact.organization,
        "email": contact.email,
        "numbers": [{"phone": number.e164, "since": number.since.isoformat()} for number in contact.numbers],
        "may_request": list(contact.may_request),
        "vip": contact.vip,
    }
