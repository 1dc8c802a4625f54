"""`desk`: the rules of this desk, as one file that is written out, changed, compared and applied."""

import argparse
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from callintake.cli.opening import config_of, opened, reading
from callintake.cli.output import complain, say
from callintake.cli.parser import Commands, Parser, how_many_or_none
from callintake.domain.errors import Refused

if TYPE_CHECKING:
    from callintake.services.desk_rules import Compared

_MOST_PROBLEMS = 100
_MOST_READINGS = 3


def add_commands(parser: Parser, commands: Commands) -> None:
    """Add the desk file."""
    group, verbs = parser.group(commands, "desk", "the rules of this desk: departments, categories, verification")
    group.command(verbs, "export", export, "print the rules in force as a desk file")
    given = group.command(verbs, "apply", apply, "let the rules of a desk file be in force; a lead may")
    given.add_argument("file", metavar="FILE.toml", help="the desk file; - is standard input")
    given.add_argument("--dry-run", action="store_true", help="only show what would change")
    given.add_argument(
        "--compared-with",
        type=how_many_or_none,
        metavar="N",
        help="refuse if another desk file than the one a dry run was compared with is in force by now",
    )


def export(args: argparse.Namespace) -> int:
    """Print the rules in force."""
    with reading(args) as at:
        from callintake.services.desk_rules import desk_file_in_force

        text = desk_file_in_force(at.session)
    encoding = (getattr(sys.stdout, "encoding", None) or "ascii").casefold().replace("-", "")
    if encoding != "utf8":
        # As TOML escapes it in a text, so that the file is one on every terminal.
        text = re.sub(r"[^\x00-\x7f]", lambda char: f"\\U{ord(char[0]):08X}", text)
    say(text.removesuffix("\n"))
    return 0


def apply(args: argparse.Namespace) -> int:
    """Show what a desk file changes, and apply it unless that is a rehearsal.

    Raises:
        Refused: it can't be right, or the agent is no lead.
        Conflict: another desk file came into force since it was compared.
    """
    from callintake.cli.given import read_text

    text = read_text(args.file)
    config = config_of(args)
    with opened(config) as store:
        from callintake.services.agents import sign_in
        from callintake.services.desk_rules import apply_desk_file, compare_desk_file

        with store.reading() as session, _problems_told(args.file):
            compared = compare_desk_file(session, text)
        if not args.dry_run:
            seen = compared.number if args.compared_with is None else args.compared_with
            with store.transaction() as session:
                agent = sign_in(session, config.agent)
                compared = apply_desk_file(session, text, agent, compared_with=seen)
    _say_readings(compared)
    _say_changes(compared)
    if compared.desk.notify.needs_apprise:
        from callintake.notifications.through_apprise import INSTALL, is_installed

        if not is_installed():
            complain(f"{INSTALL}; until then its messages wait for a desk that has it")
    return 0


@contextmanager
def _problems_told(file: str) -> Iterator[None]:
    """Print what is wrong with a desk file, one problem a line where there are several.

    Raises:
        Refused: something is.
    """
    from callintake.cli.given import STDIN
    from callintake.domain.desk_file import DeskFileRefused

    called = "standard input" if file == STDIN else file
    try:
        yield
    except DeskFileRefused as refusal:
        problems = refusal.problems
        if len(problems) == 1:
            raise Refused(f"{called}, {problems[0]}") from None
        for problem in problems[:_MOST_PROBLEMS]:
            say(problem)
        if len(problems) > _MOST_PROBLEMS:
            say(f"and {len(problems) - _MOST_PROBLEMS} more")
        raise Refused(f"{called}: {len(problems)} problems; nothing was applied") from None


def _say_readings(compared: "Compared") -> None:
    """Print how messages about an invented ticket will read, where templates make them read otherwise."""
    from callintake.notifications.preview import readings

    for department in compared.reworded[:_MOST_READINGS]:
        for line in readings(compared.desk, department):
            say(line)
    if len(compared.reworded) > _MOST_READINGS:
        say(f"and {len(compared.reworded) - _MOST_READINGS} departments more; `callintake notify preview` shows each")


def _say_changes(compared: "Compared") -> None:
    from callintake.domain.desk_difference import LOOSER

    if not compared.changes:
        say("nothing changes: these rules are in force already")
        return
    for change in compared.changes:
        say(f"{LOOSER if change.is_looser else '':<{len(LOOSER)}}  {change.words}")
    count = len(compared.changes)
    said = f"{count} change{'s' if count > 1 else ''}, {compared.looser or 'none'} of them looser"
    if compared.applied is not None:
        say(f"desk file {compared.applied} is in force: {said}")
    else:
        say(f"{said}; nothing was applied. To apply just this: --compared-with {compared.number}")
