"""`callbacks`: the calls that are to be called back, who does it, and what became of each."""

import argparse

from callintake.cli.opening import changing, config_of, reading
from callintake.cli.output import say, say_json, say_table
from callintake.cli.parser import Commands, Parser, add_json
from callintake.domain.errors import Refused


def add_commands(parser: Parser, commands: Commands) -> None:
    """Add the callbacks."""
    group, verbs = parser.group(commands, "callbacks", "calls that nobody answered, or that are to be called back")
    add_json(group.command(verbs, "list", list_due, "list them, the one that has waited longest first"))
    for name, run, what in (
        ("own", own_one, "take one on, so that nobody else calls back too"),
        ("clear", clear_one, "say that one needs no calling back any more"),
    ):
        verb = group.command(verbs, name, run, what)
        verb.add_argument("call", metavar="ID", help="its id, or 4 or more of its first digits")
        if name == "clear":
            verb.add_argument("--why", metavar="TEXT", required=True, help="what became of it; this goes on record")
    back = group.command(verbs, "call", call_one, "call back: opens the desk in the call to that number")
    back.add_argument("call", metavar="ID", help="its id, or 4 or more of its first digits")


def list_due(args: argparse.Namespace) -> int:
    """Print the calls that are to be called back."""
    from datetime import UTC, datetime

    with reading(args) as at:
        from callintake.services.callbacks import list_callbacks

        due = list_callbacks(at.session)
    if args.json:
        from callintake.domain.callback import callback_to_json

        say_json([callback_to_json(one) for one in due])
        return 0
    now = datetime.now(UTC)
    rows = [(one.call.id[:8], one.age(now), one.shown_number, one.owner or "–", one.who, one.tel or "–") for one in due]
    if rows:
        say_table(("Call", "Age", "Number", "Owner", "Who it may be", "Dial"), rows)
    else:
        say("nobody is to be called back")
    return 0


def own_one(args: argparse.Namespace) -> int:
    """Take a callback on."""
    with changing(args) as at:
        from callintake.services.callbacks import own_callback

        own_callback(at.session, args.call, at.agent)
    return 0


def clear_one(args: argparse.Namespace) -> int:
    """Clear a callback, for a reason."""
    with changing(args) as at:
        from callintake.services.callbacks import clear_callback

        clear_callback(at.session, args.call, args.why, at.agent)
    return 0


def call_one(args: argparse.Namespace) -> int:
    """Clear a callback by the call that is made for it, in which the desk opens."""
    import sys

    if not (sys.stdin and sys.stdin.isatty()):
        raise Refused("a call is made at the desk, which needs a terminal; `callbacks own` takes it on from a script")
    with changing(args) as at:
        from callintake.services.callbacks import begin_callback

        draft = begin_callback(at.session, args.call, at.agent)
    from callintake.running import open_desk

    return open_desk(config_of(args), draft)
