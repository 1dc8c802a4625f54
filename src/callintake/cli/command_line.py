"""All commands of `callintake`, put together; of one that is known beforehand no other is even imported."""

import argparse
from collections.abc import Iterable
from importlib import import_module

from callintake import __version__
from callintake.cli.parser import Parser, whole_parser

MODULES = {
    "desk": ("new", "queue"),
    "demo": ("demo",),
    "tickets": ("tickets",),
    "ring": ("ring",),
    "listen": ("listen", "3cx-template"),
    "calls": ("calls",),
    "callbacks": ("callbacks",),
    "contacts": ("contacts",),
    "agents": ("agents",),
    "desk_file": ("desk",),
    "notify": ("notify",),
    "report": ("report",),
    "database": ("db",),
    "doctor": ("doctor",),
}
"""The modules, in the order of the help, and the commands or groups that each adds."""


def build_parser(command: str | None = None) -> Parser:
    """Return the parser of one command, or of the whole command line; it imports nothing that is heavy."""
    parser = whole_parser()
    parser.set_defaults(run=_open_on_queue)
    parser.add_argument("--version", action="version", version=f"callintake {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for module in _modules_of(command):
        import_module(f"callintake.cli.{module}").add_commands(parser, commands)
    return parser


def _modules_of(command: str | None) -> Iterable[str]:
    alone = [module for module, commands in MODULES.items() if command in commands]
    return alone or MODULES


def _open_on_queue(args: argparse.Namespace) -> int:
    from callintake.cli.desk import open_on_queue

    return open_on_queue(args)
