"""How commands are parsed: the options that all share mean the same before and after a command."""

import argparse
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from callintake.domain.text import clean_line, printable

Run = Callable[[argparse.Namespace], int]
Commands = Any
"""The subcommands of a parser; argparse keeps their type to itself."""
_MOST = 1_000_000_000
_SHARED = {
    "--db": ("URL_OR_PATH", "the database: a path, sqlite:///… or postgresql://…"),
    "--agent": ("NAME", "who you are at the desk"),
    "--config": ("FILE", "personal settings"),
}


class Parser(argparse.ArgumentParser):
    """A parser of one command; it takes the shared options, and echoes nothing that a terminal would obey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"allow_abbrev": False, **kwargs})
        self.has_many = False
        """Whether it takes words without number before its last one: options may stand between them all the same."""
        # Newer Pythons colour the help with escape sequences.
        self.color = False
        shared = self.add_argument_group("the desk")
        for option, (metavar, what) in _SHARED.items():
            # Without a default here, what was given before the command stays.
            shared.add_argument(option, metavar=metavar, type=not_empty, default=argparse.SUPPRESS, help=what)

    def command(self, commands: Commands, name: str, run: Run, what: str) -> "Parser":
        """Add a command that is carried out by `run`, and return its parser."""
        added: Parser = commands.add_parser(name, help=what, description=what)
        added.set_defaults(run=run)
        return added

    def group(self, commands: Commands, name: str, what: str) -> tuple["Parser", Commands]:
        """Add a group of commands, and return its parser and where they are added."""
        added: Parser = commands.add_parser(name, help=what, description=what)
        return added, added.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"callintake: {clean_line(message)} (see {self.prog} --help)\n")

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        if not self.has_many:
            return super().parse_known_args(args, namespace)
        # Which parses the options first, and comes back here to do so.
        self.has_many = False
        try:
            return self.parse_known_intermixed_args(args, namespace)
        finally:
            self.has_many = True

    def _get_values(self, action: argparse.Action, arg_strings: list[str]) -> Any:
        # Older Pythons take the value in `--search=--` for the end of the options, and leave an empty list.
        if action.option_strings and arg_strings == ["--"]:
            return self._get_value(action, "--")
        return super()._get_values(action, arg_strings)

    def _print_message(self, message: str, file: Any = None) -> None:
        super()._print_message(printable(message), file)


def whole_parser() -> Parser:
    """Return the parser of the program, before commands are added to it."""
    parser = Parser(prog="callintake", description="A keyboard-first desk for helpdesks that take requests by phone.")
    parser.set_defaults(db=None, agent=None, config=None)
    return parser


def command_in(argv: Sequence[str]) -> str | None:
    """Return the command among arguments, where nothing but shared options stands before it; else None."""
    rest = iter(argv)
    for one in rest:
        if one in _SHARED:
            next(rest, None)
        elif one.partition("=")[0] not in _SHARED:
            return None if one.startswith("-") else one
    return None


def not_empty(given: str) -> str:
    """Return what was given; an empty variable of a script is a mistake, not the default.

    Raises:
        argparse.ArgumentTypeError: there is nothing in it.
    """
    if not given.strip():
        raise argparse.ArgumentTypeError("needs a value")
    return given


def how_many(given: str) -> int:
    """Return a number of things, one at least.

    Raises:
        argparse.ArgumentTypeError: it is none, or absurd.
    """
    digits = given.strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) < 11 and 1 <= int(digits) <= _MOST):
        raise argparse.ArgumentTypeError("a whole number from 1 on")
    return int(digits)


def how_many_or_none(given: str) -> int:
    """Return a number of things, perhaps none.

    Raises:
        argparse.ArgumentTypeError: it is no such number.
    """
    return 0 if given.strip() == "0" else how_many(given)


def add_json(parser: Parser) -> None:
    """Let a command print JSON."""
    parser.add_argument("--json", action="store_true", help="one JSON document")
