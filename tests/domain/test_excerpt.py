"""The words around a hit."""

import pytest

from callintake.domain.excerpt import excerpt

LONG = "the label printer at the Camden desk has stopped again and says it is offline since nine"


@pytest.mark.parametrize(
    ("texts", "words", "shown"),
    [
        ([LONG], ["camden"], "…printer at the Camden desk has stopped again and says it is offline since nine"),
        ([LONG], ["lab"], LONG[:80]),
        (["nothing here", "Ångström\nfloor"], ["angstrom"], "Ångström floor"),
        ([LONG], ["warehouse"], ""),
        ([], ["x"], ""),
    ],
)
def test_the_words_around_the_first_hit_are_shown(texts: list[str], words: list[str], shown: str) -> None:
    assert excerpt(texts, [words]) == shown
