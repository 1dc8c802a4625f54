"""PINs and codes: how what is said is compared, and which others would guess."""

import json
import traceback
from datetime import date

import pytest

from callintake.domain.contact import Contact, NumberOnFile
from callintake.domain.secrets import LONGEST, Concealed, WeakPin, check_pin, code_of, normalize_pin
from tests.conftest import corpus

AMARA = Contact(
    1,
    "Amara Okafor",
    "Northgate Dental Group",
    "a.okafor-stone@northgatedental.example.com",
    (NumberOnFile("+442079460112;ext=8831", date(2024, 2, 1)), NumberOnFile("+447700900417", date(2024, 2, 1))),
)


@pytest.mark.parametrize(
    "said", ["40719", "4 0 7 1 9", "4-0-7-1-9", " 40719\n", "4 – 07\u00a01‑9", "４０７１９", "4\u200b0719", "407 19"]
)
def test_a_pin_is_the_same_however_its_digits_are_grouped_and_written(said: str) -> None:
    assert normalize_pin(said) == "40719"


@pytest.mark.parametrize(
    ("said", "compared"),
    [
        ("Purple  ELEPHANT\tsings", "purple elephant sings"),
        ("Straße 7", "strasse 7"),
        ("ﬁne weather", "fine weather"),
        ("route 6 6 north", "route 66 north"),
        ("well-known", "well-known"),
        ("e\u0301clair", "\u00e9clair"),
    ],
)
def test_a_passphrase_is_compared_without_case_width_and_runs_of_blanks(said: str, compared: str) -> None:
    assert normalize_pin(said) == compared
    assert normalize_pin(normalize_pin(said)) == compared


def test_blanks_between_words_are_part_of_a_passphrase() -> None:
    assert normalize_pin("sea shore") != normalize_pin("seas hore") != normalize_pin("seashore")


@pytest.mark.parametrize("said", corpus("notes"))
def test_nothing_that_is_said_is_too_strange_to_be_compared(said: str) -> None:
    normal = normalize_pin(said)
    normal.encode()
    assert normalize_pin(normal) == normal
    code_of(said)


@pytest.mark.parametrize("said", ["123456", " 123 456 ", "1 2 3 4 5 6", "123\u00a0456\n"])
def test_a_code_is_six_digits_once_blanks_are_taken_out(said: str) -> None:
    assert code_of(said) == "123456"


@pytest.mark.parametrize(
    "said", ["", "12345", "1234567", "１２３４５６", "١٢٣٤٥٦", "12345６", "12345a", "²23456", "-12345", "1.2345"]
)
def test_anything_else_is_no_code_nor_are_the_digits_of_other_scripts(said: str) -> None:
    assert code_of(said) is None


@pytest.mark.parametrize(
    "pin",
    [
        "", "a", "407", "4 0 7", "a b c",
        "0000", "77777", "aaaa", "a a a a",
        "1234", "4321", "7890", "8901", "2109", "2468", "9753", "abcdef", "dcba",
        "1212", "407407", "abab",
        "password", "PassWord", "2580",
        "0112", "460112", "2079460112", "020 7946 0112", "+44 20 7946 0112", "0417", "8831",
        "amara", "Okafor", "amara okafor", "OkaforAmara", "ámara", "amara7", "Amara1234", "stone", "northgate",
        "x" * (LONGEST + 1),
    ],
)  # fmt: skip
def test_what_others_would_guess_is_refused_without_being_repeated(pin: str) -> None:
    with pytest.raises(WeakPin) as refusal:
        check_pin(normalize_pin(pin), AMARA)
    assert len(pin) < 2 or pin not in str(refusal.value)


@pytest.mark.parametrize(
    "pin",
    ["4071", "40719", "9126", "1984", "purple elephant", "amara sings loud", "2580417a", "wörter", "鍵のかかる扉"],
)
def test_what_nobody_would_guess_is_taken(pin: str) -> None:
    check_pin(normalize_pin(pin), AMARA)


def test_a_contact_without_address_and_number_has_less_to_be_guessed() -> None:
    check_pin(normalize_pin("0112"), Contact(2, "李", "X"))


def test_a_concealed_text_computes_as_any_other_and_shows_nothing_where_values_are_shown() -> None:
    secret = Concealed("40719")
    assert secret == "40719"
    assert hash(secret) == hash("40719")
    assert json.dumps(secret) == '"40719"'
    assert "40719" not in repr({"pin": [secret]})


def test_a_traceback_with_locals_does_not_show_a_concealed_text() -> None:
    secret = Concealed("".join(("40", "719")))
    with pytest.raises(ValueError, match="no") as raised:
        raise ValueError("no")
    shown = "".join(traceback.TracebackException.from_exception(raised.value, capture_locals=True).format())
    assert f"secret = {secret!r}" in shown
    assert secret not in shown
