"""Contact details are complete and right, or every problem is named while the caller is still there (P6)."""

import unicodedata

import pytest

from callintake.domain.contact import (
    FIELDS,
    NameRefused,
    Requester,
    check_field,
    check_requester,
    parse_name,
    same_person,
)
from callintake.domain.errors import Refused
from callintake.domain.text import clean_line
from tests.conftest import corpus

TYPED = {
    "name": " Amara  Okafor ",
    "organization": "Northgate Dental Group",
    "email": "amara.okafor@NorthgateDental.example.com",
    "phone": "020 7946 0112 ext. 27",
}


def test_four_right_facts_are_kept_in_their_normal_form() -> None:
    assert check_requester(TYPED, "", "GB", 7) == Requester(
        "Amara Okafor",
        "Northgate Dental Group",
        "amara.okafor@northgatedental.example.com",
        "+442079460112;ext=27",
        "020 7946 0112 ext. 27",
        7,
    )


@pytest.mark.parametrize("field", FIELDS)
def test_a_fact_missing_without_a_reason_is_refused_by_name(field: str) -> None:
    with pytest.raises(Refused, match=r"(?i)^" + field.replace("email", "e-mail") + " missing"):
        check_requester({**TYPED, field: " \u200b"}, " \x00", "GB")


@pytest.mark.parametrize("field", FIELDS)
def test_a_fact_missing_with_a_reason_is_on_record_as_missing(field: str) -> None:
    requester = check_requester({**TYPED, field: ""}, "caller hung up", "GB")
    assert requester.missing == (field,)
    assert getattr(requester, field) is None


def test_every_problem_is_named_at_once() -> None:
    with pytest.raises(Refused) as refusal:
        check_requester({"name": "!!!", "email": "a@b@c", "phone": "1001"}, "", "GB")
    said = str(refusal.value)
    assert [part.partition(":")[0] for part in said.split("; ")[:3]] == ["Name", "E-mail", "Phone"]
    assert said.endswith("Organization missing: fill it in, or say why it can't be had")


def test_a_reason_excuses_what_is_missing_and_never_what_is_wrong() -> None:
    with pytest.raises(Refused, match="Phone: the number is withheld") as refusal:
        check_requester({**TYPED, "organization": "", "phone": "anonymous"}, "private caller", "GB")
    assert "missing" not in str(refusal.value)


@pytest.mark.parametrize("field", FIELDS)
def test_an_empty_field_is_neither_right_nor_wrong(field: str) -> None:
    checked = check_field(field, " \xa0\u200b", "GB")
    assert (checked.value, checked.error, checked.warning) == (None, None, None)


def test_a_field_says_its_value_its_error_or_its_warning() -> None:
    assert check_field("phone", "020 7946 0112", "GB").value == "+442079460112"
    assert "read it back" in (check_field("phone", "+44 7946 011", "GB").warning or "")
    assert "@-sign" in (check_field("email", "amara", "GB").error or "")
    assert check_field("organization", "Null", "GB").value == "Null"


@pytest.mark.parametrize("typed", corpus("name"))
def test_a_name_is_kept_legibly_or_refused_with_a_reason(typed: str) -> None:
    try:
        name = parse_name(typed)
    except NameRefused:
        assert not any(char.isalnum() for char in clean_line(typed)), "a real name was refused"
        return
    shown = [char for char in unicodedata.normalize("NFC", typed) if char.isalnum() and ord(char) < 0xE0000]
    assert [char for char in name if char.isalnum()] == shown
    assert name == name.strip()
    assert parse_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "O'Brien",
        "Null",
        "None",
        "True",
        "Jean-Luc van der Štěpánová",
        "张伟",
        "علي",
        "Dr. R2-D2, Jr.",
        "Wu",
        "X",
        "[/bold]",
    ],
)
def test_a_real_name_is_kept_to_the_letter(name: str) -> None:
    assert parse_name(name) == name


def test_a_name_of_two_hundred_characters_is_the_longest() -> None:
    assert parse_name("x" * 200) == "x" * 200
    with pytest.raises(NameRefused, match="the rest belongs in the notes"):
        parse_name("x" * 201)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("José", "Air"), ("JOSE\u0301", "ＡＩＲ "), True),
        (("Jane", "Air"), ("Jane", "Sea"), False),
        (("Jane", "Air"), ("J\u0430ne", "Air"), False),
        (("Tom Lindqvist", "Air"), ("Tom Lindquist", "Air"), False),
        (("", "Air"), ("", "Air"), False),
        (("\u200b", ""), ("", ""), False),
        (("Jane", ""), ("jane", " "), True),
    ],
)
def test_two_claims_name_one_person_only_where_name_and_organization_agree(
    one: tuple[str, str], other: tuple[str, str], same: bool
) -> None:
    assert same_person(*one, *other) is same
    assert same_person(*other, *one) is same
