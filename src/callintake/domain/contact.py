"""Contact details of a requester, and people in the directory (P6)."""

from dataclasses import dataclass
from datetime import date, datetime

from callintake.domain.email import EmailRefused, parse_email
from callintake.domain.errors import Refused
from callintake.domain.phone import PhoneRefused, parse_phone
from callintake.domain.text import clean_line, fold

FIELDS = ("name", "organization", "email", "phone")
"""The four facts that P6 asks for."""
LABELS = {"name": "Name", "organization": "Organization", "email": "E-mail", "phone": "Phone"}
_LONGEST_NAME = 200


class NameRefused(Refused):
    """What was typed can't be a name; the message says why."""


def parse_name(typed: str) -> str:
    """Return the name of a person or organization as people write it; nearly everything is one.

    Raises:
        NameRefused: there is no letter or digit in it, or it is longer than any name.
    """
    name = clean_line(typed)
    if not any(char.isalnum() for char in name):
        raise NameRefused("there is no letter in it")
    if len(name) > _LONGEST_NAME:
        raise NameRefused(f"longer than {_LONGEST_NAME} characters; the rest belongs in the notes")
    return name


@dataclass(frozen=True, slots=True)
class Requester:
    """Whom a ticket is for: what is stored, each missing fact None."""

    name: str | None = None
    organization: str | None = None
    email: str | None = None
    phone: str | None = None
    phone_typed: str | None = None
    contact_id: int | None = None

    @property
    def missing(self) -> tuple[str, ...]:
        """Those of the four facts that are not there."""
        return tuple(field for field in FIELDS if getattr(self, field) is None)


@dataclass(frozen=True, slots=True)
class NumberOnFile:
    """A number of a contact in the directory, and the day since when it is there."""

    e164: str
    since: date
    recorded_at: datetime | None = None
    """When it was written here, which nobody can date back."""

    def counts(self, today: date, days: int, call_began: datetime | None = None) -> str | None:
        """Return why the number proves nothing yet, or None: too young, or written during the call (P4)."""
        if (today - self.since).days < days:
            return f"on file for {max((today - self.since).days, 0)} of {days} days"
        if self.recorded_at is not None and call_began is not None and self.recorded_at >= call_began:
            return "written here during this call"
        return None


@dataclass(frozen=True, slots=True)
class Contact:
    """A person in the directory, with what they may request by name of category."""

    id: int
    name: str
    organization: str
    email: str | None = None
    numbers: tuple[NumberOnFile, ...] = ()
    may_request: tuple[str, ...] = ()
    vip: bool = False
    approves: tuple[str, ...] = ()
    """Categories to which they may say yes for others of their organization."""
    email_since: date | None = None
    notes: str = ""

    def is_named(self, name: str, organization: str) -> bool:
        """Whether a claim of this name and organization is a claim to be this person."""
        return same_person(name, organization, self.name, self.organization)


def same_person(name: str, organization: str, other_name: str, other_organization: str) -> bool:
    """Whether two claims name the same person of the same organization."""
    return bool(clean_line(name)) and (
        fold(clean_line(name)) == fold(clean_line(other_name))
        and fold(clean_line(organization)) == fold(clean_line(other_organization))
    )


@dataclass(frozen=True, slots=True)
class CheckedField:
    """What is to be said of one field: the value to store, a reason it is refused, or a warning."""

    value: str | None = None
    error: str | None = None
    warning: str | None = None


def check_field(field: str, typed: str, region: str) -> CheckedField:
    """Return what is to be said of one of the four facts as it was typed; an empty one is merely missing."""
    if not clean_line(typed):
        return CheckedField()
    try:
        if field == "phone":
            phone = parse_phone(typed, region)
            return CheckedField(phone.e164, warning=phone.warning)
        return CheckedField(parse_email(typed) if field == "email" else parse_name(typed))
    except (EmailRefused, PhoneRefused, NameRefused) as error:
        return CheckedField(error=str(error))


def check_fields(typed: dict[str, str], region: str) -> dict[str, CheckedField]:
    """Return what is to be said of each of the four facts."""
    return {field: check_field(field, typed.get(field, ""), region) for field in FIELDS}


def in_the_way(checked: dict[str, CheckedField], missing_reason: str) -> list[str]:
    """Return the facts that keep a ticket from being raised: those that can't be right, and without a reason those
    that are missing (P6)."""
    excused = bool(clean_line(missing_reason))
    return [field for field, result in checked.items() if result.error or (result.value is None and not excused)]


def check_requester(
    typed: dict[str, str], missing_reason: str, region: str, contact_id: int | None = None
) -> Requester:
    """Return the requester in four typed facts, ready to be stored.

    Raises:
        Refused: a fact can't be right, or one is missing and no reason is given (P6); every problem is named.
    """
    checked = check_fields(typed, region)
    blocking = in_the_way(checked, missing_reason)
    problems = [f"{LABELS[field]}: {checked[field].error}" for field in blocking if checked[field].error]
    if missing := [LABELS[field] for field in blocking if not checked[field].error]:
        problems.append(f"{', '.join(missing)} missing: fill it in, or say why it can't be had")
    if problems:
        raise Refused("; ".join(problems))
    values = {field: result.value for field, result in checked.items()}
    return Requester(**values, phone_typed=clean_line(typed.get("phone", "")) or None, contact_id=contact_id)
