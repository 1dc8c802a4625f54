"""A filter is words that can be edited, and any text is a filter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callintake.domain.queue_words import parse_words, to_words
from callintake.domain.ticket import Priority, Status
from callintake.domain.view import Filter, Sort, View
from tests.conftest import corpus

AGENT = "kim"
FILTERS = {
    "printer camden": Filter(View.OPEN, AGENT, "printer camden"),
    "owner:me": Filter(View.OPEN, AGENT, owner=AGENT),
    "owner:nobody": Filter(View.OPEN, AGENT, owner=""),
    "owner:jo gate:shut": Filter(View.OPEN, AGENT, owner="jo", gate_open=False),
    'printer department:"Field services" camden': Filter(
        View.OPEN, AGENT, "printer camden", department="Field services"
    ),
    "status:pending priority:HIGH": Filter(View.OPEN, AGENT, status=Status.PENDING, priority=Priority.HIGH),
    "view:all sort:-due category:mail": Filter(View.ALL, AGENT, category="mail", sort=Sort.DUE, is_reversed=True),
    "status:nonsense": Filter(View.OPEN, AGENT, "status:nonsense"),
    "foo:bar http://x owner:": Filter(View.OPEN, AGENT, "foo:bar http://x owner:"),
}


@pytest.mark.parametrize("line", FILTERS)
def test_a_line_of_words_is_a_filter(line: str) -> None:
    assert parse_words(line, View.OPEN, AGENT) == FILTERS[line]


@pytest.mark.parametrize("filter_", FILTERS.values())
def test_a_filter_said_in_words_is_that_filter(filter_: Filter) -> None:
    assert parse_words(to_words(filter_), filter_.view, AGENT) == filter_


@pytest.mark.parametrize("text", corpus("search"))
def test_any_text_is_a_filter(text: str) -> None:
    filter_ = parse_words(text, View.DUE, AGENT)
    assert parse_words(to_words(filter_), filter_.view, AGENT) == filter_


@given(st.text(alphabet='abc:"- ownersort', max_size=40))
def test_whatever_is_typed_says_itself_again(text: str) -> None:
    filter_ = parse_words(text, View.OPEN, AGENT)
    assert parse_words(to_words(filter_), filter_.view, AGENT) == filter_
