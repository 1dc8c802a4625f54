"""Hostile text as a search, as a filter in words, and as the name of an own view, on each database."""

import pytest
from sqlmodel import Session

from callintake.domain.errors import Refused
from callintake.domain.queue_words import parse_words, to_words
from callintake.domain.text import clean_line
from callintake.domain.view import Filter, View
from callintake.services import queue, searching
from callintake.services.saved_views import forget_view, save_view, saved_views
from tests.conftest import LEAD, corpus
from tests.services.acting import raise_open, raise_waiting

TEXTS = list(
    {
        str(case.values[0]): None
        for place in ("search", "queue", "name", "cli", "db", "notes")
        for case in corpus(place)
        if len(str(case.values[0])) < 10_000
    }
)
LONGEST = 1000
FILTERS = ("{}", "owner:{}", 'department:"{}" printer', "category:{} status:{}", "sort:{} view:{} priority:{} gate:{}")


@pytest.fixture
def numbers(session: Session) -> list[str]:
    return [raise_open(session), raise_waiting(session)]


@pytest.mark.parametrize("words", FILTERS)
def test_any_text_is_a_search_and_a_filter(session: Session, numbers: list[str], words: str) -> None:
    for text in TEXTS:
        wanted = parse_words(words.replace("{}", text), View.ALL, LEAD)
        page = queue.queue_page(session, wanted)
        found = searching.found(session, wanted)
        assert queue.count(session, wanted) >= len(page)
        assert {line.number for line in [*page, *found.lines]} <= set(numbers), text
    assert [line.number for line in queue.queue_page(session, Filter(View.ALL, LEAD))] == numbers


def test_any_text_is_the_name_of_a_view_and_its_words(session: Session, numbers: list[str]) -> None:
    assert any(not clean_line(text) for text in TEXTS)
    for text in TEXTS:
        words = to_words(parse_words(f"gate:shut {text}", View.ALL, LEAD))
        if not clean_line(text):
            with pytest.raises(Refused, match="needs a name"):
                save_view(session, text, words, LEAD)
            continue
        if len(words) > LONGEST:
            with pytest.raises(Refused, match="search for less"):
                save_view(session, text, words, LEAD)
            continue
        name = save_view(session, text, words, LEAD)
        [(same, kept)] = saved_views(session, LEAD).items()
        assert same == name
        assert clean_line(text).startswith(name.removesuffix("…"))
        assert parse_words(kept, View.ALL, LEAD) == parse_words(words, View.ALL, LEAD)
        forget_view(session, name, LEAD)
