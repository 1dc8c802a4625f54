"""What the command line prints: cleaned of all that a terminal would obey, in any encoding."""

import contextlib
import csv
import io
import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from callintake.domain.csv_cell import csv_cell
from callintake.domain.text import clean_line, elide, printable

_LONGEST_COMPLAINT = 1000


def prepare_streams() -> None:
    """Let no character of anybody's name stop the output, whatever the encoding."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError, OSError):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]


def say(text: str = "") -> None:
    """Print text, which may have several lines."""
    print(printable(text))


def say_json(document: Any) -> None:
    """Print one JSON document."""
    encoding = (getattr(sys.stdout, "encoding", None) or "ascii").casefold().replace("-", "")
    text = json.dumps(document, ensure_ascii=encoding != "utf8", indent=2, allow_nan=False)
    print(printable(text))


def say_csv(header: Sequence[str], rows: Iterable[Sequence[str | None]]) -> None:
    """Print a table that is safe to open in a spreadsheet."""
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([csv_cell(clean_line(value or "")) for value in row] for row in rows)
    print(printable(made.getvalue()), end="")


def say_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print columns for people; the last one is as long as it is, or as the terminal is wide."""
    import shutil

    from rich.cells import cell_len, set_cell_size

    cells = [list(header), *([clean_line(value) for value in row] for row in rows)]
    widths = [max(cell_len(row[column]) for row in cells) for column in range(len(header) - 1)]
    room = shutil.get_terminal_size().columns - sum(widths) - 2 * len(widths)
    for row in cells:
        last = set_cell_size(row[-1], room) if sys.stdout.isatty() and cell_len(row[-1]) > room > 10 else row[-1]
        columns = [set_cell_size(value, width) for value, width in zip(row, widths, strict=False)]
        say("  ".join([*columns, last]).rstrip())


def complain(message: str) -> None:
    """Print one line on standard error."""
    with contextlib.suppress(OSError, ValueError):
        print(f"callintake: {elide(clean_line(message), _LONGEST_COMPLAINT)}", file=sys.stderr, flush=True)
