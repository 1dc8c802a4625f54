"""The opening hours of a desk file: read, checked, and as they are written."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import TypeVar
from zoneinfo import ZoneInfo, available_timezones

from callintake.domain.business_time import MINUTES_OF_A_DAY, WEEKDAYS, OpeningHours, Span
from callintake.domain.desk_file_table import GivenTable
from callintake.domain.errors import Refused
from callintake.domain.routing import Targets
from callintake.domain.ticket import Priority

T = TypeVar("T")
HOURS = {
    "zone": "The time zone whose clocks count, by its IANA name.",
    "monday": "From when to when it is open; several spans may be given, none is closed.",
    "holidays": "The country (ISO 3166) whose public holidays it is closed on, or a part of one, such as GB-SCT.",
    "closed": "Other days on which it is closed: 2026-12-24, or 12-24 for every year.",
    "around_the_clock": "Priorities whose time counts while it is closed, too: the most urgent, down to any.",
}
"""What each setting means; the other weekdays are as Monday."""
EXAMPLE = OpeningHours(
    "Europe/London",
    (*[(Span(9 * 60, 12 * 60 + 30), Span(13 * 60 + 30, 17 * 60 + 30))] * 5, (), ()),
    "GB-ENG",
    ("12-24",),
    (Priority.CRITICAL,),
)
_NAME, _MOST_SPANS, _MOST_DAYS = 60, 12, 400
_SPAN = re.compile(r"([0-2][0-9]):([0-5][0-9])\s*[-–]\s*([0-2][0-9]):([0-5][0-9])")
_DAY = re.compile(r"(?:([0-9]{4})-)?([0-9]{2})-([0-9]{2})")
_NONE = "none"
"""Says that a department is there on holidays, whatever the desk does."""
_NO_HOURS = OpeningHours("UTC", ((),) * len(WEEKDAYS))
_LEAP_YEAR = 2024
_DAYS_A_YEAR = 366


def hours_of(table: GivenTable) -> OpeningHours | None:
    """Return the opening hours of the desk in a table, or None where there is none."""
    if not table.values:
        return None
    table.only(("zone", *WEEKDAYS, "holidays", "closed", "around_the_clock"))
    hours = replace(
        _hours(table, None),
        around_the_clock=tuple(
            sorted(set(_each(table, "around_the_clock", len(Priority), Priority.of)), key=lambda one: one.value)
        ),
    )
    if hours.around_the_clock != tuple(Priority)[: len(hours.around_the_clock)]:
        table.refuse("around_the_clock", "what is more urgent counts around the clock, too: add it")
    return hours


def hours_of_department(table: GivenTable, desk: OpeningHours | None) -> OpeningHours:
    """Return the hours of a department in a table; its zone, holidays and closed days are the desk's unless it says."""
    table.only(("zone", *WEEKDAYS, "holidays", "closed"))
    return _hours(table, desk)


def _hours(table: GivenTable, usual: OpeningHours | None) -> OpeningHours:
    if "zone" not in table.values and usual is None:
        table.refuse("zone", "needed: whose clocks count? such as Europe/London, or UTC")
    usual = usual or _NO_HOURS
    holidays = table.checked("holidays", _NAME, _place, usual.holidays)
    closed = tuple(dict.fromkeys(_each(table, "closed", _MOST_DAYS, _closed_day)))
    hours = OpeningHours(
        table.checked("zone", _NAME, _zone, None) or usual.zone,
        tuple(_spans(table, day) for day in WEEKDAYS),
        None if holidays == _NONE else holidays,
        closed if "closed" in table.values else usual.closed,
    )
    if not hours.minutes_a_week and not any(day in table.values and table.values[day] for day in WEEKDAYS):
        table.refuse("monday", f"it never opens: give a span such as {EXAMPLE.week[0][0]} to a day at least")
    return hours


def check_targets(table: GivenTable, hours: OpeningHours, targets: Targets) -> None:
    """Refuse due times that opening hours reach in more than a year, if ever."""
    most = hours.minutes_a_week * _DAYS_A_YEAR // len(WEEKDAYS)
    for priority in Priority:
        minutes: int = getattr(targets, priority.word)
        if hours.minutes_a_week and priority not in hours.around_the_clock and minutes > most:
            what = f"it is open for {most} minutes a year, and {priority.word} is due after {minutes}"
            table.refuse("monday", f"{what}: open longer, or let that count around the clock")
            return


def settings_of(hours: OpeningHours) -> dict[str, str | list[str]]:
    """Return opening hours as they are set in a desk file; holidays that are none are not there."""
    spans = {day: [str(span) for span in of_day] for day, of_day in zip(WEEKDAYS, hours.week, strict=True)}
    holidays = {} if hours.holidays is None else {"holidays": hours.holidays}
    words = [priority.word for priority in hours.around_the_clock]
    return {"zone": hours.zone, **spans, **holidays, "closed": list(hours.closed), "around_the_clock": words}


def settings_of_department(hours: OpeningHours) -> dict[str, str | list[str]]:
    """Return the hours of a department as they are set: all that it would have of the desk's otherwise is said."""
    settings = {"holidays": _NONE, **settings_of(hours)}
    del settings["around_the_clock"]
    return settings


def _each(table: GivenTable, key: str, most: int, read: Callable[[str], T]) -> list[T]:
    """Return what a rule makes of each text of a list; what it refuses is told with its place."""
    taken = []
    for place, text in enumerate(table.texts(key, _NAME, most)):
        try:
            taken.append(read(text.strip()))
        except Refused as refusal:
            table.problems.add((*table.path, key, place), str(refusal))
    return taken


def _spans(table: GivenTable, day: str) -> tuple[Span, ...]:
    spans = sorted(_each(table, day, _MOST_SPANS, _span))
    for earlier, later in pairwise(spans):
        if later.opens < earlier.closes:
            table.refuse(day, f"{earlier} and {later} overlap")
    return tuple(spans)


def _span(given: str) -> Span:
    found = _SPAN.fullmatch(given)
    opens, closes = (60 * int(found[at]) + int(found[at + 1]) for at in (1, 3)) if found else (0, -1)
    if found is None or max(opens, closes) > MINUTES_OF_A_DAY:
        raise Refused(f"a span such as {EXAMPLE.week[0][0]} is needed, from 00:00 to 24:00")
    if opens < closes:
        return Span(opens, closes)
    if opens == closes:
        raise Refused("it closes as it opens; the whole day is 00:00-24:00")
    late, early = Span(opens, MINUTES_OF_A_DAY), Span(0, closes)
    raise Refused(f"it closes before it opens; across midnight, give {late} here and {early} to the day after")


def _zone(given: str) -> str:
    try:
        # What this name means is another thing on every machine.
        if given != "localtime":
            return ZoneInfo(given).key
    except (KeyError, ValueError, OSError):
        pass
    same = next((name for name in available_timezones() if name.casefold() == given.casefold()), None)
    raise Refused(f"did you mean {same}?" if same else "the IANA name of a time zone is needed, as Europe/London")


def _place(given: str) -> str:
    from holidays import list_supported_countries

    if given.casefold() == _NONE:
        return _NONE
    country, _, part = given.partition("-")
    country = country.upper()
    parts = list_supported_countries().get(country)
    if parts is None:
        raise Refused("an ISO 3166 code is needed of a country whose holidays are known, such as GB or GB-SCT")
    if not part:
        return country
    # Not all of them are codes: Belgium's are languages.
    same = next((one for one in parts if one.casefold() == part.casefold()), None)
    if same is None:
        known = f"there are: {', '.join(parts)}" if parts else "the holidays known are those of all of it"
        raise Refused(f"{country} has no part “{part[:20]}” with holidays of its own; {known}")
    return f"{country}-{same}"


def _closed_day(given: str) -> str:
    found = _DAY.fullmatch(given)
    try:
        if found is not None:
            date(int(found[1] or _LEAP_YEAR), int(found[2]), int(found[3]))
            return given
    except ValueError:
        pass
    raise Refused("a day such as 2026-12-24 is needed, or 12-24 for every year")
