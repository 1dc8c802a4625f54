"""Search over number, people, numbers and words of tickets: the newest hits, the best first, where in them the hit is.

What is looked at is bounded however many tickets hold a word, so that a search is answered between two keys.
"""

import json
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
from callintake.services.demand import demand_of
from callintake.services.lines import NAMES, SELECTED, Lines, line_of
from callintake.store import lookup, search
from callintake.store.rows import rows_of

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
    readings = query_readings(wanted.query)
    begun = [[f"{word}*" for word in words] for words in readings]
    looked, step = 0, HITS + 1
    # Where words as they stand find enough, nobody misses those that only begin so; it costs far less to look for.
    choices = readings if looked_at is not None else begun
    serials = lookup.holding(session, search.TICKETS, choices, step)
    if choices is readings and len(serials) < step:
        choices, serials = begun, lookup.holding(session, search.TICKETS, begun, step)
    while True:
        if serials:
            among, given = _among(session, serials)
            sql = f"SELECT {SELECTED} FROM ticket WHERE {among} AND {demand.where} ORDER BY id DESC"
            yield from rows_of(session, sql, demand.given | given)
        looked += len(serials)
        if len(serials) < step or (looked_at is not None and looked >= looked_at):
            return
        step = min(step * 2, 2000)
        serials = lookup.holding(session, search.TICKETS, choices, step, serials[-1])


def _among(session: Session, serials: Sequence[int]) -> tuple[str, dict[str, Any]]:
    """That a ticket is one of these; one statement for any number of them."""
    if session.get_bind().dialect.name == "sqlite":
        return "ticket.id IN (SELECT value FROM json_each(:serials))", {"serials": json.dumps(serials)}
    return "ticket.id = ANY(:serials)", {"serials": list(serials)}


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
    who, what, best = f"{name} {organization}".lower(), subject.lower(), 0
    for words in readings:
        weight = 0
        for word in words:
            if word in who:
                weight += _VERY
            if word in what:
                weight += _RATHER
        best = max(best, weight)
    said = "".join(readings[0])
    is_it = said.isdigit() and said in (str(serial), ticket_number(serial).replace("-", ""))
    return best + _IS_IT if is_it else best


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
    among, given = _among(session, serials)
    described = f"SELECT id, substr(description, 1, {_TEXT}), email, phone, asset FROM ticket WHERE {among}"
    for serial, *said in rows_of(session, described, given):
        texts[serial] = [text for text in said if text]
    noted = f"SELECT ticket_id, substr(text, 1, {_TEXT}) FROM note WHERE ticket_id IN (SELECT id FROM ticket WHERE"
    for serial, text in rows_of(session, f"{noted} {among}) ORDER BY id", given):
        texts[serial].append(text)
    return texts
