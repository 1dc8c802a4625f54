"""The desk file: TOML in, rules out. Whatever is wrong with it is said all at once, each with its place."""

import tomllib
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from callintake.domain.asset_pattern import check_asset_pattern
from callintake.domain.desk_file_departments import Names, department_of, departments_of
from callintake.domain.desk_file_hours import check_targets, hours_of
from callintake.domain.desk_file_lines import lines_of
from callintake.domain.desk_file_notify import SETTINGS, notify_rules
from callintake.domain.desk_file_table import GivenTable, Problems
from callintake.domain.desk_numbers import RETENTION, TARGETS, VERIFICATION, NumberSetting
from callintake.domain.email import parse_email
from callintake.domain.errors import Refused
from callintake.domain.routing import BUILT_IN, OTHER, Category, Desk, Targets
from callintake.domain.ticket import Priority
from callintake.domain.toml_lines import is_too_deep, lines_of_keys
from callintake.domain.verification_rules import VerificationRules

LONGEST = 256 * 1024
"""Bytes of a desk file that are taken."""
_NAME, _LINE, _SNIPPET, _LABEL, _PATTERN, _ADDRESS = 60, 200, 200, 100, 200, 320
_MOST_QUESTIONS, _MOST_SNIPPETS = 30, 50
_SETTINGS = (
    "security_address",
    "asset_pattern",
    "classification",
    "retention_days",
    "region",
    "snippets",
    "verification",
    "targets",
    "hours",
    "lines",
    "departments",
    "categories",
    *SETTINGS,
)
_CATEGORY = ("name", "department", "priority", "sensitive", "two_fold", "questions", "procedure", "snippets")


class DeskFileRefused(Refused):
    """A desk file that can't be right, with everything that is wrong with it."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(self.problems))


def parse_desk_file(text: str) -> Desk:
    """Return the rules in a desk file; what it does not set is as it comes built in.

    Raises:
        DeskFileRefused: it can't be right; every problem is named with its place.
    """
    file = GivenTable(_parsed(text), (), Problems(lines_of_keys(text)))
    file.only(_SETTINGS)
    targets = _targets(file.table("targets"))
    given_hours = file.table("hours")
    hours = hours_of(given_hours)
    if hours is not None:
        check_targets(given_hours, hours, targets)
    given = departments_of(file, hours)
    desk = Desk(
        departments=given.names,
        categories=_categories(file, given.names),
        verification=_verification(file.table("verification")),
        security_address=file.checked("security_address", _ADDRESS, parse_email, None),
        snippets=file.texts("snippets", _SNIPPET, _MOST_SNIPPETS, BUILT_IN.snippets),
        asset_pattern=file.checked("asset_pattern", _PATTERN, check_asset_pattern, None) or BUILT_IN.asset_pattern,
        targets=targets,
        classification=file.text("classification", _LABEL) or BUILT_IN.classification,
        retention_days=file.number(RETENTION.key, RETENTION.least, RETENTION.most, None),
        region=file.checked("region", _NAME, _region, None),
        hours=hours,
        lines=lines_of(file.table("lines")),
        notify=notify_rules(file, given.listeners),
        covers=given.covers,
    )
    if problems := file.problems.told:
        raise DeskFileRefused(problems)
    return desk


def _parsed(text: str) -> dict[str, Any]:
    if len(text) > LONGEST or len(text.encode("utf-8", "replace")) > LONGEST:
        raise DeskFileRefused([f"it is longer than {LONGEST // 1024} KiB"])
    if is_too_deep(text):
        raise DeskFileRefused(["it is nested too deeply"])
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DeskFileRefused([f"it is not TOML: {str(error)[:200]}"]) from None
    except RecursionError:
        raise DeskFileRefused(["it is nested too deeply"]) from None
    except ValueError:
        raise DeskFileRefused(["there is a number in it with too many digits, or a day that there is not"]) from None


def _categories(file: GivenTable, departments: tuple[str, ...]) -> tuple[Category, ...]:
    if "categories" not in file.values:
        needed = dict.fromkeys(category.department for category in BUILT_IN.categories)
        if absent := [department for department in needed if department not in departments]:
            what = "none is given, and those that come built in go to departments that are not there"
            file.refuse("categories", f"{what}: {', '.join(absent)}")
        return BUILT_IN.categories
    taken = Names(is_right=True)
    categories = []
    for table in file.tables("categories"):
        table.only(_CATEGORY)
        categories.append(_category(table, taken.take(table) or "", departments))
    if OTHER not in taken.names:
        file.refuse("categories", f"one must be named “{OTHER}”: it is that of a request that was given none")
    return tuple(categories)


def _category(table: GivenTable, name: str, departments: tuple[str, ...]) -> Category:
    if "department" not in table.values:
        table.refuse("department", "needed: where do such requests go?")
    return Category(
        name,
        table.checked("department", _NAME, lambda given: department_of(given, departments), None) or "",
        Priority.of(table.checked("priority", _NAME, lambda given: Priority.of(given).word, None) or "normal"),
        table.switch("sensitive", False),
        table.switch("two_fold", False),
        tuple(question.strip() for question in table.texts("questions", _LINE, _MOST_QUESTIONS)),
        table.text("procedure", _LABEL),
        table.texts("snippets", _SNIPPET, _MOST_SNIPPETS),
    )


def _verification(table: GivenTable) -> VerificationRules:
    default = VerificationRules()
    table.only([*(setting.key for setting in VERIFICATION), "email_codes"])
    numbers = _numbers(table, VERIFICATION, default)
    return VerificationRules(**numbers, email_codes=table.switch("email_codes", default.email_codes))


def _targets(table: GivenTable) -> Targets:
    table.only(setting.key for setting in TARGETS)
    numbers = _numbers(table, TARGETS, Targets())
    for sooner, later in pairwise(TARGETS):
        if numbers[sooner.key] > numbers[later.key]:
            what = f"{sooner.key} ({numbers[sooner.key]}) must be due no later than {later.key} ({numbers[later.key]})"
            table.refuse(sooner.key if sooner.key in table.values else later.key, what)
    return Targets(**numbers)


def _numbers(table: GivenTable, settings: Iterable[NumberSetting], default: object) -> dict[str, int]:
    numbers = {}
    for setting in settings:
        usual: int = getattr(default, setting.key)
        given = table.number(setting.key, setting.least, setting.most, usual)
        numbers[setting.key] = usual if given is None else given
    return numbers


def _region(given: str) -> str:
    from phonenumbers import SUPPORTED_REGIONS

    if given.upper() not in SUPPORTED_REGIONS:
        raise Refused("an ISO 3166 code such as GB is needed")
    return given.upper()
