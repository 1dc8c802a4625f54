"""What happened to a ticket, in words: for history, previews, conflicts, and what was undone."""

from collections.abc import Mapping
from typing import Any

from callintake.domain.text import clean_line, elide

WAS = "was"
"""The name under which an event keeps what columns were before, so that it can be undone."""
_LONGEST = 80
_CORRECTED = "corrected"


def in_words(kind: str, data: Mapping[str, Any]) -> str:
    """Return what an event says in one line: `priority (normal → high)`, `claimed (owner jo)`."""
    if kind == _CORRECTED:
        # The rest of it is for the program: the row of the note, and the version.
        return f"{kind} {_word(data.get('place', ''))}"
    said = dict(data)
    said.pop(WAS, None)
    words = []
    if said.get("after") is not None:
        words.append(f"{_word(said.pop('before', None) or '–')} → {_word(said.pop('after'))}")
    words += [f"{name} {_word(value)}" for name, value in said.items() if value not in (None, [], "")]
    return f"{kind} ({', '.join(words)})" if words else kind


def _word(value: Any) -> str:
    return elide(clean_line(str(value)), _LONGEST)
