"""The queue: views, and pages of them by keyset, however many tickets there are (P8)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col

from callintake.domain.text import fold
from callintake.domain.ticket import Status
from callintake.domain.view import Filter, Place, Sort, View
from callintake.services.desk_rules import rules_in_force
from callintake.services.history import now
from callintake.services.lines import SELECTED, Lines, stored
from callintake.store.rows import rows_of
from callintake.store.tables import CallEventRow, EventRow

PAGE = 100
DUE_SOON = timedelta(hours=1)
LIVE = sa.text("ticket.status IN ('new', 'open', 'pending')")
OPEN = (
    "(ticket.break_glass IS NOT NULL OR (ticket.suspicion IS NULL"
    " AND ticket.identity = 'verified' AND ticket.\"authorization\" = 'authorized'))"
)
DUE = "coalesce(ticket.due_at, ticket.created_at)"
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
_VIEWS = {
    View.GATED: f"NOT {OPEN}",
    View.INCOMPLETE: "ticket.missing_reason IS NOT NULL",
    View.UNASSIGNED: f"{OPEN} AND ticket.owner IS NULL",
    View.MINE: "ticket.owner = :agent",
    View.DUE: f"{DUE} <= :due",
}


class Demand(NamedTuple):
    """What is demanded of a ticket, in SQL, and the values in it."""

    conditions: list[str]
    given: dict[str, Any]

    @property
    def where(self) -> str:
        """All of it as one condition."""
        return " AND ".join(self.conditions) or "true"


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
        from callintake.services.searching import found

        return Lines(()) if after is not None else found(session, wanted).lines[:limit]
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


def count(session: Session, wanted: Filter) -> int:
    """Return how many tickets a filter lets through; of what is searched for, how many are found."""
    if wanted.query.strip():
        from callintake.services.searching import found

        return len(found(session, wanted).lines)
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


def demand_of(session: Session, wanted: Filter) -> Demand:
    """Return what a filter demands of a ticket, besides what is searched for."""
    moment = now()
    conditions: list[str] = []
    given: dict[str, Any] = {}

    def demand(condition: str, **values: Any) -> None:
        conditions.append(condition)
        given.update(values)

    if wanted.view is not View.ALL:
        # Word for word as the partial indexes have it, so that they serve.
        demand(LIVE.text)
        asleep = "ticket.snoozed_until > :now"
        is_wanted = wanted.view is View.SNOOZED
        demand(asleep if is_wanted else f"(ticket.snoozed_until IS NULL OR NOT {asleep})", now=stored(moment, session))
    if (condition := _VIEWS.get(wanted.view)) is not None:
        demand(condition)
    if wanted.view is View.MINE:
        given["agent"] = wanted.agent
    if wanted.view is View.DUE:
        given["due"] = stored(moment + DUE_SOON, session)
    if wanted.status is not None:
        demand(*_of_status(wanted.status, given, stored(moment, session)))
    if wanted.priority is not None:
        demand("ticket.priority = :priority", priority=wanted.priority.value)
    if wanted.owner is not None:
        demand("coalesce(ticket.owner, '') = :owner", owner=wanted.owner)
    if wanted.gate_open is not None:
        demand(OPEN if wanted.gate_open else f"NOT {OPEN}")
    rules = rules_in_force(session) if wanted.department is not None or wanted.category is not None else None
    if rules is not None and wanted.department is not None:
        demand(*_one_of("department", _meant(wanted.department, rules.departments), given))
    if rules is not None and wanted.category is not None:
        demand(*_one_of("category", _meant(wanted.category, [one.name for one in rules.categories]), given))
    return Demand(conditions, given)


def _of_status(status: Status, given: dict[str, Any], moment: str | datetime) -> tuple[str]:
    """That a ticket is of a status now: one that waited until a time that has come is open again."""
    given["status"] = status.value
    if status not in (Status.OPEN, Status.PENDING):
        return ("ticket.status = :status",)
    given["moment"] = moment
    woken = "ticket.status = 'pending' AND ticket.waits_until IS NOT NULL AND ticket.waits_until <= :moment"
    if status is Status.OPEN:
        return (f"(ticket.status = :status OR ({woken}))",)
    return (f"(ticket.status = :status AND NOT ({woken}))",)


def _one_of(column: str, names: Sequence[str], given: dict[str, Any]) -> tuple[str]:
    values = {f"{column}_{place}": name for place, name in enumerate(names)}
    given.update(values)
    return (f"ticket.{column} IN ({', '.join(f':{name}' for name in values)})",)


def _meant(given: str, names: Sequence[str]) -> list[str]:
    """The names that a word means: the one it is, those it begins, or itself, if the desk knows it no longer."""
    exact = [name for name in names if fold(name) == fold(given)]
    return exact or [name for name in names if fold(name).startswith(fold(given))] or [given]
