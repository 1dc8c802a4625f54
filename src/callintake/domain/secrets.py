"""PINs, passphrases and codes: how what is said is compared, and which others would guess (P4)."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

from callintake.domain.contact import Contact
from callintake.domain.errors import Refused
from callintake.domain.text import clean_line, fold, phone_words, words

SHORTEST, LONGEST = 4, 200
"""Characters of a PIN or passphrase, blanks not counted."""
CODE_DIGITS = 6
_MOST_SAID = 1000
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[\s\-‐-―−]+(?=\d)")
_SHORTEST_WORD = 3
"""Letters of a word on file that is looked for in a PIN; shorter ones are in every passphrase."""
_COMMON = ("password", "passphrase", "passwort", "secret", "letmein", "qwerty", "asdf", "2580", "0852")


class Concealed(str):
    """A secret: a text like any other to compute with, that no log of rows and no traceback with locals shows."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "‹concealed›"


class WeakPin(Refused):
    """A PIN or passphrase that others would guess; the message says why, and not what it was."""


def normalize_pin(said: str) -> Concealed:
    """Return a PIN or passphrase as it is compared: whatever its case, width and blanks; “4 0 7 1 9” is “40719”."""
    text = unicodedata.normalize("NFKC", clean_line(said[:_MOST_SAID])).casefold()
    text = " ".join(unicodedata.normalize("NFKC", text).split())
    return Concealed(_BETWEEN_DIGITS.sub("", text))


def code_of(said: str) -> Concealed | None:
    """Return the six digits of a code, blanks taken out, or None: digits of other scripts are none."""
    code = "".join(said[:_MOST_SAID].split())
    return Concealed(code) if len(code) == CODE_DIGITS and code.isascii() and code.isdigit() else None


def check_pin(pin: str, contact: Contact) -> None:
    """Refuse a normalised PIN or passphrase that somebody else would guess.

    Raises:
        WeakPin: it is too short or too long, a pattern, among the commonest, or made of what is on file.
    """
    compact = Concealed("".join(pin.split()))
    if not SHORTEST <= len(compact) <= LONGEST:
        raise WeakPin(f"a PIN or passphrase has {SHORTEST} to {LONGEST} characters")
    if _is_pattern(compact):
        raise WeakPin("too easy to guess: one character again and again, a run, or a short part repeated")
    if compact in _COMMON:
        raise WeakPin("too easy to guess: it is among the commonest")
    if _is_on_file(compact, contact):
        raise WeakPin("too easy to guess: it is made of the contact's own name, address or number")


def _is_pattern(compact: str) -> bool:
    """Whether each character follows from the one before (1111, 4321, 2468, abcd), or a part is repeated (1212)."""
    steps = {ord(second) - ord(first) for first, second in pairwise(compact)}
    if compact.isascii() and compact.isdigit():
        # After 9 comes 0.
        steps = {step % 10 for step in steps}
    return len(steps) == 1 or compact in (compact + compact)[1:-1]


def _is_on_file(compact: str, contact: Contact) -> bool:
    """Whether nothing is left that others would not guess, once what is on file is taken out."""
    numbers = [part for number in contact.numbers for part in re.findall(r"\d+", number.e164)]
    if any(compact in number for number in numbers):
        return True
    left = Concealed(fold(compact))
    for word in sorted(_words_on_file(contact), key=len, reverse=True):
        left = Concealed(left.replace(word, ""))
    return len(left) < SHORTEST or _is_pattern(left)


def _words_on_file(contact: Contact) -> Iterator[str]:
    mailbox = (contact.email or "").partition("@")[0]
    for text in (contact.name, contact.organization, mailbox):
        yield from (word for word in words(text) if len(word) >= _SHORTEST_WORD)
    for number in contact.numbers:
        yield from phone_words(number.e164)
