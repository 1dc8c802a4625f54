"""What an attempt proves, for whom, and what it does not (P4, P5)."""

from datetime import UTC, date, datetime

import pytest

from callintake.domain.contact import Contact, NumberOnFile
from callintake.domain.errors import Refused
from callintake.domain.gate import Authorization, Gate, Identity
from callintake.domain.routing import BUILT_IN
from callintake.domain.verification import (
    Attempt,
    Claim,
    FactorClass,
    Method,
    Outcome,
    authorization_of,
    check_attempt,
    gate_of,
    identity_of,
)

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
ON_FILE = "+442079460112"
AMARA = Contact(1, "Amara Okafor", "Northgate", numbers=(NumberOnFile(ON_FILE, date(2024, 2, 1)),))
CLAIM = Claim(1, "Amara Okafor", "Northgate", "printing")
STRANGER = Claim(None, "Jane Doe", "Acme", "printing")
PRINTING, ACCESS = BUILT_IN.category("printing"), BUILT_IN.category("access")


def attempt(
    outcome: Outcome = Outcome.VERIFIED, claim: Claim = CLAIM, method: Method = Method.CALLBACK, category: str = ""
) -> Attempt:
    about = Claim(claim.contact_id, claim.name, claim.organization, category or claim.category)
    return Attempt(about, method, outcome, "kim", AT)


VERIFIED, FAILED = attempt(), attempt(Outcome.FAILED)


@pytest.mark.parametrize(
    ("attempts", "identity"),
    [
        ((), Identity.UNVERIFIED),
        ((VERIFIED,), Identity.VERIFIED),
        ((FAILED,), Identity.FAILED),
        ((FAILED, VERIFIED), Identity.VERIFIED),
        ((VERIFIED, FAILED), Identity.FAILED),
        ((VERIFIED, FAILED, VERIFIED), Identity.VERIFIED),
        ((VERIFIED, attempt(Outcome.FAILED, STRANGER)), Identity.VERIFIED),
        ((FAILED, attempt(Outcome.VERIFIED, STRANGER)), Identity.FAILED),
        ((attempt(Outcome.VERIFIED, STRANGER),), Identity.UNVERIFIED),
    ],
)
def test_the_last_attempt_about_this_person_counts(attempts: tuple[Attempt, ...], identity: Identity) -> None:
    assert identity_of(attempts, CLAIM) is identity


@pytest.mark.parametrize(
    ("proved", "claimed", "counts"),
    [
        (Claim(1, "Amara", "Northgate"), Claim(1, "Amara", "Northgate"), True),
        (Claim(1, "Amara", "Northgate"), Claim(1, "Somebody else", "Northgate"), False),
        (Claim(1), Claim(1), False),
        (Claim(None, "Amara"), Claim(None, "Amara", "Northgate"), True),
        (Claim(1), Claim(2), False),
        (Claim(1, "Amara", "Northgate"), Claim(None, "Amara", "Northgate"), False),
        (Claim(None, "Amara", "Northgate"), Claim(1, "Amara", "Northgate"), False),
        (Claim(None, "José", "Air"), Claim(None, "JOSE\u0301", "ＡＩＲ"), True),
        (Claim(None, "Jane", "Air"), Claim(None, "J\u0430ne", "Air"), False),
        (Claim(None, "Jane", "Air"), Claim(None, "Jane", "Sea"), False),
        (Claim(), Claim(), False),
        (Claim(None, "", "Air"), Claim(None, "", "Air"), False),
    ],
)
def test_evidence_for_one_person_says_nothing_of_another(proved: Claim, claimed: Claim, counts: bool) -> None:
    expected = Identity.VERIFIED if counts else Identity.UNVERIFIED
    assert identity_of((attempt(claim=proved),), claimed) is expected


VOUCHED = attempt(method=Method.VOUCH, category="access")


@pytest.mark.parametrize(
    ("category", "may_request", "attempts", "authorization"),
    [
        (None, ("access",), (VERIFIED,), Authorization.PENDING),
        (PRINTING, (), (VERIFIED,), Authorization.AUTHORIZED),
        (PRINTING, (), (), Authorization.AUTHORIZED),
        (ACCESS, (), (VERIFIED,), Authorization.NEEDS_APPROVAL),
        (ACCESS, ("support", "billing"), (VERIFIED,), Authorization.NEEDS_APPROVAL),
        (ACCESS, ("access",), (VERIFIED,), Authorization.AUTHORIZED),
        (ACCESS, (), (VOUCHED,), Authorization.AUTHORIZED),
        (ACCESS, (), (attempt(method=Method.CALLBACK, category="access"),), Authorization.NEEDS_APPROVAL),
        (ACCESS, (), (attempt(method=Method.VOUCH, category="billing"),), Authorization.NEEDS_APPROVAL),
        (ACCESS, (), (attempt(Outcome.FAILED, method=Method.VOUCH, category="access"),), Authorization.NEEDS_APPROVAL),
        (ACCESS, (), (attempt(claim=STRANGER, method=Method.VOUCH, category="access"),), Authorization.NEEDS_APPROVAL),
    ],
)
def test_what_is_sensitive_needs_a_right_by_name_or_a_lead_who_vouched_for_just_that(
    category: object, may_request: tuple[str, ...], attempts: tuple[Attempt, ...], authorization: Authorization
) -> None:
    assert authorization_of(attempts, CLAIM, category, may_request) is authorization  # type: ignore[arg-type]


def test_every_sensitive_category_stays_shut_for_a_verified_caller_without_the_right() -> None:
    for category in BUILT_IN.categories:
        assert gate_of((VERIFIED,), CLAIM, category, ()).open is not category.sensitive
        assert gate_of((VERIFIED,), CLAIM, category, (category.name,)).open


def test_authorization_is_not_looked_at_before_identity_is_established() -> None:
    assert gate_of((), CLAIM, PRINTING, ()) == Gate()
    assert gate_of((FAILED,), CLAIM, ACCESS, ("access",)) == Gate(Identity.FAILED, Authorization.PENDING)


def test_a_failure_after_a_success_shuts_the_gate_again() -> None:
    assert gate_of((VERIFIED,), CLAIM, PRINTING, ()).open
    assert not gate_of((VERIFIED, FAILED), CLAIM, PRINTING, ()).open


def test_every_method_gives_a_factor_and_nothing_anybody_could_know_is_one() -> None:
    assert {method.factor for method in Method} == {FactorClass.HAVE, FactorClass.VOUCHED}


def check(method: Method, claim: Claim, *, contact: Contact | None, number: str | None = None, why: str = "") -> None:
    check_attempt(method, claim, contact, number, why, by_lead=False)


def test_a_callback_to_the_number_on_file_is_taken() -> None:
    check(Method.CALLBACK, CLAIM, contact=AMARA, number=ON_FILE)


@pytest.mark.parametrize(
    ("contact", "number", "reason"),
    [
        (None, ON_FILE, "not in the directory"),
        (AMARA, "+442079460113", "only a number on file for Amara Okafor"),
        (AMARA, "020 7946 0112", "only a number on file"),
        (AMARA, f"{ON_FILE};ext=1", "only a number on file"),
        (AMARA, "", "no callback to nowhere"),
        (AMARA, None, "no callback to nowhere"),
        (Contact(2, "Nobody", "Acme"), None, "no callback to nowhere"),
    ],
)
def test_a_callback_to_any_other_number_proves_nothing(
    contact: Contact | None, number: str | None, reason: str
) -> None:
    with pytest.raises(Refused, match=reason):
        check(Method.CALLBACK, CLAIM, contact=contact, number=number)


def test_a_lead_may_vouch_with_a_reason_for_somebody() -> None:
    check_attempt(Method.VOUCH, STRANGER, None, None, "sits opposite me", by_lead=True)


@pytest.mark.parametrize(
    ("claim", "why", "by_lead", "reason"),
    [
        (STRANGER, "sits opposite me", False, "only a lead"),
        (STRANGER, " \u200b\n", True, "needs a reason"),
        (Claim(), "sits opposite me", True, "nobody to vouch for"),
        (Claim(None, " \x00"), "sits opposite me", True, "nobody to vouch for"),
    ],
)
def test_a_vouching_without_lead_person_or_reason_proves_nothing(
    claim: Claim, why: str, by_lead: bool, reason: str
) -> None:
    with pytest.raises(Refused, match=reason):
        check_attempt(Method.VOUCH, claim, AMARA, ON_FILE, why, by_lead=by_lead)
