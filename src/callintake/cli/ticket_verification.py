"""`tickets verify`, `category`, `suspicious`, `not-suspicious` and `break-glass`."""

import argparse
import sys

from callintake.cli.opening import Sitting, changing
from callintake.cli.output import say
from callintake.cli.parser import Commands, Parser, Run
from callintake.domain.errors import Refused
from callintake.domain.gate import Gate
from callintake.domain.method import Method, Outcome


def add_commands(parser: Parser, verbs: Commands) -> None:
    """Add what decides about a ticket's gate to the group `tickets`."""

    def about(name: str, run: Run, what: str) -> Parser:
        added = parser.command(verbs, name, run, what)
        added.add_argument("number", metavar="NUMBER")
        return added

    attempt = about("verify", verify, "record an attempt to verify the requester")
    attempt.add_argument("--method", choices=[str(method) for method in Method], required=True)
    attempt.add_argument("--contact", metavar="ID|EMAIL|NAME", help="who in the directory the requester is")
    attempt.add_argument("--approver", metavar="ID|EMAIL|NAME", help="who of their organization was asked")
    attempt.add_argument("--number", dest="dialled", metavar="NUMBER", help="the number on file that was dialled")
    attempt.add_argument(
        "--reason", metavar="TEXT", default="", help="why the lead answers, or which document was seen"
    )
    attempt.add_argument(
        "--outcome",
        choices=[str(outcome) for outcome in Outcome],
        default=Outcome.VERIFIED.value,
        help="how it ended; what the caller says, for pin, totp and email-code, is read from the terminal or standard "
        "input, and compared",
    )
    about(
        "category", set_category, "say what kind of request it is; that closes the gate until it is verified anew"
    ).add_argument("category", metavar="CATEGORY")
    for name, run, what in (
        ("suspicious", mark, "mark a ticket as suspicious: it stays shut, and security is told"),
        ("not-suspicious", clear, "take that back; a lead alone may"),
        ("break-glass", break_glass, "open a gate without proof; a lead alone may, and security is told"),
    ):
        about(name, run, what).add_argument("--reason", metavar="TEXT", required=True)


def verify(args: argparse.Namespace) -> int:
    """Record an attempt, and print how the gate stands after it."""
    method = Method(args.method)
    said = _what_they_say() if method.is_compared else ""
    with changing(args) as at:
        from callintake.services import directory, reading, tickets
        from callintake.services.verification import callback_number

        found = reading.ticket(at.session, args.number)
        contact = directory.contact_by_name(at.session, args.contact) if args.contact else None
        approver = directory.contact_by_name(at.session, args.approver) if args.approver else None
        on_file = approver or contact
        if on_file is None and found.requester.contact_id is not None:
            on_file = directory.contact_by_id(at.session, found.requester.contact_id)
        is_dialled = method in (Method.CALLBACK, Method.APPROVER)
        gate = tickets.verify(
            at.session,
            args.number,
            method,
            None if method.is_compared else Outcome(args.outcome),
            at.agent,
            contact=contact,
            dialled=callback_number(on_file, args.dialled, at.region) if is_dialled else None,
            reason=args.reason,
            approver_id=approver.id if approver else None,
            said=said,
        )
    _say_gate(found.number, gate)
    return 0


def _what_they_say() -> str:
    """What the caller says, typed without an echo; never an argument, which other programs can read.

    Raises:
        Refused: nothing was given.
    """
    if sys.stdin is not None and sys.stdin.isatty():
        import getpass

        said = getpass.getpass("They say (not shown): ")
    else:
        said = sys.stdin.readline().rstrip("\n") if sys.stdin is not None else ""
    if not said:
        raise Refused("what does the caller say? Type it, or give it on standard input")
    return said


def set_category(args: argparse.Namespace) -> int:
    """Change the category, and print how the gate stands after it."""
    with changing(args) as at:
        from callintake.services import tickets

        gate = tickets.set_category(at.session, args.number, args.category, at.agent)
    _say_gate(args.number, gate)
    return 0


def mark(args: argparse.Namespace) -> int:
    """Mark a ticket as suspicious."""
    with changing(args) as at:
        from callintake.services import suspicion

        suspicion.mark_ticket(at.session, _serial(at, args.number), args.reason, at.agent)
    return 0


def clear(args: argparse.Namespace) -> int:
    """Take a suspicion back."""
    with changing(args) as at:
        from callintake.services import suspicion

        suspicion.clear_ticket(at.session, _serial(at, args.number), args.reason, at.agent)
    return 0


def break_glass(args: argparse.Namespace) -> int:
    """Open a gate without proof."""
    with changing(args) as at:
        from callintake.services import tickets

        tickets.break_glass(at.session, args.number, args.reason, at.agent)
    return 0


def _serial(at: Sitting, number: str) -> int:
    from callintake.services import reading

    return reading.ticket(at.session, number).serial


def _say_gate(number: str, gate: Gate) -> None:
    say(f"{number}: gate open" if gate.open else f"{number}: GATE SHUT, {', '.join(gate.reasons)}")
