"""The lines of a desk file: which desk or client a number is for that callers dial (P1)."""

import re

from callintake.domain.desk_file_table import GivenTable

MEANING = "Which desk or client a dialled number is for, as the tray shows it; by its number with +, or by extension."
_NAME, _MOST = 60, 200
_SEPARATORS = re.compile(r"[ ().\-]")
_DIALLED = re.compile(r"\+[1-9][0-9]{5,14}|[0-9]{1,10}")
_WRITTEN = 40


def lines_of(table: GivenTable) -> dict[str, str]:
    """Return the names of lines in a table by what is dialled: E.164, or an extension."""
    if len(table.values) > _MOST:
        table.problems.add(table.path, f"at most {_MOST} are taken")
    lines: dict[str, str] = {}
    for key in list(table.values)[:_MOST]:
        name, dialled = table.text(key, _NAME), _SEPARATORS.sub("", key[:_WRITTEN])
        if len(key) > _WRITTEN or not _DIALLED.fullmatch(dialled):
            table.refuse(key, "a number with + and its country is needed, or an extension, in quotes")
        elif dialled in lines:
            table.refuse(key, "it is there already")
        elif name is not None:
            lines[dialled] = name
    return lines
