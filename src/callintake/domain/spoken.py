"""Digits and e-mail addresses, written or as they are said: `double four`, `jo dot fry at example dot com`."""

import re
from collections.abc import Iterator

from callintake.domain.email import EmailRefused, parse_email
from callintake.domain.fact import Found, blanked

_DIGITS = {
    **dict(
        zip(("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"), "0123456789", strict=True)
    ),
    **{"oh": "0", "nought": "0", "naught": "0"},
}
_TIMES = {"double": 2, "treble": 3, "triple": 3}
DIGIT = rf"(?:(?:{'|'.join(_TIMES)})\s)?(?:{'|'.join(_DIGITS)}|[0-9])"
"""One digit as it is written or said; `double four` is one too."""
DIGITS = rf"(?:(?:(?:{'|'.join(_TIMES)})\s)?(?:{'|'.join(_DIGITS)}|[0-9]+))"
"""The same, or several as they are written."""
DASH = r"(?:dash|hyphen|minus)"

_SIGNS = {"dot": ".", "point": ".", "period": ".", "underscore": "_", "plus": "+"} | dict.fromkeys(
    ("hyphen", "dash", "minus"), "-"
)
_SIGN = rf"(?:{'|'.join(_SIGNS)})"
_PIECE = rf"(?!(?:{_SIGN}|at)\b)[^\W_]{{1,64}}(?:[.'’_+-][^\W_]{{1,64}}){{0,8}}(?:\s{DIGITS}\b){{0,8}}"
_LABEL = rf"(?!(?:{_SIGN}|at)\b)[^\W_]{{1,63}}(?:-[^\W_]{{1,63}}){{0,8}}"
_SPOKEN = re.compile(
    rf"(?<![\w'’.@+-])(?P<local>{_PIECE}(?:\s{_SIGN}\s{_PIECE}){{0,8}})(?:\sat\s|\s?[(\[]at[)\]]\s?)"
    rf"(?P<domain>{_LABEL}(?:(?:\s(?:dot|point)\s|\s{DASH}\s|\.){_LABEL}){{0,8}}(?:\s(?:dot|point)\s|\.)[^\W\d_]{{2,24}})"
    r"(?![\w@-]|\.\w|/|\s(?:dot|point|slash)\b)",
    re.IGNORECASE,
)
_WRITTEN = re.compile(
    r"(?<![\w.+%@/\\|`-])\w[\w.+'%&-]{0,63}@[^\W_][\w-]{0,62}(?:\.[\w-]{1,63}){0,8}\.[^\W\d_]{2,24}(?![\w@-]|[:/]\w|\.\w)"
)
# An account on a machine, a part of a URL, or the number of a message is written like an address.
_NO_ADDRESS = re.compile(
    r"(?:://\S*|\b(?:sips?|xmpp|git)\s?:|\b(?:ssh|scp)\s|message-id\s?[=:]?\s?<?)\s?$", re.IGNORECASE
)
_SIGNED = re.compile(rf"[._+-]|\s{_SIGN}\s", re.IGNORECASE)
_LED_IN = re.compile(
    r"(?:^|[,.;:!?()=–—-]|\b(?:is|it['’]?s|that['’]?s|it|e-?mail|mail|address|addr|to|on|me|by|via|under|as|reach|her"
    r"|him|them|us|cc|from|or|and|at|try|use|was|sorry|no|actually|rather|mean|wait))\s*$",
    re.IGNORECASE,
)
_WORDS_BEFORE_AT = """
i i'm im i've me we we're you he he's she she's they it it's its is are was be been am who look looking looked looks
meet stop stopped stuck site office page login log logged available hosted down up still now working works work here
there arrive arrived based live staying error one everyone everything nothing back only just not
"""
_NO_LOCAL = frozenset(_WORDS_BEFORE_AT.split())


def digits_in(said: str) -> str:
    """Return the digits in words that say digits."""
    digits, times = "", 1
    for word in re.findall(r"[^\W\d_]+|[0-9]+", said.casefold()):
        if word in _TIMES:
            times = _TIMES[word]
            continue
        digits += _DIGITS.get(word, word if word.isdigit() else "") * times
        times = 1
    return digits


def emails(line: str) -> list[Found]:
    """Return the e-mail addresses in a line, written or said."""
    written = [
        found
        for match in _WRITTEN.finditer(line)
        if not _NO_ADDRESS.search(line, 0, match.start()) and (found := _address(match.start(), match.end(), match[0]))
    ]
    return written + list(_spoken_emails(blanked(line, written)))


def _spoken_emails(line: str) -> Iterator[Found]:
    """Yield the addresses that are said; one without any sign before the `at` needs words that lead to it."""
    for match in _SPOKEN.finditer(line):
        local = match["local"]
        if not _SIGNED.search(local) and (
            local.casefold().replace("’", "'") in _NO_LOCAL or not _LED_IN.search(line, 0, match.start())
        ):
            continue
        if found := _address(match.start(), match.end(), f"{_as_written(local)}@{_as_written(match['domain'])}"):
            yield found


def _as_written(said: str) -> str:
    """Return words that say an address in the signs that it is written with, in small letters."""
    written, times = "", 1
    for word in said.casefold().split():
        if word in _TIMES and written:
            times = _TIMES[word]
            continue
        written += _SIGNS.get(word, _DIGITS.get(word, word)) * times
        times = 1
    return written


def _address(start: int, end: int, written: str) -> Found | None:
    """Return an address that mail could reach, as it is stored."""
    try:
        return Found(start, end, parse_email(written))
    except EmailRefused:
        return None
