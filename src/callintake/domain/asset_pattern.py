"""Patterns of asset tags: the part of regular expressions that can't run away, whatever is typed.

A pattern is looked for in every line of notes as it is typed. An expression may take an hour for one hostile line; so
no repeat is without an end, and the ways in which a pattern can match from one place are counted before it is taken.
"""

import re
from dataclasses import dataclass

from callintake.domain.errors import Refused

_LONGEST_PATTERN = 100
_MOST_WAYS = 100
_SHORTEST, _LONGEST = 2, 40
_CLASS = re.compile(r"\[\^?(?:\\[dws]|\\[^\w\s]|[^\\\[\]&~|])+\]")
_REPEAT = re.compile(r"\?|\{(\d{1,3})(?:,(\d{1,3}))?\}")
_LITERAL = re.compile(r"[^\\.\[\]{}()*+?^$|]")
_ESCAPE = re.compile(r"\\(?:[dws]|[^\w\s])")


class PatternRefused(Refused):
    """A pattern that could run away, or that is none; the message says why."""


@dataclass(frozen=True, slots=True)
class _Size:
    """In how many ways a part can match from one place, and the fewest and most characters it takes."""

    ways: int = 1
    least: int = 0
    most: int = 0

    def then(self, other: "_Size") -> "_Size":
        return _Size(self.ways * other.ways, self.least + other.least, self.most + other.most)

    def times(self, fewest: int, most: int) -> "_Size":
        return _Size(sum(self.ways**count for count in range(fewest, most + 1)), self.least * fewest, self.most * most)


_ONE = _Size(1, 1, 1)


def check_asset_pattern(pattern: str) -> str:
    """Return a pattern of asset tags that takes about as long as any other, whatever it is looked for in.

    It may have characters, `\\d`, `\\w`, `\\s`, `\\b`, sets in `[]`, groups in `()`, `|`, and the repeats `?`, `{n}`
    and `{m,n}`.

    Raises:
        PatternRefused: it has something else in it, can match in too many ways, or too little or too much.
    """
    if not (pattern.isascii() and pattern.isprintable()):
        raise PatternRefused("plain letters, digits and signs only")
    if len(pattern) > _LONGEST_PATTERN:
        raise PatternRefused(f"at most {_LONGEST_PATTERN} characters")
    parser = _Parser(pattern)
    size = parser.choice()
    if parser.at < len(pattern):
        raise PatternRefused(f"a “)” too many, {parser.place}")
    if size.least < _SHORTEST:
        raise PatternRefused(f"it would find less than {_SHORTEST} characters: say what a tag has at least")
    if size.most > _LONGEST:
        raise PatternRefused(f"it would find more than {_LONGEST} characters: no tag is that long")
    try:
        re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        raise PatternRefused(f"no pattern: {error.msg}") from None
    return pattern


class _Parser:
    """Goes through a pattern once, adding up its size."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self.at = 0

    @property
    def place(self) -> str:
        return f"at character {self.at + 1}"

    def choice(self) -> _Size:
        sizes = [self._sequence()]
        while self._takes("|"):
            sizes.append(self._sequence())
        return self._bounded(
            _Size(sum(size.ways for size in sizes), min(size.least for size in sizes), max(size.most for size in sizes))
        )

    def _sequence(self) -> _Size:
        size = _Size()
        while self.at < len(self._pattern) and self._pattern[self.at] not in "|)":
            size = self._bounded(size.then(self._repeated(self._atom())))
        return size

    def _repeated(self, size: _Size) -> _Size:
        match = _REPEAT.match(self._pattern, self.at)
        if match is None:
            if self._pattern[self.at : self.at + 1] in ("*", "+", "{"):
                raise PatternRefused(f"a repeat without an end, {self.place}: say how many at most, such as {{1,6}}")
            return size
        self.at = match.end()
        if self._pattern[self.at : self.at + 1] in ("?", "*", "+", "{"):
            raise PatternRefused(f"one repeat after another, {self.place}")
        fewest, most = (int(match[1]), int(match[2] or match[1])) if match[1] else (0, 1)
        if most > _LONGEST:
            raise PatternRefused(f"repeats of at most {_LONGEST}, {self.place}")
        return self._bounded(size.times(fewest, most))

    def _atom(self) -> _Size:
        if self._takes("("):
            return self._group()
        if self._takes(r"\b"):
            return _Size()
        for kind in (_CLASS, _ESCAPE, _LITERAL):
            if match := kind.match(self._pattern, self.at):
                if kind is _CLASS and "--" in match[0]:
                    break
                self.at = match.end()
                return _ONE
        raise PatternRefused(f"“{self._pattern[self.at]}” can't stand {self.place}; as itself it is written with a \\")

    def _group(self) -> _Size:
        self._takes("?:")
        size = self.choice()
        if not self._takes(")"):
            raise PatternRefused("a “)” is missing")
        return size

    def _takes(self, word: str) -> bool:
        if not self._pattern.startswith(word, self.at):
            return False
        self.at += len(word)
        return True

    def _bounded(self, size: _Size) -> _Size:
        """Refuse what can match in too many ways as soon as it does: the count itself must not run away."""
        if size.ways > _MOST_WAYS:
            raise PatternRefused(f"it can match in more than {_MOST_WAYS} ways, {self.place}: repeat less, or exactly")
        return size
