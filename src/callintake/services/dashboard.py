"""How the desk stands: a few cheap queries, of which none reads more than what is live, or the calls of some days."""

from collections import Counter
from datetime import UTC, datetime, time, timedelta, tzinfo
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from callintake.domain.business_time import OpeningHours
from callintake.domain.call import Direction
from callintake.domain.dashboard import NOT_ROUTED, OLDEST, SHUT_FOR, WEEKS, Figures, Messages, OldTicket, usual
from callintake.domain.method import Outcome
from callintake.domain.ticket import LIVE
from callintake.domain.view import Filter, View
from callintake.services.demand import OPEN, Demand, demand_of
from callintake.services.desk_rules import rules_in_force
from callintake.services.history import now
from callintake.services.lines import LINE_COLUMNS, lines_of
from callintake.store.tables import AttemptRow, CallRow, OutboxRow, TicketRow

_SLOT = 15 * 60
"""Seconds: every zone of today is some quarters of an hour from UTC."""


def figures(session: Session, agent: str, since: datetime | None = None) -> Figures:
    """Return how the desk stands now; first verifications are counted of the calls begun since then."""
    rules, made_at = rules_in_force(session), now()
    zone: tzinfo = ZoneInfo(rules.hours.zone) if rules.hours else made_at.astimezone().tzinfo or UTC
    local = made_at.astimezone(zone)
    awake = demand_of(session, Filter(View.OPEN))
    live = _live(session, awake, made_at)
    today, *before = _days(session, local)
    tried, verified = _first_attempts(session, since)
    return Figures(
        classification=rules.classification,
        made_at=made_at,
        made_by=agent,
        since=since,
        zone=rules.hours.zone if rules.hours else f"UTC{local:%z}",
        local=local,
        by_status={status.value: _sum(live, "count", status=status.value) for status in LIVE},
        by_department=_departments(live, rules.departments),
        shut_for={name: _sum(live, f"shut_{place}") for place, name in enumerate(SHUT_FOR)},
        overdue=_sum(live, "overdue"),
        calls_today=tuple(today.get(hour, 0) for hour in range(24)),
        calls_usual=usual(before),
        tried=tried,
        verified_first=verified,
        messages=_messages(session),
        oldest=_oldest(session, awake, rules.hours, made_at),
    )


def _live(session: Session, awake: Demand, at: datetime) -> list[dict[str, Any]]:
    """How many live tickets there are by status and department, late ones, and those behind a shut gate by age."""
    raised, shut = col(TicketRow.created_at), sa.text(f"NOT {OPEN}")
    # Each age is what is older than its bound, less what is older than the next one.
    older = [sa.true(), *(raised <= at - since for since in list(SHUT_FOR.values())[1:]), sa.false()]
    ages = [sa.and_(this, sa.not_(following)) for this, following in pairwise(older)]
    query = (
        sa.select(
            col(TicketRow.status),
            col(TicketRow.department),
            sa.func.count().label("count"),
            _how_many(col(TicketRow.due_at) <= at).label("overdue"),
            *(_how_many(sa.and_(shut, of_age)).label(f"shut_{place}") for place, of_age in enumerate(ages)),
        )
        .where(sa.text(awake.where))
        .group_by(col(TicketRow.status), col(TicketRow.department))
    )
    return [dict(row) for row in session.execute(query, awake.given).mappings()]


def _how_many(condition: Any) -> Any:
    return sa.func.sum(sa.case((condition, 1), else_=0))


def _sum(rows: list[dict[str, Any]], of: str, **where: Any) -> int:
    return sum(int(row[of]) for row in rows if all(row[name] == value for name, value in where.items()))


def _departments(live: list[dict[str, Any]], known: tuple[str, ...]) -> dict[str, int]:
    """Those of the desk file in its order, then any that tickets still have, and what is nowhere yet."""
    names = [*known, *sorted({row["department"] for row in live} - {None, *known})]
    counts = {name: _sum(live, "count", department=name) for name in names}
    return {**counts, NOT_ROUTED: _sum(live, "count", department=None)}


def _days(session: Session, local: datetime) -> list[dict[int, int]]:
    """Return how many calls came in each hour of today, and of the same weekday in the weeks before that have any."""
    zone = local.tzinfo
    starts = [datetime.combine(local.date() - timedelta(weeks=week), time(), zone) for week in range(WEEKS + 1)]
    first = session.execute(sa.select(sa.func.min(CallRow.started_at))).scalar()
    if first is not None:
        first = first if first.tzinfo else first.replace(tzinfo=UTC)
    began = sa.extract("epoch", col(CallRow.started_at))
    slot = (began - began % _SLOT).label("slot")
    counted = []
    for start in starts:
        end = datetime.combine(start.date() + timedelta(days=1), time(), zone)
        if start is not starts[0] and (first is None or first >= end):
            break
        query = (
            sa.select(slot, sa.func.count())
            .where(
                col(CallRow.started_at) >= start.astimezone(UTC),
                col(CallRow.started_at) < end.astimezone(UTC),
                col(CallRow.direction) == Direction.INBOUND,
            )
            .group_by(slot)
        )
        hours: Counter[int] = Counter()
        for at, count in session.execute(query):
            hours[datetime.fromtimestamp(int(at), zone).hour] += count
        counted.append(dict(hours))
    return counted


def _first_attempts(session: Session, since: datetime | None) -> tuple[int, int]:
    """Return in how many calls it was tried to verify the caller, and in how many the first attempt did."""
    earlier = aliased(AttemptRow)
    is_first = ~sa.exists().where(col(earlier.call_id) == col(AttemptRow.call_id), col(earlier.id) < col(AttemptRow.id))
    # Found from the calls of that time: those of all the years before are not looked at.
    made_in = col(AttemptRow.call_id).is_not(None)
    if since is not None:
        made_in = col(AttemptRow.call_id).in_(sa.select(col(CallRow.id)).where(col(CallRow.started_at) >= since))
    query = (
        sa.select(col(AttemptRow.outcome), sa.func.count()).where(made_in, is_first).group_by(col(AttemptRow.outcome))
    )
    counts = {outcome: int(count) for outcome, count in session.execute(query)}
    return sum(counts.values()), counts.get(Outcome.VERIFIED.value, 0)


def _messages(session: Session) -> dict[str, Messages]:
    query = (
        sa.select(col(OutboxRow.state), sa.func.count(), sa.func.min(OutboxRow.created_at))
        .where(col(OutboxRow.state) != "sent", col(OutboxRow.settled).is_(None))
        .group_by(col(OutboxRow.state))
        .order_by(col(OutboxRow.state))
    )
    return {state: Messages(int(count), oldest) for state, count, oldest in session.execute(query)}


def _oldest(session: Session, awake: Demand, hours: OpeningHours | None, at: datetime) -> tuple[OldTicket, ...]:
    query = (
        sa.select(*LINE_COLUMNS)
        .where(sa.text(awake.where))
        .order_by(col(TicketRow.created_at), col(TicketRow.id))
        .limit(OLDEST)
    )
    return tuple(
        OldTicket(line, hours.business_minutes_between(line.created_at, at) if hours else None)
        for line in lines_of(session.execute(query, awake.given))
    )
