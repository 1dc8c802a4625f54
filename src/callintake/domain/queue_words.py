"""A filter of the queue as words that can be edited: `owner:me priority:high sort:due printer camden`.

Whatever is no such word is searched for, so that any text is a valid filter.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from callintake.domain.errors import Refused
from callintake.domain.text import clean_line
from callintake.domain.ticket import Priority, status_of
from callintake.domain.view import Filter, Sort, View

_WORD = re.compile(r'([a-z]+):("[^"]*"|\S+)')
ME, NOBODY = "me", "nobody"
_SHUT, _OPEN = "shut", "open"


def _view(value: str, filter_: Filter) -> Filter:
    return replace(filter_, view=View(value.lower()))


def _owner(value: str, filter_: Filter) -> Filter:
    return replace(filter_, owner={ME: filter_.agent, NOBODY: ""}.get(value.lower(), value))


def _gate(value: str, filter_: Filter) -> Filter:
    return replace(filter_, gate_open={_OPEN: True, _SHUT: False}[value.lower()])


def _sort(value: str, filter_: Filter) -> Filter:
    name = value.lower()
    return replace(filter_, sort=Sort(name.removeprefix("-")), is_reversed=name.startswith("-"))


_NAMES: dict[str, Callable[[str, Filter], Filter]] = {
    "view": _view,
    "owner": _owner,
    "gate": _gate,
    "sort": _sort,
    "status": lambda value, filter_: replace(filter_, status=status_of(value)),
    "priority": lambda value, filter_: replace(filter_, priority=Priority.of(value)),
    "department": lambda value, filter_: replace(filter_, department=value),
    "category": lambda value, filter_: replace(filter_, category=value),
}
NAMES = tuple(_NAMES)
"""What may stand before a colon."""


def parse_words(line: str, view: View, agent: str) -> Filter:
    """Return the filter that a line of words says, on a view, for an agent; what can't be one of them is text."""
    filter_, text, end = Filter(view, agent), [], 0
    line = clean_line(line)
    for match in _WORD.finditer(line):
        named = _NAMES.get(match[1])
        value = match[2].strip('"')
        if named is None or not value:
            continue
        try:
            filter_ = named(value, filter_)
        except (Refused, ValueError, KeyError):
            continue
        text.append(line[end : match.start()])
        end = match.end()
    return replace(filter_, query=clean_line(" ".join([*text, line[end:]])))


def to_words(filter_: Filter) -> str:
    """Return the line of words that says a filter, without its view."""
    owner = {filter_.agent: ME, "": NOBODY}.get(filter_.owner or "", filter_.owner)
    said: dict[str, Any] = {
        "status": filter_.status,
        "priority": filter_.priority.word if filter_.priority else None,
        "department": filter_.department,
        "category": filter_.category,
        "owner": None if filter_.owner is None else owner,
        "gate": None if filter_.gate_open is None else (_OPEN if filter_.gate_open else _SHUT),
        "sort": f"{'-' if filter_.is_reversed else ''}{filter_.sort}",
    }
    if filter_.sort is Sort.PRIORITY and not filter_.is_reversed:
        del said["sort"]
    words = [f"{name}:{_quoted(str(value))}" for name, value in said.items() if value is not None]
    return " ".join([*words, filter_.query]).strip()


def _quoted(value: str) -> str:
    return f'"{value}"' if " " in value else value
