"""`tickets claim`, `release`, `assign`, `priority`, `route`, `status`, `note`, `follow-up` and `redact`."""

import argparse

from callintake.cli.opening import changing
from callintake.cli.output import say
from callintake.cli.parser import Commands, Parser, Run, how_many
from callintake.domain.call import Channel
from callintake.domain.ticket import Priority, Status


def add_commands(parser: Parser, verbs: Commands) -> None:
    """Add what changes a ticket to the group `tickets`."""

    def change(name: str, run: Run, what: str) -> Parser:
        added = parser.command(verbs, name, run, what)
        added.add_argument("number", metavar="NUMBER")
        return added

    change("claim", claim, "make a ticket your own")
    change("release", release, "put a ticket back for others")
    change("assign", assign, "give a ticket to an agent").add_argument("to", metavar="AGENT", nargs="?")
    change("priority", priority, "say how soon").add_argument("priority", choices=[one.word for one in Priority])
    change("route", route, "send a ticket to a department").add_argument("department", metavar="DEPARTMENT")
    change("notify", notify, "tell another department; the ticket stays where it is").add_argument(
        "department", metavar="DEPARTMENT"
    )
    change("status", status, "move a ticket on").add_argument("status", choices=[str(one) for one in Status])
    change("note", note, "add a note, whatever the gate").add_argument("text", metavar="TEXT|-")
    again = change("follow-up", follow_up, "add a call about a ticket that is there, over as it begins")
    again.add_argument("text", metavar="TEXT|-", help="what was said")
    again.add_argument("--channel", choices=[str(channel) for channel in Channel], default=Channel.CELL.value)
    again.add_argument("--from", dest="caller", metavar="NUMBER", default="", help="the caller number")
    out = change("redact", redact, "take a secret out of a note or the description; its author or a lead may")
    where = out.add_mutually_exclusive_group(required=True)
    where.add_argument("--note", type=how_many, metavar="N", help="the note in that place, the first being 1")
    where.add_argument("--description", action="store_true", help="the description, with the subject")
    out.add_argument(
        "--text",
        metavar="TEXT|-",
        help="what is to be taken out, best read from standard input (-), since others can read the arguments of a "
        "program; without it, all that looks like a secret",
    )
    out.add_argument("--why", metavar="TEXT", required=True, help="the reason, which stays on record")


def claim(args: argparse.Namespace) -> int:
    """Claim a ticket; exit 3 while its gate is shut."""
    with changing(args) as at:
        from callintake.services import tickets

        tickets.claim(at.session, args.number, at.agent)
    return 0


def release(args: argparse.Namespace) -> int:
    """Put a ticket back."""
    with changing(args) as at:
        from callintake.services import tickets

        tickets.release(at.session, args.number, at.agent)
    return 0


def assign(args: argparse.Namespace) -> int:
    """Give a ticket to somebody, or take it over; exit 3 while its gate is shut."""
    with changing(args) as at:
        from callintake.services import tickets

        tickets.assign(at.session, args.number, args.to or at.agent, at.agent)
    return 0


def priority(args: argparse.Namespace) -> int:
    """Say how soon; the due time follows."""
    with changing(args) as at:
        from callintake.services import tickets

        tickets.set_priority(at.session, args.number, Priority.of(args.priority), at.agent)
    return 0


def route(args: argparse.Namespace) -> int:
    """Send a ticket to a department; exit 3 while its gate is shut."""
    with changing(args) as at:
        from callintake.services import tickets

        tickets.route(at.session, args.number, args.department, at.agent)
    return 0


def notify(args: argparse.Namespace) -> int:
    """Tell another department of a ticket; exit 3 while its gate is shut."""
    with changing(args) as at:
        from callintake.services import tickets

        told = tickets.involve(at.session, args.number, args.department, at.agent)
    say(f"{told} message{'s' * (told != 1)} to be sent")
    return 0


def status(args: argparse.Namespace) -> int:
    """Move a ticket on; exit 3 where that is an action and its gate is shut."""
    with changing(args) as at:
        from callintake.services import tickets

        tickets.set_status(at.session, args.number, Status(args.status), at.agent)
    return 0


def note(args: argparse.Namespace) -> int:
    """Add a note given as an argument, or on standard input."""
    text = _given(args.text)
    with changing(args) as at:
        from callintake.services import tickets

        tickets.add_note(at.session, args.number, text, at.agent)
    return 0


def follow_up(args: argparse.Namespace) -> int:
    """Record a call that begins and ends now, its notes given as an argument or on standard input."""
    text = _given(args.text)
    with changing(args) as at:
        from callintake.domain.draft import new_draft
        from callintake.services.follow_up import add_follow_up
        from callintake.services.history import now

        draft = new_draft(now(), Channel(args.channel), args.caller).with_(notes=text)
        add_follow_up(at.session, draft, args.number, at.agent)
    return 0


def redact(args: argparse.Namespace) -> int:
    """Take a secret out of what was noted, and say how often it stood there, and where else it does."""
    text = None if args.text is None else _given(args.text)
    with changing(args) as at:
        from callintake.services import redaction

        if args.description:
            done = redaction.redact_description(at.session, args.number, text, args.why, at.agent)
        else:
            done = redaction.redact_note(at.session, args.number, args.note, text, args.why, at.agent)
    elsewhere = f"; the same stands in {', '.join(done.elsewhere)}" if done.elsewhere else ""
    say(f"redacted in {done.runs} {'place' if done.runs == 1 else 'places'}{elsewhere}")
    return 0


def _given(text: str) -> str:
    from callintake.cli.given import STDIN, read_text

    return read_text(STDIN) if text == STDIN else text
