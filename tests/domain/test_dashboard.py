"""The figures of the dashboard, as they are arranged."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from callintake.domain.dashboard import Figures, Messages, fewer, figures_to_json, percent, sections, usual

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
NOTHING = Figures(
    classification="Internal",
    made_at=NOON,
    made_by="kim",
    since=None,
    zone="UTC",
    local=NOON,
    by_status={"new": 0, "open": 0, "pending": 0},
    by_department={"not routed": 0},
    shut_for={"under 1 h": 0},
    overdue=0,
    calls_today=(0,) * 24,
    calls_usual=(None,) * 24,
    tried=0,
    verified_first=0,
    messages={},
    oldest=(),
)


def calls(*hours: int) -> tuple[int, ...]:
    return tuple(hours.count(hour) for hour in range(24))


def test_what_is_usual_is_the_median_of_the_weeks_that_are_on_record() -> None:
    assert usual([])[9] is None
    assert usual([{9: 3}])[9] == 3
    assert usual([{9: 3}, {}, {9: 10}])[9] == 3
    assert usual([{9: 3}, {9: 4}])[9] == 3.5
    assert usual([{9: 3}])[10] == 0


def test_the_hours_shown_are_those_of_a_working_day_and_all_that_have_calls() -> None:
    assert NOTHING.calls.labels == tuple(f"{hour:02}" for hour in range(8, 19))
    early = replace(NOTHING, calls_today=calls(2, 2), calls_usual=tuple(map(float, calls(21))))
    assert early.calls.labels == tuple(f"{hour:02}" for hour in range(2, 22))
    assert early.calls.series[0].values[0] == 2
    assert early.calls.series[1].values[-1] == 1


def test_what_waits_its_turn_is_no_trouble_and_what_failed_or_waits_too_long_is() -> None:
    fresh, old = Messages(3, NOON - timedelta(minutes=14)), Messages(2, NOON - timedelta(minutes=16))
    assert replace(NOTHING, messages={"pending": fresh}).troubles == {}
    assert replace(NOTHING, messages={"pending": old}).troubles == {"late": 2}
    assert replace(NOTHING, messages={"dead": fresh, "failed": old, "pending": fresh}).troubles == {
        "dead": 3,
        "failed": 2,
    }


def test_of_many_departments_the_smallest_are_taken_together() -> None:
    counts = {"a": 1, "b": 9, "c": 0, "d": 5}
    assert fewer(counts, 4) == counts
    assert fewer(counts, 3) == {"b": 9, "d": 5, "2 others": 1}


def test_a_share_of_nothing_is_none() -> None:
    assert percent(NOTHING.first_rate) == "–"
    assert percent(replace(NOTHING, tried=3, verified_first=2).first_rate) == "67 %"


def test_a_desk_with_nothing_on_it_has_a_report() -> None:
    assert sections(NOTHING)[0].title == "Open by status: 0, 0 of them overdue"
    document = figures_to_json(NOTHING)
    assert (document["classification"], document["open"]["total"], document["oldest"]) == ("Internal", 0, [])
