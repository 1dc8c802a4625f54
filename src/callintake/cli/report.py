"""`report`: evidence of the desk's work; it is read, and nothing is changed."""

import argparse
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from callintake.cli.new_file import new_file
from callintake.cli.opening import reading
from callintake.cli.output import say, say_json, say_table
from callintake.cli.parser import Commands, Parser

if TYPE_CHECKING:
    from callintake.domain.report import CallReport

_AGO = re.compile(r"([0-9]{1,5})([hd])")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def add_commands(parser: Parser, commands: Commands) -> None:
    """Add the reports."""
    group, verbs = parser.group(commands, "report", "evidence of the desk's work")
    calls = group.command(verbs, "calls", report_calls, "what became of the calls; those nobody accounts for first")
    add_since(calls)
    form = calls.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one JSON document")
    form.add_argument("--html", metavar="FILE", help="a new file: one page that needs nothing else")


def add_since(parser: Parser) -> None:
    """Let a command be about the time since a moment."""
    parser.add_argument("--since", type=moment, metavar="D", help="a day (UTC), as 2026-11-01, or 7d or 24h ago")


def moment(given: str) -> datetime:
    """Return the moment in a day, or so many days or hours ago.

    Raises:
        argparse.ArgumentTypeError: it is none.
    """
    text = given.strip()
    try:
        if ago := _AGO.fullmatch(text):
            return datetime.now(UTC) - timedelta(hours=int(ago[1]) * (24 if ago[2] == "d" else 1))
        if _DAY.fullmatch(text):
            return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        pass
    raise argparse.ArgumentTypeError("a day such as 2026-11-01, or how long ago, such as 7d or 24h")


def report_calls(args: argparse.Namespace) -> int:
    """Print what became of the calls, or write it to a new file."""
    with reading(args) as at:
        from callintake.services.calls import call_report

        report = call_report(at.session, args.since, at.agent)
    if args.json:
        from callintake.domain.report import report_to_json

        say_json(report_to_json(report))
    elif args.html:
        from callintake.domain.report import call_sections
        from callintake.services.report_page import report_page

        page = report_page("Report of calls", report.classification, _facts(report), call_sections(report))
        with new_file(args.html) as made:
            for line in page:
                made.write(line)
    else:
        _say(report)
    return 0


def _facts(report: "CallReport") -> list[tuple[str, str]]:
    from callintake.domain.detail import stamp
    from callintake.domain.report import period

    return [("Made", f"{stamp(report.made_at)} by {report.made_by}"), ("About", period(report.since))]


def _say(report: "CallReport") -> None:
    from callintake.domain.report import call_sections
    from callintake.domain.text import clean_line

    say(report.classification)
    say("Report of calls")
    for name, value in _facts(report):
        say(f"{name}: {clean_line(value)}")
    for section in call_sections(report):
        say()
        say(section.title)
        if rows := list(section.rows):
            say_table(section.header, rows)
            for row, what in zip(rows, section.advice, strict=False):
                say(f"  {clean_line(row[0])}: {what}")
        else:
            say(section.instead)
