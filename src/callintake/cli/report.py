"""`report`: evidence of the desk's work; it is read, and nothing is changed."""

import argparse
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from callintake.cli.opening import reading
from callintake.cli.output import say, say_json, say_table
from callintake.cli.parser import Commands, Parser
from callintake.domain.text import clean_line

if TYPE_CHECKING:
    from callintake.domain.dashboard import Figures
    from callintake.domain.plot import Plot
    from callintake.domain.report import CallReport, Section

_AGO = re.compile(r"([0-9]{1,5})([hd])")
_WIDTH, _HEIGHT = 78, 12
"""Cells of a plot."""
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def add_commands(parser: Parser, commands: Commands) -> None:
    """Add the reports."""
    group, verbs = parser.group(commands, "report", "evidence of the desk's work")
    for name, run, what in (
        ("calls", report_calls, "what became of the calls; those nobody accounts for first"),
        ("queue", report_queue, "how the desk stands: what is open, shut, old or called, as on the dashboard"),
    ):
        report = group.command(verbs, name, run, what)
        add_since(report)
        form = report.add_mutually_exclusive_group()
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
        from callintake.domain.report import call_sections, report_to_json
        from callintake.services.calls import call_report

        report = call_report(at.session, args.since, at.agent)
    _give(args, "Report of calls", report, call_sections(report), report_to_json(report))
    return 0


def report_queue(args: argparse.Namespace) -> int:
    """Print how the desk stands, or write it to a new file; first verifications are counted since a moment."""
    with reading(args) as at:
        from callintake.domain.dashboard import figures_to_json, sections
        from callintake.services.dashboard import figures

        stand = figures(at.session, at.agent, args.since)
    _give(args, "Report of the queue", stand, sections(stand), figures_to_json(stand))
    return 0


def _give(
    args: argparse.Namespace,
    title: str,
    report: "CallReport | Figures",
    sections: "list[Section]",
    document: dict[str, Any],
) -> None:
    """Print a report as it was asked for, or write its page to a new file."""
    from callintake.domain.detail_json import stamp
    from callintake.domain.report import period

    facts = [("Made", f"{stamp(report.made_at)} by {report.made_by}"), ("About", period(report.since))]
    if args.json:
        say_json(document)
    elif args.html:
        from callintake.cli.new_file import new_file
        from callintake.services.report_page import report_page

        with new_file(args.html) as made:
            for line in report_page(title, report.classification, facts, sections):
                made.write(line)
    else:
        say(report.classification)
        say(title)
        for name, value in facts:
            say(f"{name}: {clean_line(value)}")
        for section in sections:
            _say(section)


def _say(section: "Section") -> None:
    say()
    say(section.title)
    rows = list(section.rows)
    if section.plot is not None:
        _say_plot(section.plot)
    elif rows:
        say_table(section.header, rows)
        for row, what in zip(rows, section.advice, strict=False):
            say(f"  {clean_line(row[0])}: {what}")
    else:
        say(section.instead)


def _say_plot(plot: "Plot") -> None:
    """Draw a plot as wide as a terminal is at least, each bar with its number."""
    from rich.cells import cell_len, set_cell_size

    from callintake.domain.plot import bars, columns, key

    if len(plot.series) == 1:
        labels = min(max(map(cell_len, plot.labels)), _WIDTH // 2)
        for label, drawn in bars(plot, _WIDTH - labels - 1):
            say(f"{set_cell_size(clean_line(label), labels)} {drawn}")
    else:
        for line in (key(plot), *columns(plot, _HEIGHT, _WIDTH)):
            say(line)
