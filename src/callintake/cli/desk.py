"""`callintake`, `new` and `queue`: opening the desk. Nothing on this path may import the database."""

import argparse
import os

from callintake.cli.opening import config_of
from callintake.cli.parser import Commands, Parser
from callintake.domain.call import Channel


def add_commands(parser: Parser, commands: Commands) -> None:
    """Add what opens the desk."""
    new = parser.command(commands, "new", open_new, "open the desk straight in a capture")
    new.add_argument("--from", dest="caller", metavar="NUMBER", default="", help="the caller number")
    new.add_argument("--name", default="", help="the name announced")
    new.add_argument("--channel", choices=[str(channel) for channel in Channel], default=Channel.CELL.value)
    parser.command(commands, "queue", open_on_queue, "open the desk on the queue")


FRAMES = "120"
"""Frames a second at most; at Textual's 60 a key just after another change waits 16 ms for its echo."""


def open_on_queue(args: argparse.Namespace) -> int:
    """Open the desk on the queue; its own exit status comes back."""
    os.environ.setdefault("TEXTUAL_FPS", FRAMES)
    from callintake.running import open_desk

    return open_desk(config_of(args))


def open_new(args: argparse.Namespace) -> int:
    """Open the desk in a capture of a call that begins now."""
    os.environ.setdefault("TEXTUAL_FPS", FRAMES)
    from datetime import UTC, datetime

    from callintake.domain.draft import new_draft
    from callintake.running import open_desk

    draft = new_draft(datetime.now(UTC), Channel(args.channel), args.caller, args.name)
    return open_desk(config_of(args), draft)
