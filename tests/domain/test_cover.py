"""When departments are there, and who is told as well while one is not (P9)."""

from datetime import UTC, datetime

import pytest

from callintake.domain.business_time import OpeningHours, Span
from callintake.domain.cover import Closed, Cover, circle_of, closed_at
from callintake.domain.desk_difference import difference
from callintake.domain.desk_file import DeskFileRefused, parse_desk_file
from callintake.domain.desk_file_text import desk_file_text

OFFICE = (*[(Span(8 * 60, 18 * 60),)] * 5, (), ())
LONDON = OpeningHours("Europe/London", OFFICE, "GB-ENG", ("12-24",))
EVENINGS = OpeningHours("Europe/London", ((Span(18 * 60, 24 * 60),),) * 7)
NETWORK = Cover("Network", LONDON, "On call")
FILE = """
[smtp]
host = "mail.example.com"
from = "desk@example.com"
[hours]
zone = "Europe/London"
monday = ["08:00-18:00"]
holidays = "GB-ENG"
closed = ["12-24"]
[[departments]]
name = "Network"
fallback = "on CALL"
[departments.hours]
monday = ["07:00-19:00"]
[[departments]]
name = "On call"
emails = ["oncall@example.com"]
[departments.hours]
zone = "America/New_York"
holidays = "none"
closed = []
sunday = ["00:00-24:00"]
[[categories]]
name = "other"
department = "Network"
"""


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "until"),
    [
        ("2026-11-27T17:59", None),
        ("2026-11-27T18:00", "Mon 08:00 GMT"),
        ("2026-11-30T07:59", "Mon 08:00 GMT"),
        ("2026-11-30T08:00", None),
        # Easter, on whose second day clocks have been an hour ahead for a week.
        ("2026-04-02T17:30", "Tue 08:00 BST"),
        ("2026-04-03T12:00", "Tue 08:00 BST"),
        ("2026-03-27T18:30", "Mon 08:00 BST"),
        ("2026-03-30T06:59", "Mon 08:00 BST"),
        ("2026-03-30T07:00", None),
        ("2026-10-23T17:00", "Mon 08:00 GMT"),
        ("2026-10-26T07:30", "Mon 08:00 GMT"),
        # The day before Christmas, Christmas, Boxing Day made up for on Monday.
        ("2026-12-24T10:00", "Tue 08:00 GMT"),
    ],
)
def test_a_department_is_closed_by_its_own_clocks_and_holidays(moment: str, until: str | None) -> None:
    closed = closed_at([NETWORK], "network", utc(moment))
    assert (closed.until if closed else None) == until


def test_one_without_hours_is_always_there() -> None:
    assert closed_at([NETWORK], "Field services", utc("2026-12-25T03:00")) is None


def test_a_day_that_is_far_off_is_said_with_its_date() -> None:
    mondays = OpeningHours("Europe/London", (OFFICE[0], *[()] * 6))
    closed = closed_at([Cover("Network", mondays)], "Network", utc("2026-11-23T19:00"))
    assert closed is not None
    assert closed.until == "Mon 30 Nov 2026 08:00 GMT"


def test_one_that_never_opens_again_says_so() -> None:
    days = tuple(f"{month:02}-{day:02}" for month in range(1, 13) for day in range(1, 32))
    closed = closed_at([Cover("Network", OpeningHours("UTC", OFFICE, None, days))], "Network", utc("2026-11-27T12:00"))
    assert closed is not None
    assert closed.words == "closed until further notice"


def test_the_first_one_after_it_that_is_there_stands_in() -> None:
    night, morning = utc("2026-11-28T02:00"), utc("2026-11-28T20:00")
    covers = [NETWORK, Cover("On call", EVENINGS, "Duty lead")]
    assert closed_at(covers, "Network", morning) == Closed("Network", "Mon 08:00 GMT", "On call")
    assert closed_at(covers, "Network", night) == Closed("Network", "Mon 08:00 GMT", "Duty lead", ("On call",))


def test_what_an_agent_is_told_of_it() -> None:
    until = "Mon 08:00 GMT"
    assert Closed("Network", until).words == "closed until Mon 08:00 GMT"
    assert Closed("Network", until, "On call").words == "closed until Mon 08:00 GMT; told as well: On call"
    nobody = Closed("Network", until, None, ("On call",)).words
    assert nobody == "closed until Mon 08:00 GMT, and so is On call; nobody else is told"
    further = Closed("Network", until, "Duty lead", ("On call", "Night desk")).words
    assert further == "closed until Mon 08:00 GMT, and so are On call, Night desk; told as well: Duty lead"


def test_a_circle_of_fallbacks_is_found_wherever_it_is() -> None:
    a, b, c = (Cover(name, LONDON, after) for name, after in (("A", "B"), ("B", "C"), ("C", "b")))
    assert circle_of([a, b, c]) == ("B", "C", "b")
    assert circle_of([a, b]) == ()


def test_a_department_has_the_zone_holidays_and_closed_days_of_the_desk_unless_it_says_otherwise() -> None:
    network, on_call = parse_desk_file(FILE).covers
    assert (network.hours.zone, network.hours.holidays, network.hours.closed) == ("Europe/London", "GB-ENG", ("12-24",))
    assert network.fallback == "On call"
    assert (on_call.hours.zone, on_call.hours.holidays, on_call.hours.closed) == ("America/New_York", None, ())
    assert on_call.fallback is None


def test_hours_and_fallbacks_are_written_as_they_are_read() -> None:
    desk = parse_desk_file(FILE)
    assert parse_desk_file(desk_file_text(desk)) == desk


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (FILE.replace('"on CALL"', '"On coal"'), "line 12, departments 1, fallback: there is no department “On coal”"),
        (FILE.replace('"on CALL"', '"network"'), "line 12, departments 1, fallback: another department is needed"),
        (FILE.replace('emails = ["oncall@example.com"]', ""), "fallback: nothing says where On call hears of requests"),
        (
            FILE.replace('emails = ["oncall', 'fallback = "Network"\nemails = ["oncall').replace(
                'name = "Network"\n', 'name = "Network"\nemails = ["n@example.com"]\n', 1
            ),
            "departments: the fallbacks go round in a circle: Network → On call → Network",
        ),
        (FILE.replace('[departments.hours]\nmonday = ["07:00-19:00"]', ""), "fallback: the department has no hours"),
        (FILE.replace('monday = ["07:00-19:00"]', ""), "departments 1, hours, monday: it never opens"),
        (FILE.replace("07:00-19:00", "07:00-25:00"), "line 14, departments 1, hours, monday 1: a span such as"),
        (FILE.replace('holidays = "none"', 'around_the_clock = ["critical"]'), "around_the_clock: there is no such"),
    ],
)
def test_what_can_not_be_right_is_refused_with_its_place(text: str, said: str) -> None:
    with pytest.raises(DeskFileRefused) as refusal:
        parse_desk_file(text)
    assert said in str(refusal.value)


def test_hours_and_fallbacks_are_in_the_difference() -> None:
    before = parse_desk_file(FILE)
    after = parse_desk_file(FILE.replace("07:00-19:00", "08:00-19:00").replace('fallback = "on CALL"', ""))
    assert [str(change) for change in difference(before, after)] == [
        "department Network: hours: monday 07:00-19:00 → 08:00-19:00",
        "department Network: fallback “On call” → none",
    ]
    gone = parse_desk_file(FILE[: FILE.index("[departments.hours]\nzone")] + FILE[FILE.index("[[categories]]") :])
    assert "department On call: hours: as set → always there" in [str(one) for one in difference(before, gone)]
