"""Text from people is shown letter by letter, also where a widget takes nothing but markup."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from textual.content import Content

from callintake.domain.text import clean_line
from callintake.widgets.plain import as_markup
from tests.conftest import corpus


@given(st.text("[]/\\@=#$abc\"'(). "))
@example("/[//=/")
@example("[@click=app.quit]x[/]")
def test_no_text_is_taken_for_markup(text: str) -> None:
    assert Content.from_markup(as_markup(text)).plain == text


@pytest.mark.parametrize("text", corpus("name"))
def test_no_hostile_name_is_taken_for_markup(text: str) -> None:
    name = clean_line(text)
    assert Content.from_markup(f"Resume {as_markup(name)}").plain == f"Resume {name}"
