"""The queue: views, their counts, and pages of them by keyset (P8)."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from callintake.domain.detail import TicketLine
from callintake.domain.ticket import Priority, Status
from callintake.domain.view import Filter, View
from callintake.services.history import now
from callintake.services.verification import gate_of_row
from callintake.store import search
from callintake.store.tables import EventRow, TicketRow

PAGE = 100
# A literal, so that the planner sees that the partial index serves.
LIVE = sa.text("ticket.status IN ('new', 'open', 'pending')")
_OPEN = (
    "(ticket.break_glass IS NOT NULL OR (ticket.suspicion IS NULL"
    " AND ticket.identity = 'verified' AND ticket.\"authorization\" = 'authorized'))"
)
_OPEN_GATE, SHUT_GATE = sa.text(_OPEN), sa.text(f"NOT {_OPEN}")
LINE_COLUMNS = [
    getattr(TicketRow, name)
    for name in (
        "id",
        "version",
        "subject",
        "category",
        "priority",
        "status",
        "department",
        "owner",
        "identity",
        "authorization",
        "suspicion",
        "break_glass",
        "name",
        "organization",
        "created_at",
        "due_at",
    )
]


def queue_page(
    session: Session, wanted: Filter, after: tuple[int, int] | None = None, limit: int = PAGE
) -> list[TicketLine]:
    """Return the next lines of a view, most urgent first, after a line's `(priority, serial)`."""
    conditions = _conditions(session, wanted)
    if conditions is None:
        return []
    if after is not None:
        conditions.append(sa.tuple_(col(TicketRow.priority), col(TicketRow.id)) > after)
    return lines_of(
        session.execute(
            sa.select(*LINE_COLUMNS)
            .where(*conditions)
            .order_by(col(TicketRow.priority), col(TicketRow.id))
            .limit(limit)
        )
    )


def lines_of(rows: Iterable[Any]) -> list[TicketLine]:
    """Return the lines in rows of `LINE_COLUMNS`."""
    return [
        TicketLine(
            serial=row.id,
            version=row.version,
            subject=row.subject,
            category=row.category,
            priority=Priority(row.priority),
            status=Status(row.status),
            department=row.department,
            owner=row.owner,
            gate=gate_of_row(row),
            name=row.name,
            organization=row.organization,
            created_at=row.created_at,
            due_at=row.due_at,
        )
        for row in rows
    ]


def count(session: Session, wanted: Filter) -> int:
    """Return how many tickets a filter lets through."""
    conditions = _conditions(session, wanted)
    if conditions is None:
        return 0
    return int(session.execute(sa.select(sa.func.count()).select_from(TicketRow).where(*conditions)).scalar_one())


def serials(session: Session, wanted: Filter) -> list[int]:
    """Return the serials of all that a filter lets through, most urgent first."""
    conditions = _conditions(session, wanted)
    if conditions is None:
        return []
    query = sa.select(col(TicketRow.id)).where(*conditions).order_by(col(TicketRow.priority), col(TicketRow.id))
    return list(session.execute(query).scalars())


def view_counts(session: Session, agent: str) -> dict[View, int]:
    """Return how many tickets each view holds."""
    return {view: count(session, Filter(view, agent)) for view in View}


def latest_change(session: Session) -> tuple[int, int]:
    """Return a mark that differs after every change of the desk.

    The newest number alone would miss a change that took its number early and was committed late.
    """
    newest = int(session.execute(sa.select(sa.func.coalesce(sa.func.max(EventRow.id), 0))).scalar_one())
    late = sa.select(sa.func.count()).select_from(EventRow).where(col(EventRow.id) > newest - 1000)
    return newest, int(session.execute(late).scalar_one())


def _conditions(session: Session, wanted: Filter) -> list[sa.ColumnElement[bool] | sa.TextClause] | None:
    """What the filter demands; None where nothing can meet it."""
    conditions: list[sa.ColumnElement[bool] | sa.TextClause] = []
    if wanted.view is not View.ALL:
        conditions.append(LIVE)
    match wanted.view:
        case View.GATED:
            conditions.append(SHUT_GATE)
        case View.INCOMPLETE:
            conditions.append(col(TicketRow.missing_reason).is_not(None))
        case View.UNASSIGNED:
            conditions += [_OPEN_GATE, col(TicketRow.owner).is_(None)]
        case View.MINE:
            conditions.append(col(TicketRow.owner) == wanted.agent)
        case View.DUE:
            conditions.append(col(TicketRow.due_at) <= now() + timedelta(hours=1))
        case View.OPEN | View.ALL:
            pass
    if wanted.status is not None:
        conditions.append(col(TicketRow.status) == wanted.status)
    if wanted.department is not None:
        conditions.append(col(TicketRow.department) == wanted.department)
    if wanted.query.strip():
        found = search.matching(session.get_bind().dialect.name, search.TICKETS, wanted.query)
        if found is None:
            return None
        conditions.append(col(TicketRow.id).in_(found))
    return conditions
