"""The spelling alphabet of ICAO and NATO: how names, addresses and numbers are read out on the phone (P6)."""

import re
import unicodedata

from callintake.domain.phone import format_phone
from callintake.domain.text import clean_line

LONGEST = 254
"""Characters that are spelled: as many as the longest e-mail address has."""

_LETTERS = (
    *("alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india", "juliet", "kilo", "lima"),
    *("mike", "november", "oscar", "papa", "quebec", "romeo", "sierra", "tango", "uniform", "victor", "whiskey"),
    *("x-ray", "yankee", "zulu"),
)
_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_SAID = {
    **{word[0]: word for word in _LETTERS},
    # Letters that don't come apart into one of those and an accent.
    **{"ß": "sharp s", "æ": "alpha echo ligature", "œ": "oscar echo ligature", "ø": "oscar stroke"},
    **{"đ": "delta stroke", "ł": "lima stroke", "ħ": "hotel stroke", "ı": "india dotless", "þ": "thorn", "ð": "eth"},
    **{"@": "at", ".": "dot", "-": "dash", "_": "underscore", "'": "apostrophe", "+": "plus", "/": "slash"},
    **{",": "comma", ":": "colon", ";": "semicolon", "&": "ampersand", "#": "hash", "%": "percent", "=": "equals"},
    **{"!": "exclamation mark", "?": "question mark", "*": "asterisk", "$": "dollar", "^": "caret", "~": "tilde"},
    **{"`": "backquote", "|": "bar", "\\": "backslash", '"': "quote", "(": "open bracket", ")": "close bracket"},
    **{"[": "open square bracket", "]": "close square bracket", "{": "open brace", "}": "close brace"},
    **{"<": "less than", ">": "greater than"},
}
_ACCENTS = {
    **{"\u0300": "grave", "\u0301": "acute", "\u0302": "circumflex", "\u0303": "tilde", "\u0304": "macron"},
    **{"\u0306": "breve", "\u0307": "dot above", "\u0308": "umlaut", "\u030a": "ring", "\u030b": "double acute"},
    **{"\u030c": "caron", "\u0326": "comma below", "\u0327": "cedilla", "\u0328": "ogonek"},
}
# What people type for an apostrophe or a dash, and what their keyboards make of one.
_ALIKE = str.maketrans({**dict.fromkeys("‘’ʼ´′", "'"), **dict.fromkeys("‐‑‒–—―−", "-")})
_GROUPED = re.compile(r"(\+[0-9][0-9 -]*)(?: ext\. ([0-9]+))?")


def spelled(text: str) -> str:
    """Return text as it is spelled on the phone: `Siân` is `sierra india alpha circumflex november`.

    Case is not said; letters of other scripts stay as they are; only the first `LONGEST` characters are spelled.
    """
    line = clean_line(text)
    # Taken apart, a letter comes before its accents, and full-width letters and ligatures are plain ones.
    apart = unicodedata.normalize("NFKD", line[:LONGEST].translate(_ALIKE))
    said = [*filter(None, map(_word, apart.split())), *(["…"] if len(line) > LONGEST else [])]
    return ", ".join(said)


def spelled_phone(e164: str) -> str:
    """Return a stored number as it is read out, in the groups in which it is shown: `plus four four, two zero, …`."""
    shown = format_phone(e164)
    grouped = _GROUPED.fullmatch(shown)
    if grouped is None:
        return spelled(shown)
    number, extension = grouped.groups()
    return spelled(number.replace("-", " ")) + (f", extension {spelled(extension)}" if extension else "")


def _word(word: str) -> str:
    """Return one word, taken apart, as it is spelled."""
    said: list[str] = []
    as_it_is = ""
    for char in word:
        name = _name(char, bool(as_it_is))
        if name is None:
            as_it_is += char
        else:
            said += [unicodedata.normalize("NFC", as_it_is), name]
            as_it_is = ""
    return " ".join(filter(None, [*said, unicodedata.normalize("NFC", as_it_is)]))


def _name(char: str, follows_other: bool) -> str | None:
    """Return what is said for one character; None for one that stays as it is, with its marks and joiners."""
    if (digit := unicodedata.decimal(char, None)) is not None:
        return _DIGITS[digit]
    if (name := _SAID.get(char.lower())) is not None:
        return name
    kind = unicodedata.category(char)
    if follows_other or not (kind.startswith("M") or kind == "Cf"):
        return None
    return "" if kind == "Cf" else _ACCENTS.get(char) or _name_of_mark(char)


def _name_of_mark(char: str) -> str:
    """Return the name of a seldom accent, as Unicode has it."""
    return unicodedata.name(char, "mark").lower().removeprefix("combining ")
