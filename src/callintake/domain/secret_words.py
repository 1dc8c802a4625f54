"""What gives a secret away by the words before it: `password is …`, `PIN …`, `code from the app …`."""

import re
from collections.abc import Iterator

from callintake.domain.secret_span import SecretKind, SecretSpan
from callintake.domain.spoken import DIGIT, digits_in

# Every quantifier is bounded, and what may stand between a cue and its secret is short: a search takes linear time.
_WHOSE = r"(?:(?:the|an?|her|his|their|my|our|your|its|new|old|same)\s){0,2}"
_LEADS = r"[\s:=,#\"'“‘(>–—-]"
_FILLER = (
    rf"(?:{_LEADS}|\b(?:codes?|number|no|num|is|was|now|it['’]?s|to|the|new|old|be|as|has|set|reads?|says?|said|from"
    r"|of|here|again|currently|still|a|pin)\b){1,10}?"
)
_ENDS = (
    r"(?![\w@]|[.,:/-]\d|\s?\d|\s?%|\s(?:digits?|characters?|attempts?|times|users|minutes|days)\b"
    r"|\s(?:of|on) (?:the|a|an) (?:\w{1,12} )?(?:connector|plug|socket|header|board|chip|cable|port)\b)"
)
_SPACED = rf"(?:{DIGIT}(?:[\s,]{{1,2}}{DIGIT}){{2,9}})"
_PIN = re.compile(
    rf"\b(?:pin|pin ?code|puk|pass ?code)(?:['’]s)?\b(?:\s\([^()]{{1,24}}\))?{_FILLER}"
    rf"(?<![\w.,/+-])(?P<first>\d{{4,8}}|{_SPACED}){_ENDS}"
    rf"(?:\s(?:to|and|or|then|now|into)\s(?P<second>\d{{4,8}}){_ENDS})?",
    re.IGNORECASE,
)
_PIN_AFTER = re.compile(
    rf"(?<![\w.,:/+#-])(?<!\d )(?P<first>\d{{4,8}})\s(?:is|was|as)\s{_WHOSE}(?:\w{{2,12}}\s)?"
    r"(?:pin|pass ?code|password)\b(?!\s(?:pad|reset|expir\w*|lock\w*|prompt|polic\w*))",
    re.IGNORECASE,
)
_DEVICE = r"(?:authenticator|app|phone|mobile|cell|text|sms|e-?mail|token|fob|card|screen)"
_CODE_DIGITS = r"(?P<first>\d{4,8}|\d{3}[ -]\d{3}|\d{2}[ -]\d{2}[ -]\d{2})"
_CODE = re.compile(
    r"\b(?:(?:one[- ]time|h?otp|totp|2fa|mfa|two[- ]factor|authenticat(?:or|ion)|verification|sms|text(?:ed)?|log-?in"
    r"|sign[- ]?in|access|door|alarm|gate|entry|unlock|recovery|back-?up|safe|lock|key ?pad|security|\d[- ]digit)\s"
    r"(?:backup\s|recovery\s|pass|one[- ]time\s){0,2}(?:code|pin|combination)|h?otp|totp"
    rf"|code\s(?:from|on|in|of|by|sent\sto|texted\sto)\s{_WHOSE}{_DEVICE}"
    rf"|{_DEVICE}\s(?:says|shows|shown|gives|reads)(?=\s(?:\d{{6}}|\d{{3}}\s\d{{3}})(?!\S)))"
    rf"{_FILLER}(?:G-)?(?<![\w.,/+])(?<!\d-){_CODE_DIGITS}{_ENDS}",
    re.IGNORECASE,
)
_CODE_AFTER = re.compile(
    rf"\bcode\s(?:is\s|was\s)?(?P<first>\d{{6,8}}|\d{{3}} \d{{3}})\s(?:from|on|off|by)\s{_WHOSE}{_DEVICE}\b",
    re.IGNORECASE,
)
_CARD_CODE = re.compile(
    rf"\b(?:cvv2?|cvc2?|cv2|security\s(?:code|number)){_FILLER}(?P<first>\d{{3,4}}){_ENDS}", re.IGNORECASE
)

_CUE = r"(?<![\w$*@.])(?:pass ?words?|passwd|pass ?phrases?|pass ?codes?|pwd?|psw|pword|passwort)(?:['’]s)?"
_QUOTED = r"[\"“'‘`](?P<quoted>[^\"”'’`\n]{3,64})[\"”'’`]"
_VALUE = rf"(?:{_QUOTED}|(?P<value>\S{{3,128}}))"
_IS = (
    r"(?:\s?(?:[:=→]|[-=]>)\s?"
    r"|\s(?:is|was|are|will be|should be|(?:re)?set to|changed to|is now|was then)[\s:]\s?)"
)
_ABOUT = r"(?:\s(?:for|on|of|to|at|in)(?:\s[^\s:=,.;]{1,24}){1,4}?)?"
_SAID = re.compile(rf"{_CUE}{_ABOUT}(?:(?<=['’]s)\s|{_IS}){_VALUE}", re.IGNORECASE)
_RESET = re.compile(
    rf"\b(?:re)?set(?:ting)?\s{_WHOSE}{_CUE}{_ABOUT}\sto\s{_VALUE}"
    rf"|\bchanged?\s{_WHOSE}{_CUE}{_ABOUT}\sto\s(?P<changed>\S{{3,128}})",
    re.IGNORECASE,
)
_NEAR = re.compile(
    rf"{_CUE}(?:(?:\s[^\s:=,.;]{{1,20}}){{0,6}}?\s(?:is|was|to|as|typed|tried|used|said|gave|entered|be)"
    r"|(?:\s[^\s:=,.;]{1,20}){0,6}?\s?[:=]|,)?\s(?P<value>\S{6,128})",
    re.IGNORECASE,
)
_LOGIN = re.compile(
    r"\b(?:creds?|credentials|log-?in|user(?:name)?\s?/\s?pass(?:word)?)\s?(?:is|are|[:=])?\s"
    r"[^\s/:|]{1,64}\s?[/:|]\s?(?P<value>\S{4,128})",
    re.IGNORECASE,
)
_PASS = re.compile(r"\b[Pp]ass\s?[:=]\s?(?P<value>\S{4,128})")
_PHRASE = re.compile(
    r"\bpass ?phrase(?:['’]s|\sis|\swas|\s?[:=])\s"
    r"(?P<value>[^\W\d_]{2,20}(?:[ -][^\W\d_]{2,20}){2,9})(?=\s*(?:[.,;!?]|\Z))",
    re.IGNORECASE,
)
_TOKEN = re.compile(
    r"(?P<key>\b(?:(?:api|access|secret|private|encryption|shared|wi-?fi|wlan|wpa[23]?|wep|network|recovery|signing|account)"
    r"[ _-]?key|aws_secret_access_key|psk|wpa[23]?|wep))|\b(?:(?:\w{2,12}[ _-])?(?:token|secret)|bearer)",
    re.IGNORECASE,
)
_TOKEN_VALUE = re.compile(rf"(?:['’]s)?(?P<copula>{_IS}|\s){_VALUE}", re.IGNORECASE)

_PLACEHOLDER = re.compile(r"[\[<({].*|[$%]\w+%?|[*.…_?xX#-]+|.*(?:\*\*\*|…).*|[^(]*\w\(.*|n/?a", re.DOTALL)
_NOT_ONE = re.compile(
    r"https?:.*|\S+@\S+\.\w+|www\..*"
    r"|[\w-]+(?:\.[\w-]+)*\.(?:com|net|org|edu|gov|io|local|exe|dll|log|txt|docx?|xlsx?|pdf|html?|php)"
    r"|\\\\.*|[A-Za-z]:\\.*|(?-i:[A-Z]{1,8}-?\d+)|[a-z]{1,4}-\d+|0x[0-9a-f]+"
    r"|v?\d+(?:[./:-]\d+)+"
    r"|\d+(?:st|nd|rd|th|x|times|secs?|mins?|minutes|hrs?|hours|days?|weeks?|months?|years?|users|people|chars?|[kmg]i?b|[ap]m)"
    r"|(?:user|windows|win|office|outlook|exchange|server|laptop|printer|desk|room|level|step|ios|android)[-_]?\d+\w?"
    r"|1password|2fa|[a-z]+(?:['’-][a-z]+)*|\W+",
    re.IGNORECASE,
)
_STATE_WORDS = """
a above accepted again alright always an and and/or another any anything as asked at attached back bad based because
been before being below blank blocked broken by can case changed compliant compromised confidential correct current
dead default denied different disabled done due either empty enough even exactly expire expired expires expiring
failing false field fine for forgotten free from going gone good greyed hard he her here hers hidden his identical if
ignored in incorrect invalid it its just known leaked less locked long lost mandatory masked mine missing needed never
new no none not nothing now of off ok okay old on only optional out over overdue own pending please policy private
prompt protected refused rejected required reset right saved secret secure sent set shared she short shown simple so
something stale still stored synced tba tbc tbd temporary that the their there they this to too typed unavailable
unchanged unclear under unknown unset unusual up used valid vault very visible wanted was weak what when where whether
which why with withheld working written wrong yes yet you your
"""
_STATES = frozenset(_STATE_WORDS.split())
"""What is said of a password, and is none."""
_ENDINGS = ("ed", "ing", "ly", "able", "ible")
_CLAUSE_ENDS = re.compile(
    r"\s*(?:[.,;!)]|\Z|(?:and|but|she|he|they|which|told|not|with|for|i|so|then|caps|given)\b)", re.I
)


def pins(line: str) -> Iterator[SecretSpan]:
    """Yield the PINs that are said to be such; of words that say digits, four digits or more."""
    for pattern in (_PIN, _PIN_AFTER):
        for match in pattern.finditer(line):
            for name in ("first", "second"):
                said = match.groupdict().get(name)
                if said and (said.isdigit() or len(digits_in(said)) >= 4):
                    yield SecretSpan(*match.span(name), SecretKind.PIN)


def codes(line: str) -> Iterator[SecretSpan]:
    """Yield the codes that an app, a message, a door or a card asks for."""
    for pattern in (_CODE, _CODE_AFTER, _CARD_CODE):
        for match in pattern.finditer(line):
            yield SecretSpan(*match.span("first"), SecretKind.CODE)


def passwords(line: str) -> Iterator[SecretSpan]:
    """Yield the passwords that are said to be such: any word after `is` that is none of a password's states, and
    elsewhere what only a password looks like."""
    for match in _PHRASE.finditer(line):
        # One word that says how it is may be a word of it: `correct horse battery staple`.
        if sum(word in _STATES for word in match["value"].casefold().split()) < 2:
            yield SecretSpan(*match.span("value"), SecretKind.PASSWORD)
    for pattern, may_be_plain in ((_SAID, True), (_RESET, True), (_NEAR, False), (_LOGIN, False), (_PASS, False)):
        for match in pattern.finditer(line):
            if (span := _password(line, match, may_be_plain)) is not None:
                yield span


def _password(line: str, match: re.Match[str], may_be_plain: bool) -> SecretSpan | None:
    """Return the password in what was said of one, if there is any."""
    given = match.groupdict()
    if (quoted := given.get("quoted")) and quoted.strip() and quoted.split()[0].casefold() not in _STATES:
        return SecretSpan(*match.span("quoted"), SecretKind.PASSWORD)
    start, end = _bare(line, *match.span(next((name for name in ("value", "changed") if given.get(name)), "quoted")))
    value = line[start:end]
    if value.count("/") > 1:
        return None  # a path
    if _is_strong(value) or (may_be_plain and _is_plain(value, line[end : end + 12])):
        return SecretSpan(start, end, SecretKind.PASSWORD)
    return None


def tokens(line: str) -> Iterator[SecretSpan]:
    """Yield the tokens and keys that are said to be such."""
    for cue in _TOKEN.finditer(line):
        match = _TOKEN_VALUE.match(line, cue.end())
        if match is None:
            continue
        start, end = _bare(line, *match.span("quoted" if match["quoted"] else "value"))
        shortest = 8 if match["copula"].strip() else 12
        if end - start >= shortest and _is_strong(line[start:end]):
            yield SecretSpan(start, end, SecretKind.KEY if cue["key"] else SecretKind.TOKEN)


def _bare(line: str, start: int, end: int) -> tuple[int, int]:
    """Return where a word is without what closes the sentence around it."""
    value = line[start:end]
    start += len(value) - len(value.lstrip("\"'“‘`("))
    return start, max(start, start + len(line[start:end].rstrip(".,;:)\"'”’`")))


def _is_strong(value: str) -> bool:
    """Whether a word is what only a password looks like: letters with digits or signs, and nothing else known."""
    if len(value) < 5 or _PLACEHOLDER.fullmatch(value) or _NOT_ONE.fullmatch(value):
        return False
    letters = sum(char.isalpha() for char in value)
    digits = sum(char.isdigit() for char in value)
    signs = sum(char in "!@#$%^&+?" for char in value.rstrip("?!"))
    return letters > 0 and (digits > 0 or signs > 0)


def _is_plain(value: str, rest: str) -> bool:
    """Whether a word that could be any is a password, since the sentence says so and goes no further."""
    word = value.casefold()
    if len(value) < 3 or _PLACEHOLDER.fullmatch(value) or word in _STATES or value.endswith("?"):
        return False
    if value.isdigit():
        return len(value) >= 4 and _CLAUSE_ENDS.match(rest) is not None
    if not value.replace("-", "").replace("_", "").isalpha():
        return len(value) >= 6 and _is_strong(value)
    return not word.endswith(_ENDINGS) and _CLAUSE_ENDS.match(rest) is not None
