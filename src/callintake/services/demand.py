"""What a view or a filter demands of a ticket, in SQL: word for word as the partial indexes have it, or none serves."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session

from callintake.domain.text import fold
from callintake.domain.ticket import Status
from callintake.domain.view import Filter, View
from callintake.services.desk_rules import rules_in_force
from callintake.services.history import now
from callintake.services.lines import stored

DUE_SOON = timedelta(hours=1)
LIVE = sa.text("ticket.status IN ('new', 'open', 'pending')")
OPEN = (
    "(ticket.break_glass IS NOT NULL OR (ticket.suspicion IS NULL"
    " AND ticket.identity = 'verified' AND ticket.\"authorization\" = 'authorized'))"
)
DUE = "coalesce(ticket.due_at, ticket.created_at)"
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
