"""Ticket numbers that survive being spoken: a serial and a Damm check digit, written `4821-7`."""

import re

from callintake.domain.errors import Refused

FIRST_SERIAL = 1001
"""Serials start here, so that no number is shorter than four digits and a check digit."""
_SPOKEN = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_GIVEN = re.compile(r"#?\s*([0-9]{4,15})\s*[-–— ]?\s*([0-9])", re.ASCII)


class WrongNumber(Refused):
    """What was said or typed is not a ticket number: a digit is wrong, missing or swapped."""


def ticket_number(serial: int) -> str:
    """Return the number under which the ticket with this serial is known to people."""
    from stdnum import damm

    return f"{serial}-{damm.calc_check_digit(str(serial))}"


def serial_of(number: str) -> int:
    """Return the serial in a ticket number, given with or without `#`, dash or blank.

    Raises:
        WrongNumber: any single wrong digit and any swap of neighbours (Damm, 2004), or no number at all.
    """
    from stdnum import damm

    given = _GIVEN.fullmatch(number.strip())
    if given is None or given[1].startswith("0"):
        raise WrongNumber(f"“{number[:40]}” is not a ticket number; it looks like 4821-7")
    if not damm.is_valid(given[1] + given[2]):
        raise WrongNumber(
            f"{given[1]}-{given[2]} can't be right: a digit is wrong or two are swapped. Ask for it again"
        )
    return int(given[1])


def is_number_like(word: str) -> bool:
    """Whether somebody who writes this means a ticket number, right or wrong."""
    return _GIVEN.fullmatch(word.strip()) is not None


def spoken(number: str) -> str:
    """Return a ticket number as it is said: `four eight two one, dash, seven`."""
    serial, _, check = number.partition("-")
    return f"{' '.join(_SPOKEN[int(digit)] for digit in serial)}, dash, {_SPOKEN[int(check)]}"
