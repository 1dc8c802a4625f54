"""What callers take back: `020 7946 0876, sorry, 0867` is one number, and not the first (P6)."""

import re
from dataclasses import replace

from callintake.domain.fact import Fact, FactKind
from callintake.domain.heard_numbers import ticket_problem, ticket_value
from callintake.domain.phone import PhoneRefused, parse_phone
from callintake.domain.spoken import DIGITS, digits_in

_TAKEN_BACK = (
    r"(?:sorry|nope|no|i mean|i meant|correction|rather|make that|wait|hang on|actually|scratch that|strike that|oops"
    r"|pardon(?: me)?|my mistake|my bad)"
)
_BETWEEN = (
    r"(?:it['’]?s|it is|that['’]?s|that|should be|is|the|and|or|so|a|ending|ends(?: in)?|end"
    r"|last (?:two|three|four)(?: digits)?(?: are| is)?|with|dash|hyphen|number|e-?mail|address|ticket|to|not|second)"
)
_GAP = r"[\s,.;:…()#?!–—-]"
CORRECTING = re.compile(
    rf"{_GAP}*(?:\b{_BETWEEN}\b{_GAP}+)*\b{_TAKEN_BACK}\b{_GAP}*(?:\b(?:{_TAKEN_BACK}|{_BETWEEN})\b{_GAP}*)*",
    re.IGNORECASE,
)
"""The words between what was said and what takes its place."""
_TAKES_BACK = re.compile(rf"\b{_TAKEN_BACK}\b", re.IGNORECASE)
_REST_OF_LINE = re.compile(r"[^\n\d]{0,60}\n")
_DIGITS = re.compile(rf"(?P<digits>{DIGITS}(?:[\s-]{DIGITS}){{0,15}})(?![\w:/@%°]|[.,-]\w)", re.IGNORECASE)
_EXTENSION = re.compile(r"\s?(?:,\s?)?(?:extension|extn?|x)\.?\s?(?P<extension>\d{1,7})\b", re.IGNORECASE)
_CLAUSE_ENDS = re.compile(r"\s*(?:[.,;!?)\n]|$|(?:please|pls|thanks|thx|ok)\b)")
_FARTHEST = 160
_SURE = 4
_FEWEST, _MOST = 2, 8


def corrected(text: str, facts: list[Fact]) -> list[Fact]:
    """Return the facts of a text, in order, each of those taken back replaced by what was said instead."""
    kept: list[Fact] = []
    for place, fact in enumerate(facts):
        if kept and kept[-1].kind == fact.kind and _takes_back(text, kept[-1].end, fact.at):
            kept.pop()
            fact = replace(fact, corrected=True)
        following = facts[place + 1].at if place + 1 < len(facts) else len(text)
        while changed := _with_new_end(text, fact, following):
            fact = changed
        kept.append(fact)
    return kept


def _takes_back(text: str, end: int, start: int) -> bool:
    """Whether the words between two places take back what ends at the first; they may begin the next line."""
    if not 0 < start - end <= _FARTHEST:
        return False
    between = text[end:start]
    rest = _REST_OF_LINE.match(between)
    return bool(CORRECTING.fullmatch(between) or (rest and CORRECTING.fullmatch(between, rest.end())))


def _with_new_end(text: str, fact: Fact, following: int) -> Fact | None:
    """Return a fact with the last digits said anew after it, before the next fact, if they are."""
    if fact.kind not in (FactKind.PHONE, FactKind.TICKET, FactKind.ASSET):
        return None
    window = text[fact.end : min(following, fact.end + _FARTHEST)]
    if not _TAKES_BACK.search(window):
        return None
    rest = _REST_OF_LINE.match(window)
    for start in (0, rest.end() if rest else 0):
        if words := CORRECTING.match(window, start):
            said = _extension(window, fact, words.end()) or _digits(window, fact, words.end())
            if said:
                value, end = said
                problem = ticket_problem(value) if fact.kind == FactKind.TICKET else None
                whole = text[fact.at : fact.end + end]
                return replace(fact, value=value, said=whole, corrected=True, problem=problem)
    return None


def _extension(window: str, fact: Fact, at: int) -> tuple[str, int] | None:
    """Return a number with the extension that is said at a place, and where that ends."""
    said = _EXTENSION.match(window, at) if fact.kind == FactKind.PHONE else None
    return (f"{fact.value.partition(';')[0]};ext={said['extension']}", said.end()) if said else None


def _digits(window: str, fact: Fact, at: int) -> tuple[str, int] | None:
    """Return the value of a fact with the digits said at a place as its last ones, and where those end.

    Few digits with words after them count something: `no, 12 users`.
    """
    if (said := _DIGITS.match(window, at)) is None:
        return None
    digits, end = digits_in(said["digits"]), said.end()
    if len(digits) < _SURE and not (_CLAUSE_ENDS.match(window, end) or _EXTENSION.match(window, end)):
        return None
    if fact.kind == FactKind.TICKET:
        old = fact.value.replace("-", "")
        value = ticket_value(old[: max(len(old) - len(digits), 0)] + digits)
    elif fact.kind == FactKind.ASSET:
        value = fact.value[: -len(digits)] + digits if re.search(rf"\d{{{len(digits)}}}$", fact.value) else None
    else:
        value = _phone_ending(fact.value, digits)
        if value and (extension := _EXTENSION.match(window, end)):
            value, end = f"{value.partition(';')[0]};ext={extension['extension']}", extension.end()
    return (value, end) if value else None


def _phone_ending(value: str, digits: str) -> str | None:
    """Return a number with its last digits, or those of its extension, replaced; nothing if that can't be a number."""
    number, mark, extension = value.partition(";ext=")
    if mark and len(digits) <= len(extension):
        return f"{number};ext={extension[: -len(digits)]}{digits}"
    if not _FEWEST <= len(digits) <= _MOST:
        return None
    try:
        return parse_phone(number[: -len(digits)] + digits + mark + extension, "ZZ").e164
    except PhoneRefused:
        return None
