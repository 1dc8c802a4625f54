"""What an attempt proves, for whom, for how long, and what it does not (P4, P5)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from callintake.domain.contact import Contact, NumberOnFile
from callintake.domain.gate import Authorization, Gate, Identity
from callintake.domain.method import STRONG, FactorClass, Method, Outcome
from callintake.domain.routing import BUILT_IN, Category
from callintake.domain.verification import Attempt, Claim, counting_attempts, gate_of, is_two_fold, still_needed
from callintake.domain.verification_rules import VerificationRules

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
RULES = VerificationRules()
AMARA = Contact(1, "Amara Okafor", "Northgate", numbers=(NumberOnFile("+442079460112", date(2024, 2, 1)),))
CLAIM = Claim(1, "Amara Okafor", "Northgate", "printing")
STRANGER = Claim(None, "Jane Doe", "Acme", "printing")
PRINTING, ACCESS, BILLING, CHANGES = map(BUILT_IN.category, ("printing", "access", "billing", "changes"))
PIN, TOTP, EMAIL, CALLBACK, APPROVER, IN_PERSON, VOUCH = Method
GATED = (Identity.VERIFIED, Authorization.NEEDS_APPROVAL)
WAITING = (Identity.VERIFIED, Authorization.PENDING)
OPEN = (Identity.VERIFIED, Authorization.AUTHORIZED)


def contact(*rights: str, vip: bool = False) -> Contact:
    """Amara, with rights by name of category."""
    return Contact(1, AMARA.name, AMARA.organization, numbers=AMARA.numbers, may_request=rights, vip=vip)


def tried(
    method: Method = CALLBACK,
    outcome: Outcome = Outcome.VERIFIED,
    *,
    claim: Claim = CLAIM,
    category: str | None = "printing",
    minutes: float = 0,
) -> Attempt:
    """An attempt, so many minutes after the first."""
    about = Claim(claim.contact_id, claim.name, claim.organization, category)
    return Attempt(about, method, outcome, "kim", AT + timedelta(minutes=minutes))


def gate(
    *attempts: Attempt,
    claim: Claim = CLAIM,
    category: Category | None = PRINTING,
    who: Contact | None = AMARA,
    minutes: float | None = None,
    rules: VerificationRules = RULES,
    is_locked: bool = False,
    is_suspicious: bool = False,
) -> Gate:
    """The gate as those attempts have it, so many minutes after the first; without, as if nothing expired."""
    since = None if minutes is None else AT + timedelta(minutes=minutes) - rules.valid_for
    return gate_of(attempts, claim, category, who, rules, since, is_locked=is_locked, is_suspicious=is_suspicious)


def both(stands: Gate) -> tuple[Identity, Authorization]:
    return stands.identity, stands.authorization


VERIFIED, FAILED = tried(), tried(outcome=Outcome.FAILED)
YES, NO = tried(APPROVER), tried(APPROVER, Outcome.FAILED)


# Identity


@pytest.mark.parametrize(
    ("attempts", "identity"),
    [
        ((), Identity.UNVERIFIED),
        ((VERIFIED,), Identity.VERIFIED),
        ((FAILED,), Identity.FAILED),
        ((FAILED, VERIFIED), Identity.VERIFIED),
        ((VERIFIED, FAILED), Identity.FAILED),
        ((VERIFIED, FAILED, VERIFIED), Identity.VERIFIED),
        ((VERIFIED, tried(outcome=Outcome.FAILED, claim=STRANGER)), Identity.VERIFIED),
        ((FAILED, tried(claim=STRANGER)), Identity.FAILED),
        ((tried(claim=STRANGER),), Identity.UNVERIFIED),
    ],
)
def test_the_last_attempt_about_this_person_counts(attempts: tuple[Attempt, ...], identity: Identity) -> None:
    assert gate(*attempts).identity is identity


@pytest.mark.parametrize("method", [method for method in Method if method is not APPROVER])
def test_a_failure_by_whatever_method_shuts_the_gate_and_takes_back_what_was_proved(method: Method) -> None:
    assert gate(VERIFIED, tried(method, Outcome.FAILED)) == Gate(Identity.FAILED, Authorization.PENDING)
    everything = [tried(one, category="access") for one in Method]
    after = [tried(method, Outcome.FAILED, category="access"), tried(CALLBACK, category="access")]
    assert gate(*everything, category=ACCESS, who=contact("access")).open
    assert both(gate(*everything, *after, category=ACCESS, who=contact("access"))) == WAITING


@pytest.mark.parametrize(
    ("proved", "claimed", "counts"),
    [
        (Claim(1, "Amara", "Northgate"), Claim(1, "Amara", "Northgate"), True),
        (Claim(1, "Amara", "Northgate"), Claim(1, "Somebody else", "Northgate"), False),
        (Claim(1), Claim(1), False),
        (Claim(None, "Amara"), Claim(None, "Amara", "Northgate"), True),
        (Claim(1), Claim(2), False),
        (Claim(1, "Amara", "Northgate"), Claim(2, "Amara", "Northgate"), False),
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
    assert gate(tried(claim=proved), claim=claimed).identity is expected
    assert bool(counting_attempts((tried(claim=proved),), claimed, None)) is counts


def test_a_locked_contact_is_not_verified_by_anything() -> None:
    assert gate(*(tried(method) for method in Method), is_locked=True) == Gate(Identity.LOCKED)


def test_a_suspicious_request_stays_shut_whatever_is_proved() -> None:
    proofs = [tried(method, category="access") for method in Method]
    stands = gate(*proofs, category=ACCESS, who=contact("access"), is_suspicious=True)
    assert both(stands) == OPEN
    assert not stands.open
    assert stands.reasons == ("marked suspicious: a lead decides",)


# Identity and authorization are two questions


@pytest.mark.parametrize("category", BUILT_IN.categories, ids=lambda category: category.name)
def test_authorization_is_not_looked_at_before_identity_is_established(category: Category) -> None:
    everything = contact(*(one.name for one in BUILT_IN.categories))
    assert gate(category=category, who=everything) == Gate()
    assert gate(FAILED, category=category, who=everything) == Gate(Identity.FAILED, Authorization.PENDING)
    assert gate(NO, category=category, who=everything) == Gate()


def test_an_approvers_no_denies_the_request_and_says_nothing_of_who_asks() -> None:
    assert gate(NO).identity is Identity.UNVERIFIED
    assert both(gate(VERIFIED, NO)) == (Identity.VERIFIED, Authorization.DENIED)
    assert both(gate(NO, VERIFIED)) == (Identity.VERIFIED, Authorization.DENIED)
    assert gate(FAILED, NO).identity is Identity.FAILED
    assert gate(VERIFIED, NO).reasons == ("an approver said no",)


def test_an_approvers_no_stands_against_the_right_and_every_other_proof() -> None:
    proofs = [tried(method, category="access") for method in Method if method is not APPROVER]
    no = tried(APPROVER, Outcome.FAILED, category="access")
    stands = gate(no, *proofs, category=ACCESS, who=contact("access"))
    assert both(stands) == (Identity.VERIFIED, Authorization.DENIED)


def test_the_approver_may_think_better_of_it() -> None:
    pin = tried(PIN, category="access")
    yes, no = tried(APPROVER, category="access"), tried(APPROVER, Outcome.FAILED, category="access")
    assert both(gate(pin, no, yes, category=ACCESS)) == OPEN
    assert both(gate(pin, yes, no, category=ACCESS)) == (Identity.VERIFIED, Authorization.DENIED)


def test_an_approvers_no_is_about_just_that_category() -> None:
    no = tried(APPROVER, Outcome.FAILED, category="access")
    assert gate(no, VERIFIED, category=PRINTING).open


def test_an_approvers_no_does_not_expire_with_the_evidence() -> None:
    no = tried(APPROVER, Outcome.FAILED, category="access")
    later = [tried(method, category="access", minutes=45) for method in (CALLBACK, PIN)]
    stands = gate(no, *later, category=ACCESS, who=contact("access"), minutes=46)
    assert both(stands) == (Identity.VERIFIED, Authorization.DENIED)


def test_a_failure_takes_back_an_approvers_yes_as_well() -> None:
    yes, failed = tried(APPROVER, category="access"), tried(PIN, Outcome.FAILED, category="access")
    after = [tried(method, category="access") for method in (CALLBACK, PIN)]
    assert both(gate(yes, *after, category=ACCESS)) == OPEN
    assert both(gate(yes, failed, *after, category=ACCESS)) == GATED


# What is asked for


@pytest.mark.parametrize(
    ("category", "rights", "attempts", "expected"),
    [
        (None, ("access",), (VERIFIED,), WAITING),
        (PRINTING, (), (VERIFIED,), OPEN),
        (PRINTING, (), (tried(PIN),), OPEN),
        (PRINTING, (), (YES,), OPEN),
        (CHANGES, (), (VERIFIED,), GATED),
        (CHANGES, ("support", "billing"), (VERIFIED,), GATED),
        (CHANGES, ("changes",), (VERIFIED,), OPEN),
        (CHANGES, ("CHANGES",), (VERIFIED,), OPEN),
        (CHANGES, (), (tried(VOUCH, category="changes"),), GATED),
        (CHANGES, (), (tried(APPROVER, category="changes"),), OPEN),
        (CHANGES, (), (tried(APPROVER, category="Changes"),), OPEN),
        (CHANGES, (), (tried(APPROVER, category="billing"),), GATED),
        (CHANGES, (), (tried(APPROVER, category=None),), GATED),
        (CHANGES, (), (VERIFIED, tried(APPROVER, category="changes", claim=STRANGER)), GATED),
    ],
)
def test_what_is_sensitive_needs_a_right_by_name_or_an_approver_for_just_that(
    category: Category | None,
    rights: tuple[str, ...],
    attempts: tuple[Attempt, ...],
    expected: tuple[Identity, Authorization],
) -> None:
    assert both(gate(*attempts, category=category, who=contact(*rights))) == expected


def test_somebody_who_is_not_in_the_directory_has_no_rights() -> None:
    vouched = tried(VOUCH, claim=STRANGER, category="changes")
    assert both(gate(vouched, claim=STRANGER, category=CHANGES, who=None)) == GATED
    yes = tried(APPROVER, claim=STRANGER, category="changes")
    assert both(gate(vouched, yes, claim=STRANGER, category=CHANGES, who=None)) == OPEN


@pytest.mark.parametrize("category", BUILT_IN.categories, ids=lambda category: category.name)
def test_every_sensitive_category_stays_shut_for_a_verified_caller_without_the_right(category: Category) -> None:
    proofs = [tried(method, category=category.name) for method in Method if method is not APPROVER]
    assert gate(*proofs, category=category).open is not category.sensitive
    assert gate(*proofs, category=category, who=contact(category.name)).open


# How much is asked for


def test_a_request_is_two_fold_by_its_category_or_by_who_asks() -> None:
    assert [category.name for category in BUILT_IN.categories if is_two_fold(category, AMARA)] == ["access", "billing"]
    assert all(is_two_fold(category, contact(vip=True)) for category in BUILT_IN.categories)
    assert is_two_fold(None, contact(vip=True))
    assert not is_two_fold(None, None)


@pytest.mark.parametrize("first", Method)
@pytest.mark.parametrize("second", Method)
def test_a_two_fold_request_wants_two_methods_of_different_class_and_a_strong_one(
    first: Method, second: Method
) -> None:
    proofs = (tried(first, category="access"), tried(second, category="access"))
    expected = first.factor is not second.factor and (first in STRONG or second in STRONG)
    assert gate(*proofs, category=ACCESS, who=contact("access")).open is expected
    vips = tuple(tried(method) for method in (first, second))
    assert gate(*vips, who=contact(vip=True)).open is expected


@pytest.mark.parametrize("method", Method)
def test_one_method_however_often_is_one(method: Method) -> None:
    assert not gate(*[tried(method, category="access")] * 5, category=ACCESS, who=contact("access")).open


def test_an_approver_asked_about_something_else_is_no_method_for_this() -> None:
    """Whoever may say yes to printing is anybody on file; to access, only somebody named for it."""
    for_printing, for_access = tried(APPROVER, category="printing"), tried(APPROVER, category="access")
    pin = tried(PIN, category="access")
    assert both(gate(for_printing, pin, category=ACCESS, who=contact("access"))) == WAITING
    assert both(gate(for_access, pin, category=ACCESS, who=contact("access"))) == OPEN


def test_a_code_by_email_is_never_alone_for_anything_sensitive() -> None:
    code = tried(EMAIL, category="changes")
    assert gate(tried(EMAIL)).open
    assert both(gate(code, code, category=CHANGES, who=contact("changes"))) == WAITING
    assert gate(code, tried(PIN, category="changes"), category=CHANGES, who=contact("changes")).open


def test_the_desk_file_says_how_many_methods() -> None:
    proofs = (tried(CALLBACK, category="access"), tried(PIN, category="access"))
    person = tried(IN_PERSON, category="access")
    three = VerificationRules(sensitive_methods=3)
    assert not gate(*proofs, category=ACCESS, who=contact("access"), rules=three).open
    assert gate(*proofs, person, category=ACCESS, who=contact("access"), rules=three).open
    one = VerificationRules(sensitive_methods=1)
    assert gate(proofs[0], category=ACCESS, who=contact("access"), rules=one).open
    assert not gate(proofs[1], category=ACCESS, who=contact("access"), rules=one).open


@pytest.mark.parametrize(
    ("attempts", "category", "needed"),
    [
        ((), PRINTING, ("one method",)),
        ((FAILED,), PRINTING, ("one method",)),
        ((NO,), PRINTING, ("one method",)),
        ((VERIFIED,), PRINTING, ()),
        ((), ACCESS, ("2 methods of different class", "a callback or an approver among them")),
        (
            (tried(PIN),),
            ACCESS,
            ("1 more of another class (have, are, vouched)", "a callback or an approver among them"),
        ),
        (
            (tried(PIN), tried(PIN), tried(PIN)),
            ACCESS,
            ("1 more of another class (have, are, vouched)", "a callback or an approver among them"),
        ),
        ((tried(PIN), tried(IN_PERSON)), ACCESS, ("a callback or an approver among them",)),
        ((VERIFIED,), ACCESS, ("1 more of another class (know, are, vouched)",)),
        ((VERIFIED, tried(TOTP)), ACCESS, ("1 more of another class (know, are, vouched)",)),
        ((VERIFIED, tried(PIN)), ACCESS, ()),
        ((tried(EMAIL),), CHANGES, ("a method besides the code by e-mail",)),
    ],
)
def test_what_is_still_needed_is_said_in_words(
    attempts: tuple[Attempt, ...], category: Category, needed: tuple[str, ...]
) -> None:
    assert still_needed(attempts, category, AMARA, RULES) == needed


# How long it lasts


@pytest.mark.parametrize(
    ("minutes", "identity"),
    [(0, Identity.VERIFIED), (29.99, Identity.VERIFIED), (30, Identity.VERIFIED), (30.01, Identity.UNVERIFIED)],
)
def test_a_verification_lasts_for_thirty_minutes(minutes: float, identity: Identity) -> None:
    assert gate(VERIFIED, minutes=minutes).identity is identity


def test_a_verification_lasts_as_long_as_the_desk_file_says() -> None:
    assert gate(VERIFIED, minutes=10, rules=VerificationRules(valid_minutes=10)).open
    assert not gate(VERIFIED, minutes=10.1, rules=VerificationRules(valid_minutes=10)).open


def test_of_two_methods_both_must_still_be_valid() -> None:
    proofs = (tried(CALLBACK, category="access"), tried(PIN, category="access", minutes=20))
    assert gate(*proofs, category=ACCESS, who=contact("access"), minutes=30).open
    assert both(gate(*proofs, category=ACCESS, who=contact("access"), minutes=31)) == WAITING


def test_an_approvers_yes_expires_like_any_other() -> None:
    proofs = [tried(method, category="access") for method in (CALLBACK, PIN)]
    again = [tried(method, category="access", minutes=40) for method in (CALLBACK, PIN)]
    yes = tried(APPROVER, category="access")
    assert both(gate(yes, *proofs, category=ACCESS, minutes=5)) == OPEN
    assert both(gate(yes, *again, category=ACCESS, minutes=45)) == GATED


# The methods


def test_every_method_gives_a_factor_and_nothing_anybody_could_know_is_one() -> None:
    assert {method: method.factor for method in Method} == {
        PIN: FactorClass.KNOW,
        TOTP: FactorClass.HAVE,
        EMAIL: FactorClass.HAVE,
        CALLBACK: FactorClass.HAVE,
        APPROVER: FactorClass.VOUCHED,
        IN_PERSON: FactorClass.ARE,
        VOUCH: FactorClass.VOUCHED,
    }
    assert STRONG == (CALLBACK, APPROVER)


def test_the_program_itself_compares_what_could_be_read_out_or_given_away() -> None:
    assert [method for method in Method if method.is_compared] == [PIN, TOTP, EMAIL]


def test_every_method_has_words_of_its_own() -> None:
    assert len({method.words for method in Method}) == len(Method)


def test_an_attempt_is_told_by_what_it_went_by_if_by_anything() -> None:
    assert tried(PIN, Outcome.FAILED).words == "PIN: failed"
    assert replace(tried(CALLBACK), number="+442079460112").words == "callback, +442079460112: verified"
