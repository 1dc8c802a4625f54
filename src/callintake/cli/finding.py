"""One thing that the doctor looked at."""

from dataclasses import dataclass
from enum import StrEnum


class Sign(StrEnum):
    """How it stands; a word, so that it is told without colour."""

    OK = "ok"
    WARN = "warn"
    BAD = "BAD"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at, what was found, and how to mend it."""

    sign: Sign
    what: str
    said: str
    mend: str = ""
