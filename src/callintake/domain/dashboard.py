"""How the desk stands, in figures: what waits and for how long, who calls, and what went wrong (P2, P4, P8, P9)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from callintake.domain.call import age
from callintake.domain.detail import TicketLine
from callintake.domain.detail_json import line_to_json, stamp
from callintake.domain.plot import Plot, Series, counted
from callintake.domain.report import Section, period
from callintake.domain.text import clean_line, elide

OLDEST = 10
WEEKS = 6
"""Weeks back of which the usual number of calls is the median."""
SHUT_FOR: dict[str, timedelta] = {
    "under 1 h": timedelta(0),
    "1 to 24 h": timedelta(hours=1),
    "1 to 3 d": timedelta(days=1),
    "over 3 d": timedelta(days=3),
}
"""How long gates have been shut, each from when on."""
LATE = timedelta(minutes=15)
"""What has not been sent for so long is in trouble."""
NOT_ROUTED = "not routed"
_HOURS = 24
_USUAL_DAY = (8, 18)
"""The hours that are shown in any case."""
_CELL = 30


@dataclass(frozen=True, slots=True)
class Messages:
    """Notifications of one state that are not sent: how many, and since when the oldest waits."""

    count: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class OldTicket:
    """A ticket that has waited long; and how many minutes of that the desk was open, if it has opening hours."""

    line: TicketLine
    open_minutes: float | None


@dataclass(frozen=True, slots=True)
class Figures:
    """How the desk stands at a moment."""

    classification: str
    made_at: datetime
    made_by: str
    since: datetime | None
    """From when on first verifications are counted."""
    zone: str
    """In whose hours the calls are counted."""
    local: datetime
    """The moment as the clocks of that zone show it."""
    by_status: Mapping[str, int]
    by_department: Mapping[str, int]
    shut_for: Mapping[str, int]
    overdue: int
    calls_today: tuple[int, ...]
    """Of each hour from midnight on."""
    calls_usual: tuple[float | None, ...]
    """The same as is usual on this weekday; None while no week is on record."""
    tried: int
    """Calls in which it was tried to verify the caller."""
    verified_first: int
    """Those of them in which the first attempt did."""
    messages: Mapping[str, Messages]
    """By state; those that are sent are not in it."""
    oldest: tuple[OldTicket, ...]

    @property
    def live(self) -> int:
        """How many tickets somebody still has to do something about."""
        return sum(self.by_status.values())

    @property
    def shut(self) -> int:
        """How many of them are behind a shut gate."""
        return sum(self.shut_for.values())

    @property
    def first_rate(self) -> float | None:
        """The share of calls whose first attempt verified the caller."""
        return self.verified_first / self.tried if self.tried else None

    @property
    def troubles(self) -> dict[str, int]:
        """Notifications in trouble: whatever is not just waiting its turn, or waits too long."""
        return {
            state if state != "pending" else "late": these.count
            for state, these in self.messages.items()
            if state != "pending" or these.oldest < self.made_at - LATE
        }

    @property
    def calls(self) -> Plot:
        """The calls of today by their hour beside what is usual, from the first hour that has any to the last."""
        hours = [hour for hour in range(_HOURS) if self.calls_today[hour] or self.calls_usual[hour]]
        first, last = min([*hours, _USUAL_DAY[0]]), max([*hours, _USUAL_DAY[1]])
        shown = slice(first, last + 1)
        return Plot(
            tuple(f"{hour:02}" for hour in range(first, last + 1)),
            (Series("today", self.calls_today[shown]), Series("usual", self.calls_usual[shown])),
        )


def usual(days: Sequence[Mapping[int, int]]) -> tuple[float | None, ...]:
    """Return the median of each hour over several days, given as how many calls each hour had."""
    return tuple(median(day.get(hour, 0) for day in days) if days else None for hour in range(_HOURS))


def fewer(counts: Mapping[str, int], most: int) -> dict[str, int]:
    """Return at most so many of these counts, in their order: the lowest are taken together as others."""
    if len(counts) <= most:
        return dict(counts)
    highest = sorted(counts, key=lambda name: -counts[name])[: most - 1]
    kept = {name: count for name, count in counts.items() if name in highest}
    return {**kept, f"{len(counts) - len(kept)} others": sum(counts.values()) - sum(kept.values())}


def percent(share: float | None) -> str:
    """Return a share in words."""
    return "–" if share is None else f"{100 * share:.0f} %"


def trouble_in_words(figures: Figures) -> str:
    """Return what is wrong with the notifications, or that nothing is."""
    troubles = [f"{count} {state}" for state, count in figures.troubles.items()]
    return ", ".join(troubles) if troubles else "none in trouble"


def sections(figures: Figures) -> list[Section]:
    """Return the figures as the parts of a report, those that are better looked at with a plot."""
    status, departments = counted("tickets", figures.by_status), counted("tickets", figures.by_department)
    gates, calls = counted("tickets", figures.shut_for), figures.calls
    first = f"Verified at the first attempt: {percent(figures.first_rate)}"
    rows = [(state, str(these.count), stamp(these.oldest) or "–") for state, these in figures.messages.items()]
    return [
        _tally(f"Open by status: {figures.live}, {figures.overdue} of them overdue", "Status", status),
        _tally("Open by department", "Department", departments),
        _tally(f"Gate shut: {figures.shut}, by time since it was raised", "For", gates),
        Section(
            f"Calls by hour on {figures.local:%Y-%m-%d}, {figures.zone}: {sum(figures.calls_today)}",
            ("Hour", "Today", "Usual"),
            [
                (label, _number(today), _number(then))
                for label, today, then in zip(calls.labels, *(one.values for one in calls.series), strict=True)
            ],
            plot=calls,
        ),
        Section(first, ("Calls", "Number"), _first_rows(figures)),
        Section(f"Notifications: {trouble_in_words(figures)}", ("State", "Number", "Oldest"), rows),
        Section(
            f"The oldest {OLDEST}",
            ("Number", "Age", "Opening hours", "Priority", "Gate", "Status", "Owner", "Requester", "Subject"),
            [_oldest(one, figures.made_at) for one in figures.oldest],
        ),
    ]


def _tally(title: str, what: str, plot: Plot) -> Section:
    values = plot.series[0].values
    rows = [(elide(clean_line(name), _CELL), _number(n)) for name, n in zip(plot.labels, values, strict=True)]
    return Section(title, (what, "Tickets"), rows, plot=plot)


def _first_rows(figures: Figures) -> list[tuple[str, str]]:
    return [
        (f"in which it was tried, {period(figures.since)}", str(figures.tried)),
        ("verified at the first attempt", str(figures.verified_first)),
    ]


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:g}"


def _oldest(one: OldTicket, now: datetime) -> tuple[str, ...]:
    line = one.line
    return (
        line.number,
        age((now - line.created_at).total_seconds()),
        "–" if one.open_minutes is None else age(60 * one.open_minutes),
        line.priority.word,
        line.gate.word,
        line.status.value,
        line.owner or "–",
        " · ".join(filter(None, (line.name, line.organization))) or "–",
        line.subject,
    )


def figures_to_json(figures: Figures) -> dict[str, Any]:
    """Return the figures in the JSON that others build on."""
    return {
        "classification": figures.classification,
        "report": "queue",
        "made_at": stamp(figures.made_at),
        "made_by": figures.made_by,
        "since": stamp(figures.since),
        "zone": figures.zone,
        "open": {
            "total": figures.live,
            "overdue": figures.overdue,
            "by_status": dict(figures.by_status),
            "by_department": dict(figures.by_department),
            "gate_shut": {"total": figures.shut, "by_age": dict(figures.shut_for)},
        },
        "calls": {
            "day": figures.local.date().isoformat(),
            "today": list(figures.calls_today),
            "usual": list(figures.calls_usual),
        },
        "first_verification": {
            "tried": figures.tried,
            "verified": figures.verified_first,
            "rate": None if figures.first_rate is None else round(figures.first_rate, 4),
        },
        "notifications": {
            state: {"count": these.count, "oldest": stamp(these.oldest)} for state, these in figures.messages.items()
        },
        "oldest": [{**line_to_json(one.line), "open_minutes": one.open_minutes} for one in figures.oldest],
    }
