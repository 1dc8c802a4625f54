"""Times as people write them: `16:00`, `tomorrow 9:00`, `fri`, `2 h`, `2026-12-01 14:00`; UTC is what is kept."""

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from callintake.domain.errors import Refused
from callintake.domain.text import clean_line, elide

MORNING = time(9, 0)
"""When a day begins that was given without a time."""
FURTHEST = timedelta(days=731)
UNDERSTOOD = "16:00, tomorrow, tomorrow 9:00, fri, fri 14:00, 30 min, 2 h, 3 d, 2 w, 2026-12-01 or 2026-12-01 14:00"
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_FEWEST_LETTERS = 3
_SPAN = re.compile(r"(?:in )?(\d{1,5}) ?(m|min|minutes?|h|hours?|d|days?|w|weeks?)", re.ASCII)
_TIME = re.compile(r"(?:at )?(\d{1,2})(?:[:.](\d{2}))? ?(am|pm)?", re.ASCII)
_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)


def parse_when(typed: str, now: datetime, zone: tzinfo | None = None) -> datetime:
    """Return the time to come that was typed, in UTC; `zone` is whose clock is meant, None this machine's.

    A time of day alone is the next one; a day alone is its morning. Minutes and hours are counted, days and weeks keep
    the time of day. Of a time that the clocks skip, what they show instead is meant; of one that comes twice, the first
    that is still to come (as RFC 5545, 3.3.5, has it).

    Raises:
        Refused: it can't be understood, is over, or is further away than anybody plans; the message says what can be.
    """
    text = clean_line(unicodedata.normalize("NFKC", typed[:200])).casefold()
    try:
        moment = _span(text, now, zone) or _clock(text, now, zone) or _day(text, now, zone)
    except (ValueError, OverflowError):
        moment = None
    said = elide(clean_line(typed[:200]), 40)
    if moment is None:
        raise Refused(f"“{said}” is no time; understood are: {UNDERSTOOD}")
    if moment <= now:
        raise Refused(f"“{said}” is over: give a time to come")
    if moment - now > FURTHEST:
        raise Refused(f"“{said}” is more than two years away")
    return moment


def _span(text: str, now: datetime, zone: tzinfo | None) -> datetime | None:
    """So long from now."""
    if not (given := _SPAN.fullmatch(text)):
        return None
    count, unit = int(given[1]), given[2][0]
    if unit in "mh":
        return (now + (timedelta(minutes=count) if unit == "m" else timedelta(hours=count))).astimezone(UTC)
    return _utc(_local(now, zone) + timedelta(days=count * (7 if unit == "w" else 1)), now, zone)


def _clock(text: str, now: datetime, zone: tzinfo | None) -> datetime | None:
    """The next time that clocks show this."""
    at = _time(text, alone=True)
    if at is None:
        return None
    today = _local(now, zone).date()
    moment = _utc(datetime.combine(today, at), now, zone)
    return moment if moment > now else _utc(datetime.combine(today + timedelta(days=1), at), now, zone)


def _day(text: str, now: datetime, zone: tzinfo | None) -> datetime | None:
    """A day, and perhaps a time on it."""
    name, _, rest = text.replace("t", " ", 1).partition(" ") if _DATE.match(text) else text.partition(" ")
    at = _time(rest) if rest else None
    if rest and at is None:
        return None
    today = _local(now, zone).date()
    if name == "today":
        return None if at is None else _utc(datetime.combine(today, at), now, zone)
    if name == "tomorrow":
        return _utc(datetime.combine(today + timedelta(days=1), at or MORNING), now, zone)
    if given := _DATE.fullmatch(name):
        day = date(int(given[1]), int(given[2]), int(given[3]))
        return _utc(datetime.combine(day, at or MORNING), now, zone)
    weekday = next((place for place, day in enumerate(_DAYS) if _is_day(name, day)), None)
    if weekday is None:
        return None
    ahead = (weekday - today.weekday()) % 7
    moment = _utc(datetime.combine(today + timedelta(days=ahead), at or MORNING), now, zone)
    # Who says today's name without a time means the next one.
    is_today = ahead == 0 and (at is None or moment <= now)
    return _utc(datetime.combine(today + timedelta(days=7), at or MORNING), now, zone) if is_today else moment


def _is_day(name: str, day: str) -> bool:
    return len(name) >= _FEWEST_LETTERS and day.startswith(name.removesuffix("."))


def _time(text: str, *, alone: bool = False) -> time | None:
    """A time of day; a bare number is one only after a day."""
    given = _TIME.fullmatch(text)
    if given is None or (alone and given[2] is None and given[3] is None):
        return None
    hour, minute = int(given[1]), int(given[2] or 0)
    if given[3]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if given[3] == "pm" else 0)
    return time(hour, minute)


def _local(moment: datetime, zone: tzinfo | None) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)


def _utc(local: datetime, now: datetime, zone: tzinfo | None) -> datetime:
    """The first moment after now at which clocks show this, or else the last one."""
    # Without a zone Python goes by the machine's own, with its daylight saving.
    first, second = (local.replace(fold=fold, tzinfo=zone).astimezone(UTC) for fold in (0, 1))
    # In a gap the two are the other way round, and the first one is meant all the same.
    return second if first <= now < second else first
