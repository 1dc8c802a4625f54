"""Names of callers in a line of notes: of people who say who they are, or are put down as the caller."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from callintake.domain.correction import CORRECTING
from callintake.domain.fact import Found
from callintake.domain.no_names import STARTERS, SURNAMES_TOO, THINGS
from callintake.domain.text import fold

_WORD = r"[^\W\d_]+(?:['’-][^\W\d_]+)*"
_FIRST = re.compile(_WORD)
_PARTICLE = r"(?:van|von|de|la|der|den|del|da|dos|di|du|ten|ter|bin|ibn|al|el|le)"
_NEXT = re.compile(rf" (?:(?:{_PARTICLE} ){{1,3}}|[A-Z]\.? )?(?P<word>{_WORD})")
_TITLE = r"(?:(?:Dr|Mr|Mrs|Ms|Miss|Prof|Sir|Rev|Nurse|Capt|Cllr)\.? )?"
_OPENING = re.compile(
    r"[\s>*•–-]*(?:(?:hi|hello|hey|hiya|ok|okay|so|yes|yeah|good morning|good afternoon|good evening|morning|afternoon"
    rf"|evening|caller)(?: there| again)?\s?[,.!:;–-]\s?)*{_TITLE}",
    re.IGNORECASE,
)
_PERSONAL = (
    r"(?:i['’]?m|i am|my name(?:['’]?s| is)?|(?<!user )(?<!file )(?<!host )(?<!server )name(?:['’]s| is|(?=\s?[:=]))"
    r"|caller(?:['’]s| is| was)?|speaking (?:to|with))"
)
_BEFORE_NAME = rf"(?:,? (?:me|new here|new|called|just))?\s?[:,–—=-]?\s?{_TITLE}$"
_INTRODUCED = re.compile(
    rf"(?:\b(?:{_PERSONAL}|it['’]?s|it is|this is|calls? from)|\bcall(?=:)){_BEFORE_NAME}", re.IGNORECASE
)
_SAID_TO_BE_A_NAME = re.compile(rf"\b{_PERSONAL}{_BEFORE_NAME}", re.IGNORECASE)
_SPEAKS = re.compile(r",? (?:here|speaking|calling)\b", re.IGNORECASE)
_GOES_ON = r"(?:from|at|of|here|speaking|again|calling|rang|called|on the (?:line|phone))\b"
_AFTER_OPENING = re.compile(rf"\s?[,(:]|\s[–—-]\s|\s{_GOES_ON}", re.IGNORECASE)
_AFTER_INTRODUCTION = re.compile(
    rf"\s*$|\s?[,.;:!?()]|\s?[–—-]\s|\s(?:{_GOES_ON}|in|with|and|over|for|who|but)\b", re.IGNORECASE
)
_IN_SMALL_LETTERS = re.compile(
    rf"\b(?:my name(?:['’]?s| is)|name(?:['’]s|:)) (?P<name>{_WORD}(?: {_WORD}){{1,3}}?)"
    r"(?=\s*$|\s?[,.;()]|\s(?:from|at|of|calling)\b)",
    re.IGNORECASE,
)
_LETTER = r"(?:(?:double|triple) )?[^\W\d_]"
_SPELLED = re.compile(
    r",?\s(?:(?:that['’]?s|that is|spelled|spelt|spelling|surname|as in|so)[\s,]{1,2})?"
    rf"(?P<letters>{_LETTER}(?:[\s,.-]{{1,2}}{_LETTER}){{1,14}})(?![\w'’])",
    re.IGNORECASE,
)
_FEWEST_LETTERS = 3
_NEAR = 0.6
_BEFORE = 60


def names(line: str) -> list[Found]:
    """Return the names of callers in a line; rather none than a wrong one."""
    return list(_capitalized(line)) or [
        Found(match.start("name"), match.end("name"), _in_capitals(match["name"]))
        for match in _IN_SMALL_LETTERS.finditer(line)
        if _is_name(match["name"], THINGS)
    ]


def _capitalized(line: str) -> Iterator[Found]:
    """Yield names written as names are, where the words around them say that they are the caller's."""
    at, last_end = 0, None
    while first := _FIRST.search(line, at):
        start, at = first.start(), first.end()
        end = _name_end(line, first)
        if end is None:
            continue
        at, name = end, line[start:end]
        spelled = _SPELLED.match(line, end)
        letters = _letters(spelled["letters"]) if spelled else ""
        if not (
            (len(letters) >= _FEWEST_LETTERS and _is_name(name, THINGS))
            or _is_introduced(line, start, end)
            or (last_end is not None and start - last_end < _BEFORE and CORRECTING.fullmatch(line, last_end, start))
        ):
            continue
        respelled = _respelled(name, letters)
        if spelled and respelled != name:
            at = end = spelled.end()
        last_end = end
        yield Found(start, end, respelled, corrected=respelled != name)


def _name_end(line: str, first: re.Match[str]) -> int | None:
    """Return where two to four capitalized words end, the first of which is given, or nothing."""
    if not _has_capital(first[0]) or first[0].casefold() in STARTERS:
        return None
    end, words = first.end(), 1
    while words < 4 and (following := _NEXT.match(line, end)) and _has_capital(following["word"]):
        end, words = following.end(), words + 1
    return end if words > 1 else None


def _has_capital(word: str) -> bool:
    """Whether a word is written as a name is: a capital, and small letters after it."""
    return word[0].isupper() and len(word) > 1 and not word.isupper()


def _is_name(name: str, never: frozenset[str]) -> bool:
    """Whether words may be a person's name, as far as each of them goes."""
    words = re.split(r"[ .]+", name.casefold().replace("’", "'"))
    return not any(word in never or word in STARTERS or word.endswith("'s") for word in words)


def _is_introduced(line: str, start: int, end: int) -> bool:
    """Whether a name is one, and the words around it say that it is the caller's."""
    name, before = line[start:end], line[max(start - _BEFORE, 0) : start]
    if _SPEAKS.match(line, end) or (_SAID_TO_BE_A_NAME.search(before) and _AFTER_INTRODUCTION.match(line, end)):
        return _is_name(name, THINGS)
    if not _is_name(name, THINGS | SURNAMES_TOO):
        return False
    opens = start < _BEFORE and _OPENING.fullmatch(line, 0, start)
    return bool(
        (opens and _AFTER_OPENING.match(line, end))
        or (_INTRODUCED.search(before) and _AFTER_INTRODUCTION.match(line, end))
    )


def _letters(said: str) -> str:
    """Return the word that is spelled out, in small letters."""
    word, times = "", 1
    for piece in re.findall(r"[^\W\d_]+", said.casefold()):
        if piece in ("double", "triple"):
            times = 2 if piece == "double" else 3
            continue
        word += piece * times
        times = 1
    return word


def _respelled(name: str, letters: str) -> str:
    """Return a name with the one word in it that is spelled out right after it, if that is spelled otherwise."""
    words, spelled = name.split(), fold(letters)
    plain = ["".join(char for char in fold(word) if char.isalpha()) for word in words]
    if len(spelled) < _FEWEST_LETTERS or any(word.startswith(spelled) for word in plain):
        return name
    # A word with a hyphen, an apostrophe or a second capital is left alone: letters do not say where those go.
    near = [
        (SequenceMatcher(None, word, spelled).ratio(), place)
        for place, word in enumerate(plain)
        if word[:1] == spelled[0] and words[place].isalpha() and words[place][1:].islower()
    ]
    if not near or max(near)[0] < _NEAR:
        return name
    words[max(near)[1]] = letters.capitalize()
    return " ".join(words)


def _in_capitals(name: str) -> str:
    """Return a name that was typed in a hurry as it is written."""
    return re.sub(rf"(?<![^\W\d_])(?!{_PARTICLE}\b)[^\W\d_](?=[^\W\d_])", lambda match: match[0].upper(), name)
