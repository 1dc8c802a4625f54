"""A cell of a CSV file that no spreadsheet takes for a formula."""

from callintake.domain.text import printable

_MARK = "'"
_DEFUSED = (*"=+-@\t\r＝＋－＠", _MARK)
"""What makes a spreadsheet calculate a cell (OWASP, CSV injection), and the mark itself."""


def csv_cell(value: str) -> str:
    """Return a value as a cell: after an apostrophe, where it begins as a formula does, or with an apostrophe.

    So a cell that begins with an apostrophe has one more than its value. What some programs drop does not count.
    """
    begins = (value, printable(value).lstrip())
    return f"{_MARK}{value}" if any(one.startswith(_DEFUSED) for one in begins) else value


def value_of(cell: str) -> str:
    """Return the value that `csv_cell` made a cell of."""
    return cell.removeprefix(_MARK)
