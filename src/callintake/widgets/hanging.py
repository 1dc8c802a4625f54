"""Lines whose words are wrapped beside what stands before them, such as a time or a number."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from textual.content import Content

from callintake.widgets.plain import Plain

_NARROWEST = 24
"""Columns that words need beside what stands before them; with fewer they begin at the edge like everything else."""


class Hung(NamedTuple):
    """A line of which only the words are wrapped."""

    head: Content
    words: Content


Line = Content | Hung


class HangingText(Plain):
    """Shows lines, laid out anew for the width it has.

    What scrolls it keeps room for its scrollbar (`scrollbar-gutter: stable`): text that is shorter in less width would
    make the bar come and go without end.
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._lines: Sequence[Line] = ()

    def put(self, lines: Sequence[Line]) -> None:
        """Show these lines in place of those before."""
        self._lines = lines
        self._lay_out()

    def on_resize(self) -> None:
        self._lay_out()

    def _lay_out(self) -> None:
        width = self.content_size.width
        self.update(Content("\n").join(part for line in self._lines for part in _wrapped(line, width)))


def _wrapped(line: Line, width: int) -> Iterator[Content]:
    """A line as it is laid out; what is not hung is wrapped by the widget."""
    if isinstance(line, Content):
        yield line
        return
    before = line.head.cell_length
    if width < before + _NARROWEST:
        yield line.head + line.words
        return
    first, *others = line.words.wrap(width - before) or [line.words]
    yield line.head + first
    for other in others:
        yield Content(" " * before) + other
