"""What is read back is what will be stored, and what can't be right is not confirmed (P6)."""

from datetime import UTC, datetime

import pytest

from callintake.domain.contact import FIELDS
from callintake.domain.draft import CallDraft, new_draft
from callintake.domain.read_back import MISSING, Item, read_back
from callintake.domain.spelling import LONGEST
from tests.conftest import corpus

EMPTY = new_draft(datetime(2026, 11, 23, 9, 30, tzinfo=UTC))
SIAN = EMPTY.with_(
    name=" Siân  Prys-Jones",
    organization="Cwm Valley",
    email="sian@CwmValley.example.org",
    phone="029 2018 0345 ext 27",
    notes="Siân Prys-Jones.\nThe greeting is wrong.",
)


def item(draft: CallDraft, name: str) -> Item:
    return next(item for item in read_back(draft, "GB") if item.name == name)


def test_every_fact_is_read_back_as_it_will_be_stored() -> None:
    assert read_back(SIAN, "GB") == (
        Item(
            "name",
            "Name",
            "Siân Prys-Jones",
            "sierra india alpha circumflex november, papa romeo yankee sierra dash juliet oscar november echo sierra",
        ),
        Item("organization", "Organization", "Cwm Valley", "charlie whiskey mike, victor alpha lima lima echo yankee"),
        Item(
            "email",
            "E-mail",
            "sian@cwmvalley.example.org",
            "sierra india alpha november at charlie whiskey mike victor alpha lima lima echo yankee "
            "dot echo x-ray alpha mike papa lima echo dot oscar romeo golf",
        ),
        Item(
            "phone",
            "Phone",
            "+44 29 2018 0345 ext. 27",
            "plus four four, two nine, two zero one eight, zero three four five, extension two seven",
        ),
        Item("subject", "Request", "The greeting is wrong.", ""),
    )


def test_what_is_missing_is_to_be_asked_for_and_can_not_be_confirmed() -> None:
    items = read_back(EMPTY.with_(confirmed=(*FIELDS, "subject")), "GB")
    assert [item.name for item in items] == [*FIELDS, "subject"]
    assert all(item.value == "" and item.spoken == MISSING for item in items)
    assert not any(item.is_confirmed or item.can_be_confirmed for item in items)


@pytest.mark.parametrize(
    ("name", "typed", "why"), [("phone", "12", "too short"), ("email", "sian@", "after the @"), ("name", "-", "letter")]
)
def test_what_can_not_be_right_is_shown_as_typed_with_the_reason(name: str, typed: str, why: str) -> None:
    wrong = item(SIAN.with_(**{name: typed}, confirmed=(name,)), name)
    assert wrong.value == typed
    assert wrong.spoken.startswith("can't be right: ")
    assert why in wrong.spoken
    assert not wrong.is_confirmed
    assert not wrong.can_be_confirmed


def test_a_number_no_one_uses_is_said_with_its_warning() -> None:
    said, warning = item(SIAN.with_(phone="+30 910 123 4567"), "phone").spoken.split("\n")
    assert said == "plus three zero, nine one zero, one two three, four five six seven"
    assert warning.startswith("! possible")


@pytest.mark.parametrize("name", [*FIELDS, "subject"])
def test_what_is_confirmed_is_so_until_it_changes(name: str) -> None:
    confirmed = SIAN.with_(confirmed=(name,))
    assert [item.name for item in read_back(confirmed, "GB") if item.is_confirmed] == [name]
    changed = confirmed.with_(**{name: "029 2018 0346" if name == "phone" else "other@example.org"})
    assert not any(item.is_confirmed for item in read_back(changed, "GB"))


def test_a_subject_that_was_typed_is_the_request() -> None:
    assert item(SIAN.with_(subject="  Change  the greeting "), "subject").value == "Change the greeting"


@pytest.mark.parametrize("text", [*corpus("name"), *corpus("email"), *corpus("phone"), *corpus("notes")])
def test_hostile_text_is_read_back_in_bounds(text: str) -> None:
    draft = EMPTY.with_(**dict.fromkeys((*FIELDS, "subject", "notes"), text))
    for item in read_back(draft, "GB"):
        assert len(item.value) <= LONGEST
        assert len(item.spoken) < LONGEST * 100
        assert "\n" not in item.value
