"""How many tickets each view holds, without counting them: the database keeps a count of every kind."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session

from callintake.domain.ticket import LIVE
from callintake.domain.view import COUNTED_TO, Filter, QueueCounts, View
from callintake.services.callbacks import count_callbacks
from callintake.services.demand import DUE, OPEN, Demand, demand_of
from callintake.store.rows import rows_of

_FOLD_FROM = 2000
_KIND = "status, department, owner, is_open, is_incomplete"
_KIND_OF_TICKET = (
    "ticket.status, coalesce(ticket.department, ''), coalesce(ticket.owner, ''),"
    f" {OPEN}, ticket.missing_reason IS NOT NULL"
)


class Kind(NamedTuple):
    """So many tickets of one status, department and owner (empty is none), and of one gate."""

    status: str
    department: str
    owner: str
    is_open: bool
    is_incomplete: bool
    n: int

    @property
    def is_live(self) -> bool:
        """Whether somebody still has to do something about them."""
        return self.status in LIVE


def kinds(session: Session) -> list[Kind]:
    """Return how many tickets of every kind there are."""
    return _kinds(rows_of(session, f"SELECT {_KIND}, CAST(sum(n) AS bigint) FROM ticket_count GROUP BY {_KIND}", {}))


def queue_counts(session: Session, agent: str) -> QueueCounts:
    """Return all that is counted beside the queue."""
    every, asleep = kinds(session), _asleep(session)
    departments = Counter[str]()
    for kind in every:
        departments[kind.department] += kind.n if kind.is_live else 0
    for kind in asleep:
        departments[kind.department] -= kind.n
    views = _views(session, every, asleep, agent)
    return QueueCounts(views, breached(session), count_callbacks(session), departments)


def view_counts(session: Session, agent: str) -> dict[View, int]:
    """Return how many tickets each view holds; of `due` up to `COUNTED_TO`."""
    return _views(session, kinds(session), _asleep(session), agent)


def _views(session: Session, every: Sequence[Kind], asleep: Sequence[Kind], agent: str) -> dict[View, int]:
    live = [kind for kind in every if kind.is_live]

    def count(holds: Callable[[Kind], bool]) -> int:
        return sum(kind.n for kind in live if holds(kind)) - sum(kind.n for kind in asleep if holds(kind))

    return {
        View.GATED: count(lambda kind: not kind.is_open),
        View.INCOMPLETE: count(lambda kind: kind.is_incomplete),
        View.UNASSIGNED: count(lambda kind: kind.is_open and not kind.owner),
        View.MINE: count(lambda kind: kind.owner == agent),
        View.DUE: _count_to(session, demand_of(session, Filter(View.DUE, agent))),
        View.OPEN: count(lambda kind: True),
        View.SNOOZED: sum(kind.n for kind in asleep),
        View.ALL: sum(kind.n for kind in every),
    }


def breached(session: Session) -> int:
    """Return how many tickets are past their due time, up to `COUNTED_TO`."""
    demand = demand_of(session, Filter(View.OPEN))
    demand.conditions.append(f"{DUE} <= :now")
    return _count_to(session, demand)


def fold_counts(session: Session) -> None:
    """Make one row of the many that changes leave on PostgreSQL; who folds at the same time finds nothing left."""
    if session.get_bind().dialect.name == "sqlite":
        return
    if rows_of(session, "SELECT count(*) FROM ticket_count", {})[0][0] < _FOLD_FROM:
        return
    session.execute(
        sa.text(
            f"WITH old AS (DELETE FROM ticket_count RETURNING {_KIND}, n)"
            f" INSERT INTO ticket_count ({_KIND}, n) SELECT {_KIND}, sum(n) FROM old GROUP BY {_KIND}"
        )
    )


def _count_to(session: Session, demand: Demand) -> int:
    sql = f"SELECT count(*) FROM (SELECT 1 FROM ticket WHERE {demand.where} LIMIT {COUNTED_TO}) AS held"
    return int(rows_of(session, sql, demand.given)[0][0])


def _asleep(session: Session) -> list[Kind]:
    """The live tickets that are snoozed, which the views leave out: few, as each was by hand."""
    demand = demand_of(session, Filter(View.SNOOZED))
    sql = f"SELECT {_KIND_OF_TICKET}, count(*) FROM ticket WHERE {demand.where} GROUP BY 1, 2, 3, 4, 5"
    return _kinds(rows_of(session, sql, demand.given))


def _kinds(rows: Iterable[Any]) -> list[Kind]:
    return [Kind(*row) for row in rows]
