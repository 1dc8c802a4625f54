"""What people write into a file, taken value by value; problems are kept with their places, and told all at once."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from callintake.domain.errors import Refused
from callintake.domain.text import clean_block, clean_line, elide, printable
from callintake.domain.toml_lines import Path, line_of

_LONGEST_NAME = 40
_MOST_ELEMENTS = 100
_MOST_UNKNOWN = 20


@dataclass
class Problems:
    """What is wrong with a file, in its order."""

    lines: dict[Path, int]
    _told: list[tuple[int, str]] = field(default_factory=list)

    def add(self, path: Path, what: str) -> None:
        """Keep a problem with the place it is at."""
        line = line_of(path, self.lines)
        words = ", ".join(filter(None, (f"line {line}" if line else "", _in_words(path))))
        self._told.append((line or 0, f"{words}: {what}" if words else what))

    @property
    def told(self) -> tuple[str, ...]:
        """The problems, each with its place, by their lines; those that have none last."""
        return tuple(words for _, words in sorted(self._told, key=lambda one: (one[0] == 0, one[0])))


def _in_words(path: Path) -> str:
    """Return a path as people count: `categories 3, priority`."""
    words = ""
    for part in path:
        words += f" {part + 1}" if isinstance(part, int) else f", {elide(clean_line(part), _LONGEST_NAME)}"
    return words.removeprefix(", ")


@dataclass(frozen=True)
class GivenTable:
    """One table of the file; what is missing or wrong comes back as the default."""

    values: dict[str, Any]
    path: Path
    problems: Problems

    def refuse(self, key: str, what: str) -> None:
        """Say what is wrong with a value."""
        self.problems.add((*self.path, key), what)

    def only(self, known: Iterable[str]) -> None:
        """Refuse every key that means nothing here."""
        names = list(known)
        unknown = [key for key in self.values if key not in names]
        for key in unknown[:_MOST_UNKNOWN]:
            close = get_close_matches(key[:_LONGEST_NAME], names, 1)
            hint = f"did you mean {close[0]}?" if close else f"there are: {', '.join(names)}"
            self.refuse(key, f"there is no such setting; {hint}")
        if len(unknown) > _MOST_UNKNOWN:
            self.problems.add(self.path, f"{len(unknown) - _MOST_UNKNOWN} more settings that there are not")

    def number(self, key: str, least: int, most: int, default: int | None) -> int | None:
        """Return a whole number within bounds."""
        value = self.values.get(key)
        if value is None:
            return default
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            self.refuse(key, f"a whole number from {least} to {most} is needed")
            return default
        return value

    def switch(self, key: str, default: bool) -> bool:
        """Return true or false."""
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            self.refuse(key, "true or false is needed")
            return default
        return value

    def text(self, key: str, longest: int, default: str | None = None) -> str | None:
        """Return one line of text, cleaned."""
        value = self.values.get(key)
        if value is None:
            return default
        cleaned = self._clean((key,), value, longest)
        return default if cleaned is None else clean_line(cleaned)

    def checked(self, key: str, longest: int, check: Callable[[str], str], default: str | None) -> str | None:
        """Return text that a rule takes; the rule says why not, by refusing it."""
        value = self.text(key, longest)
        if value is None:
            return default
        try:
            return check(value)
        except Refused as refusal:
            self.refuse(key, str(refusal))
            return default

    def texts(self, key: str, longest: int, most: int, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Return a list of lines, in which blanks at the ends are kept: a snippet may end in one."""
        value = self.values.get(key)
        if value is None:
            return default
        if not isinstance(value, list):
            self.refuse(key, "a list of texts is needed")
            return default
        if len(value) > most:
            self.refuse(key, f"at most {most} are taken")
        cleaned = [self._clean((key, place), one, longest) for place, one in enumerate(value[:most])]
        return tuple(one for one in cleaned if one is not None)

    def tables(self, key: str) -> Iterator["GivenTable"]:
        """Yield the tables of an array, at most 100 of them."""
        value = self.values[key]
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            self.refuse(key, f"tables are needed, each begun with [[{key}]]")
            return
        if len(value) > _MOST_ELEMENTS:
            self.refuse(key, f"at most {_MOST_ELEMENTS} are taken")
        for place, one in enumerate(value[:_MOST_ELEMENTS]):
            yield GivenTable(one, (*self.path, key, place), self.problems)

    def table(self, key: str) -> "GivenTable":
        """Return a table in this one, empty where there is none."""
        value = self.values.get(key, {})
        if not isinstance(value, dict):
            self.refuse(key, f"a table is needed, begun with [{key}]")
            value = {}
        return GivenTable(value, (*self.path, key), self.problems)

    def _clean(self, key: Path, value: object, longest: int) -> str | None:
        """Return text that is safe to keep and to show, or None where it is refused."""
        text = clean_block(value) if isinstance(value, str) else ""
        if not isinstance(value, str):
            problem = "text in quotes is needed"
        elif hidden := next((char for char in value if char in "\n\t" or not printable(char)), None):
            problem = f"there is a hidden character in it (U+{ord(hidden):04X})"
        elif not text.strip():
            problem = "there is nothing in it"
        elif len(text) > longest:
            problem = f"at most {longest} characters are taken"
        else:
            return text
        self.problems.add((*self.path, *key), problem)
        return None
