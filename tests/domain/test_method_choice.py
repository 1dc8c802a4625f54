"""Which methods there are for a caller, and why another is not (P4)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from callintake.domain.contact import Contact, NumberOnFile
from callintake.domain.errors import Refused
from callintake.domain.method import Method
from callintake.domain.method_choice import Given, Standing, check_attempt, usable_numbers, why_not
from callintake.domain.verification import Claim
from callintake.domain.verification_rules import VerificationRules

TODAY = date(2026, 11, 23)
BEGAN = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
RULES = VerificationRules(email_codes=True)
ON_FILE, APPROVERS = "+442079460112", "+442079460113"
LOCKED = "locked after failed verifications: a lead unlocks with a reason"
ABSENT = "the caller is not in the directory, so nothing is on file"


def number(e164: str = ON_FILE, days: int = 30, recorded: datetime | None = None) -> NumberOnFile:
    """A number that has been on file for so many days."""
    return NumberOnFile(e164, TODAY - timedelta(days=days), recorded)


AMARA = Contact(
    1,
    "Amara Okafor",
    "Northgate",
    "amara@northgate.example.com",
    numbers=(number(),),
    email_since=TODAY - timedelta(days=30),
)
TOM = Contact(2, "Tom Lindqvist", "Northgate", numbers=(number(APPROVERS),))
CLAIM = Claim(1, "Amara Okafor", "Northgate", "printing")
STRANGER = Claim(None, "Jane Doe", "Northgate", "printing")
STANDING = Standing(CLAIM, TODAY, False, AMARA, (TOM,), has_pin=True, has_totp=True, call_began=BEGAN)
UNKNOWN = replace(STANDING, claim=STRANGER, contact=None)
GIVEN = {
    Method.CALLBACK: Given(ON_FILE),
    Method.APPROVER: Given(APPROVERS, approver_id=2),
    Method.IN_PERSON: Given(reason="passport, held into the camera"),
    Method.VOUCH: Given(reason="sits opposite me"),
}


def with_numbers(*numbers: NumberOnFile) -> Standing:
    return replace(STANDING, contact=replace(AMARA, numbers=numbers))


def approved_by(*approvers: Contact) -> Standing:
    return replace(STANDING, approvers=approvers)


def test_everything_is_there_for_a_known_caller_and_a_lead() -> None:
    standing = replace(STANDING, by_lead=True)
    assert {method: why_not(method, standing, RULES) for method in Method} == dict.fromkeys(Method)
    for method in Method:
        check_attempt(method, standing, GIVEN.get(method, Given()), RULES)


@pytest.mark.parametrize("method", Method)
def test_a_locked_contact_is_verified_by_nothing(method: Method) -> None:
    standing = replace(STANDING, by_lead=True, is_locked=True)
    assert why_not(method, standing, RULES) == LOCKED
    with pytest.raises(Refused, match=f"no {method.words}: locked"):
        check_attempt(method, standing, GIVEN.get(method, Given()), RULES)


@pytest.mark.parametrize(
    ("method", "standing", "reason"),
    [
        (Method.PIN, replace(STANDING, has_pin=False), "none on file"),
        (Method.PIN, UNKNOWN, ABSENT),
        (Method.TOTP, replace(STANDING, has_totp=False), "not enrolled"),
        (Method.TOTP, UNKNOWN, ABSENT),
        (Method.EMAIL_CODE, UNKNOWN, ABSENT),
        (Method.EMAIL_CODE, replace(STANDING, contact=replace(AMARA, email=None)), "no e-mail address on file"),
        (
            Method.EMAIL_CODE,
            replace(STANDING, contact=replace(AMARA, email_since=TODAY - timedelta(days=29))),
            "the address is on file for 29 of 30 days",
        ),
        (
            Method.EMAIL_CODE,
            replace(STANDING, contact=replace(AMARA, email_since=None)),
            "the address is on file for 0 of 30 days",
        ),
        (Method.CALLBACK, UNKNOWN, ABSENT),
        (Method.CALLBACK, with_numbers(), "no number on file"),
        (Method.CALLBACK, with_numbers(number(days=29)), "the number is on file for 29 of 30 days"),
        (Method.CALLBACK, with_numbers(number(days=0)), "the number is on file for 0 of 30 days"),
        (Method.CALLBACK, with_numbers(number(days=-5)), "the number is on file for 0 of 30 days"),
        (Method.CALLBACK, with_numbers(number(recorded=BEGAN)), "the number is written here during this call"),
        (Method.APPROVER, approved_by(), "nobody else of that organization may say yes to this"),
        (Method.APPROVER, approved_by(replace(TOM, numbers=())), "no approver has a number on file that counts"),
        (
            Method.APPROVER,
            approved_by(replace(TOM, numbers=(number(days=29),))),
            "no approver has a number on file that counts",
        ),
        (
            Method.APPROVER,
            approved_by(replace(TOM, numbers=(number(recorded=BEGAN + timedelta(minutes=1)),))),
            "no approver has a number on file that counts",
        ),
        (
            Method.APPROVER,
            replace(STANDING, claim=replace(CLAIM, category=None)),
            "choose the category first: an approver says yes to just that",
        ),
        (Method.APPROVER, replace(UNKNOWN, claim=Claim()), "ask for the caller's name and organization first"),
        (
            Method.APPROVER,
            replace(UNKNOWN, claim=Claim(None, "Jane", " \u200b", "printing")),
            "ask for the caller's name and organization first",
        ),
        (Method.IN_PERSON, replace(UNKNOWN, claim=Claim(None, " \x00")), "ask for the caller's name first"),
        (Method.VOUCH, STANDING, "only a lead may vouch for a caller"),
        (
            Method.VOUCH,
            replace(UNKNOWN, claim=Claim(), by_lead=True),
            "nobody to vouch for: ask for the caller's name first",
        ),
    ],
)
def test_a_method_that_is_not_there_says_why(method: Method, standing: Standing, reason: str) -> None:
    assert why_not(method, standing, RULES) == reason
    with pytest.raises(Refused) as refusal:
        check_attempt(method, standing, GIVEN.get(method, Given()), RULES)
    assert str(refusal.value) == f"no {method.words}: {reason}"


def test_codes_by_email_are_off_unless_the_desk_file_says_otherwise() -> None:
    assert why_not(Method.EMAIL_CODE, STANDING, VerificationRules()) == "off in the desk file"


@pytest.mark.parametrize("method", [Method.APPROVER, Method.IN_PERSON, Method.VOUCH])
def test_somebody_unknown_is_verified_by_others_alone(method: Method) -> None:
    check_attempt(method, replace(UNKNOWN, by_lead=True), GIVEN[method], RULES)


@pytest.mark.parametrize("method", Method)
def test_who_is_named_like_somebody_the_directory_watches_is_to_be_picked_there(method: Method) -> None:
    """A locked contact, or one who wants two methods, is not got around by typing the name instead."""
    standing = replace(UNKNOWN, by_lead=True, namesake=AMARA)
    assert why_not(method, standing, RULES) == "Amara Okafor, Northgate, is in the directory: pick them there first"


def test_a_number_counts_from_the_thirtieth_day_and_from_before_the_call() -> None:
    for counted in (number(days=30), number(days=400), number(recorded=BEGAN - timedelta(seconds=1))):
        assert why_not(Method.CALLBACK, with_numbers(counted), RULES) is None
    for young in (number(days=29), number(recorded=BEGAN), number(recorded=BEGAN + timedelta(hours=1))):
        assert why_not(Method.CALLBACK, with_numbers(young), RULES) is not None
    assert why_not(Method.CALLBACK, with_numbers(number(days=7)), VerificationRules(number_days=7)) is None
    assert why_not(Method.CALLBACK, with_numbers(number(days=6)), VerificationRules(number_days=7)) is not None


def test_one_number_of_several_is_enough_and_the_others_prove_nothing() -> None:
    old, young = number(), number("+442079460999", days=3)
    standing = with_numbers(young, old)
    assert why_not(Method.CALLBACK, standing, RULES) is None
    assert standing.contact is not None
    assert usable_numbers(standing.contact, standing, RULES) == (old,)
    check_attempt(Method.CALLBACK, standing, Given(old.e164), RULES)
    with pytest.raises(Refused, match=r"no callback to \+442079460999: on file for 3 of 30 days"):
        check_attempt(Method.CALLBACK, standing, Given(young.e164), RULES)


@pytest.mark.parametrize(
    ("dialled", "said"),
    [
        ("+442079460199", "no callback to +442079460199: only a number on file for Amara Okafor proves anything"),
        ("020 7946 0112", "no callback to 020 7946 0112: only a number on file for Amara Okafor proves anything"),
        (f"{ON_FILE};ext=1", f"no callback to {ON_FILE};ext=1: only a number on file for Amara Okafor proves anything"),
        (APPROVERS, f"no callback to {APPROVERS}: only a number on file for Amara Okafor proves anything"),
        ("", "no callback to nowhere: only a number on file for Amara Okafor proves anything"),
        (None, "no callback to nowhere: only a number on file for Amara Okafor proves anything"),
    ],
)
def test_a_callback_to_any_other_number_proves_nothing(dialled: str | None, said: str) -> None:
    with pytest.raises(Refused) as refusal:
        check_attempt(Method.CALLBACK, STANDING, Given(dialled), RULES)
    assert str(refusal.value) == said


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (Given(APPROVERS), "who said yes? Those who may: Tom Lindqvist"),
        (Given(APPROVERS, approver_id=3), "who said yes? Those who may: Tom Lindqvist"),
        (Given(APPROVERS, approver_id=1), "who said yes? Those who may: Tom Lindqvist"),
        (Given(approver_id=2), "no callback to nowhere: only a number on file for Tom Lindqvist proves anything"),
        (
            Given(ON_FILE, approver_id=2),
            f"no callback to {ON_FILE}: only a number on file for Tom Lindqvist proves anything",
        ),
    ],
)
def test_an_approver_is_one_of_those_who_may_called_at_the_number_on_file(given: Given, said: str) -> None:
    with pytest.raises(Refused) as refusal:
        check_attempt(Method.APPROVER, STANDING, given, RULES)
    assert str(refusal.value) == said


def test_of_several_approvers_the_one_who_was_asked_has_the_number() -> None:
    other = Contact(3, "Ana Rossi", "Northgate", numbers=(number("+442079460114", days=2),))
    standing = approved_by(TOM, other)
    check_attempt(Method.APPROVER, standing, Given(APPROVERS, approver_id=2), RULES)
    with pytest.raises(Refused, match=r"no callback to \+442079460114: on file for 2 of 30 days"):
        check_attempt(Method.APPROVER, standing, Given("+442079460114", approver_id=3), RULES)


@pytest.mark.parametrize("why", ["", " \u200b\n"])
def test_what_somebody_answers_for_needs_a_reason(why: str) -> None:
    lead = replace(STANDING, by_lead=True)
    with pytest.raises(Refused, match="a lead's word needs a reason"):
        check_attempt(Method.VOUCH, lead, Given(reason=why), RULES)
    with pytest.raises(Refused, match="which document was seen"):
        check_attempt(Method.IN_PERSON, lead, Given(reason=why), RULES)


@pytest.mark.parametrize("method", Method)
@pytest.mark.parametrize(
    "claim",
    [Claim(1, "Somebody else", "Northgate", "printing"), Claim(1, "Amara Okafor", "Elsewhere", "printing")],
)
def test_nobody_is_verified_by_what_is_on_file_of_another(method: Method, claim: Claim) -> None:
    standing = replace(STANDING, claim=claim, by_lead=True)
    with pytest.raises(Refused, match=r"Amara Okafor, Northgate, is not .*: who is it"):
        check_attempt(method, standing, GIVEN.get(method, Given()), RULES)
