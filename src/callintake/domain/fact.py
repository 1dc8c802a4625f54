"""A fact found in Live notes: what it is, as it would be stored, and the words that say so."""

from dataclasses import dataclass
from enum import StrEnum

from callintake.domain.contact import Contact


class FactKind(StrEnum):
    """What a fact can be."""

    PHONE = "phone"
    EMAIL = "e-mail"
    NAME = "name"
    CONTACT = "contact"
    ORGANIZATION = "organization"
    ASSET = "asset"
    TICKET = "ticket"


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact: `value` as it is stored, `said` the words of the text from `at` on that it was found in.

    `corrected` says that it takes the place of one said before; `problem` why a ticket number can't be right;
    `contact` who is meant, for a contact of the directory.
    """

    kind: FactKind
    value: str
    said: str
    at: int
    corrected: bool = False
    problem: str | None = None
    contact: Contact | None = None

    @property
    def end(self) -> int:
        """Where in the text its words end."""
        return self.at + len(self.said)


@dataclass(frozen=True, slots=True)
class Found:
    """What a search of one line gives for one fact: where it is, and its value."""

    start: int
    end: int
    value: str
    problem: str | None = None
    corrected: bool = False


def blanked(line: str, *taken: list[Found]) -> str:
    """Return a line of the same length in which nothing that was found is found again."""
    for found in (found for some in taken for found in some):
        line = line[: found.start] + BLANK * (found.end - found.start) + line[found.end :]
    return line


BLANK = "|"
"""What stands for words that were taken: no digit, no letter, nothing that numbers are written with."""
