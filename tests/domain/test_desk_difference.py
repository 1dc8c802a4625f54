"""What a desk file changes is told line by line, and what asks for less proof is marked (P4, P5, P11)."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings

from callintake.domain.business_time import OpeningHours, Span
from callintake.domain.desk_difference import difference
from callintake.domain.desk_numbers import VERIFICATION
from callintake.domain.routing import BUILT_IN, Category, Desk, Targets
from callintake.domain.ticket import Priority
from callintake.domain.verification_rules import VerificationRules
from tests.domain.desks import desks

ACCESS = BUILT_IN.category("access")


MORNINGS = OpeningHours(
    "Europe/London", ((Span(480, 720),), *[()] * 6), closed=("12-24",), around_the_clock=(Priority.CRITICAL,)
)


def told(before: Desk, after: Desk, *on_tickets: str) -> list[str]:
    return [str(change) for change in difference(before, after, on_tickets)]


def with_access(**changes: Any) -> Desk:
    """The built-in desk with another category `access`."""
    changed = replace(ACCESS, **changes)
    return replace(BUILT_IN, categories=tuple(changed if one is ACCESS else one for one in BUILT_IN.categories))


def without_access() -> Desk:
    """The built-in desk without the category `access`."""
    return replace(BUILT_IN, categories=tuple(one for one in BUILT_IN.categories if one is not ACCESS))


def with_rules(**rules: Any) -> Desk:
    """The built-in desk with other rules of verification."""
    return replace(BUILT_IN, verification=VerificationRules(**rules))


@given(desks(), desks())
@settings(deadline=None, max_examples=50)
def test_there_is_no_difference_only_between_the_same(before: Desk, after: Desk) -> None:
    assert difference(before, before) == ()
    assert bool(difference(before, after)) == (before != after)


CHANGES: dict[str, tuple[Desk, list[str]]] = {
    "two methods no longer": (with_access(two_fold=False), ["! looser: category access: two_fold yes → no"]),
    "the right no longer": (with_access(sensitive=False), ["! looser: category access: sensitive yes → no"]),
    "another department": (with_access(department="Billing"),
                           ["category access: department “Access management” → “Billing”"]),
    "no procedure": (with_access(procedure=None), ["category access: procedure “ISMS-DOC-08-10” → none"]),
    "other questions": (with_access(questions=("Until when?", "Access to what, for whom?", "Why?")),
                        ["category access: question “Who approves it?” removed",
                         "category access: question “Why?” added",
                         "category access: questions are in another order"]),
    "other snippets": (with_access(snippets=()),
                       [f"category access: snippet “{one}” removed" for one in ACCESS.snippets]),
    "a category less": (without_access(), ["! looser: category access removed"]),
    "a category more": (replace(BUILT_IN, categories=(*BUILT_IN.categories, Category("toys", "Billing"))),
                        ["category toys added: to Billing, sensitive no, two_fold no"]),
    "categories in another order": (replace(BUILT_IN, categories=BUILT_IN.categories[::-1]),
                                    ["categories are in another order"]),
    "more failures": (with_rules(lock_failures=5), ["! looser: verification: lock_failures 3 → 5"]),
    "less failures": (with_rules(lock_failures=2), ["verification: lock_failures 3 → 2"]),
    "codes by e-mail": (with_rules(email_codes=True), ["! looser: verification: email_codes no → yes"]),
    "somebody is told": (replace(BUILT_IN, security_address="a@example.com"),
                         ["security_address none → “a@example.com”"]),
    "kept for a year": (replace(BUILT_IN, retention_days=365), ["! looser: retention_days none → 365"]),
    "due later": (replace(BUILT_IN, targets=Targets(critical=90)), ["targets: critical 60 → 90"]),
    "opening hours": (replace(BUILT_IN, hours=MORNINGS), [
        "hours: around the clock → as follows", "hours: zone none → Europe/London", "hours: monday none → 08:00-12:00",
        "hours: closed day “12-24” added", "hours: around_the_clock none → critical",
    ]),
    "another region": (replace(BUILT_IN, region="NO"), ["region none → “NO”"]),
    "another mark": (replace(BUILT_IN, classification="Internal"),
                     ["classification “Protected | Internal Use” → “Internal”"]),
    "departments": (replace(BUILT_IN, departments=("NETWORK", "Field services", "Service desk", "Toys")),
                    ["department “Access management” removed", "department “Billing” removed",
                     "department “Security” removed", "department “Network” is written “NETWORK”",
                     "department “Toys” added", "departments are in another order"]),
}  # fmt: skip


@pytest.mark.parametrize(("after", "expected"), CHANGES.values(), ids=CHANGES)
def test_each_change_is_told_in_words(after: Desk, expected: list[str]) -> None:
    assert told(BUILT_IN, after) == expected


def test_what_is_looser_one_way_is_not_the_other_way() -> None:
    for after, expected in CHANGES.values():
        if all(words.startswith("! looser") for words in expected):
            assert not any(words.startswith("! looser") for words in told(after, BUILT_IN))
    for setting in VERIFICATION:
        usual = getattr(VerificationRules(), setting.key)
        more, less = with_rules(**{setting.key: usual + 1}), with_rules(**{setting.key: usual - 1})
        assert difference(BUILT_IN, more)[0].is_looser != difference(BUILT_IN, less)[0].is_looser


def test_whoever_is_told_no_longer_is_a_loss() -> None:
    told_to = replace(BUILT_IN, security_address="a@example.com")
    for other in (None, "b@example.com"):
        assert difference(told_to, replace(BUILT_IN, security_address=other))[0].is_looser


def test_each_change_of_the_opening_hours_is_told() -> None:
    before = replace(BUILT_IN, hours=MORNINGS)
    later = replace(MORNINGS, week=((Span(540, 720), Span(780, 1020)), *[()] * 6), holidays="NO", closed=())
    assert told(before, replace(BUILT_IN, hours=later)) == [
        "hours: monday 08:00-12:00 → 09:00-12:00, 13:00-17:00",
        "hours: holidays none → NO",
        "hours: closed day “12-24” removed",
    ]
    assert told(before, BUILT_IN) == ["hours: as set → around the clock"]


def test_kept_longer_is_not_looser() -> None:
    year, two = replace(BUILT_IN, retention_days=365), replace(BUILT_IN, retention_days=730)
    assert told(year, two) == ["retention_days 365 → 730"]
    assert told(two, year) == ["! looser: retention_days 730 → 365"]


def test_a_category_taken_in_again_is_looser_than_one_that_was_taken_out() -> None:
    assert told(without_access(), with_access(two_fold=False), "access", "printing") == [
        "! looser: category access added: to Access management, sensitive yes, two_fold no"
    ]
    assert told(without_access(), BUILT_IN, "access") == [
        "category access added: to Access management, sensitive yes, two_fold yes"
    ]
