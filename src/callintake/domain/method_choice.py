"""Which method is there for a caller, and why another is not: asked before an attempt, and again when it is made."""

from dataclasses import dataclass
from datetime import date, datetime

from callintake.domain.contact import Contact, NumberOnFile
from callintake.domain.errors import Refused
from callintake.domain.method import Method
from callintake.domain.text import clean_line
from callintake.domain.verification import Claim
from callintake.domain.verification_rules import VerificationRules

NOT_ON_FILE = "the caller is not in the directory, so nothing is on file"


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a caller when somebody sets out to verify them; no secret is in it."""

    claim: Claim
    today: date
    by_lead: bool
    contact: Contact | None = None
    approvers: tuple[Contact, ...] = ()
    """Who of their organization may say yes to this category; never the caller."""
    has_pin: bool = False
    has_totp: bool = False
    is_locked: bool = False
    call_began: datetime | None = None
    namesake: Contact | None = None
    """Somebody of that name in the directory who is locked or wants two methods, while nobody is picked there."""


@dataclass(frozen=True, slots=True)
class Given:
    """What an attempt goes by, besides its method: as much of it as the method asks for."""

    number: str | None = None
    approver_id: int | None = None
    reason: str = ""


def why_not(method: Method, standing: Standing, rules: VerificationRules) -> str | None:
    """Return why a method is not to be had for this caller, or None where it is."""
    contact = standing.contact
    if standing.is_locked:
        return "locked after failed verifications: a lead unlocks with a reason"
    if standing.namesake is not None:
        namesake = standing.namesake
        return f"{namesake.name}, {namesake.organization}, is in the directory: pick them there first"
    match method:
        case Method.VOUCH:
            return _vouch(standing)
        case Method.APPROVER:
            return _approver(standing, rules)
        case Method.IN_PERSON:
            return None if clean_line(standing.claim.name) else "ask for the caller's name first"
        case _ if contact is None:
            return NOT_ON_FILE
        case Method.CALLBACK:
            return _number_reason(contact.numbers, standing, rules)
        case Method.PIN:
            return None if standing.has_pin else "none on file"
        case Method.TOTP:
            return None if standing.has_totp else "not enrolled"
        case Method.EMAIL_CODE:
            return _email_reason(contact, standing, rules)


def check_attempt(method: Method, standing: Standing, given: Given, rules: VerificationRules) -> None:
    """Refuse an attempt that could prove nothing.

    Raises:
        Refused: the method is not to be had, the number dialled is not on file or proves nothing yet, or a reason that
            is needed is not given.
    """
    if (reason := why_not(method, standing, rules)) is not None:
        raise Refused(f"no {method.words}: {reason}")
    contact = standing.contact
    if contact is not None and not contact.is_named(standing.claim.name, standing.claim.organization):
        claim = standing.claim
        raise Refused(f"{contact.name}, {contact.organization}, is not {claim.name}, {claim.organization}: who is it?")
    if method is Method.CALLBACK and contact is not None:
        _check_number(contact, given.number, standing, rules)
    if method is Method.APPROVER:
        approver = next((one for one in standing.approvers if one.id == given.approver_id), None)
        if approver is None:
            names = ", ".join(one.name for one in standing.approvers)
            raise Refused(f"who said yes? Those who may: {names}")
        _check_number(approver, given.number, standing, rules)
    if method is Method.VOUCH and not clean_line(given.reason):
        raise Refused("a lead's word needs a reason: how do you know the caller?")
    if method is Method.IN_PERSON and not clean_line(given.reason):
        raise Refused("which document was seen, in person or by video?")


def usable_numbers(contact: Contact, standing: Standing, rules: VerificationRules) -> tuple[NumberOnFile, ...]:
    """Return the numbers of a contact that a callback may go to."""
    return tuple(
        number
        for number in contact.numbers
        if number.counts(standing.today, rules.number_days, standing.call_began) is None
    )


def _check_number(contact: Contact, number: str | None, standing: Standing, rules: VerificationRules) -> None:
    on_file = next((one for one in contact.numbers if one.e164 == number), None)
    if on_file is None:
        raise Refused(f"no callback to {number or 'nowhere'}: only a number on file for {contact.name} proves anything")
    if (reason := on_file.counts(standing.today, rules.number_days, standing.call_began)) is not None:
        raise Refused(f"no callback to {number}: {reason}")


def _vouch(standing: Standing) -> str | None:
    if not standing.by_lead:
        return "only a lead may vouch for a caller"
    return None if clean_line(standing.claim.name) else "nobody to vouch for: ask for the caller's name first"


def _approver(standing: Standing, rules: VerificationRules) -> str | None:
    if not clean_line(standing.claim.name) or not clean_line(standing.claim.organization):
        return "ask for the caller's name and organization first"
    if standing.claim.category is None:
        return "choose the category first: an approver says yes to just that"
    if not standing.approvers:
        return "nobody else of that organization may say yes to this"
    if not any(usable_numbers(one, standing, rules) for one in standing.approvers):
        return "no approver has a number on file that counts"
    return None


def _number_reason(numbers: tuple[NumberOnFile, ...], standing: Standing, rules: VerificationRules) -> str | None:
    reasons = [number.counts(standing.today, rules.number_days, standing.call_began) for number in numbers]
    if not reasons:
        return "no number on file"
    return None if None in reasons else f"the number is {reasons[0]}"


def _email_reason(contact: Contact, standing: Standing, rules: VerificationRules) -> str | None:
    if not rules.email_codes:
        return "off in the desk file"
    if contact.email is None:
        return "no e-mail address on file"
    days = (standing.today - contact.email_since).days if contact.email_since else 0
    return (
        None if days >= rules.number_days else f"the address is on file for {max(days, 0)} of {rules.number_days} days"
    )
