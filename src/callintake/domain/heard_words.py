"""The words of notes as a name is looked for among them: folded, and where each stands."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from callintake.domain.common_words import COMMON, FUNCTION
from callintake.domain.fact import BLANK
from callintake.domain.text import WORD_LENGTH, fold

_REACH = 6000
"""Characters of a text that are looked at, its last; what was typed last is what is being said."""
_WORDS = 200
_ABBREVIATED = 2
_WORD = re.compile(r"[^\W_]+")
_ADDRESS = re.compile(r"\S+(?:@|://)\S*")
_NEXT_TO = re.compile(r"[^\S\n]*[.'’´`‐–&-]?[^\S\n]*")


@dataclass(frozen=True, slots=True)
class Heard:
    """A word of the text, folded, and where it stands."""

    word: str
    start: int
    end: int
    line: int
    capital: bool
    follows: bool
    """Whether it stands next to the word before it."""

    @property
    def is_common(self) -> bool:
        """Whether it is a word of any helpdesk, not written like a name."""
        return self.word in COMMON and not self.capital

    @property
    def is_filling(self) -> bool:
        """Whether it is a word of any text, not written like a name."""
        return self.word in FUNCTION and not self.capital


def hear(text: str) -> list[Heard]:
    """Return the last words of a text; of addresses none."""
    offset = max(len(text) - _REACH, 0)
    shown = _ADDRESS.sub(lambda match: BLANK * len(match[0]), text[offset:])
    folded, places = _folded(shown)
    heard: list[Heard] = []
    before = 0
    for match in _WORD.finditer(folded):
        start, end = places[match.start()], places[match.end() - 1] + 1
        gap = shown[before:start]
        heard.append(
            Heard(
                match[0][:WORD_LENGTH],
                offset + start,
                offset + end,
                (heard[-1].line if heard else 0) + gap.count("\n"),
                not shown[start].islower() and not shown[start].isdigit(),
                bool(heard) and _is_next(heard[-1].word, gap),
            )
        )
        before = end
    if offset and heard and heard[0].start == offset:
        del heard[0]
    return heard[-_WORDS:]


def _is_next(before: str, gap: str) -> bool:
    """Whether what is between two words leaves them together; a full stop does after an initial or `St.`"""
    return _NEXT_TO.fullmatch(gap) is not None and ("." not in gap or len(before) <= _ABBREVIATED)


def _folded(text: str) -> tuple[str, Sequence[int]]:
    """Return a text folded, and where in the text each character of that comes from."""
    if text.isascii():
        return text.lower(), range(len(text))
    chars, places = [], []
    for place, char in enumerate(text):
        for part in _folded_char(char):
            chars.append(part)
            places.append(place)
    return "".join(chars), places


@lru_cache(4096)
def _folded_char(char: str) -> str:
    return fold(char)


def length_of(heard: list[Heard], place: int, said: Sequence[str]) -> int:
    """Return how many of these words stand in the text from a place on, next to each other."""
    length = 0
    for one, word in zip(heard[place:], said, strict=False):
        if one.word != word or (length and not one.follows):
            break
        length += 1
    return length
