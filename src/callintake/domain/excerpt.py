"""Where in a text a search hit: the words around it."""

from collections.abc import Iterable, Sequence

from callintake.domain.text import fold

_BEFORE, _LONGEST = 16, 80


def excerpt(texts: Iterable[str], readings: Sequence[Sequence[str]]) -> str:
    """Return the words around the first hit in some texts, in one line; nothing where none is seen."""
    for text in texts:
        plain = " ".join(text.split())
        folded = fold(plain)
        # Folding may change a letter's length; then the place is near enough.
        places = [folded.find(word) for words in readings for word in words]
        hits = [place for place in places if place >= 0]
        if not hits:
            continue
        start = max(min(hits) - _BEFORE, 0)
        start = plain.find(" ", start) + 1 if start else 0
        return f"{'…' if start else ''}{plain[start : start + _LONGEST]}"
    return ""
