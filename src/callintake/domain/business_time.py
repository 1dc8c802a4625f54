"""Time that counts: the hours a desk is open, and when so many minutes of them have passed.

Times go in and come out in UTC. Opening hours are what the clock on the wall says, in the desk's zone; what passes
between them is real time, so that the night on which clocks change is an hour longer or shorter.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from callintake.domain.ticket import Priority

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MINUTES_OF_A_DAY = 24 * 60
_DAY, _SECOND = timedelta(days=1), timedelta(seconds=1)
_FARTHEST = 3653
"""Days that are looked through; from their end on time counts around the clock, so that everything is due some day."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From when to when a desk is open on a day, in minutes after midnight; it ends by midnight."""

    opens: int
    closes: int

    def __str__(self) -> str:
        return f"{_clock(self.opens)}-{_clock(self.closes)}"


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """When a desk is open: the spans of each weekday, Monday first, in their order and apart."""

    zone: str
    """IANA name of the time zone."""
    week: tuple[tuple[Span, ...], ...]
    holidays: str | None = None
    """Country (ISO 3166), perhaps with its part after a dash, whose public holidays it is closed on."""
    closed: tuple[str, ...] = ()
    """Other days on which it is closed: `2026-12-24`, or `12-24` for every year."""
    around_the_clock: tuple[Priority, ...] = ()
    """Priorities whose time counts while it is closed, too."""

    @property
    def minutes_a_week(self) -> int:
        """Minutes that it is open in a week without holidays."""
        return sum(span.closes - span.opens for day in self.week for span in day)

    def due_at(self, start: datetime, minutes: int) -> datetime:
        """Return the first moment at which it has been open for so many minutes since `start`."""
        left = timedelta(minutes=minutes)
        if not left:
            return start
        closes = start
        for opens, closes in self._open_from(start):
            begins = max(opens, start)
            if closes - begins >= left:
                return begins + left
            left -= closes - begins
        return closes + left

    def business_minutes_between(self, start: datetime, end: datetime) -> float:
        """Return for how many minutes it is open from one moment to a later one; 0 if that is earlier."""
        counted = timedelta()
        if end > start:
            for opens, closes in self._open_from(start):
                if opens >= end:
                    break
                counted += min(closes, end) - max(opens, start)
        return counted / timedelta(minutes=1)

    def is_open(self, moment: datetime) -> bool:
        """Whether it is open at a moment; as it closes, it is not any more."""
        opens, _closes = next(self._open_from(moment), (None, None))
        return opens is not None and opens <= moment

    def opens_after(self, moment: datetime) -> datetime | None:
        """Return when it next opens, from a moment at which it is closed; None if not within ten years."""
        return next((opens for opens, _closes in self._open_from(moment) if opens > moment), None)

    def is_closed(self, day: date) -> bool:
        """Whether a day is a holiday, or another one on which it does not open."""
        written = day.isoformat()
        if written in self.closed or written[5:] in self.closed:
            return True
        return self.holidays is not None and day in holidays_of(self.holidays, day.year)

    def _open_from(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield when it opens and closes, in UTC and in order, from the span on that `start` is in."""
        zone = ZoneInfo(self.zone)
        first = start.astimezone(zone).date()
        for day in (first + _DAY * passed for passed in range(_FARTHEST)):
            spans = self.week[day.weekday()]
            if not spans or self.is_closed(day):
                continue
            for span in spans:
                opens, closes = _instant(day, span.opens, zone), _instant(day, span.closes, zone)
                if closes > max(opens, start):
                    yield opens, closes


def _instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """Return when the clocks of a zone show a minute of a day: of two times the first, of a skipped one the skip.

    So a later minute is never earlier, whatever the clocks do.
    """
    wall = datetime.combine(day, time()) + timedelta(minutes=minute)
    shown = wall.replace(tzinfo=zone).astimezone(UTC)
    if shown.astimezone(zone).replace(tzinfo=None) == wall:
        return shown
    before, after = wall.replace(tzinfo=zone, fold=1).astimezone(UTC), shown
    while after - before > _SECOND:
        between = before + (after - before) / 2
        if between.astimezone(zone).replace(tzinfo=None) < wall:
            before = between
        else:
            after = between
    return after.replace(microsecond=0)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


@lru_cache(maxsize=64)
def holidays_of(place: str, year: int) -> frozenset[date]:
    """Return the public holidays of a year in a country, or in the part of it after the dash."""
    # Heavy, and only for desks that have holidays.
    from holidays import country_holidays

    country, _, part = place.partition("-")
    return frozenset(country_holidays(country, subdiv=part or None, years=year))
