"""`contacts import`: the directory brought up to a file, with what became of each line."""

import argparse
import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from callintake.cli.given_table import IN_MEMORY, GivenTable, given_table, text_encoding
from callintake.cli.opening import config_of, opened
from callintake.cli.output import say
from callintake.cli.parser import Commands, Parser, add_json
from callintake.domain.errors import Refused

if TYPE_CHECKING:
    from callintake.config import Config
    from callintake.services.importing import ImportReport, LineReport
    from callintake.store.database import Store


def add_command(group: Parser, verbs: Commands) -> None:
    """Add the import to the directory's commands."""
    given = group.command(verbs, "import", import_file, "bring the directory up to a CSV file, keyed by e-mail")
    given.add_argument("file", metavar="FILE.csv", help="its first line names the columns; - is standard input")
    given.add_argument("--dry-run", action="store_true", help="only say what would happen")
    given.add_argument(
        "--verbose", action="store_true", help="name all lines, also those that add somebody or change nothing"
    )
    given.add_argument(
        "--encoding", metavar="NAME", type=text_encoding, help="how the file is written, if not as UTF-8"
    )
    add_json(given)


def import_file(args: argparse.Namespace) -> int:
    """Import a CSV file, and say what became of its lines; of those added or unchanged how many.

    Raises:
        Refused: it is no such file, or no line of it could be taken.
    """
    # What is said of a line is true once all of them are in the database, and there may be very many.
    with tempfile.SpooledTemporaryFile(IN_MEMORY, "w+", encoding="utf-8", prefix="callintake-") as lines:

        def told(line: "LineReport") -> None:
            if args.verbose or _is_news(line):
                lines.write((_as_json(line) if args.json else _in_words(line, args.dry_run)) + "\n")

        report, notes = _imported(args, told)
        lines.seek(0)
        say_report = _say_json if args.json else _say_words
        say_report(args, report, notes, (line.rstrip("\n") for line in lines))
    if not report.taken:
        raise Refused(f"{args.file}: nothing was imported; {len(report.refused)} lines were left out")
    return 0


def _is_news(line: "LineReport") -> bool:
    """Whether a line is named without being asked: what it did is worth knowing, or what is wrong with it."""
    from callintake.services.importing import Outcome

    return line.outcome in (Outcome.CHANGED, Outcome.REFUSED) or (line.outcome is Outcome.ADDED and bool(line.warnings))


def _imported(args: argparse.Namespace, told: "Callable[[LineReport], None]") -> tuple["ImportReport", list[str]]:
    """Import part by part, and return what that did, and what is to be said of the file.

    Each part is a transaction of its own, so that nobody at the desk waits for long to have a call saved; the same
    file again goes on where one was broken off.
    """
    from callintake.domain.contact_file import ContactFile
    from callintake.services.desk_rules import region_in_force, rules_in_force
    from callintake.services.importing import PART, Import

    with given_table(args.file, args.encoding) as table:
        notes = _checked(table)
        config = config_of(args)
        with _desk(config, dry_run=args.dry_run) as (store, agent):
            with store.reading() as session:
                region = region_in_force(session, config.region)
                importing = Import(rules_in_force(session), region, agent, told)
            for part in ContactFile(table.lines()).parts(PART):
                read = importing.read(part)
                try:
                    with store.reading() if args.dry_run else store.transaction() as session:
                        importing.write(session, read, dry_run=args.dry_run)
                except Refused as error:
                    if not importing.report.taken:
                        raise
                    raise Refused(f"{error}; what stands before line {part[0].line} is imported") from None
    return importing.report, notes


def _checked(table: GivenTable) -> list[str]:
    """Read the whole of a file before any of it is taken; return what is to be said of it.

    Raises:
        Refused: it is no text or no CSV, or has not the columns.
    """
    from callintake.domain.contact_file import ContactFile

    file = ContactFile(table.lines())
    for _ in file:
        pass
    written = [] if table.encoding.startswith("utf-8") else [f"read as {table.encoding}"]
    return [f"{table.called}: {note}" for note in (*written, *file.notes)]


@contextmanager
def _desk(config: "Config", *, dry_run: bool) -> Iterator[tuple["Store", str]]:
    """The desk's database, and who imports; a rehearsal makes no desk, and signs nobody in."""
    from callintake.domain.text import clean_line
    from callintake.services.agents import sign_in
    from callintake.store.database import parse_place

    with ExitStack() as stack:
        url = parse_place(config.db)
        if dry_run and url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="callintake-"))
            config = replace(config, db=str(Path(folder) / "rehearsal.db"))
        store = stack.enter_context(opened(config, create=True))
        if dry_run:
            yield store, clean_line(config.agent)[:80].rstrip()
            return
        with store.transaction() as session:
            agent = sign_in(session, config.agent)
        yield store, agent


# What is said of it


def _say_words(args: argparse.Namespace, report: "ImportReport", notes: list[str], lines: Iterator[str]) -> None:
    for text in (*notes, *lines):
        say(text)
    if report.taken:
        summary = ", ".join(f"{outcome} {count}" for outcome, count in report.counts.items())
        say(f"{'would be ' if args.dry_run else ''}{summary}")


def _say_json(args: argparse.Namespace, report: "ImportReport", notes: list[str], lines: Iterator[str]) -> None:
    """Print one document, a line at a time: of a large file it is no object to build in memory."""
    counts = {outcome.value.replace(" ", "_"): count for outcome, count in report.counts.items()}
    head = json.dumps({"dry_run": args.dry_run, **counts, "notes": notes}, indent=2)
    say(f'{head.removesuffix("}").rstrip()},\n  "lines": [')
    before = next(lines, "")
    for line in lines:
        say(f"    {before},")
        before = line
    say(f"    {before}\n  ]\n}}" if before else "  ]\n}")


def _in_words(line: "LineReport", dry_run: bool) -> str:
    """Return what became of a line: `line 7 changed: Jane Doe: may request +access`."""
    from callintake.domain.contact_change import told
    from callintake.services.importing import Outcome

    where = f"line {line.line}" if line.last_line == line.line else f"lines {line.line} to {line.last_line}"
    would = "would be " if dry_run and line.outcome in (Outcome.ADDED, Outcome.CHANGED) else ""
    said = line.why or "; ".join(told(line.changes))
    parts = [part for part in ("" if line.why else line.name, said) if part]
    doubts = (*line.warnings, *line.hints)
    warned = f" ({'; '.join(doubts)})" if doubts else ""
    return f"{where} {would}{line.outcome}: {': '.join(parts)}{warned}"


def _as_json(line: "LineReport") -> str:
    return json.dumps(
        {
            "line": line.line,
            "last_line": line.last_line,
            "outcome": line.outcome.value.replace(" ", "_"),
            "name": line.name,
            "email": line.email,
            "changes": {fact: {"before": before, "after": after} for fact, (before, after) in line.changes.items()},
            "warnings": list(line.warnings),
            "hints": list(line.hints),
            "why": line.why,
        }
    )
