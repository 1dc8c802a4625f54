"""The desk file: what is written is what is read, and whatever is wrong is said with its place (P4, P11)."""

import re
import time
from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from callintake.domain.business_time import WEEKDAYS, OpeningHours, Span
from callintake.domain.desk_file import LONGEST, DeskFileRefused, parse_desk_file
from callintake.domain.desk_file_text import desk_file_text
from callintake.domain.desk_numbers import RETENTION, TARGETS, VERIFICATION
from callintake.domain.routing import BUILT_IN, Category, Desk, Targets
from callintake.domain.text import printable
from callintake.domain.ticket import Priority
from callintake.domain.verification_rules import VerificationRules
from tests.conftest import corpus
from tests.domain.desks import desks

DOCUMENT = Path(__file__).parents[2] / "docs" / "desk-file.md"
OTHER = '[[categories]]\nname = "other"\ndepartment = "Service desk"\n'
HOSTILE = {
    "nested arrays": "a=" + "[" * 200_000,
    "nested tables": "a=" + "{a=" * 80_000,
    "a key of many parts": ".".join("a" * 100_000) + "=1",
    "a key of many parts in a table": "a={" + ".".join("a" * 100_000) + "=1}",
    "a header of many parts": "[" + ".".join("a" * 100_000) + "]",
    "many headers of many parts": "\n".join("[" + ".".join(f"{row}a{place}" for place in range(16)) + "]"
                                            for row in range(2000)),
    "a text that does not end": 'a="' + '\\"' * 120_000,
    "a block that does not end": 'a="""' + '\\"""' * 60_000,
    "a number of many digits": "retention_days = " + "9" * 200_000,
    "many settings that there are not": "\n".join(f"k{row} = 1" for row in range(20_000)),
    "many categories": "[[categories]]\n" * 17_000,
    "many departments": "\n".join(f"[[departments]]\nname = 'd{row}'" for row in range(8_000)),
    "many snippets": "snippets = [" + "'x'," * 60_000 + "]",
    "a storm of marks": 'classification = "a' + "\u0301" * 100_000 + '"\nx = 1',
    "nothing but lines": "\n" * 250_000 + "x = 1",
    "a pattern that nests": f"asset_pattern = '{'(' * 100}'",
    "a day that there is not": "region = 2024-02-31",
    "NUL": "region = \0",
}  # fmt: skip


def read(text: str) -> Desk | tuple[str, ...]:
    """The desk in a desk file, or what is wrong with it."""
    try:
        return parse_desk_file(text)
    except DeskFileRefused as refusal:
        return refusal.problems


def problems(text: str) -> tuple[str, ...]:
    """What is wrong with a desk file."""
    told = read(text)
    assert isinstance(told, tuple)
    assert told
    return told


def is_one_clean_line(text: str) -> bool:
    """Whether there is nothing in it that a terminal would obey."""
    return printable(text) == text and "\n" not in text and "\t" not in text


@given(desks())
@example(BUILT_IN)
@settings(deadline=None, max_examples=60)
def test_a_desk_written_and_read_is_the_same(desk: Desk) -> None:
    written = desk_file_text(desk)
    assert parse_desk_file(written) == desk
    assert parse_desk_file(written.replace("\n", "\r\n")) == desk


@pytest.mark.parametrize("text", ["", "# nothing\n", "[verification]\n", "[targets]\n", "[hours]\n"])
def test_what_a_file_does_not_set_is_as_it_comes_built_in(text: str) -> None:
    assert parse_desk_file(text) == BUILT_IN


def test_what_is_set_is_read_into_its_place() -> None:
    desk = parse_desk_file(
        'security_address = "Security@EXAMPLE.com"\nregion = "no"\nretention_days = 400\nclassification = "Internal"\n'
        "asset_pattern = 'ND-\\d{4}'\nsnippets = ['Call back at: ']\n"
        "verification.lock_failures = 5\ntargets = {critical = 30, high = 31, normal = 32, low = 33}\n"
        "departments = [{name = 'Desk'}]\n"
        "[hours]\nzone = 'Europe/Oslo'\nmonday = ['13:00 – 24:00', '09:00-12:00']\nsunday = []\nholidays = 'no'\n"
        "closed = ['12-24', '2026-05-15', '12-24']\naround_the_clock = ['High', 'critical']\n"
        "[[categories]]\nname = 'other'\ndepartment = 'dESK'\npriority = 'Low'\nsensitive = true\ntwo_fold = true\n"
        "questions = ['  Why  ']\nprocedure = 'DOC-1'\nsnippets = ['x ']\n"
    )
    assert desk == Desk(
        ("Desk",),
        (Category("other", "Desk", Priority.LOW, True, True, ("Why",), "DOC-1", ("x ",)),),
        VerificationRules(lock_failures=5),
        "security@example.com",
        ("Call back at: ",),
        r"ND-\d{4}",
        Targets(30, 31, 32, 33),
        "Internal",
        400,
        "NO",
        OpeningHours(
            "Europe/Oslo",
            ((Span(540, 720), Span(780, 1440)), *[()] * 6),
            "NO",
            ("12-24", "2026-05-15"),
            (Priority.CRITICAL, Priority.HIGH),
        ),
    )


@pytest.mark.parametrize(("given", "taken"), [("gb-sct", "GB-SCT"), ("be-french", "BE-French"), ("US", "US")])
def test_a_place_with_holidays_is_taken_whatever_its_case(given: str, taken: str) -> None:
    hours = parse_desk_file(f"[hours]\nzone = 'UTC'\nmonday = ['00:00-24:00']\nholidays = '{given}'").hours
    assert hours is not None
    assert hours.holidays == taken
    assert hours.is_closed(date(2026, 12, 25))


def test_every_number_of_the_rules_can_be_set() -> None:
    assert {one.key for one in VERIFICATION} | {"email_codes"} == {one.name for one in fields(VerificationRules)}
    assert [one.key for one in TARGETS] == [one.name for one in fields(Targets)] == [one.word for one in Priority]
    for setting in (*VERIFICATION, *TARGETS):
        usual = getattr(VerificationRules() if setting in VERIFICATION else Targets(), setting.key)
        assert setting.least <= usual <= setting.most


@pytest.mark.parametrize("value", ["least - 1", "most + 1", "true", '"3"', "3.0", "[3]", "{}", "2024-01-01"])
@pytest.mark.parametrize("setting", [*VERIFICATION, *TARGETS, RETENTION], ids=lambda setting: setting.key)
def test_a_number_out_of_bounds_is_refused_with_the_bounds(setting, value: str) -> None:
    table = "verification" if setting in VERIFICATION else "targets" if setting in TARGETS else ""
    value = value.replace("least - 1", str(setting.least - 1)).replace("most + 1", str(setting.most + 1))
    head, place = (f"[{table}]\n", f"line 2, {table}, ") if table else ("", "line 1, ")
    told = problems(f"{head}{setting.key} = {value}")
    assert told[0] == f"{place}{setting.key}: a whole number from {setting.least} to {setting.most} is needed"


@pytest.mark.parametrize("setting", [*VERIFICATION, RETENTION], ids=lambda setting: setting.key)
def test_the_bounds_themselves_are_taken(setting) -> None:
    for bound in (setting.least, setting.most):
        head = "[verification]\n" if setting in VERIFICATION else ""
        desk = parse_desk_file(f"{head}{setting.key} = {bound}")
        assert getattr(desk.verification if head else desk, setting.key) == bound


UNKNOWN = "there is no such setting"
HOURS = "[hours]\nmonday = ['00:00-24:00']\n"
A, B = "[[departments]]\nname = ", f"{OTHER}[[categories]]\nname = "
WRONG = {
    "a setting that there is not": ("snipets = []", f"line 1, snipets: {UNKNOWN}; did you mean snippets?"),
    "a table that there is not": ("\n[people]\nx = 1", f"line 2, people: {UNKNOWN}; there are: security_address, "),
    "a setting of a table": ("[verification]\nlocks = 1", f"line 2, verification, locks: {UNKNOWN}"),
    "no address": ('security_address = "kim"', "line 1, security_address: an email address must have an @-sign"),
    "an address that is two": ('security_address = "a@example.com, b@example.com"', "line 1, security_address: "),
    "text that is none": ("classification = 3", "line 1, classification: text in quotes is needed"),
    "text with nothing in it": ('classification = " "', "line 1, classification: there is nothing in it"),
    "text that is long": (f'classification = "{"x" * 101}"', "line 1, classification: at most 100 characters"),
    "a hidden character": ('region = "a\\u202Eb"', "line 1, region: there is a hidden character in it (U+202E)"),
    "an escape sequence": ('snippets = ["ok", "\\u001B]52"]', "line 1, snippets 2: there is a hidden character"),
    "a new line in a snippet": ('snippets = ["a\\nb"]', "line 1, snippets 1: there is a hidden character in it"),
    "a region that there is not": ('region = "XX"', "line 1, region: an ISO 3166 code such as GB is needed"),
    "a pattern that runs away": ("asset_pattern = '(a+)+b'", "line 1, asset_pattern: a repeat without an end"),
    "a switch that is none": ("[verification]\nemail_codes = 1", "line 2, verification, email_codes: true or false"),
    "a table that is none": ("verification = 3", "line 1, verification: a table is needed, begun with [verification]"),
    "tables that are none": ('departments = ["A"]', "line 1, departments: tables are needed, each begun with [[dep"),
    "no department": ("departments = []", "line 1, departments: one at least is needed"),
    "a department without a name": ("[[departments]]", "line 1, departments 1, name: needed"),
    "a name without a letter": (f"{A}'!'", "line 2, departments 1, name: a letter or digit is needed in it"),
    "a name twice": (f"{A}'A'\n{A}'A'", "line 4, departments 2, name: “A” is there already"),
    "a name in other letters": (f"{A}'É'\n{A}'ｅ'", "line 4, departments 2, name: “ｅ” is the same as “É”"),
    "no other category": ("[[categories]]\nname = 'x'", "line 1, categories: one must be named “other”"),
    "no categories": ("categories = []", "line 1, categories: one must be named “other”"),
    "categories without their departments": (f"{A}'x'", "categories: none is given, and those that come built in go"),
    "a category that goes nowhere": (f"{B}'x'", "line 4, categories 2, department: needed"),
    "a department that there is not": (
        f"{B}'x'\ndepartment = 'y'",
        "line 6, categories 2, department: there is no department “y”; there are: Service desk, Field services",
    ),
    "a priority that there is not": (f"{B}'x'\npriority = 'now'", "line 6, categories 2, priority: no priority “now”"),
    "a category in capitals": (
        f"{B}'New'",
        "line 5, categories 2, name: a category is written in small letters, as the rights in the directory are: “new”",
    ),
    "a category that divides": (f"{B}'a;b'", "line 5, categories 2, name: no semicolon"),
    "a category with more": (f"{B}'x'\nsensible = true", f"line 6, categories 2, sensible: {UNKNOWN}; did you mean"),
    "questions that are none": (f"{B}'x'\nquestions = 'Why?'", "line 6, categories 2, questions: a list of texts"),
    "a more urgent one that is due later": (
        "[targets]\nhigh = 30",
        "line 2, targets, high: critical (60) must be due no later than high (30)",
    ),
    "hours without a zone": (f"{HOURS}", "line 1, hours, zone: needed: whose clocks count?"),
    "a zone that there is not": (f"{HOURS}zone = 'Europe'", "line 3, hours, zone: the IANA name of a time zone"),
    "a zone in small letters": (f"{HOURS}zone = 'utc'", "line 3, hours, zone: did you mean UTC?"),
    "a zone that is a path": (f"{HOURS}zone = '../UTC'", "line 3, hours, zone: the IANA name of a time zone"),
    "a desk that never opens": ("[hours]\nzone = 'UTC'\nmonday = []", "line 3, hours, monday: it never opens"),
    "a desk that hardly opens": (
        "[hours]\nzone = 'UTC'\nmonday = ['09:00-10:00']",
        "line 3, hours, monday: it is open for 3137 minutes a year, and low is due after 4320",
    ),
    "a span that is none": (f"{HOURS}tuesday = ['9-5']", "line 3, hours, tuesday 1: a span such as 09:00-12:30"),
    "an hour that there is not": (f"{HOURS}tuesday = ['09:00-24:01']", "line 3, hours, tuesday 1: a span such as"),
    "a span across midnight": (
        f"{HOURS}tuesday = ['08:00-09:00', '22:00-06:00']",
        "line 3, hours, tuesday 2: it closes before it opens; across midnight, give 22:00-24:00 here and 00:00",
    ),
    "a span of no time": (f"{HOURS}tuesday = ['09:00-09:00']", "line 3, hours, tuesday 1: it closes as it opens"),
    "spans that overlap": (
        f"{HOURS}tuesday = ['12:00-13:00', '09:00-12:01']",
        "line 3, hours, tuesday: 09:00-12:01 and 12:00-13:00 overlap",
    ),
    "holidays of nowhere": (f"{HOURS}holidays = 'XX'", "line 3, hours, holidays: an ISO 3166 code is needed"),
    "holidays of no part": (f"{HOURS}holidays = 'GB-X'", "line 3, hours, holidays: GB has no part “X” with holidays"),
    "a part of where there are none": (f"{HOURS}holidays = 'NO-x'", "line 3, hours, holidays: NO has no part “x” with"),
    "a closed day that is none": (f"{HOURS}closed = ['02-29', '02-30']", "line 3, hours, closed 2: a day such as"),
    "a closed day without quotes": (f"{HOURS}closed = [2026-12-24]", "line 3, hours, closed 1: text in quotes is"),
    "less urgent around the clock": (
        f"{HOURS}around_the_clock = ['high']",
        "line 3, hours, around_the_clock: what is more urgent counts around the clock, too: add it",
    ),
    "not TOML": ("region = GB", "it is not TOML: Invalid value (at line 1, column 10)"),
    "a key twice": ("region = 'GB'\nregion = 'NO'", "it is not TOML: Cannot overwrite a value"),
}


@pytest.mark.parametrize(("text", "expected"), WRONG.values(), ids=WRONG)
def test_what_can_not_be_right_is_refused_with_its_place(text: str, expected: str) -> None:
    assert [problem for problem in problems(text) if problem.startswith(expected)], problems(text)


def test_everything_that_is_wrong_is_said_at_once_in_the_order_of_the_file() -> None:
    told = problems(
        'region = "XX"\n\n[verification] # the rules\n"lock_failures" = 0\n\n[[departments]]\nname = "A"\n'
        '[[categories]]\nname = "Access"\ndepartment = "B"\npriority = "now"\nquestions = [\n    "ok",\n    3,\n]\n'
    )
    assert [problem.partition(":")[0] for problem in told] == [
        "line 1, region",
        "line 4, verification, lock_failures",
        "line 8, categories",
        "line 9, categories 1, name",
        "line 10, categories 1, department",
        "line 11, categories 1, priority",
        "line 12, categories 1, questions 2",
    ]


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_file_takes_long_or_all_the_memory(text: str) -> None:
    assert len(text.encode()) <= LONGEST
    began = time.monotonic()
    told = problems(text)
    assert time.monotonic() - began < 10
    assert all(is_one_clean_line(problem) for problem in told)


def test_a_file_of_more_than_256_kib_is_refused_unread() -> None:
    assert problems("x" * (LONGEST + 1)) == problems("é" * (LONGEST // 2 + 1)) == ("it is longer than 256 KiB",)
    assert parse_desk_file("#" * LONGEST) == BUILT_IN


@given(st.text() | st.lists(st.sampled_from([*"[]{}=\"',.#\n\\ ", "a", "name", "categories", "verification", "1"])))
@settings(deadline=None)
def test_any_text_is_a_desk_file_or_refused(pieces: "str | list[str]") -> None:
    assert read("".join(pieces)) == BUILT_IN or problems("".join(pieces))


@pytest.mark.parametrize("value", corpus("name"))
def test_hostile_text_is_kept_clean_or_refused_clean(value: str) -> None:
    written = "".join(f"\\U{ord(char):08X}" for char in value if not "\ud800" <= char <= "\udfff")
    told = read(f'classification = "{written}"\n"{written[:200]}" = 1')
    shown = told if isinstance(told, tuple) else (told.classification,)
    assert all(is_one_clean_line(text) for text in shown)


def test_the_page_for_users_tells_every_setting_and_its_example_is_a_desk_file() -> None:
    page = DOCUMENT.read_text(encoding="utf-8")
    settings = re.findall(r"^#? ?(\w+) = ", desk_file_text(BUILT_IN), re.MULTILINE)
    assert len(set(settings)) == 6 + len(VERIFICATION) + 1 + len(TARGETS) + 4 + len(WEEKDAYS) + 6 + 6 + 3 + 8 - 1
    assert [name for name in set(settings) if f"`{name}`" not in page] == []
    for setting in (*VERIFICATION, *TARGETS, RETENTION):
        assert re.search(rf"`{setting.key}` .*{setting.least} to {setting.most}", page), setting.key
    examples = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    assert examples
    for text in examples:
        assert parse_desk_file(text) != BUILT_IN


def test_a_dialled_number_may_be_written_as_people_write_it() -> None:
    desk = parse_desk_file('[lines]\n"+44 (20) 7946-0100" = "Northwind desk"\n880 = "second line"\n')
    assert desk.lines == {"+442079460100": "Northwind desk", "880": "second line"}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('"020 7946 0100 or so" = "A"', "a number with +"),
        ('"+0442079460100" = "A"', "a number with +"),
        ("880 = 1", "text in quotes"),
        ('880 = " "', "there is nothing in it"),
        ('"88 0" = "A"\n"880" = "B"', "it is there already"),
    ],
)
def test_a_line_that_nobody_can_dial_or_that_has_no_name_is_refused(line: str, said: str) -> None:
    with pytest.raises(DeskFileRefused, match=said):
        parse_desk_file(f"[lines]\n{line}\n")
