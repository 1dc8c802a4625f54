"""What a line of a file, or a form, says of a contact: read from what somebody typed, or refused with every reason."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from callintake.domain.contact import LABELS, Contact, parse_name
from callintake.domain.email import parse_email
from callintake.domain.errors import Refused
from callintake.domain.phone import format_phone, parse_phone
from callintake.domain.routing import Desk
from callintake.domain.secret_text import redact, secrets_in
from callintake.domain.text import clean_block, clean_line, elide, fold

COLUMNS = (
    "name",
    "organization",
    "email",
    "phone",
    "phone_since",
    "may_request",
    "vip",
    "approves",
    "email_since",
    "notes",
)
"""What can be said of a contact, as the columns of a file name it."""
RIGHTS = frozenset({"may_request", "approves"})
"""What a lead alone gives to somebody new."""
FOR_LEADS = RIGHTS | {"organization", "email", "phone", "vip"}
"""What of somebody on file opens gates, so that a lead alone changes it (P4)."""
SUPPORT = "support"
"""The right that everybody on file has, and that directories like to name."""
LONGEST_NOTES = 4000
_IN_A_FORM = tuple(column for column in COLUMNS if not column.endswith("_since"))
_MOST_NUMBERS = 20
_MOST_RIGHTS = 50
_LONGEST_RIGHT = 60
_EARLIEST = date(1970, 1, 1)
"""No number or address is on file since before; a spreadsheet makes 1899 or 1900 of an empty cell."""
_BETWEEN_NUMBERS = re.compile(r";(?!\s*ext=)", re.IGNORECASE)
_BETWEEN_WORDS = re.compile(r"[;,]")
_ROUNDED = re.compile(r"\d(?:[.,]\d+)?E\+\d+", re.IGNORECASE)
_YES = frozenset({"yes", "y", "true", "1", "x", "ja", "oui", "si"})
_NO = frozenset({"", "no", "n", "false", "0", "nein", "non", "-"})


@dataclass(frozen=True, slots=True)
class Entry:
    """What is said of a contact; None says nothing, and leaves what is on file. An empty text takes it away."""

    name: str | None = None
    organization: str | None = None
    email: str | None = None
    numbers: tuple[str, ...] | None = None
    days: tuple[date, ...] = ()
    """Since when each of the numbers is on file, where that is said."""
    may_request: tuple[str, ...] | None = None
    approves: tuple[str, ...] | None = None
    vip: bool | None = None
    email_since: date | None = None
    notes: str | None = None
    warnings: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    """What may well be right, and is worth a second look all the same."""


@dataclass(frozen=True)
class Ground:
    """What entries are read by: what a number without `+` means, the categories there are, and the day."""

    region: str
    desk: Desk
    today: date

    @cached_property
    def rights(self) -> dict[str, str]:
        """What may be requested or approved: names of categories as the desk writes them, by the folded name."""
        return {fold(category.name): category.name for category in self.desk.categories} | {SUPPORT: SUPPORT}

    @cached_property
    def rights_read(self) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
        """What was made of rights as they were typed, and what is doubtful of it."""
        return {}


def parse_entry(typed: Mapping[str, str], ground: Ground) -> Entry:
    """Return what is said in some of the columns; a column that is not there says nothing.

    Raises:
        Refused: something can't be right; every reason is named.
    """
    warnings: list[str] = []
    hints: list[str] = []
    readers: dict[str, Callable[[str], Any]] = {
        "name": parse_name,
        "organization": parse_name,
        "email": lambda text: parse_email(text) if text.strip() else "",
        "phone": lambda text: _numbers(text, ground.region, hints),
        "phone_since": lambda text: _days(text, ground.today),
        "may_request": lambda text: _rights("may request", text, ground, warnings),
        "approves": lambda text: _rights("approves", text, ground, warnings),
        "vip": lambda text: _yes_or_no(text, warnings),
        "email_since": lambda text: next(iter(_days(text, ground.today)), None),
        "notes": lambda text: _notes(text, warnings),
    }
    read: dict[str, Any] = {}
    problems: list[str] = []
    for column, text in typed.items():
        try:
            read[column] = readers[column](text)
        except Refused as error:
            problems.append(f"{LABELS.get(column, column)}: {error}")
    numbers, days = read.pop("phone", None), read.pop("phone_since", ())
    if not problems and numbers:
        try:
            read["days"] = _for_each(days, numbers)
        except Refused as error:
            problems.append(f"phone_since: {error}")
    if problems:
        raise Refused("; ".join(problems))
    return Entry(**read, numbers=numbers, warnings=tuple(warnings), hints=tuple(hints))


def typed_as(contact: Contact | None) -> dict[str, str]:
    """Return how what is on file of a contact is typed, for a form that is to change it; of nobody, nothing."""
    if contact is None:
        return dict.fromkeys(_IN_A_FORM, "")
    return {
        "name": contact.name,
        "organization": contact.organization,
        "email": contact.email or "",
        "phone": "; ".join(format_phone(number.e164) for number in contact.numbers),
        "may_request": "; ".join(contact.may_request),
        "approves": "; ".join(contact.approves),
        "vip": "yes" if contact.vip else "",
        "notes": contact.notes,
    }


def without_rights(entry: Entry, desk: Desk) -> Entry:
    """Return an entry without what a lead alone gives to somebody new: rights, and days in the past."""
    harmless = {SUPPORT, *(category.name for category in desk.categories if not category.sensitive)}
    asked, approves = entry.may_request or (), entry.approves or ()
    kept = tuple(right for right in asked if right in harmless)
    warnings = list(entry.warnings)
    if given := [*(right for right in asked if right not in kept), *(f"approving {right}" for right in approves)]:
        warnings.append(f"{', '.join(given)} left out: only a lead gives rights")
    if entry.days or entry.email_since is not None:
        warnings.append("on file since today: only a lead dates back")
    return replace(entry, may_request=kept, approves=(), days=(), email_since=None, warnings=tuple(warnings))


def _numbers(text: str, region: str, hints: list[str]) -> tuple[str, ...]:
    typed = [part for part in _BETWEEN_NUMBERS.split(text) if part.strip()]
    if len(typed) > _MOST_NUMBERS:
        raise Refused(f"more than {_MOST_NUMBERS} numbers")
    numbers: dict[str, None] = {}
    for part in typed:
        if _ROUNDED.fullmatch(part.strip()):
            raise Refused(f"“{clean_line(part)[:20]}” was rounded by a spreadsheet: give the column the format Text")
        phone = parse_phone(part, region)
        if phone.warning:
            hints.append(f"Phone {phone.e164}: {phone.warning.partition(':')[0]}")
        numbers[phone.e164] = None
    return tuple(numbers)


def _days(text: str, today: date) -> tuple[date, ...]:
    return tuple(_day(part, today) for part in text.split(";") if part.strip())


def _day(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise Refused(f"“{elide(clean_line(text), 20)}” is not a day like 2024-02-01") from None
    # Somewhere it is tomorrow already.
    if not _EARLIEST <= day <= today + timedelta(days=1):
        raise Refused(f"{day} can't be since when it is on file: the days are those from {_EARLIEST} until today")
    return day


def _for_each(days: tuple[date, ...], numbers: tuple[str, ...]) -> tuple[date, ...]:
    """Return a day for each number: one may be said for all."""
    if len(days) in (0, len(numbers)):
        return days
    if len(days) == 1:
        return days * len(numbers)
    raise Refused(f"{len(days)} days for {len(numbers)} numbers")


def _rights(what: str, text: str, ground: Ground, warnings: list[str]) -> tuple[str, ...]:
    """Return names of categories as the desk writes them; one it does not have is kept, as it may yet."""
    if text not in ground.rights_read:
        # Of very many lines, most say the same.
        ground.rights_read[text] = _rights_in(text, ground.rights)
    rights, doubts = ground.rights_read[text]
    warnings += [f"{what} {doubt}" for doubt in doubts]
    return rights


def _rights_in(text: str, known: Mapping[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    rights: dict[str, None] = {}
    doubts = []
    for word in filter(None, map(clean_line, _BETWEEN_WORDS.split(text))):
        if (name := known.get(fold(word))) is not None:
            rights[name] = None
            continue
        is_kept = len(word) <= _LONGEST_RIGHT and len(rights) < _MOST_RIGHTS
        doubts.append(f"“{elide(word, 30)}”: no such category{'' if is_kept else ', left out'}")
        if is_kept:
            rights[word.casefold()] = None
    return tuple(rights), tuple(doubts[:_MOST_RIGHTS])


def _yes_or_no(text: str, warnings: list[str]) -> bool | None:
    said = text.strip().casefold()
    if said in _YES or said in _NO:
        return said in _YES
    warnings.append(f"vip “{elide(clean_line(text), 20)}” is neither yes nor no: left as it is")
    return None


def _notes(text: str, warnings: list[str]) -> str:
    """Return notes without what looks like a secret: what was once on file stays in the history."""
    notes = clean_block(text).strip()
    if len(notes) > LONGEST_NOTES:
        raise Refused(f"longer than {LONGEST_NOTES} characters")
    secrets = secrets_in(notes)
    for span in reversed(secrets):
        notes = redact(notes, span)
    if secrets:
        kinds = ", ".join(dict.fromkeys(span.kind.value for span in secrets))
        warnings.append(f"notes: what looks like a {kinds} was taken out, as everybody at the desk reads them")
    return notes
