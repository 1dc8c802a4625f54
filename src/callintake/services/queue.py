"""The queue: views, and pages of them by keyset, however many tickets there are (P8)."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from callintake.domain.detail import TicketLine
from callintake.domain.view import Filter, Place, Sort, place_of
from callintake.services import searching
from callintake.services.demand import DUE, demand_of
from callintake.services.lines import SELECTED, Lines, stored
from callintake.store.rows import rows_of
from callintake.store.tables import CallEventRow, EventRow

PAGE = 100
_LONG_PAGE = 1000
# As the indexes have them, which serve for nothing else.
_ORDERS = {
    Sort.PRIORITY: "ticket.priority",
    Sort.AGE: "ticket.id",
    Sort.DUE: DUE,
    Sort.CHANGED: "ticket.updated_at",
    Sort.REQUESTER: "coalesce(ticket.name, '')",
}
_DOWNWARDS = (Sort.CHANGED,)
"""Orders whose natural way is from the greatest."""


def queue_page(
    session: Session,
    wanted: Filter,
    after: Place | None = None,
    limit: int = PAGE,
    *,
    backwards: bool = False,
    is_inclusive: bool = False,
) -> Lines:
    """Return the next lines of a view after a place, or from it on, or, backwards, those just before it; without a
    place from the beginning, or the end. What is searched for is found as `services.searching` has it, all at once.
    """
    if wanted.query.strip():
        return Lines(()) if after is not None else searching.found(session, wanted).lines[:limit]
    demand = demand_of(session, wanted)
    order = _ORDERS[wanted.sort]
    downwards = (wanted.sort in _DOWNWARDS) is not (wanted.is_reversed is not backwards)
    way, sign = ("DESC", "<") if downwards else ("ASC", ">")
    if after is not None:
        value, serial = after
        sign += "=" if is_inclusive else ""
        if wanted.sort is Sort.AGE:
            demand.conditions.append(f"ticket.id {sign} :serial")
        else:
            demand.conditions.append(f"({order}, ticket.id) {sign} (:value, :serial)")
            demand.given["value"] = stored(value, session) if isinstance(value, datetime) else value
        demand.given["serial"] = serial
    by = f"ticket.id {way}" if wanted.sort is Sort.AGE else f"{order} {way}, ticket.id {way}"
    sql = f"SELECT {SELECTED} FROM ticket WHERE {demand.where} ORDER BY {by} LIMIT :limit"
    rows = rows_of(session, sql, {**demand.given, "limit": limit})
    return Lines(rows[::-1] if backwards else rows)


def every_line(session: Session, wanted: Filter, limit: int | None = None) -> Iterator[TicketLine]:
    """The lines of a view, a page at a time; what is searched for comes the newest first, or the best of few."""
    if wanted.query.strip() and limit is None:
        yield from searching.every_hit(session, wanted)
        return
    page = min(limit or _LONG_PAGE, _LONG_PAGE)
    lines: Sequence[TicketLine] = queue_page(session, wanted, limit=page)
    while lines:
        yield from lines
        last = lines[-1]
        lines = queue_page(session, wanted, place_of(last, wanted.sort), page) if len(lines) == page else []


def count(session: Session, wanted: Filter) -> int:
    """Return how many tickets a filter lets through; of what is searched for, how many are found."""
    if wanted.query.strip():
        return len(searching.found(session, wanted).lines)
    demand = demand_of(session, wanted)
    return int(rows_of(session, f"SELECT count(*) FROM ticket WHERE {demand.where}", demand.given)[0][0])


def serials(session: Session, wanted: Filter) -> list[int]:
    """Return the serials of all tickets of a view, in its order; nothing is searched for."""
    demand = demand_of(session, wanted)
    sql = f"SELECT ticket.id FROM ticket WHERE {demand.where} ORDER BY {_ORDERS[wanted.sort]}, ticket.id"
    return [row[0] for row in rows_of(session, sql, demand.given)]


def latest_change(session: Session) -> tuple[int, ...]:
    """Return a mark that differs after every change of the desk, and after all that a phone told.

    The newest number alone would miss a change that took its number early and was committed late.
    """
    newest = int(session.execute(sa.select(sa.func.coalesce(sa.func.max(EventRow.id), 0))).scalar_one())
    late = sa.select(sa.func.count()).select_from(EventRow).where(col(EventRow.id) > newest - 1000)
    rang = sa.select(sa.func.coalesce(sa.func.max(CallEventRow.id), 0))
    return newest, int(session.execute(late).scalar_one()), int(session.execute(rang).scalar_one())
