"""Bars are as long as what they count, and something is never drawn as nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callintake.domain.plot import SHADE, Plot, Series, bar, bars, columns, counted, key

VALUES = st.floats(0, 1e6) | st.integers(0, 10**6)
PARTS = "▏▎▍▌▋▊▉█"


def length(drawn: str) -> float:
    """The eighths of a cell in a bar that lies."""
    return sum(PARTS.index(char) + 1 for char in drawn)


@given(VALUES, VALUES, st.integers(1, 60))
def test_more_is_never_drawn_shorter_and_all_of_it_has_room(one: float, other: float, width: int) -> None:
    most = max(one, other, 1)
    drawn = {value: bar(value, most, width) for value in (one, other)}
    assert len(drawn[max(one, other)]) <= width
    assert length(drawn[min(one, other)]) <= length(drawn[max(one, other)])
    assert all(bool(drawn[value]) == (value > 0) for value in drawn)
    assert all(abs(length(drawn[value]) - 8 * width * value / most) <= 1 for value in drawn)


def test_each_bar_that_lies_has_its_label_and_its_number() -> None:
    assert bars(counted("tickets", {"new": 8, "open": 4, "pending": 0}), 10) == [
        ("new", "████████ 8"),
        ("open", "████ 4"),
        ("pending", "0"),
    ]


@given(
    st.lists(st.tuples(VALUES | st.none(), VALUES | st.none()), min_size=1, max_size=24),
    st.integers(4, 30),
    st.integers(58, 120),
)
def test_bars_that_stand_keep_to_their_room(pairs, height: int, width: int) -> None:
    first, second = zip(*pairs, strict=True)
    labels = tuple(f"{hour:02}" for hour in range(len(pairs)))
    lines = columns(Plot(labels, (Series("a", first), Series("b", second))), height, width)
    assert len(lines) == height
    assert max(map(len, lines)) <= width
    assert lines[-1].split()[0] == "00"


def test_two_series_are_told_apart_without_colour() -> None:
    plot = Plot(("08", "09"), (Series("today", (4, 0)), Series("usual", (2.0, None))))
    assert columns(plot, 6, 30) == [
        "4│██",
        " │██",
        " │██░░",
        " │██░░",
        "0└────────────",
        "  08    09",
    ]
    assert key(plot) == f"█ today  {SHADE} usual"


@pytest.mark.parametrize("plot", [Plot((), (Series("a", ()), Series("b", ()))), counted("a", {})])
def test_a_plot_of_nothing_is_empty(plot: Plot) -> None:
    assert plot.most == 1
    assert not any("█" in line for line in (columns(plot, 5, 20) if len(plot.series) == 2 else []))
    assert len(plot.series) == 2 or bars(plot, 20) == []
