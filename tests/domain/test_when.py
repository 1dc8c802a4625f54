"""Times as people write them: what each means, in any zone, across the days when clocks change."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callintake.domain.errors import Refused
from callintake.domain.when import FURTHEST, UNDERSTOOD, parse_when
from tests.conftest import corpus

LONDON, NEW_YORK = ZoneInfo("Europe/London"), ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 25, 10, 30, tzinfo=UTC)
"""A Wednesday."""


def london(typed: str, now: datetime = NOW) -> str:
    return parse_when(typed, now, LONDON).astimezone(LONDON).strftime("%a %d %b %H:%M")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("16:00", "Wed 25 Nov 16:00"),
        ("16.00", "Wed 25 Nov 16:00"),
        ("at 4 pm", "Wed 25 Nov 16:00"),
        ("4:15pm", "Wed 25 Nov 16:15"),
        ("12 am", "Thu 26 Nov 00:00"),
        ("12 pm", "Wed 25 Nov 12:00"),
        ("9:00", "Thu 26 Nov 09:00"),
        ("10:30", "Thu 26 Nov 10:30"),
        ("today 17:00", "Wed 25 Nov 17:00"),
        ("tomorrow", "Thu 26 Nov 09:00"),
        ("Tomorrow 9", "Thu 26 Nov 09:00"),
        ("tomorrow 14:30", "Thu 26 Nov 14:30"),
        ("fri", "Fri 27 Nov 09:00"),
        ("Friday 16:00", "Fri 27 Nov 16:00"),
        ("fri. at 8", "Fri 27 Nov 08:00"),
        ("tue", "Tue 01 Dec 09:00"),
        ("wed", "Wed 02 Dec 09:00"),
        ("wed 11:00", "Wed 25 Nov 11:00"),
        ("wed 10:00", "Wed 02 Dec 10:00"),
        ("30 min", "Wed 25 Nov 11:00"),
        ("in 90 minutes", "Wed 25 Nov 12:00"),
        ("2 h", "Wed 25 Nov 12:30"),
        ("2h", "Wed 25 Nov 12:30"),
        ("３ d", "Sat 28 Nov 10:30"),
        ("2 weeks", "Wed 09 Dec 10:30"),
        ("2026-12-01 14:00", "Tue 01 Dec 14:00"),
        ("2026-12-01T14:00", "Tue 01 Dec 14:00"),
        ("  2026-12-01\u200b ", "Tue 01 Dec 09:00"),
    ],
)
def test_a_time_means_what_people_mean_by_it(typed: str, meant: str) -> None:
    assert london(typed) == meant


@pytest.mark.parametrize(
    "typed",
    ["", " ", "soon", "9", "25:00", "9:60", "13 pm", "0 am", "today", "tomorrow soon", "fr", "friyay", "0", "h", "2 y",
     "2026-13-01", "2026-02-30", "2026-12-01 25:00", "-2 h", "99999999 d", "٣ d x", "tomorrow 9:00 10:00"],
)  # fmt: skip
def test_what_is_no_time_is_refused_with_what_is_understood(typed: str) -> None:
    with pytest.raises(Refused) as refusal:
        parse_when(typed, NOW, LONDON)
    assert str(refusal.value).endswith(f"is no time; understood are: {UNDERSTOOD}")


@pytest.mark.parametrize("typed", ["today 9:00", "2026-11-25", "2025-01-01 14:00", "0 min", "0 d", "0001-01-01"])
def test_a_time_that_is_over_is_refused(typed: str) -> None:
    with pytest.raises(Refused, match="is over"):
        parse_when(typed, NOW, LONDON)


@pytest.mark.parametrize("typed", ["2029-01-01", "9999-12-31", "800 d", "99999 h"])
def test_nobody_plans_so_far_ahead(typed: str) -> None:
    with pytest.raises(Refused, match="more than two years away"):
        parse_when(typed, NOW, LONDON)


def test_everything_that_is_said_to_be_understood_is() -> None:
    for typed in UNDERSTOOD.replace(" or ", ", ").split(", "):
        assert parse_when(typed, NOW, LONDON) > NOW


def test_a_time_that_the_clocks_skip_is_the_one_they_show_instead() -> None:
    assert london("2027-03-28 01:30") == "Sun 28 Mar 02:30"
    saturday = datetime(2027, 3, 27, 12, 0, tzinfo=UTC)
    assert london("tomorrow 1:30", saturday) == "Sun 28 Mar 02:30"
    assert parse_when("2027-03-14 02:30", NOW, NEW_YORK) == datetime(2027, 3, 14, 7, 30, tzinfo=UTC)


def test_a_time_that_comes_twice_is_the_first_that_is_still_to_come() -> None:
    first, second = datetime(2027, 10, 31, 0, 30, tzinfo=UTC), datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
    assert parse_when("2027-10-31 01:30", NOW, LONDON) == first
    assert parse_when("1:30", first, LONDON) == second
    assert parse_when("1:30", second, LONDON) == datetime(2027, 11, 1, 1, 30, tzinfo=UTC)


def test_days_keep_the_time_of_day_and_hours_are_counted() -> None:
    saturday = datetime(2027, 3, 27, 12, 0, tzinfo=UTC)
    assert london("1 d", saturday) == "Sun 28 Mar 12:00"
    assert london("24 h", saturday) == "Sun 28 Mar 13:00"


def test_without_a_zone_the_clock_of_this_machine_is_meant() -> None:
    assert parse_when("2026-12-01 14:00", NOW) == datetime(2026, 12, 1, 14, 0).astimezone(UTC)


@pytest.mark.parametrize("typed", corpus("cli"))
def test_hostile_text_is_no_time(typed: str) -> None:
    with pytest.raises(Refused) as refusal:
        parse_when(typed, NOW, LONDON)
    assert len(str(refusal.value)) < 250
    assert "\x1b" not in str(refusal.value)


@given(
    now=st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1)).map(lambda one: one.replace(tzinfo=UTC)),
    zone=st.sampled_from([LONDON, NEW_YORK, ZoneInfo("Asia/Kathmandu"), ZoneInfo("Australia/Lord_Howe"), UTC]),
    typed=st.one_of(
        st.times().map(lambda one: f"{one:%H:%M}"),
        st.builds("{} {:%H:%M}".format, st.sampled_from(["tomorrow", "mon", "sunday"]), st.times()),
        st.builds("{} {}".format, st.integers(1, 90), st.sampled_from(["min", "h", "d", "w"])),
    ),
)
def test_whatever_is_understood_is_to_come_and_in_utc(now: datetime, zone: ZoneInfo, typed: str) -> None:
    moment = parse_when(typed, now, zone)
    assert now < moment <= now + FURTHEST
    assert moment.utcoffset() == timedelta(0)
    if ":" in typed:
        shown = f"{moment.astimezone(zone):%H:%M}"
        is_skipped = moment.astimezone(zone).utcoffset() != (moment - timedelta(hours=2)).astimezone(zone).utcoffset()
        assert shown == typed[-5:] or is_skipped
