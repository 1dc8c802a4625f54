"""`contacts`: the directory."""

import argparse
from typing import Any

from callintake.cli import credentials, importing
from callintake.cli.opening import reading
from callintake.cli.output import say, say_json, say_table
from callintake.cli.parser import Commands, Parser, add_json, how_many
from callintake.domain.contact import Contact

_ON_SCREEN = 100
_PAGE = 1000


def add_commands(parser: Parser, commands: Commands) -> None:
    """Add the directory."""
    group, verbs = parser.group(commands, "contacts", "the directory")
    importing.add_command(group, verbs)
    listing = group.command(verbs, "list", list_contacts, "list the directory by name")
    listing.add_argument("--limit", type=how_many, metavar="N", help="at most (100; with --json all)")
    add_json(listing)
    show = group.command(verbs, "show", show_contact, "show one contact")
    show.add_argument("who", metavar="ID|EMAIL|NAME")
    add_json(show)
    credentials.add_commands(group, verbs)


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
    """Print one contact, and what there is to verify them by."""
    with reading(args) as at:
        from callintake.services import credentials, directory, verification

        contact = directory.contact_by_name(at.session, args.who)
        proofs = {
            "has_pin": credentials.has(at.session, contact.id, credentials.PIN),
            "has_totp": credentials.has(at.session, contact.id, credentials.TOTP),
            "locked": verification.is_locked(at.session, contact.id),
        }
    if args.json:
        say_json(_as_json(contact) | proofs)
    else:
        _say_contact(contact, proofs)
    return 0


def _say_contact(contact: Contact, proofs: dict[str, bool]) -> None:
    from callintake.domain.phone import format_phone

    say(f"{contact.id}  {contact.name}, {contact.organization}{'  VIP' if contact.vip else ''}")
    if proofs["locked"]:
        say("LOCKED        after failed verifications: a lead unlocks")
    since = f", on file since {contact.email_since}" if contact.email_since else ""
    say(f"E-mail        {contact.email or '–'}{since}")
    for number in contact.numbers:
        say(f"Phone         {format_phone(number.e164)}, on file since {number.since}")
    say(f"PIN           {'on file' if proofs['has_pin'] else '–'}")
    say(f"App           {'enrolled' if proofs['has_totp'] else '–'}")
    say(f"May request   {', '.join(contact.may_request) or 'ordinary help only'}")
    say(f"Approves      {', '.join(contact.approves) or '–'}")
    if contact.notes:
        say(f"Notes         {contact.notes}")


def _as_json(contact: Contact) -> dict[str, Any]:
    return {
        "id": contact.id,
        "name": contact.name,
        "organization": contact.organization,
        "email": contact.email,
        "numbers": [{"phone": number.e164, "since": number.since.isoformat()} for number in contact.numbers],
        "may_request": list(contact.may_request),
        "vip": contact.vip,
        "approves": list(contact.approves),
        "email_since": contact.email_since.isoformat() if contact.email_since else None,
        "notes": contact.notes,
    }
