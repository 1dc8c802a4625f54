"""Ticket numbers survive being spoken, misheard and mistyped."""

import pytest

from callintake.domain.number import FIRST_SERIAL, WrongNumber, serial_of, spoken, ticket_number

SERIALS = [*range(FIRST_SERIAL, FIRST_SERIAL + 400), 4821, 9999, 10_000, 99_999, 123_456, 1_000_000, 987_654_321_012]


def believed(number: str) -> bool:
    try:
        serial_of(number)
    except WrongNumber:
        return False
    return True


def test_a_number_leads_back_to_its_serial() -> None:
    assert [serial_of(ticket_number(serial)) for serial in SERIALS] == SERIALS


def test_a_misheard_digit_is_refused_wherever_it_is() -> None:
    for serial in SERIALS:
        digits = ticket_number(serial).replace("-", "")
        for place, digit in enumerate(digits):
            for wrong in "0123456789".replace(digit, ""):
                misheard = digits[:place] + wrong + digits[place + 1 :]
                assert not believed(f"{misheard[:-1]}-{misheard[-1]}"), (digits, misheard)


def test_two_neighbours_swapped_are_refused_wherever_they_are() -> None:
    for serial in SERIALS:
        digits = ticket_number(serial).replace("-", "")
        for place in range(len(digits) - 1):
            swapped = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
            assert swapped == digits or not believed(swapped), (digits, swapped)


@pytest.mark.parametrize(
    "given",
    [
        "1001-9",
        "10019",
        "#1001-9",
        "# 1001-9",
        " 1001-9 ",
        "1001 9",
        "1001 - 9",
        "1001–9",
        "1001—9",
        "\t1001-9\n",
    ],
)
def test_a_number_is_taken_as_people_write_it(given: str) -> None:
    assert ticket_number(1001) == "1001-9"
    assert serial_of(given) == 1001


@pytest.mark.parametrize(
    "given",
    [
        *("", " ", "-", "#", "9", "19", "019", "100-5", "1001", "1001-", "-1001-9", "+10019", "1001--9", "1001-9-9"),
        *("0001-9", "01001-9", "１００１-９", "١٠٠١-٩", "1001.9", "1e3-9", "1001-9x", "ticket 1001-9", "1001\x009"),
        *("1001-9' OR 1=1 --", "9" * 17, "9" * 5000, "\ud800", "[/]"),
    ],
)
def test_what_is_no_number_is_refused_in_one_short_line(given: str) -> None:
    with pytest.raises(WrongNumber) as refusal:
        serial_of(given)
    assert len(str(refusal.value)) < 120


def test_a_misheard_number_is_told_from_no_number() -> None:
    with pytest.raises(WrongNumber, match=r"1001-8 can't be right.*Ask for it again"):
        serial_of("1001-8")
    with pytest.raises(WrongNumber, match="looks like 4821-7"):
        serial_of("the printer one")


def test_a_number_is_spoken_digit_by_digit() -> None:
    assert spoken("4821-7") == "four eight two one, dash, seven"
    assert spoken("1001-9") == "one zero zero one, dash, nine"
