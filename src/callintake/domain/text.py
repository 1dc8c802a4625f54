"""Text from people: cleaned where it enters, folded where it is searched."""

import re
import unicodedata

# Control, C1, bidi and zero-width format characters, line and paragraph separators, lone surrogates,
# noncharacters and tag characters. Kept: tab and newline (blocks), ZWNJ and ZWJ (Persian names, emoji families).
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff"
    + "".join(f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(1, 17))
    + "]"
)
_NEWLINES = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# UAX #15, Stream-Safe Text Format: no real text has more than 30 combining marks in a row. Sorting 100,000 of them,
# as NFC must, takes seconds. A mark is no word character, so few texts have anything to look at more closely.
_LONGEST_RUN = 30
_MAYBE_MARKS = re.compile(rf"[^\w\s\x00-\u02ff]{{{_LONGEST_RUN + 1},}}")
_WORD = re.compile(r"[^\W_]+")
_PHONE_LIKE = re.compile(
    r"(?<![\w@.])(?:tel:)?(\+?\(?\d[\d\s().\-‐-―/·]{5,}\d)"
    r"(?:\s*(?:;ext=|,+|#|ext(?:ension|n)?\.?:?|x)\s*\d{1,9}#?)?(?![\w@])",
    re.IGNORECASE,
)

SEARCH_WORDS = 12
"""Words of a search that are looked for; more only cost time."""
WORD_LENGTH = 64
"""Characters of a word that count in a search."""


def clean_block(text: str) -> str:
    """Return several lines of text that are safe to keep and to show: NFC, newlines as `\\n`, no controls."""
    if _is_plain(text):
        return text
    # Line by line: each key cleans notes that nearly all were clean before.
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n".join(line if _is_plain(line) else _cleaned(line) for line in lines)


def _is_plain(text: str) -> bool:
    """Whether a text is of ASCII with nothing in it but what is seen, and newlines."""
    return text.isascii() and text.replace("\n", "").isprintable()


def _cleaned(line: str) -> str:
    line = _without_storms(_UNSAFE.sub("", _NEWLINES.sub("\n", line)))
    # Once more: NFC takes some marks apart, and moves others together.
    return _without_storms(unicodedata.normalize("NFC", line))


def _without_storms(text: str) -> str:
    """Return text with no more marks in a row than any script needs."""

    def kept(match: re.Match[str]) -> str:
        run, chars = 0, []
        for char in match[0]:
            run = run + 1 if unicodedata.category(char).startswith("M") else 0
            if run <= _LONGEST_RUN:
                chars.append(char)
        return "".join(chars)

    return _MAYBE_MARKS.sub(kept, text)


def clean_line(text: str) -> str:
    """Return one line of text that is safe to keep and to show; runs of blanks become one space."""
    return " ".join(clean_block(text).split())


def printable(text: str) -> str:
    """Return text with nothing in it that a terminal would obey; the last filter before output.

    Unlike `clean_block` it never shortens or recomposes, so columns already measured stay where they are.
    """
    return text if _is_plain(text) or not _UNSAFE.search(text) else _UNSAFE.sub("", text)


def elide(text: str, width: int) -> str:
    """Return text of at most `width` characters, cut with an ellipsis."""
    return text if len(text) <= width else text[: max(width - 1, 0)].rstrip() + "…"


def first_line(text: str) -> str:
    """Return the first line that has anything on it, or nothing."""
    return next((line.strip() for line in text.splitlines() if line.strip()), "")


def fold(text: str) -> str:
    """Return text as it is compared: without case, width, ligatures or accents."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def words(text: str) -> list[str]:
    """Return the folded words of a text, in order; what search compares on every database."""
    return [word[:WORD_LENGTH] for word in _WORD.findall(fold(text))]


def phone_words(e164: str) -> list[str]:
    """Return the forms under which a number is looked for: with country code, national, local, last seven digits."""
    digits = "".join(char for char in e164.partition(";")[0] if char.isdigit())
    return [digits, *(digits[start:] for start in range(1, len(digits) - 6))]


def query_readings(query: str) -> list[list[str]]:
    """Return what a query may mean, each as the words to look for, at most `SEARCH_WORDS`: what it says, and where a
    phone number may be in it, in any notation, the same with the number made one word.

    Both, because a date or the address of a machine looks like a number too.
    """

    def joined(match: re.Match[str]) -> str:
        digits = re.sub(r"\(0\)|\D", "", match[1]).lstrip("0")
        return f" {digits or match[0]} "

    query = unicodedata.normalize("NFKC", query[: SEARCH_WORDS * WORD_LENGTH])
    said, meant = words(query)[:SEARCH_WORDS], words(_PHONE_LIKE.sub(joined, query))[:SEARCH_WORDS]
    return [reading for reading in ([said] if said == meant else [said, meant]) if reading]
