"""Telephone numbers as people say them: checked, kept in E.164, explained when they can't be right (P6)."""

import re
from dataclasses import dataclass

from callintake.domain.errors import Refused
from callintake.domain.text import clean_line

_LONGEST = 60
_WITHHELD = frozenset({"anonymous", "restricted", "private", "unknown", "withheld", "unavailable", "blocked"})
_SHAPE = re.compile(
    r"(?:tel:)?[+＋]?[\d\s().\-‐-―/·]*\d[\d\s().\-‐-―/·A-Za-z]*"  # the number, perhaps ending in a vanity word
    r"(?:\s*(?:;ext=|,+|#|\b(?:extension|extn|ext|x)\.?:?)\s*\d{1,9}#?)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Phone:
    """A number that can be dialled: E.164 with any extension as `;ext=`, what was typed, and a warning if any."""

    e164: str
    typed: str
    warning: str | None = None


class PhoneRefused(Refused):
    """What was typed can't be a telephone number; the message says why."""


def parse_phone(typed: str, region: str) -> Phone:
    """Return the number in what somebody typed; `region` (ISO 3166) tells what a number without `+` means.

    Raises:
        PhoneRefused: it is no number, more than one, withheld, or of an impossible length.
    """
    import phonenumbers
    from phonenumbers import NumberParseException, ValidationResult

    text = clean_line(typed)
    if is_withheld(text):
        raise PhoneRefused("the number is withheld; ask the caller for one")
    if len(text) > _LONGEST or re.search(r"\b(?:or|and|und|ou)\b", text, re.IGNORECASE):
        raise PhoneRefused("that is more than one number; give the best one here and the other in the notes")
    if "\x00" in typed or not _SHAPE.fullmatch(text):
        raise PhoneRefused("not a telephone number: use digits, with + for another country, ext. for an extension")
    try:
        number = phonenumbers.parse(text.removeprefix("tel:"), region)
    except NumberParseException as error:
        raise PhoneRefused(_why(error.error_type)) from None
    possible = phonenumbers.is_possible_number_with_reason(number)
    if possible != ValidationResult.IS_POSSIBLE:
        raise PhoneRefused(
            "too short: an internal extension needs the main number before it, as in 020 7946 0998 ext. 27"
            if possible in (ValidationResult.TOO_SHORT, ValidationResult.IS_POSSIBLE_LOCAL_ONLY)
            else "too long for a telephone number"
            if possible == ValidationResult.TOO_LONG
            else "not a possible telephone number: count the digits again"
        )
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if number.extension:
        e164 += f";ext={number.extension}"
    valid = phonenumbers.is_valid_number(number)
    return Phone(e164, text, None if valid else "possible, but no number like it is in use: read it back")


def is_withheld(number: str) -> bool:
    """Whether what a phone gives for a number says that there is none."""
    return clean_line(number).casefold() in _WITHHELD


def caller_e164(number: str, region: str) -> str | None:
    """Return the E.164 of a number as a phone reports it, mostly international and without plus; None if it is none.

    Of its readings one that is in use goes before one that only could be; where two only could be, none is taken.
    """
    readings = [number] if number.strip().startswith(("+", "0")) else [f"+{number.strip()}", number]
    possible = []
    for reading in readings:
        try:
            phone = parse_phone(reading, region)
        except PhoneRefused:
            continue
        if phone.warning is None:
            return phone.e164
        possible.append(phone.e164)
    return possible[0] if len(possible) == 1 else None


def format_phone(e164: str) -> str:
    """Return a stored number as people read it: `+44 20 7946 0112 ext. 27`; anything else as it is."""
    if not e164.startswith("+"):
        return e164
    import phonenumbers

    number, _, extension = e164.partition(";ext=")
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return e164
    text = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    return f"{text} ext. {extension}" if extension else text


def _why(error: int) -> str:
    from phonenumbers import NumberParseException

    return {
        NumberParseException.INVALID_COUNTRY_CODE: "no country has that code: check the digits after +",
        NumberParseException.TOO_SHORT_NSN: "too short for a telephone number",
        NumberParseException.TOO_SHORT_AFTER_IDD: "too short for a telephone number",
        NumberParseException.TOO_LONG: "too long for a telephone number",
    }.get(error, "not a telephone number: use digits, with + for another country")
