"""Plots as drawings within a page: no style, no script of their own, and told apart in black on white, too."""

from collections.abc import Iterator
from html import escape

from callintake.domain.plot import Plot
from callintake.domain.text import clean_line

STYLE = """
svg { display: block; max-width: 100%; height: auto; margin: .5rem 0; }
svg text { fill: var(--ink); font: 13px system-ui, sans-serif; }
svg .first { fill: var(--ink); }
svg .second { fill: none; stroke: var(--ink); stroke-dasharray: 3 2; }
svg .axis { stroke: var(--line); }
"""
_ROW, _LABEL, _BAR, _VALUE = 22, 190, 400, 60
_HEIGHT, _FOOT, _HEAD, _PAIR, _SIDE = 160, 20, 24, 44, 40


def drawing(title: str, plot: Plot) -> Iterator[str]:
    """Yield the lines of a drawing: bars that lie for one series, pairs of bars that stand for two."""
    if len(plot.series) == 1:
        width, height = _LABEL + _BAR + _VALUE, _ROW * len(plot.labels)
        shapes = _lying(plot)
    else:
        width, height = _SIDE + _PAIR * len(plot.labels), _HEAD + _HEIGHT + _FOOT
        shapes = _standing(plot, width)
    yield f'<svg role="img" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
    yield f"<title>{_text(title)}</title>"
    yield from shapes
    yield "</svg>"


def _lying(plot: Plot) -> Iterator[str]:
    for place, (label, value) in enumerate(zip(plot.labels, plot.series[0].values, strict=True)):
        top, length = _ROW * place, _BAR * (value or 0) / plot.most
        yield _words(_LABEL - 8, top + 16, label, "end")
        yield _bar("first", _LABEL, top + 4, length, _ROW - 8)
        yield _words(_LABEL + length + 6, top + 16, _number(value))


def _standing(plot: Plot, width: int) -> Iterator[str]:
    foot = _HEAD + _HEIGHT
    for place, (series, kind) in enumerate(zip(plot.series, ("first", "second"), strict=True)):
        yield _bar(kind, _SIDE + 90 * place, 4, 12, 12)
        yield _words(_SIDE + 90 * place + 18, 15, series.name)
        for hour, value in enumerate(series.values):
            height = _HEIGHT * (value or 0) / plot.most
            if height:
                yield _bar(kind, _SIDE + _PAIR * hour + 4 + 17 * place, foot - height, 15, height)
    yield _words(_SIDE - 6, _HEAD + 8, _number(plot.most), "end")
    yield _words(_SIDE - 6, foot, "0", "end")
    yield f'<line class="axis" x1="{_SIDE}" y1="{foot}" x2="{width}" y2="{foot}"/>'
    for hour, label in enumerate(plot.labels):
        yield _words(_SIDE + _PAIR * hour + 20, foot + 15, label, "middle")


def _bar(kind: str, x: float, y: float, width: float, height: float) -> str:
    return f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"/>'


def _words(x: float, y: float, words: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{_text(words)}</text>'


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:g}"


def _text(words: str) -> str:
    return escape(clean_line(words))
