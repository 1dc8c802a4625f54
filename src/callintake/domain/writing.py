"""What is being written about a ticket, and is not on it yet (P3)."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

NOTE = "a note"
PART = "a part"


def the(place: str) -> str:
    """Return the name of a text of a ticket as it stands in a sentence: `the subject`, `note 3`."""
    return place if place.startswith("note ") else f"the {place}"


@dataclass(frozen=True, slots=True)
class Writing:
    """A text that somebody began: a note, a part that becomes a ticket of its own, or the correction of what is in a
    place of the ticket, then with the version of the ticket that it is written on."""

    number: str
    place: str
    agent: str
    text: str = ""
    version: int | None = None

    @property
    def name(self) -> str:
        """Its name among others: one for each place of each ticket and each agent."""
        return sha256("\0".join((self.agent, self.number, self.place)).encode("utf-8", "replace")).hexdigest()[:32]

    @property
    def words(self) -> str:
        """What it is, for people."""
        what = self.place if self.version is None else f"a correction of {the(self.place)}"
        return f"{what} on {self.number}"


def to_body(writing: Writing) -> dict[str, Any]:
    """Return a writing as it is kept, in JSON types."""
    return {
        "name": writing.name,
        "number": writing.number,
        "place": writing.place,
        "agent": writing.agent,
        "text": writing.text,
        "version": writing.version,
    }


def from_body(body: dict[str, Any]) -> Writing | None:
    """Return the writing that was kept so; None where it is none."""
    number, place, agent, text, version = (body.get(name) for name in ("number", "place", "agent", "text", "version"))
    if not all(isinstance(each, str) for each in (number, place, agent, text)) or not isinstance(version, int | None):
        return None
    return Writing(str(number), str(place), str(agent), str(text), version)
