"""Telephone numbers, ticket numbers and asset tags in a line of notes, told from everything else with digits in it."""

import re
from collections.abc import Iterator

from callintake.domain.fact import BLANK, Found, blanked
from callintake.domain.number import WrongNumber, serial_of
from callintake.domain.phone import PhoneRefused, parse_phone
from callintake.domain.routing import ASSET_PATTERN
from callintake.domain.spoken import DASH, DIGIT, digits_in

_NO_TAGS = {"iso", "cve", "rfc", "utf", "sha", "aes", "rsa", "http", "ext", "extn", "tel", "fax", "room", "row", "page"}
_DAY, _MONTH, _CLOCK = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])", r"\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d+)?"
_NEITHER = re.compile(
    rf"\b\w+://\S+|(?<![\w.-])(?:\d{{4}}([-/.]){_MONTH}\1{_DAY}(?:[T ]{_CLOCK}(?:Z|[+-]\d\d:?\d\d)?)?(?!\w)"
    rf"|{_DAY}([-/.])(?:{_DAY})\2(?:\d{{4}}|\d\d)(?!\w|[-/.]?\d))"
    rf"|\b(?:19|20)\d\d{_MONTH}{_DAY}(?:[T_-]\d{{4,6}}Z?)?\b"  # a stamp as in the names of files
    rf"|(?<!\d)(?:[0-9A-F]{{2}}[:-]){{5}}[0-9A-F]{{2}}\b|{_CLOCK}"
    r"|\b\d{1,3}(?:\.\d{1,3}){3}(?:[/:]\d+)?(?![\w.])"  # an address of a machine
    r"|\bv(?:ersion|er)?\.?\s?\d+(?:[.-]\d+)*|\b(?=[\d.]*(?:\b\d\b))\d+(?:\.\d+){2,}|\b\d+(?:\.\d+){3,}"  # a version
    r"|[$£€]\s?\d[\d.,]*|\b\d[\d.,]*\s?(?:(?:USD|GBP|EUR|NOK|kr|pounds|dollars|euros|percent|per cent)\b|[%°$£€])"
    r"|\b(?!\d+(?:x|ext)\d{1,6}\b)(?!(?:x|ext)\d)(?=\w*[A-Z])(?=\w*\d)\w{4,}(?:-\w+)*"  # letters and digits in one word
    r"|\b(?-i:[A-Z]{1,8})[-_/](?=\d)[\w/-]+",
    re.IGNORECASE,
)
_OTHER = (
    r"(?:serial|s/n|sn|orders?|po|purchase order|invoice|inv|account|acct|imei|iccid|part|model|policy|licen[cs]e"
    r"|product|key|pin|code|error|event|id|tracking|vat|reg|registration|employee|staff|badge|room|batch|build|kb|customer|booking"
    r"|payment|quote|flight|port|ports|card|postcode|zip|sku|barcode|timestamp|epoch|pid|bytes)"
)
_OTHERS_NUMBER = re.compile(
    rf"\b{_OTHER}\b(?:[\s:.#=]|\b(?:number|no|num|nr|code|id|is|was|ref|reference|it['’]?s)\b){{0,8}}(\d[\d -]*\d)",
    re.IGNORECASE,
)
_QUALIFIED = re.compile(
    rf"\b(?:{_OTHER}|phone|mobile|mob|cell|tel|telephone|fax|asset|tag|contact|direct|desk|main|office|home|extension|ext"
    r"|in|bank|call ?back|callback|dial|serial number|their|another|wrong)\s*$",
    re.IGNORECASE,
)
_CLAUSE_ENDS = r"(?=\s*(?:[.,;!?)]|$))"
_TAKES = r"(?P<cue>(?:\b(?:tickets?|tkt|case|incident|references?|ref)\b)|#)"
_FILLER_WORDS = r"number|no|num|nr|ref|reference|is|was|it['’]?s|here|says?|the|hang on|about|again|re|my|open"
_FILLER = rf"(?:[\s:.,#=–—-]|\b(?:{_FILLER_WORDS})\b){{0,10}}?"
_SPOKEN = rf"(?<!\w){DIGIT}(?:[\s,]{{1,2}}{DIGIT}){{1,15}}\b"
_WHOLE = re.compile(r"[0-9]{5,16}(?![\w–—-]|[.,:/]\d)")
_GIVEN = (
    r"(?P<dashed>\d{4,15}\s?[-–—]\s?\d(?![\w–—-]|[.,]\d))"
    rf"|(?P<apart>\d{{4,15}} \d(?!\w){_CLAUSE_ENDS})|{_WHOLE.pattern}"
    rf"|(?P<said>{_SPOKEN}(?:[\s,]{{1,2}}{DASH}\s{DIGIT}\b)?)|(?P<run>\d{{4,15}}\s{DASH}\s{DIGIT}\b)"
)
_CUED = re.compile(_TAKES + _FILLER + f"(?P<given>{_GIVEN})", re.IGNORECASE)
_NUMBERED = re.compile(r"(?P<cue>\bnumber\b)" + _FILLER + f"(?P<given>{_GIVEN})", re.IGNORECASE)
_BARE = re.compile(
    r"(?<![\w.,:/$£€+–—-])(?<!\d{3} )(?P<given>[1-9]\d{3,14}[-–—]\d)(?![\w–—/:-]|[.,]\d)"
    rf"|(?P<spoken>{_SPOKEN}[\s,]{{1,2}}{DASH}\s{DIGIT}\b|(?<![\w.,:/–—-])\d{{4,15}}\s{DASH}\s{DIGIT}\b)",
    re.IGNORECASE,
)
_DIGIT = re.compile(DIGIT, re.IGNORECASE)
_YEARS = re.compile(r"(?:19[89]|20[0-3])\d[-–—]\d")
_DIGITS_TOGETHER = re.compile(r"(?:\d[^\w|]{0,4}){7}")
_LIKE_A_PHONE = re.compile(r"[(]?[+＋0０](?:[^\w|]{0,4}\d){8}")
_SHORTEST_NATIONAL = 7
_SURE_NATIONAL = 9


def assets(line: str, pattern: str) -> list[Found]:
    """Return the asset tags in a line, in capitals."""
    built_in = pattern == ASSET_PATTERN
    return [
        Found(match.start(), match.end(), match[0].upper())
        for match in re.finditer(pattern, line, re.IGNORECASE)
        if match[0].strip()
        and not re.search(r"[\w.@/_-]$", line[max(match.start() - 1, 0) : match.start()])
        and not re.match(r"[-_/@]|\.\w", line[match.end() : match.end() + 2])
        and not (built_in and match[0].partition("-")[0].casefold() in _NO_TAGS)
    ]


def numbers(line: str, region: str) -> tuple[list[Found], list[Found]]:
    """Return the ticket numbers and the telephone numbers in a line."""
    if not _DIGIT.search(line):
        return [], []
    line = _NEITHER.sub(lambda match: BLANK * len(match[0]), line)
    cued = list(_cued(line, _CUED))
    calls = phones(_without_others(blanked(line, cued)), region)
    rest = blanked(_without_others(line), cued, calls)
    numbered = [found for found in _cued(rest, _NUMBERED) if found.problem is None]
    return cued + numbered + list(_bare(blanked(rest, numbered))), calls


def phones(line: str, region: str) -> list[Found]:
    """Return the telephone numbers in a line: those in use somewhere, and those written as no other number is.

    Numbers set aside for fiction, and blocks not yet handed out, are possible but not valid.
    """
    if not _DIGITS_TOGETHER.search(line):
        return []
    from phonenumbers import Leniency

    valid = list(_matched(line, region, Leniency.VALID, _SHORTEST_NATIONAL))
    rest = blanked(line, valid)
    if not _LIKE_A_PHONE.search(rest):
        return valid
    return valid + [
        found
        for found in _matched(rest, region, Leniency.POSSIBLE, _SURE_NATIONAL)
        if _LIKE_A_PHONE.match(line, found.start)
    ]


def _matched(line: str, region: str, leniency: int, shortest: int) -> Iterator[Found]:
    """Yield what the library takes for a telephone number at a leniency."""
    from phonenumbers import PhoneNumberMatcher

    for match in PhoneNumberMatcher(line, region, leniency=leniency):
        said = match.raw_string.lstrip("[").rstrip("]")
        digits = str(match.number.national_number)
        if len(digits) < shortest or len(set(digits)) == 1:
            continue
        try:
            value = parse_phone(said, region).e164
        except PhoneRefused:
            continue
        start = match.start + match.raw_string.index(said)
        yield Found(start, start + len(said), value)


def _without_others(line: str) -> str:
    """Return a line without the numbers that its own words call something else: an order, an invoice, a serial."""
    return _OTHERS_NUMBER.sub(lambda match: match[0][: -len(match[1])] + BLANK * len(match[1]), line)


def _cued(line: str, pattern: re.Pattern[str]) -> Iterator[Found]:
    """Yield the ticket numbers that a word before them announces."""
    for match in pattern.finditer(line):
        if match["cue"].casefold() not in ("ticket", "tickets") and _QUALIFIED.search(line, 0, match.start()):
            continue
        readings = [match[name] for name in ("dashed", "apart", "said", "run") if match[name]]
        start = match.start("given")
        if whole := _WHOLE.match(line, start):
            readings.append(whole[0])
        found = [ticket for reading in readings if (ticket := _ticket(start, reading))]
        yield from sorted(found, key=lambda ticket: ticket.problem is not None)[:1]


def _bare(line: str) -> Iterator[Found]:
    """Yield the ticket numbers that their dash gives away."""
    for match in _BARE.finditer(line):
        if not _YEARS.fullmatch(match[0]) and (found := _ticket(match.start(), match[0])):
            yield found


def _ticket(start: int, said: str) -> Found | None:
    """Return a ticket number as it is written, with what is wrong with it; nothing if it can't be one at all."""
    if (value := ticket_value(digits_in(said))) is None:
        return None
    return Found(start, start + len(said), value, ticket_problem(value))


def ticket_value(digits: str) -> str | None:
    """Return the digits of a ticket number as it is written, or nothing if no number looks so."""
    return f"{digits[:-1]}-{digits[-1]}" if re.fullmatch(r"[1-9][0-9]{4,15}", digits) else None


def ticket_problem(value: str) -> str | None:
    """Return why a ticket number can't be right, if it can't."""
    try:
        serial_of(value)
    except WrongNumber as error:
        return str(error)
    return None
