"""Time that counts: only while the desk is open, in its own zone, whatever its clocks do."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from callintake.domain.business_time import MINUTES_OF_A_DAY, OpeningHours, Span, holidays_of
from callintake.domain.routing import BUILT_IN, Desk, Targets
from callintake.domain.ticket import Priority
from tests.domain.desks import ZONES, opening_hours

ALWAYS = ((Span(0, MINUTES_OF_A_DAY),),) * 7
OFFICE = (*[(Span(9 * 60, 12 * 60), Span(13 * 60, 17 * 60))] * 5, (), ())
NIGHT = ((Span(0, 6 * 60),),) * 7
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2028, 12, 31)).map(lambda naive: naive.replace(tzinfo=UTC))
MINUTES = st.integers(0, 3000)
EVERY_DAY = tuple(f"{month:02}-{day:02}" for month in range(1, 13) for day in range(1, 32))
SPRING, AUTUMN = datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)
"""When the clocks of London change: at 01:00 UTC on these days."""


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def minutes(amount: float) -> timedelta:
    return timedelta(minutes=amount)


@given(ZONES, MOMENTS, MINUTES)
@example("Europe/London", SPRING, 120)
@example("Europe/London", AUTUMN, 120)
@example("Africa/Cairo", utc("2026-04-23T21:30"), 60)
def test_at_a_desk_that_is_always_open_time_is_time(zone: str, start: datetime, amount: int) -> None:
    hours = OpeningHours(zone, ALWAYS)
    assert hours.due_at(start, amount) == start + minutes(amount)
    assert hours.business_minutes_between(start, start + minutes(amount)) == amount


@given(opening_hours(), MOMENTS, MINUTES)
@settings(deadline=None, max_examples=60)
def test_as_many_minutes_pass_until_due_as_were_given(hours: OpeningHours, start: datetime, amount: int) -> None:
    amount %= 2 * hours.minutes_a_week
    due = hours.due_at(start, amount)
    assert hours.business_minutes_between(start, due) == amount
    # It is the first such moment: a second earlier it was not so many.
    assert amount == 0 or hours.business_minutes_between(start, due - timedelta(seconds=1)) < amount


@given(opening_hours(), MOMENTS, st.timedeltas(timedelta(0), timedelta(days=9)), MINUTES)
@settings(deadline=None, max_examples=60)
def test_what_comes_later_is_due_no_earlier(
    hours: OpeningHours, start: datetime, later: timedelta, amount: int
) -> None:
    amount %= 2 * hours.minutes_a_week
    assert hours.due_at(start, amount) <= hours.due_at(start + later, amount)
    assert hours.due_at(start, amount) < hours.due_at(start, amount + 1)


@given(opening_hours(), st.lists(MOMENTS, min_size=3, max_size=3).map(sorted))
@settings(deadline=None, max_examples=60)
def test_what_counts_in_two_parts_of_a_time_counts_in_all_of_it(hours: OpeningHours, times: list[datetime]) -> None:
    first, middle, last = times[0], min(times[1], times[0] + timedelta(days=9)), times[0] + timedelta(days=20)
    parts = [hours.business_minutes_between(*part) for part in pairwise([first, middle, last])]
    assert sum(parts) == pytest.approx(hours.business_minutes_between(first, last))
    assert hours.business_minutes_between(last, first) == 0


CASES = {
    "within a morning": ("2026-11-23T09:30", 60, "2026-11-23T10:30"),
    "over lunch": ("2026-11-23T11:30", 60, "2026-11-23T13:30"),
    "to the end of a morning": ("2026-11-23T11:00", 60, "2026-11-23T12:00"),
    "over a weekend": ("2026-11-27T16:30", 60, "2026-11-30T09:30"),
    "begun at night": ("2026-11-23T22:00", 1, "2026-11-24T09:01"),
    "over a leap day": ("2028-02-28T16:00", 9 * 60, "2028-03-01T10:00"),
    "over a year that has none": ("2027-02-26T16:00", 2 * 60, "2027-03-01T10:00"),
    "a working week": ("2026-11-23T09:00", 5 * 7 * 60, "2026-11-27T17:00"),
    "in summer an hour earlier": ("2026-07-01T08:00", 60, "2026-07-01T09:00"),
    "over the change in spring": ("2026-03-27T16:30", 60, "2026-03-30T08:30"),
    "over the change in autumn": ("2026-10-23T15:30", 60, "2026-10-26T09:30"),
}


@pytest.mark.parametrize(("start", "amount", "due"), CASES.values(), ids=CASES)
def test_an_office_in_london_counts_its_hours(start: str, amount: int, due: str) -> None:
    assert OpeningHours("Europe/London", OFFICE).due_at(utc(start), amount) == utc(due)


@pytest.mark.parametrize(
    ("zone", "opens"),
    [("Pacific/Auckland", "2026-11-22T20:00"), ("America/New_York", "2026-11-23T14:00"), ("UTC", "2026-11-23T09:00")],
)
def test_an_office_opens_as_its_own_clocks_say(zone: str, opens: str) -> None:
    friday_night = utc("2026-11-21T06:00")
    assert OpeningHours(zone, OFFICE).due_at(friday_night, 1) == utc(opens) + minutes(1)


@pytest.mark.parametrize(("day", "open_for"), [(SPRING, 300), (AUTUMN, 420), (SPRING - timedelta(days=1), 360)])
def test_the_night_in_which_clocks_change_has_another_length(day: datetime, open_for: int) -> None:
    hours = OpeningHours("Europe/London", NIGHT)
    assert hours.business_minutes_between(day - minutes(60), day + minutes(540)) == open_for
    opened = day if day != AUTUMN else day - minutes(60)
    assert hours.due_at(opened, open_for) == opened + minutes(open_for)


@pytest.mark.parametrize(
    ("zone", "day", "spans", "open_for"),
    [
        # 01:00 is followed by 02:00: what is between is no time.
        ("Europe/London", "2026-03-29", (Span(30, 90),), 30),
        ("Europe/London", "2026-03-29", (Span(70, 110),), 0),
        ("Europe/London", "2026-03-29", (Span(70, 130), Span(130, 180)), 60),
        # 02:00 is followed by 01:00: what is shown twice begins the first time.
        ("Europe/London", "2026-10-25", (Span(60, 90),), 30),
        ("Europe/London", "2026-10-25", (Span(60, 90), Span(90, 120)), 120),
        # Half an hour, on the other side of the world; midnight itself, and a whole day, skipped.
        ("Australia/Lord_Howe", "2026-10-04", (Span(90, 180),), 60),
        ("Africa/Cairo", "2026-04-24", (Span(0, 120),), 60),
        ("Pacific/Apia", "2011-12-30", (Span(0, MINUTES_OF_A_DAY),), 0),
    ],
)
def test_hours_that_the_clock_skips_or_repeats(zone: str, day: str, spans: tuple[Span, ...], open_for: int) -> None:
    weekday = utc(day).weekday()
    hours = OpeningHours(zone, tuple(spans if one == weekday else () for one in range(7)))
    assert hours.business_minutes_between(utc(day) - timedelta(days=1), utc(day) + timedelta(days=2)) == open_for


def test_holidays_are_those_of_the_place() -> None:
    saint_andrew, boxing_day = utc("2026-11-30T10:00"), utc("2026-12-28T10:00")
    assert OpeningHours("Europe/London", OFFICE, "GB-SCT").due_at(saint_andrew, 1) == utc("2026-12-01T09:01")
    assert OpeningHours("Europe/London", OFFICE, "GB-ENG").due_at(saint_andrew, 1) == utc("2026-11-30T10:01")
    # The 26th is a Saturday: the day after the weekend is the holiday.
    assert OpeningHours("Europe/London", OFFICE, "GB").due_at(boxing_day, 1) == utc("2026-12-29T09:01")


def test_the_holidays_of_a_year_are_looked_up_once() -> None:
    holidays_of.cache_clear()
    for _ in range(3):
        OpeningHours("Europe/London", OFFICE, "GB-ENG").due_at(utc("2026-12-24T16:00"), 3000)
    assert holidays_of.cache_info().misses == 2


def test_a_desk_closes_on_its_own_days_once_or_every_year() -> None:
    hours = OpeningHours("UTC", OFFICE, closed=("12-24", "2026-12-23"))
    assert hours.due_at(utc("2026-12-22T16:59"), 2) == utc("2026-12-25T09:01")
    assert hours.due_at(utc("2027-12-22T16:59"), 2) == utc("2027-12-23T09:01")
    assert hours.due_at(utc("2027-12-23T16:59"), 2) == utc("2027-12-27T09:01")


def test_something_is_due_some_day_even_where_the_desk_never_opens_again() -> None:
    hours = OpeningHours("UTC", ((Span(0, 60),), *[()] * 6), closed=EVERY_DAY)
    assert hours.due_at(SPRING, 30) >= SPRING + minutes(30)


def test_urgent_priorities_count_around_the_clock() -> None:
    hours = OpeningHours("UTC", OFFICE, around_the_clock=(Priority.CRITICAL,))
    desk = Desk(BUILT_IN.departments, BUILT_IN.categories, targets=Targets(60, 60, 60, 60), hours=hours)
    friday_night = utc("2026-11-27T20:00")
    assert desk.due_at(friday_night, Priority.CRITICAL) == utc("2026-11-27T21:00")
    assert desk.due_at(friday_night, Priority.HIGH) == utc("2026-11-30T10:00")
    assert BUILT_IN.due_at(friday_night, Priority.HIGH) == utc("2026-11-28T00:00")
