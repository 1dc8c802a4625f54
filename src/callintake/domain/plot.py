"""Plots as characters: bars that are as long as what they count, told apart by their shape and not by colour."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

_EIGHTHS = " ▏▎▍▌▋▊▉█"
_EIGHTHS_UP = " ▁▂▃▄▅▆▇█"
SHADE = "░"
"""What the second of two bars beside each other is drawn with."""


@dataclass(frozen=True, slots=True)
class Series:
    """One value for each label of a plot; None where nothing is known."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Plot:
    """What is drawn: one series as bars that lie, two as bars that stand beside each other."""

    labels: tuple[str, ...]
    series: tuple[Series, ...]

    @property
    def most(self) -> float:
        """The highest value, at least 1: so much a whole bar stands for."""
        return max([1.0, *(value for one in self.series for value in one.values if value is not None)])


def counted(name: str, counts: Mapping[str, int]) -> Plot:
    """Return the plot of how many there are of each kind."""
    return Plot(tuple(counts), (Series(name, tuple(counts.values())),))


def bar(value: float, most: float, width: int) -> str:
    """Return a bar of at most `width` cells; something is never drawn as nothing."""
    eighths = max(round(8 * width * value / most), 1) if value > 0 else 0
    return _EIGHTHS[8] * (eighths // 8) + _EIGHTHS[eighths % 8].strip()


def bars(plot: Plot, width: int) -> list[tuple[str, str]]:
    """Return each label with its bar and its number behind that, in at most `width` cells."""
    values = [value or 0 for value in plot.series[0].values]
    room = max(width - len(f"{plot.most:g}") - 1, 1)
    drawn = [bar(value, plot.most, room) for value in values]
    return [
        (label, f"{line} {value:g}".lstrip()) for label, line, value in zip(plot.labels, drawn, values, strict=True)
    ]


def key(plot: Plot) -> str:
    """Return which of two bars beside each other is which."""
    return "  ".join(f"{sign} {series.name}" for sign, series in zip((_EIGHTHS[8], SHADE), plot.series, strict=True))


def columns(plot: Plot, height: int, width: int) -> list[str]:
    """Return bars that stand, in pairs of the first series and the second, over an axis with their labels.

    The first line begins with the highest value. Labels that have no room are left out.
    """
    top = ceil(plot.most)
    scale = len(str(top))
    pairs = list(zip(*(one.values for one in plot.series), strict=True))
    each = max(min((width - scale - 1) // max(len(pairs), 1), 6), 2)
    thick = (each - 1) // 2 if each > 2 else 1
    rows = []
    for row in range(height - 2, 0, -1):
        drawn = "".join(_pair(pair, row, (height - 2) / top, thick).ljust(each) for pair in pairs)
        rows.append(f"{top if row == height - 2 else '':>{scale}}│{drawn}".rstrip())
    return [*rows, f"{0:>{scale}}└{'─' * each * len(pairs)}", " " * (scale + 1) + _axis(plot.labels, each)]


def _pair(pair: Sequence[float | None], row: int, rows_for_one: float, thick: int) -> str:
    first, second = (max((value or 0) * rows_for_one, 0.125 if value else 0) for value in pair)
    eighths = min(max(round(8 * (first - row + 1)), 0), 8)
    shaded = second - row + 1 >= 0.5 or (row == 1 and second > 0)
    return _EIGHTHS_UP[eighths] * thick + (SHADE if shaded else " ") * thick


def _axis(labels: Sequence[str], each: int) -> str:
    every = ceil((max(map(len, labels), default=0) + 1) / each)
    line = ""
    for place in range(0, len(labels), every):
        line += labels[place].ljust(each * every)
    return line.rstrip()
