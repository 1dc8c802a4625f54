"""A pattern of asset tags is taken only if it can't run away, whatever line it is looked for in."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callintake.domain.asset_pattern import PatternRefused, check_asset_pattern
from callintake.domain.facts import FactKind, find_facts
from callintake.domain.routing import ASSET_PATTERN

TAKEN = {
    ASSET_PATTERN: ["ND-0441", "lap-123456"],
    r"(?:LAP|PC|SRV)-?\d{4,8}": ["SRV00412", "PC-1234"],
    r"ND-\d{4}(?:/[A-Z]{1,2})?": ["ND-0441", "ND-0441/B"],
    r"[A-Z0-9]{8}": ["AB12CD34"],
    r"\d{3}\.\d{3}": ["123.456"],
    r"([A-Z])(\d\w){2}": ["A1b2c"],
}
REFUSED = {
    r"(a+)+$": "a repeat without an end, at character 3",
    r"\d*-\d*": "a repeat without an end",
    r"\d{3,}": "a repeat without an end",
    r"\d{,3}a": "a repeat without an end",
    r"(a{1,20}){1,20}": "more than 100 ways",
    r"(?:a|a|aa){5}b": "more than 100 ways",
    r"([a-z]?){40}": "more than 100 ways",
    r"\w{1,20}\w{1,20}-": "more than 100 ways",
    r"a{0,40}{2}": "one repeat after another",
    r"ab??": "one repeat after another",
    r"a{41}": "repeats of at most 40",
    r"a{999}": "repeats of at most 40",
    r"a{9999}": "a repeat without an end",
    r"\d{30}-\d{30}": "more than 40 characters",
    r"(?=aa)": "“?” can't stand at character 2",
    r"(?i)nd": "“?” can't stand at character 2",
    r"(?P<tag>nd)": "“?” can't stand at character 2",
    r"(nd)\1": "“\\” can't stand at character 5",
    r"nd$": "“$” can't stand at character 3",
    r"nd.": "“.” can't stand at character 3",
    r"[a--b]x": "“[” can't stand at character 1",
    r"[[:alpha:]]x": "“[” can't stand at character 1",
    r"[a&&b]x": "“[” can't stand at character 1",
    r"nd\Z": "“\\” can't stand at character 3",
    r"[z-a]x": "no pattern: bad character range z-a",
    r"a{3,2}x": "no pattern: ",
    r"\b{3}ab": "no pattern: ",
    r"(nd": "a “)” is missing",
    r"nd)": "a “)” too many, at character 3",
    r"": "less than 2 characters",
    r"a|bcd": "less than 2 characters",
    r"\b\b": "less than 2 characters",
    "é{3}": "plain letters, digits and signs only",
    "a\nb": "plain letters, digits and signs only",
    "a" * 101: "at most 100 characters",
}
HOSTILE = ["a" * 2000, "ab1-" * 500, "A1" * 1000, "-" * 2000, " a" * 1000, "0" * 1999 + "-"]


@pytest.mark.parametrize("pattern", TAKEN)
def test_what_finds_tags_is_taken(pattern: str) -> None:
    assert check_asset_pattern(pattern) == pattern
    for tag in TAKEN[pattern]:
        found = [fact.value for fact in find_facts(f"it is {tag} .", "GB", pattern) if fact.kind is FactKind.ASSET]
        assert found == [tag.upper()]


@pytest.mark.parametrize("pattern", REFUSED)
def test_what_can_run_away_or_is_no_pattern_is_refused_with_the_reason(pattern: str) -> None:
    with pytest.raises(PatternRefused, match=re.escape(REFUSED[pattern])):
        check_asset_pattern(pattern)


_PIECES = [
    *"ab1-|()?",
    "[A-Z]",
    r"\d",
    r"\w",
    r"\b",
    "(?:",
    "{2}",
    "{1,3}",
    "{0,9}",
    "{10}",
    "{20,40}",
    r"\w\w",
    "[^a]",
]


@given(st.lists(st.sampled_from(_PIECES), max_size=20).map("".join))
@settings(deadline=None, max_examples=500)
def test_what_is_taken_takes_no_time_in_any_line(pattern: str) -> None:
    try:
        check_asset_pattern(pattern)
    except PatternRefused:
        return
    for line in HOSTILE:
        began = time.process_time()
        for _ in re.finditer(pattern, line, re.IGNORECASE):
            pass
        assert time.process_time() - began < 0.5, line[:8]


@pytest.mark.parametrize(
    "pattern", [r"(?:\w|\w\w|\w\w\w){4}\w{20}-", r"(?:\w|\w){6}\w{30}-", r"(\w?\w?){3}\w{20}-", r"\w{1,10}\w{1,10}-"]
)
def test_the_slowest_that_is_taken_is_quick_enough_for_a_key(pattern: str) -> None:
    assert check_asset_pattern(pattern) == pattern
    for line in HOSTILE:
        began = time.process_time()
        find_facts(line, "GB", pattern)
        assert time.process_time() - began < 0.5


@given(st.text(max_size=120))
@settings(deadline=None)
def test_any_text_is_a_pattern_or_refused(text: str) -> None:
    try:
        check_asset_pattern(text)
    except PatternRefused:
        return
    re.compile(text)
