"""When departments are there, and which other one is told as well while one is not (P9)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from callintake.domain.business_time import OpeningHours
from callintake.domain.text import fold

_A_WEEK = timedelta(days=6)
"""So far ahead a weekday alone says which day is meant."""


@dataclass(frozen=True, slots=True)
class Cover:
    """When a department is there, and who is told as well while it is not."""

    department: str
    hours: OpeningHours
    fallback: str | None = None


@dataclass(frozen=True, slots=True)
class Closed:
    """A department that is not there at some moment."""

    department: str
    until: str
    """When it opens, on its own clocks; `further notice` where that is not known."""
    stand_in: str | None = None
    """The first department after it that is there, and is told as well."""
    also_closed: tuple[str, ...] = ()
    """Those on the way to it that are not there either."""

    @property
    def words(self) -> str:
        """What an agent has to know of it."""
        return f"closed {self.how}"

    @property
    def how(self) -> str:
        """Until when it is closed, and who is told as well."""
        words = f"until {self.until}"
        if self.also_closed:
            words += f", and so {'is' if len(self.also_closed) == 1 else 'are'} {', '.join(self.also_closed)}"
        if self.stand_in is not None:
            return f"{words}; told as well: {self.stand_in}"
        return f"{words}; nobody else is told" if self.also_closed else words


def closed_at(covers: Iterable[Cover], department: str, moment: datetime) -> Closed | None:
    """Return how a department is not there at a moment in UTC; None if it is, as one is that has no hours."""
    known = {fold(cover.department): cover for cover in covers}
    cover = known.get(fold(department))
    until = None if cover is None else _until(cover.hours, moment)
    if cover is None or until is None:
        return None
    also_closed: list[str] = []
    following = cover.fallback
    while following is not None and following not in also_closed:
        after = known.get(fold(following))
        if after is None or after.hours.is_open(moment):
            break
        also_closed.append(following)
        following = after.fallback
    return Closed(cover.department, until, following, tuple(also_closed))


def circle_of(covers: Iterable[Cover]) -> tuple[str, ...]:
    """Return departments that stand in for each other in a circle, the first at both ends; none if there is none."""
    known = {fold(cover.department): cover for cover in covers}
    for cover in known.values():
        path = [cover.department]
        while (after := known.get(fold(path[-1]))) is not None and after.fallback is not None:
            path.append(after.fallback)
            if fold(path[-1]) == fold(path[0]):
                return tuple(path)
            if len(path) > len(known) + 1:
                # A circle further on, which is found from one of its own.
                break
    return ()


def _until(hours: OpeningHours, moment: datetime) -> str | None:
    """When it opens, in words; None if it is open."""
    if hours.is_open(moment):
        return None
    opens = hours.opens_after(moment)
    if opens is None:
        return "further notice"
    there = opens.astimezone(ZoneInfo(hours.zone))
    return f"{there:%a %H:%M %Z}" if opens - moment < _A_WEEK else f"{there:%a %d %b %Y %H:%M %Z}"
