"""Verification: what was tried, what it proves, and so whether the gate may open (P4, P5)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from callintake.domain.contact import Contact, same_person
from callintake.domain.errors import Refused
from callintake.domain.gate import Authorization, Gate, Identity
from callintake.domain.routing import Category
from callintake.domain.text import clean_line


class FactorClass(StrEnum):
    """What kind of proof a method is."""

    KNOW = "know"
    HAVE = "have"
    ARE = "are"
    VOUCHED = "vouched"


class Method(StrEnum):
    """How a caller can be verified. Caller ID, voice, birthdays and ticket numbers prove nothing."""

    CALLBACK = "callback"
    VOUCH = "vouch"

    @property
    def factor(self) -> FactorClass:
        """The class of proof it gives."""
        return _FACTORS[self]


_FACTORS = {Method.CALLBACK: FactorClass.HAVE, Method.VOUCH: FactorClass.VOUCHED}


class Outcome(StrEnum):
    VERIFIED = "verified"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Claim:
    """Who the caller says they are, and what they ask for: what an attempt is about."""

    contact_id: int | None = None
    name: str = ""
    organization: str = ""
    category: str | None = None

    def is_about_same_person(self, other: "Claim") -> bool:
        """Whether evidence for the other claim says anything about this one."""
        # An organization that was not known yet, when a lead vouched, contradicts nothing.
        organization = other.organization or self.organization
        return self.contact_id == other.contact_id and same_person(
            self.name, self.organization, other.name, organization
        )


@dataclass(frozen=True, slots=True)
class Attempt:
    """Evidence of one attempt to verify a caller; it is added to, never changed."""

    claim: Claim
    method: Method
    outcome: Outcome
    agent: str
    at: datetime
    number: str | None = None
    """The number on file that was dialled, in E.164; for a callback."""
    reason: str | None = None
    """Why the lead answers for the caller; for a vouching."""


def check_attempt(
    method: Method, claim: Claim, contact: Contact | None, number: str | None, reason: str, *, by_lead: bool
) -> None:
    """Refuse an attempt that could prove nothing.

    Raises:
        Refused: a callback to a number that is not on file, or a vouching by somebody who is no lead, without a
            reason, or for nobody.
    """
    if method is Method.CALLBACK:
        if contact is None:
            raise Refused("no callback: the caller is not in the directory, so there is no number on file")
        if number not in {on_file.e164 for on_file in contact.numbers}:
            raise Refused(
                f"no callback to {number or 'nowhere'}: only a number on file for {contact.name} proves anything"
            )
    else:
        if not by_lead:
            raise Refused("only a lead may vouch for a caller")
        if not clean_line(claim.name):
            raise Refused("nobody to vouch for: ask for the caller's name first")
        if not clean_line(reason):
            raise Refused("a lead's word needs a reason: how do you know the caller?")
    if contact is not None and not contact.is_named(claim.name, claim.organization):
        raise Refused(f"{contact.name}, {contact.organization}, is not {claim.name}, {claim.organization}: who is it?")


def identity_of(attempts: tuple[Attempt, ...], claim: Claim) -> Identity:
    """Return what the attempts say of this claim; the last one counts."""
    for attempt in reversed(attempts):
        if claim.is_about_same_person(attempt.claim):
            return Identity.VERIFIED if attempt.outcome is Outcome.VERIFIED else Identity.FAILED
    return Identity.UNVERIFIED


def authorization_of(
    attempts: tuple[Attempt, ...], claim: Claim, category: Category | None, may_request: tuple[str, ...]
) -> Authorization:
    """Return whether the person may ask for this, once known: anybody known may ask for help; what is
    sensitive needs a right by name, or a lead who vouched for just that."""
    if category is None:
        return Authorization.PENDING
    if not category.sensitive or category.name in may_request:
        return Authorization.AUTHORIZED
    vouched = any(
        attempt.method is Method.VOUCH
        and attempt.outcome is Outcome.VERIFIED
        and attempt.claim.category == category.name
        and claim.is_about_same_person(attempt.claim)
        for attempt in attempts
    )
    return Authorization.AUTHORIZED if vouched else Authorization.NEEDS_APPROVAL


def gate_of(
    attempts: tuple[Attempt, ...], claim: Claim, category: Category | None, may_request: tuple[str, ...]
) -> Gate:
    """Return the gate as the evidence has it; authorization is not looked at before identity is established."""
    identity = identity_of(attempts, claim)
    if identity is not Identity.VERIFIED:
        return Gate(identity)
    return Gate(identity, authorization_of(attempts, claim, category, may_request))
