"""What gives a secret away by its form alone: keys and tokens of services, private keys, card numbers, app keys."""

import re
from collections.abc import Iterator

from callintake.domain.secret_span import SecretKind, SecretSpan

# Every quantifier is bounded or possessive, and no two can take the same character: a search takes linear time.
_KEYS = (
    r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    r"\bAIza[\w-]{30,40}",
    r"\b[rs]k_(?:live|test)_\w{16,128}",
    r"\bsk-[\w-]{20,200}",
    r"\b\d{6}(?:-\d{6}){7}\b",  # a recovery key of BitLocker
    r"\botpauth://[^\s\"'<>]++",
)
_TOKENS = (
    r"\bxox[a-z]-[\w-]{10,200}",
    r"\bxapp-[\w-]{10,200}",
    r"\bgh[a-z]_\w{20,255}",
    r"\bgithub_pat_\w{20,255}",
    r"\bglpat-[\w-]{16,100}",
    r"\bnpm_\w{30,60}",
    r"\bhf_\w{30,60}",
    r"\bpypi-AgE[\w-]{16,400}",
    r"\bSG\.[\w-]{16,40}\.[\w-]{16,80}",
    r"(?<![\w-])eyJ[\w-]{5,}+\.eyJ[\w-]{2,}+\.[\w-]*+",  # a JSON Web Token
    r"(?<=hooks\.slack\.com/services/)[\w/-]{20,100}",
    r"(?<=/api/webhooks/)\d{5,25}/[\w-]{20,100}",
)
_WORN = re.compile(
    rf"(?P<key>{'|'.join(_KEYS)})|(?P<token>{'|'.join(_TOKENS)})|://[^\s/:@]{{0,64}}:(?!pass(?:word)?@|pw@)(?P<password>[^\s/@]{{3,128}})@"
)
_BEGIN = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_END = re.compile(r"-----END [A-Z0-9 ]{0,40}-----")
_KEY_LINES = re.compile(r"[ \r]*(?:\n(?:[A-Za-z0-9+/=]{16,}+|[A-Z][A-Za-z-]{3,20}: [^\n]{0,100})\r?(?=\n|\Z))*+")
_LONGEST_KEY = 16 * 1024
_APP_KEY_CUE = re.compile(r"\b(?:h?otp|totp|2fa|mfa|authenticator|secret|seed|set-?up key|enrol)", re.IGNORECASE)
_APP_KEY = re.compile(
    r"(?<![\w/+-])(?:[A-Z2-7]{16,256}+|[a-z2-7]{16,256}+|[A-Z2-7]{4}(?:[ -][A-Z2-7]{4}){3,31}+"
    r"|[a-z2-7]{4}(?:[ -][a-z2-7]{4}){3,31}+)(?![\w/+-])"
)
_CARD = re.compile(
    r"(?<![\w.,+/-])(?<!\d )(?:\d{13,19}|\d{4}([ .-])\d{4}\1\d{4}\1\d{1,4}(?:\1\d{1,3})?|\d{4}([ .-])\d{6}\2\d{4,5})"
    r"(?![\w-]|[ .,]\d{3})"
)
_ISSUED = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|3(?:0[0-5]|[689]\d)\d{11}|35\d{14}"
    r"|6(?:011|22\d|4[4-9]\d|5\d\d)\d{12,15}|6[37]\d{14}"
)
_NO_CARD = re.compile(
    r"\b(?:orders?|invoice|inv|tracking|imei|iccid|serial|s/n|sn|booking|parcel|shipment|po|account|acct|barcode|ean"
    r"|reference|ref|asset|sim|id|build|tickets?)\b[^,;!?]{0,24}\Z",
    re.IGNORECASE,
)


def private_keys(text: str) -> list[SecretSpan]:
    """Return the private keys in a text, each from the line that begins it to the line that ends it."""
    found, end, closing = [], 0, 0
    while (begin := _BEGIN.search(text, end)) is not None:
        end = begin.end()
        if 0 <= closing < end:
            closing = text.find("-----END ", end)
        last = _END.match(text, closing) if 0 <= closing <= end + _LONGEST_KEY else None
        end = last.end() if last is not None else _end_of_lines(text, end)
        found.append(SecretSpan(begin.start(), end, SecretKind.KEY))
    return found


def _end_of_lines(text: str, start: int) -> int:
    """Where the lines end that look as those of a key do, for one whose end was not pasted."""
    lines = _KEY_LINES.match(text, start)
    return start + len(lines[0].rstrip()) if lines is not None else start


def worn(line: str) -> Iterator[SecretSpan]:
    """Yield what is a key, a token or a password of an address by its form."""
    for match in _WORN.finditer(line):
        name = match.lastgroup or "key"
        yield SecretSpan(*match.span(name), SecretKind[name.upper()])


def app_keys(line: str) -> Iterator[SecretSpan]:
    """Yield the keys from which an app makes codes, in a line that speaks of such."""
    if _APP_KEY_CUE.search(line):
        for match in _APP_KEY.finditer(line):
            if any(char in "234567" for char in match[0]):
                yield SecretSpan(*match.span(), SecretKind.KEY)


def cards(line: str) -> Iterator[SecretSpan]:
    """Yield the numbers of payment cards: as issuers give them out, with the check digit right."""
    for match in _CARD.finditer(line):
        digits = re.sub(r"\D", "", match[0])
        if _ISSUED.fullmatch(digits) and not _NO_CARD.search(line, max(match.start() - 40, 0), match.start()):
            from stdnum import luhn

            if luhn.is_valid(digits):
                yield SecretSpan(*match.span(), SecretKind.CARD)
