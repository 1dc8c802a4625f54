"""A file of contacts as spreadsheets and other systems write it: its columns, and rows by the lines they stand on."""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice

from callintake.domain.contact_entry import COLUMNS
from callintake.domain.errors import Refused
from callintake.domain.text import clean_line, elide

_NEEDED = ("name", "organization", "email")
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}
_ALSO_CALLED = {"e_mail": "email", "mail": "email", "organisation": "organization"}
_LEAVES_WHEN_EMPTY = ("phone", "phone_since", "email_since", "notes")
"""Columns whose empty cells say nothing; an empty cell of rights takes them away."""
_NAMES_DELIMITER = re.compile(r'"?sep=(.)"?\s*')
"""The first line by which Excel tells itself what is between the cells."""
_KEPT_AS_TEXT = re.compile(r'="([^"]*)"')
"""A cell that Excel is kept from taking for a number by."""


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one contact, and the lines of the file that they stand on."""

    line: int
    last_line: int
    cells: dict[str, str]
    surplus: int = 0
    """Cells with something in them, beyond the columns."""


class ContactFile:
    """The rows of a file whose first line names the columns, between commas, semicolons or tabs."""

    def __init__(self, lines: Iterable[str]) -> None:
        """Read the first line.

        Raises:
            Refused: it names not the columns `name`, `organization` and `email`, or one of them twice.
        """
        lines = iter(lines)
        first = next(lines, "")
        self._begun = 0
        named = _NAMES_DELIMITER.fullmatch(first)
        if named:
            first, self._begun = next(lines, ""), 1
        self.delimiter, names = _columns(first.lstrip("\ufeff"))
        self._names = [name if name in COLUMNS else None for name in names]
        self.unknown = tuple(elide(name, 40) for name in names if name not in COLUMNS and name)
        """Columns that nothing is known of; what is in them is left out."""
        self._reader = csv.reader(chain([first], lines), delimiter=self.delimiter)

    @property
    def notes(self) -> list[str]:
        """What is to be said of the file as a whole."""
        notes = [f"the columns are between {_DELIMITERS[self.delimiter]}s"] if self.delimiter != "," else []
        if self.unknown:
            notes.append(f"left out, as nothing is known of these columns: {', '.join(self.unknown)}")
        return notes

    def __iter__(self) -> Iterator[Row]:
        """Go through the rows that have anything in them.

        Raises:
            Refused: a row is no CSV.
        """
        line = 1
        try:
            next(self._reader, None)
            line = self._reader.line_num + 1
            for cells in self._reader:
                if any(cell.strip() for cell in cells):
                    yield self._row(cells, line + self._begun)
                line = self._reader.line_num + 1
        except csv.Error as error:
            raise Refused(f"line {line + self._begun} is no CSV: {error}; nothing was imported") from None

    def _row(self, cells: list[str], line: int) -> Row:
        said = {
            name: _unwrapped(cell)
            for name, cell in zip(self._names, cells, strict=False)
            if name is not None and not (name in _LEAVES_WHEN_EMPTY and not cell.strip())
        }
        surplus = sum(bool(cell.strip()) for cell in cells[len(self._names) :])
        return Row(line, self._reader.line_num + self._begun, said, surplus)

    def parts(self, size: int) -> Iterator[list[Row]]:
        """Go through the rows, so many at a time."""
        rows = iter(self)
        while part := list(islice(rows, size)):
            yield part


def _columns(first: str) -> tuple[str, list[str]]:
    """Return the delimiter by which the first line names the most columns, and their names."""
    read = [(delimiter, _names(first, delimiter)) for delimiter in _DELIMITERS]
    delimiter, names = max(read, key=lambda one: len(set(one[1]) & set(COLUMNS)))
    missing = [name for name in _NEEDED if name not in names]
    if missing:
        raise Refused(f"the first line must name the columns {', '.join(COLUMNS)}; not there: {', '.join(missing)}")
    if twice := next((name for name in names if name in COLUMNS and names.count(name) > 1), None):
        raise Refused(f"the first line names the column {twice} twice")
    return delimiter, names


def _names(first: str, delimiter: str) -> list[str]:
    try:
        cells = next(csv.reader([first], delimiter=delimiter), [])
    except csv.Error as error:
        raise Refused(f"line 1 is no CSV: {error}; nothing was imported") from None
    names = [re.sub(r"[\s-]+", "_", clean_line(cell).casefold()) for cell in cells]
    return [_ALSO_CALLED.get(name, name) for name in names]


def _unwrapped(cell: str) -> str:
    kept = _KEPT_AS_TEXT.fullmatch(cell.strip())
    return kept[1] if kept else cell
