"""`tickets claim`, `release`, `assign`, `priority`, `route`, `status`, `note`, `follow-up` and `verify`."""

import argparse

from callintake.cli.opening import changing
from callintake.cli.output import say
from callintake.cli.parser import Commands, Parser, Run
from callintake.domain.call import Channel
from callintake.domain.ticket import Priority, Status
from callintake.domain.verification import Method, Outcome


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
    change("status", status, "move a ticket on").add_argument("status", choices=[str(one) for one in Status])
    change("note", note, "add a note, whatever the gate").add_argument("text", metavar="TEXT|-")
    again = change("follow-up", follow_up, "add a call about a ticket that is there, over as it begins")
    again.add_argument("text", metavar="TEXT|-", help="what was said")
    again.add_argument("--channel", choices=[str(channel) for channel in Channel], default=Channel.CELL.value)
    again.add_argument("--from", dest="caller", metavar="NUMBER", default="", help="the caller number")
    attempt = change("verify", verify, "record an attempt to verify the requester")
    attempt.add_argument("--method", choices=[str(method) for method in Method], required=True)
    attempt.add_argument("--contact", metavar="ID|EMAIL|NAME", help="who in the directory the requester is")
    attempt.add_argument("--number", dest="dialled", metavar="NUMBER", help="the number on file that was dialled")
    attempt.add_argument("--reason", metavar="TEXT", default="", help="why the lead answers for the caller")
    attempt.add_argument("--outcome", choices=[str(outcome) for outcome in Outcome], default=Outcome.VERIFIED.value)


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


def _given(text: str) -> str:
    from callintake.cli.given import STDIN, read_text

    return read_text(STDIN) if text == STDIN else text


def verify(args: argparse.Namespace) -> int:
    """Record an attempt, and print how the gate stands after it."""
    with changing(args) as at:
        from callintake.services import directory, reading, tickets
        from callintake.services.verification import callback_number

        method = Method(args.method)
        found = reading.ticket(at.session, args.number)
        contact = directory.contact_by_name(at.session, args.contact) if args.contact else None
        on_file = contact
        if on_file is None and found.requester.contact_id is not None:
            on_file = directory.contact_by_id(at.session, found.requester.contact_id)
        dialled = callback_number(on_file, args.dialled, at.region) if method is Method.CALLBACK else None
        gate = tickets.verify(
            at.session,
            args.number,
            method,
            Outcome(args.outcome),
            at.agent,
            contact=contact,
            dialled=dialled,
            reason=args.reason,
        )
    say(f"{found.number}: gate open" if gate.open else f"{found.number}: GATE SHUT, {', '.join(gate.reasons)}")
    return 0
