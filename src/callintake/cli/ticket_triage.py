"""Triage from the command line: `tickets take-over`, `pending`, `snooze`, `merge`, `split`, `undo` and others."""

import argparse
from collections.abc import Callable
from datetime import datetime

from callintake.cli.given import given_text
from callintake.cli.many import add_selection, carry_out
from callintake.cli.opening import Sitting, changing
from callintake.cli.output import say, say_json
from callintake.cli.parser import Commands, Parser, Run, add_json, how_many

_WHEN = "16:00, tomorrow 9:00, fri, 2 h, 3 d, 2026-12-01 14:00 and the like, by this machine's clock"


def add_commands(parser: Parser, verbs: Commands) -> None:
    """Add what triage does to the group `tickets`."""

    def many(name: str, run: Run, what: str) -> Parser:
        added = parser.command(verbs, name, run, what)
        add_selection(added)
        return added

    many("take-over", take_over, "make tickets your own that others have")
    many("pending", pend, "let tickets wait; they are open again at that time").add_argument(
        "--until", metavar="WHEN", help=_WHEN
    )
    many("snooze", snooze, "take tickets out of sight until a time, whatever the gate").add_argument(
        "when", metavar="WHEN", help=_WHEN
    )
    many("wake", wake, "bring snoozed tickets back")
    many("reopen", reopen, "take up tickets again that were done")
    many("close-unverified", close_unverified, "end tickets whose caller was never confirmed").add_argument(
        "--why", metavar="TEXT", required=True, help="the reason, which stays on record"
    )
    many("merge", merge, "merge duplicates into the ticket named last").add_argument("into", metavar="INTO")
    many("undo", undo, "take back what you did last to a ticket")
    apart = parser.command(verbs, "split", split, "make a part of a ticket's text a ticket of its own")
    apart.add_argument("number", metavar="NUMBER")
    apart.add_argument("text", metavar="TEXT|-")
    apart.add_argument("--subject", metavar="TEXT", default="")
    apart.add_argument("--category", metavar="CATEGORY", default="", help="that of the ticket it was part of")
    add_json(apart)
    subject = parser.command(verbs, "subject", set_subject, "give a ticket another subject; the former becomes a note")
    fixed = parser.command(verbs, "correct", correct, "correct a note or the description, by a note that says so")
    where = fixed.add_mutually_exclusive_group(required=True)
    where.add_argument("--note", type=how_many, metavar="N", help="the note in that place, the first being 1")
    where.add_argument("--description", action="store_true")
    for added in (subject, fixed):
        added.add_argument("number", metavar="NUMBER")
        added.add_argument("text", metavar="TEXT|-")
        added.add_argument("--seen", type=how_many, metavar="VERSION", help="the version you read, so that no other "
                           "text is overtaken")  # fmt: skip


def take_over(args: argparse.Namespace) -> int:
    """Take tickets over; exit 3 while a gate is shut."""
    from callintake.services import tickets

    return carry_out(args, tickets.take_over)


def pend(args: argparse.Namespace) -> int:
    """Let tickets wait; exit 3 while a gate is shut."""
    from callintake.services import triage

    until = None if args.until is None else _when(args.until)
    return carry_out(args, lambda session, number, agent: triage.pend(session, number, agent, until=until))


def snooze(args: argparse.Namespace) -> int:
    """Take tickets out of sight."""
    from callintake.services import triage

    until = _when(args.when)
    return carry_out(args, lambda session, number, agent: triage.snooze(session, number, agent, until=until))


def wake(args: argparse.Namespace) -> int:
    """Bring tickets back into sight."""
    from callintake.services import triage

    return carry_out(args, lambda session, number, agent: triage.snooze(session, number, agent, until=None))


def reopen(args: argparse.Namespace) -> int:
    """Take up tickets again, and say what each is then."""
    from callintake.services import triage

    return carry_out(args, triage.reopen, tell=lambda status: f"{args.numbers[0]} is {status}")


def close_unverified(args: argparse.Namespace) -> int:
    """End tickets whose caller was never confirmed."""
    from callintake.services import triage

    return carry_out(args, lambda session, number, agent: triage.close_unverified(session, number, args.why, agent))


def merge(args: argparse.Namespace) -> int:
    """Merge duplicates; exit 3 where that is an action and a gate is shut."""
    from callintake.services import merging

    return carry_out(args, lambda session, number, agent: merging.merge(session, number, args.into, agent))


def undo(args: argparse.Namespace) -> int:
    """Take back what was done last, and say what that was."""
    from callintake.services import undoing

    return carry_out(args, undoing.undo, tell=lambda said: f"undone: {said}")


def split(args: argparse.Namespace) -> int:
    """Make a part of a ticket one of its own, and print its number and how its gate stands."""
    text = given_text(args.text)
    with changing(args) as at:
        from callintake.domain.number import ticket_number
        from callintake.services import reading, splitting

        serial = splitting.split(at.session, args.number, text, at.agent, subject=args.subject, category=args.category)
        made = reading.ticket(at.session, ticket_number(serial))
    if args.json:
        say_json({"number": made.number, "split_from": made.split_from, "gate": {"open": made.gate.open}})
    else:
        say(made.number)
    return 0


def set_subject(args: argparse.Namespace) -> int:
    """Give a ticket another subject."""
    from callintake.services import texts

    text = given_text(args.text)
    return _written(args, lambda at, seen: texts.set_subject(at.session, args.number, text, at.agent, seen))


def correct(args: argparse.Namespace) -> int:
    """Correct a note or the description."""
    from callintake.services import texts

    text = given_text(args.text)
    if args.description:
        return _written(args, lambda at, seen: texts.correct_description(at.session, args.number, text, at.agent, seen))
    return _written(args, lambda at, seen: texts.correct_note(at.session, args.number, args.note, text, at.agent, seen))


def _written(args: argparse.Namespace, write: Callable[[Sitting, int], None]) -> int:
    with changing(args) as at:
        from callintake.services import reading

        write(at, args.seen or reading.ticket(at.session, args.number).version)
    return 0


def _when(typed: str) -> datetime:
    from callintake.domain.when import parse_when
    from callintake.services.history import now

    return parse_when(typed, now())
