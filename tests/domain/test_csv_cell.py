"""What leaves for a spreadsheet is calculated by none, and nothing of it is lost."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callintake.domain.csv_cell import csv_cell, value_of
from tests.conftest import corpus

BEGINS_A_FORMULA = tuple("=+-@\t\r＝＋－＠")


@given(st.text() | st.text("=+-@\t\r\n '＝\u200b\ufeff1"))
def test_every_value_is_had_back_and_none_begins_a_formula(value: str) -> None:
    cell = csv_cell(value)
    assert value_of(cell) == value
    assert not cell.startswith(BEGINS_A_FORMULA)
    assert not cell.lstrip().startswith(BEGINS_A_FORMULA)


@pytest.mark.parametrize("value", corpus("export"))
def test_what_attacks_spreadsheets_is_a_text_in_them(value: str) -> None:
    file = io.StringIO()
    csv.writer(file).writerow([csv_cell(value), "next"])
    file.seek(0)
    cell, following = next(csv.reader(file))
    assert following == "next"
    assert value_of(cell) == value
    assert not cell.lstrip().startswith(BEGINS_A_FORMULA)


@pytest.mark.parametrize("value", ["", "plain", "a=1", "2026-11-24", "O'Neil", "x\n=1"])
def test_what_no_spreadsheet_calculates_stays_as_it_is(value: str) -> None:
    assert csv_cell(value) == value
