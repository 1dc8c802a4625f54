"""Telephone numbers are taken as people say them, and refused with a reason where they can't be right."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callintake.domain.phone import PhoneRefused, caller_e164, format_phone, parse_phone
from tests.conftest import corpus

NO_NUMBER = "not a telephone number"
EXPECTED = {
    "2101234567": "+302101234567",
    "1-800-FLOWERS": "+3018003569377",
    "+302101234567 ext. 123": "+302101234567;ext=123",
    "+302101234567;ext=12": "+302101234567;ext=12",
    "2101234567,,,123#": "+302101234567;ext=123",
    "+800 1234 5678": "+80012345678",
    "+39 06 698 12345": "+390669812345",
}
REFUSED = {
    "1001": "internal extension needs the main number",
    "anonymous": "withheld",
    "Restricted": "withheld",
    "=2101234567": NO_NUMBER,
    "\x00+302101234567": NO_NUMBER,
    "+11111111111111111": "too long",
    "+999123456789": "no country has that code",
    "+0123456": "no country has that code",
    "+": NO_NUMBER,
    "+30 2101234567 or 2107654321": "more than one number",
    "tel:+302101234567;phone-context=evil": NO_NUMBER,
    "sip:100@pbx.local": NO_NUMBER,
    "+302101234567@tel": NO_NUMBER,
    "tel:7042;phone-context=+30210": NO_NUMBER,
    "++302101234567": NO_NUMBER,
}


@pytest.mark.parametrize("typed", corpus("phone"))
def test_every_known_oddity_is_kept_as_expected_or_refused_for_its_reason(typed: str) -> None:
    if typed in EXPECTED:
        assert parse_phone(typed, "GR").e164 == EXPECTED[typed]
    else:
        with pytest.raises(PhoneRefused, match=REFUSED[typed]):
            parse_phone(typed, "GR")


@pytest.mark.parametrize("e164", sorted({*EXPECTED.values(), "+442079460112;ext=27", "+12025550143", "+4721949900"}))
@pytest.mark.parametrize("region", ["GR", "GB", "US"])
def test_what_was_kept_is_taken_again_as_it_is_in_every_region(e164: str, region: str) -> None:
    assert parse_phone(e164, region).e164 == e164
    assert parse_phone(format_phone(e164), region).e164 == e164


@given(st.text("0123456789+()-. xext#;=,", max_size=30))
def test_whatever_is_kept_is_taken_again_as_it_is(typed: str) -> None:
    try:
        kept = parse_phone(typed, "GB").e164
    except PhoneRefused:
        return
    assert parse_phone(kept, "GR").e164 == kept


@pytest.mark.parametrize(
    ("typed", "e164"),
    [
        ("020 7946 0112", "+442079460112"),
        ("(020) 7946 0112", "+442079460112"),
        ("+44 (0)20 7946 0112", "+442079460112"),
        ("0044 20 7946 0112", "+442079460112"),
        ("020‑7946‑0112", "+442079460112"),
        ("＋４４ 20 7946 0112", "+442079460112"),
        ("tel:+44-20-7946-0112", "+442079460112"),
        ("020 7946 0998 ext. 27", "+442079460998;ext=27"),
        ("020 7946 0998 extension 27", "+442079460998;ext=27"),
        ("020 7946 0998 x27", "+442079460998;ext=27"),
        ("020 7946 0998 #27", "+442079460998;ext=27"),
        ("+1 202-555-0143", "+12025550143"),
    ],
)
def test_a_number_is_taken_in_the_notations_people_use(typed: str, e164: str) -> None:
    assert parse_phone(typed, "GB").e164 == e164


def test_two_extensions_of_one_number_are_different_numbers() -> None:
    one, other = (parse_phone(f"020 7946 0998 ext. {extension}", "GB") for extension in (27, 28))
    assert one.e164 != other.e164


def test_what_was_typed_is_kept_beside_the_number() -> None:
    assert parse_phone("  020  7946 0112\n", "GB").typed == "020 7946 0112"


def test_a_possible_number_that_is_not_in_use_is_taken_with_a_warning() -> None:
    assert parse_phone("020 7946 0112", "GB").warning is None
    assert "read it back" in (parse_phone("+44 7946 011", "GB").warning or "")


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", NO_NUMBER),
        ("call me", NO_NUMBER),
        ("12", "too short"),
        ("7042", "too short"),
        ("020 7946 0112 / 020 7946 0113 and the mobile", "more than one number"),
        ("0" * 61, "more than one number"),
        ("020 7946 0112 0113 0114", "too long"),
        ("unknown", "withheld"),
        ("\ud800", NO_NUMBER),
        ("[@click=app.quit]020 7946 0112", NO_NUMBER),
        ("020 7946 0112\x1b]52;c;ZXZpbA==\x07", NO_NUMBER),
    ],
)
def test_what_can_not_be_dialled_is_refused_with_a_reason(typed: str, reason: str) -> None:
    with pytest.raises(PhoneRefused, match=reason):
        parse_phone(typed, "GB")


def test_a_number_is_shown_as_people_read_it_and_anything_else_as_it_is() -> None:
    assert format_phone("+442079460112") == "+44 20 7946 0112"
    assert format_phone("+442079460998;ext=27") == "+44 20 7946 0998 ext. 27"
    assert format_phone("anonymous") == "anonymous"
    assert format_phone("+") == "+"
    assert format_phone("") == ""


@pytest.mark.parametrize(
    ("reported", "e164"),
    [
        ("442079460112", "+442079460112"),
        ("+44 20 7946 0112", "+442079460112"),
        ("02079460112", "+442079460112"),
        ("12025550143", "+12025550143"),
        ("2079460112", "+442079460112"),
        ("anonymous", None),
        ("201", None),
        ("", None),
    ],
)
def test_a_number_is_understood_as_phones_report_it(reported: str, e164: str | None) -> None:
    assert caller_e164(reported, "GB") == e164
