"""Verification: what was tried, what it proves, and so whether the gate may open (P4, P5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from callintake.domain.contact import Contact, same_person
from callintake.domain.gate import Authorization, Gate, Identity
from callintake.domain.method import STRONG, FactorClass, Method, Outcome
from callintake.domain.routing import Category
from callintake.domain.text import fold
from callintake.domain.verification_rules import VerificationRules

__all__ = [
    "Attempt",
    "Claim",
    "FactorClass",
    "Method",
    "Outcome",
    "counting_attempts",
    "gate_of",
    "is_two_fold",
    "still_needed",
]


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
    """Evidence of one attempt to verify a caller; it is added to, never changed. No secret is ever in it."""

    claim: Claim
    method: Method
    outcome: Outcome
    agent: str
    at: datetime
    number: str | None = None
    """The number on file that was dialled, in E.164, of the contact or of the approver."""
    reason: str | None = None
    """Why the lead answers for the caller, or what document was seen."""
    approver_id: int | None = None
    """The contact who said yes or no for the caller."""
    address: str | None = None
    """The address on file to which a code was sent."""

    @property
    def words(self) -> str:
        """What was tried, by what, and what came of it, in one line."""
        by = self.number or self.address or self.reason
        return f"{self.method.words}{f', {by}' if by else ''}: {self.outcome}"


def gate_of(
    attempts: Sequence[Attempt],
    claim: Claim,
    category: Category | None,
    contact: Contact | None,
    rules: VerificationRules,
    since: datetime | None,
    *,
    is_locked: bool = False,
    is_suspicious: bool = False,
) -> Gate:
    """Return the gate as the evidence has it; authorization is not looked at before identity is established.

    Evidence from before `since` has expired; None where it belongs to a request that was established with it.
    """
    about = counting_attempts(attempts, claim, None)
    counting = counting_attempts(attempts, claim, since)
    identity = Identity.LOCKED if is_locked else _identity(counting)
    if identity is not Identity.VERIFIED:
        return Gate(identity, is_suspicious=is_suspicious)
    # A refusal is looked for in all there is: what is proved may expire, but a no does not become a yes by waiting.
    is_denied = category is not None and _last_word(about, category) is Outcome.FAILED
    authorization = Authorization.DENIED if is_denied else _authorization(counting, category, contact, rules)
    return Gate(identity, authorization, is_suspicious)


def counting_attempts(attempts: Sequence[Attempt], claim: Claim, since: datetime | None) -> tuple[Attempt, ...]:
    """Return those attempts that are about this person and have not expired."""
    return tuple(
        attempt
        for attempt in attempts
        if claim.is_about_same_person(attempt.claim) and (since is None or attempt.at >= since)
    )


def counting_elsewhere(attempts: Sequence[Attempt], claim: Claim, since: datetime) -> tuple[Attempt, ...]:
    """Return those attempts that count for another ticket of the same person: proofs, and every no of an approver.

    A no is about a category, and does not become a yes because the request is split.
    """
    proofs = _proofs(counting_attempts(attempts, claim, since))
    return tuple(
        attempt for attempt in counting_attempts(attempts, claim, None) if attempt in proofs or _is_no(attempt)
    )


def _identity(counting: Sequence[Attempt]) -> Identity:
    """The last attempt counts; that an approver says no is about the request, and not about who asks."""
    told = [attempt for attempt in counting if not _is_no(attempt)]
    if not told:
        return Identity.UNVERIFIED
    return Identity.VERIFIED if told[-1].outcome is Outcome.VERIFIED else Identity.FAILED


def _is_no(attempt: Attempt) -> bool:
    return attempt.method is Method.APPROVER and attempt.outcome is Outcome.FAILED


def _proofs(counting: Sequence[Attempt]) -> tuple[Attempt, ...]:
    """What has been proved since the last failure: a failure takes back what was proved before it."""
    told = [attempt for attempt in counting if not _is_no(attempt)]
    last = max((place for place, attempt in enumerate(told) if attempt.outcome is Outcome.FAILED), default=-1)
    return tuple(told[last + 1 :])


def _authorization(
    counting: Sequence[Attempt], category: Category | None, contact: Contact | None, rules: VerificationRules
) -> Authorization:
    """Whether the person may ask for this, once known, when nobody said no to it.

    Anybody known may ask for help. What is sensitive needs a right by name, or an approver who said yes to just that.
    """
    if category is None:
        return Authorization.PENDING
    is_approved = any(_is_approval(proof, category) for proof in _proofs(counting))
    if category.sensitive and not is_approved and not _has_right(contact, category):
        return Authorization.NEEDS_APPROVAL
    return Authorization.PENDING if still_needed(counting, category, contact, rules) else Authorization.AUTHORIZED


def _last_word(about: Sequence[Attempt], category: Category) -> Outcome | None:
    """What the approver asked last said of that category, if any was asked."""
    words = [attempt.outcome for attempt in about if _is_approval(attempt, category)]
    return words[-1] if words else None


def _is_approval(attempt: Attempt, category: Category | None) -> bool:
    """Whether an approver was asked for just that."""
    is_about_it = category is not None and fold(attempt.claim.category or "") == fold(category.name)
    return attempt.method is Method.APPROVER and is_about_it


def _has_right(contact: Contact | None, category: Category) -> bool:
    return contact is not None and fold(category.name) in map(fold, contact.may_request)


def is_two_fold(category: Category | None, contact: Contact | None) -> bool:
    """Whether a request wants more than one method: what its category says, and any of a VIP."""
    return (category is not None and category.two_fold) or (contact is not None and contact.vip)


def still_needed(
    attempts: Sequence[Attempt], category: Category | None, contact: Contact | None, rules: VerificationRules
) -> tuple[str, ...]:
    """Return in words what a request still wants, of attempts that count; empty when it is enough."""
    proofs = _proofs(attempts)
    if not is_two_fold(category, contact):
        if category is not None and category.sensitive and {proof.method for proof in proofs} == {Method.EMAIL_CODE}:
            return ("a method besides the code by e-mail",)
        return () if proofs else ("one method",)
    # Who may say yes to one thing may be nobody to say yes to another.
    proofs = tuple(proof for proof in proofs if proof.method is not Method.APPROVER or _is_approval(proof, category))
    classes = {proof.method.factor for proof in proofs}
    needed = []
    if (left := rules.sensitive_methods - len(classes)) > 0:
        others = ", ".join(factor for factor in FactorClass if factor not in classes)
        needed.append(f"{left} more of another class ({others})" if classes else f"{left} methods of different class")
    if not any(proof.method in STRONG for proof in proofs):
        needed.append("a callback or an approver among them")
    return tuple(needed)
