"""Search over number, people, numbers and words of tickets: the newest hits, the best first, where in them the hit is.

What is looked at is bounded however many tickets hold a word, so that a search is answered between two keys.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from sqlmodel import Session

from callintake.domain.detail import TicketLine
from callintake.domain.excerpt import excerpt
from callintake.domain.number import ticket_number
from callintake.domain.text import query_readings
from callintake.domain.view import Filter, Sort, place_of
from callintake.services.lines import NAMES, SELECTED, Lines, line_of, rows_of
from callintake.services.queue import demand_of
from callintake.store import search

HITS = 200
"""So many are listed."""
LOOKED_AT = 20_000
"""Of so many of the newest tickets that hold the words it is asked whether they are in the view."""
_TEXT = 8000
"""Characters of a description or a note in which a hit is shown."""
_NAME, _ORGANIZATION, _SUBJECT = NAMES.index("name"), NAMES.index("organization"), NAMES.index("subject")
_IS_IT, _VERY, _RATHER = 100, 4, 2


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found, and whether that is all there is, as far as was looked."""

    lines: Lines
    is_whole: bool


def found(session: Session, wanted: Filter) -> Found:
    """Return the newest tickets of a filter that hold the words searched for: the best first, or as sorted."""
    rows = list(islice(_hits(session, wanted, LOOKED_AT), HITS + 1))
    return Found(Lines(_ordered(rows[:HITS], wanted)), is_whole=len(rows) <= HITS)


def every_hit(session: Session, wanted: Filter) -> Iterator[TicketLine]:
    """Go through all tickets of a filter that hold the words searched for, the newest first."""
    return map(line_of, _hits(session, wanted, None))


def _hits(session: Session, wanted: Filter, looked_at: int | None) -> Iterator[Any]:
    demand = demand_of(session, wanted)
    before, looked, step = None, 0, HITS + 1
    while looked_at is None or looked < looked_at:
        serials = search.newest(session, search.TICKETS, wanted.query, step, before)
        if serials:
            sql = f"SELECT {SELECTED} FROM ticket WHERE {_among(serials)} AND {demand.where} ORDER BY id DESC"
            yield from rows_of(session, sql, demand.given)
        looked += len(serials)
        if len(serials) < step:
            return
        before, step = serials[-1], min(step * 2, 2000)


def _among(serials: Sequence[int]) -> str:
    # Whole numbers of ours, so nothing to be bound; thousands of them would be more than SQLite binds.
    return f"ticket.id IN ({', '.join(map(str, serials))})"


def _ordered(rows: list[Any], wanted: Filter) -> list[Any]:
    if wanted.sort is not Sort.PRIORITY or wanted.is_reversed:
        downwards = (wanted.sort is Sort.CHANGED) is not wanted.is_reversed
        return sorted(rows, key=lambda row: place_of(line_of(row), wanted.sort), reverse=downwards)
    readings = query_readings(wanted.query)
    # The sort is stable: of equals the newest comes first.
    return sorted(rows, key=lambda row: -_weight(row[0], row[_NAME], row[_ORGANIZATION], row[_SUBJECT], readings))


def _weight(
    serial: int, name: str | None, organization: str | None, subject: str, readings: Sequence[Sequence[str]]
) -> int:
    """How well a line meets a search: its number, then who it is, then what it is called, then whatever else."""
    who, what = f"{name} {organization}".lower(), subject.lower()
    weight = max(sum(_VERY * (word in who) + _RATHER * (word in what) for word in words) for words in readings)
    said = "".join(readings[0])
    if said.isdigit() and said in (str(serial), ticket_number(serial).replace("-", "")):
        weight += _IS_IT
    return weight


def with_hits(session: Session, lines: Sequence[TicketLine], query: str) -> list[TicketLine]:
    """Return lines, each with the words around the hit, where no column shows it."""
    readings = query_readings(query)
    dark = [line for line in lines if not _weight(line.serial, line.name, line.organization, line.subject, readings)]
    if not dark:
        return list(lines)
    texts = _texts(session, [line.serial for line in dark])
    hits = {line.serial: excerpt(texts.get(line.serial, []), readings) for line in dark}
    return [replace(line, hit=hits.get(line.serial, "")) for line in lines]


def _texts(session: Session, serials: Sequence[int]) -> dict[int, list[str]]:
    texts: dict[int, list[str]] = {}
    described = f"SELECT id, substr(description, 1, {_TEXT}), email, phone, asset FROM ticket WHERE {_among(serials)}"
    for serial, *said in rows_of(session, described, {}):
        texts[serial] = [text for text in said if text]
    noted = f"SELECT ticket_id, substr(text, 1, {_TEXT}) FROM note WHERE ticket_id IN (SELECT id FROM ticket WHERE"
    for serial, text in rows_of(session, f"{noted} {_among(serials)}) ORDER BY id", {}):
        texts[serial].append(text)
    return texts
