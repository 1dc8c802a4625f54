"""Every category of the built-in desk has somewhere to go, and questions to ask (P7, P9, P11)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from callintake.domain.errors import Refused
from callintake.domain.routing import BUILT_IN, OTHER
from callintake.domain.text import clean_block
from callintake.domain.ticket import Priority

CATEGORIES = [
    *("printing", "hardware", "software", "mail", "network", "telephony"),
    *("access", "changes", "billing", "other"),
]
DEPARTMENTS = ("Service desk", "Field services", "Network", "Access management", "Billing", "Security")


def test_the_desk_that_comes_built_in_is_the_one_that_others_rely_on() -> None:
    assert BUILT_IN.departments == DEPARTMENTS
    assert [category.name for category in BUILT_IN.categories] == CATEGORIES
    assert {category.name for category in BUILT_IN.categories if category.sensitive} == {"access", "changes", "billing"}


@pytest.mark.parametrize("category", BUILT_IN.categories, ids=lambda category: category.name)
def test_every_category_goes_to_a_department_there_is_and_asks_something(category) -> None:
    assert category.department in BUILT_IN.departments
    assert category.questions


def test_names_are_found_in_any_case_and_width() -> None:
    assert BUILT_IN.category("ＰＲＩＮＴＩＮＧ").name == "printing"
    assert BUILT_IN.department("fIELD sERVICES") == "Field services"
    assert BUILT_IN.category(OTHER).name == "other"


@pytest.mark.parametrize("name", ["", "printer", "print", "[/]", "\x00", "x" * 10_000])
def test_a_name_there_is_not_is_refused_with_those_there_are(name: str) -> None:
    with pytest.raises(Refused, match="printing, hardware") as refusal:
        BUILT_IN.category(name)
    assert len(str(refusal.value)) < 200
    assert str(refusal.value).isprintable()
    with pytest.raises(Refused, match="Service desk, Field services"):
        BUILT_IN.department(name)


@pytest.mark.parametrize("category", BUILT_IN.categories, ids=lambda category: category.name)
def test_every_category_offers_a_few_snippets_of_one_short_line(category) -> None:
    assert 2 <= len(category.snippets) <= 4
    for snippet in (*category.snippets, *BUILT_IN.snippets):
        assert clean_block(snippet) == snippet
        assert 0 < len(snippet) < 50
        assert "\n" not in snippet


@pytest.mark.parametrize("category", BUILT_IN.categories, ids=lambda category: category.name)
def test_each_snippet_of_a_category_and_the_desk_has_a_digit_of_its_own(category) -> None:
    offered = (*category.snippets, *BUILT_IN.snippets)
    assert len(set(offered)) == len(offered) <= 9


def test_the_more_urgent_is_due_sooner_and_stands_first() -> None:
    nine = datetime(2030, 3, 4, 9, tzinfo=UTC)
    due = {priority: BUILT_IN.due_at(nine, priority) for priority in Priority}
    assert sorted(Priority, key=due.__getitem__) == sorted(Priority, key=lambda priority: priority.value)
    assert due[Priority.CRITICAL] == nine + timedelta(hours=1)
    assert due[Priority.LOW] == nine + timedelta(days=3)


def test_a_category_taken_out_of_the_desk_wants_all_the_proof_there_is() -> None:
    left = replace(BUILT_IN, categories=tuple(one for one in BUILT_IN.categories if one.name != "printing"))
    gone = left.category_on_file("printing")
    assert (gone.name, gone.department, gone.sensitive, gone.two_fold) == ("printing", "Service desk", True, True)
    assert left.category_on_file("ＡＣＣＥＳＳ") is left.category("access")
