"""Text from people is safe to keep and to show, and is found again however it is written."""

import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from callintake.domain.text import (
    SEARCH_WORDS,
    WORD_LENGTH,
    clean_block,
    clean_line,
    elide,
    first_line,
    fold,
    phone_words,
    printable,
    query_readings,
    words,
)
from tests.conftest import corpus

BIDI = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
EVERYTHING = [*corpus("name"), *corpus("notes"), *corpus("cti"), *corpus("db"), *corpus("search"), *corpus("email")]
# What the generator alone seldom makes: marks in wrong order, marks that fall apart, joiners, lines of all kinds.
AWKWARD = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(
            "\u0301\u0323\u05b0\u05b7\u0344\u0f73\u0f71\u3099\u20dd\u200c\u200d\ufe0f\r\n\x0b\x85\u2028\x00"
        ),
        st.sampled_from("aé가\u1112\u1161\u11abﬁİß\ud800\U000e0041\u202e \t"),
    ),
    max_size=120,
)


def is_harmless(char: str) -> bool:
    """Whether a terminal, a database and a reader take this character for what it is."""
    return not (
        (unicodedata.category(char) == "Cc" and char not in "\n\t")
        or unicodedata.category(char) == "Cs"
        or char in BIDI
        or char in "\u2028\u2029\u200b\u2060\ufeff\xad\u180e"
        or ord(char) & 0xFFFE == 0xFFFE
        or 0xFDD0 <= ord(char) <= 0xFDEF
        or 0xE0000 <= ord(char) <= 0xE0FFF
    )


@pytest.mark.parametrize("text", EVERYTHING)
def test_nothing_hostile_is_left_in_cleaned_text(text: str) -> None:
    for cleaned in (clean_block(text), clean_line(text), printable(text)):
        assert all(map(is_harmless, set(cleaned)))
        cleaned.encode()
    assert "\n" not in clean_line(text)
    assert unicodedata.is_normalized("NFC", clean_block(text))


@given(AWKWARD)
@example("\u0344" * 40)
@example("a" + "\u0301" * 20 + "\u05b0" + "\u0301" * 20)
@example("\u0f73" * 40)
@example("\r\x00\n")
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert all(map(is_harmless, clean_block(text)))
    assert unicodedata.is_normalized("NFC", clean_block(text))
    assert clean_block(clean_block(text)) == clean_block(text)
    assert clean_line(clean_line(text)) == clean_line(text)
    assert printable(printable(text)) == printable(text)
    assert clean_line(clean_block(text)) == clean_line(text)


@given(AWKWARD)
def test_cleaned_text_is_shown_as_it_is_kept(text: str) -> None:
    assert printable(clean_block(text)) == clean_block(text)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("l1\r\nl2\rl3\x0bl4\x0cl5\x85l6\u2028l7\u2029l8", "l1\nl2\nl3\nl4\nl5\nl6\nl7\nl8"),
        ("l1\n\n\nl2", "l1\n\n\nl2"),
        ("  indented\tby tab  ", "  indented\tby tab  "),
        ("A\x1b]52;c;ZXZpbA==\x07B", "A]52;c;ZXZpbA==B"),
        ("Invoice\u202egnp.exe", "Invoicegnp.exe"),
        ("Ja\u200bne\ufeff\xad", "Jane"),
        ("jose\u0301 \u1112\u1161\u11ab", "josé 한"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("❤\ufe0f", "❤\ufe0f"),
        ("علي\u200cرضا", "علي\u200cرضا"),
        ("नि", "नि"),
        ("[/] [@click=app.quit]x[/]", "[/] [@click=app.quit]x[/]"),
        ("a\ud800b\x00c\U0010ffffd", "abcd"),
    ],
)
def test_what_people_write_is_kept_and_only_the_rest_goes(typed: str, kept: str) -> None:
    assert clean_block(typed) == kept


def test_a_line_has_single_blanks_and_no_ends() -> None:
    assert clean_line("\u3000 Jane\xa0\xa0Doe\r\n\tLtd \n") == "Jane Doe Ltd"
    assert clean_line("\xa0") == clean_line("\n") == clean_line("\x00") == ""


@pytest.mark.parametrize(
    "storm", ["\u0301", "\u0301\u05b0", "\u0323\u0301", "\u0f73", "\u0344", "\u20dd\u0301", "\u093f"]
)
def test_a_storm_of_marks_is_cut_short_and_costs_no_time(storm: str) -> None:
    began = time.thread_time()
    cleaned = clean_block("Z" + storm * (100_000 // len(storm)) + "end")
    assert time.thread_time() - began < 1
    assert len(cleaned) <= 34
    assert cleaned.endswith("end")


def test_a_megabyte_is_kept_whole() -> None:
    assert clean_block("x" * 1_048_576) == "x" * 1_048_576
    assert clean_block("\n" * 100_000) == "\n" * 100_000


def test_printable_keeps_columns_where_they_were() -> None:
    assert printable("Jose\u0301\t|\n") == "Jose\u0301\t|\n"
    assert printable("a\x1b[2Jb") == "a[2Jb"


def test_text_is_elided_within_its_width() -> None:
    assert elide("printer", 7) == "printer"
    assert elide("printers", 7) == "printe…"
    assert elide("a word", 3) == "a…"
    assert elide("ab", 1) == "…"


def test_the_first_line_is_the_first_with_anything_on_it() -> None:
    assert first_line("\n  \n  printer \nmore") == "printer"
    assert first_line(" \n") == ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("José", "JOSE\u0301"),
        ("İstanbul", "istanbul"),
        ("İSTANBUL", "i\u0307stanbul"),
        ("Ｊａｎｅ", "jane"),
        ("ﬁle", "FILE"),
        ("STRASSE", "straße"),
        ("Ångström", "angstrom"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        ("한", "\u1112\u1161\u11ab"),
    ],
)
def test_what_reads_the_same_folds_to_the_same(one: str, other: str) -> None:
    assert fold(one) == fold(other)
    assert words(one) == words(other)


def test_what_only_looks_the_same_stays_different() -> None:
    assert fold("J\u0430ne") != fold("Jane")
    assert fold("0") != fold("O")


@given(AWKWARD)
def test_folding_twice_changes_no_word(text: str) -> None:
    assert words(fold(text)) == words(text)


def test_words_are_what_stands_between_the_signs() -> None:
    assert words("O'Brien, foo_bar@x.example (R2-D2)!") == ["o", "brien", "foo", "bar", "x", "example", "r2", "d2"]
    assert words("x" * 1000) == ["x" * WORD_LENGTH]


@pytest.mark.parametrize("query", corpus("search"))
def test_a_query_becomes_words_that_need_no_quoting(query: str) -> None:
    for reading in query_readings(query):
        assert 0 < len(reading) <= SEARCH_WORDS
        assert all(word.isalnum() and len(word) <= WORD_LENGTH for word in reading)


@given(AWKWARD)
def test_any_text_is_a_query(text: str) -> None:
    assert all(word.isalnum() for reading in query_readings(text) for word in reading)


@pytest.mark.parametrize("query", ["", "   ", "*", '"', "()", "\x00", "\ud800", "--", "%", "_"])
def test_a_query_without_a_word_means_nothing(query: str) -> None:
    assert query_readings(query) == []


def test_a_huge_query_is_cut() -> None:
    assert query_readings("(" * 3000) == []
    assert [len(reading) for reading in query_readings("word " * 200_000)] == [SEARCH_WORDS]


@pytest.mark.parametrize(
    "notation",
    [
        *("+442079460112", "+44 20 7946 0112", "+44 (0)20 7946 0112", "00442079460112", "0044 20 7946 0112"),
        *("020 7946 0112", "(020) 7946 0112", "020-7946-0112", "020.7946.0112", "020/7946/0112", "020‑7946‑0112"),
        *("020–7946–0112", "7946 0112", "9460112", "＋４４ ２０ ７９４６ ０１１２", "tel:+442079460112"),
        *("020 7946 0112 ext. 27", "+44 20 7946 0112;ext=27", "020 7946 0112 x27", "+44\xa020\xa07946\xa00112"),
    ],
)
def test_a_number_in_any_notation_is_one_of_the_words_it_is_found_by(notation: str) -> None:
    found_by = phone_words("+442079460112;ext=27")
    assert any(len(reading) == 1 and reading[0] in found_by for reading in query_readings(notation)), notation


def test_a_number_is_found_by_its_whole_its_national_and_its_local_part() -> None:
    assert phone_words("+12025550143") == ["12025550143", "2025550143", "025550143", "25550143", "5550143"]
    assert phone_words("+30112") == ["30112"]


def test_what_only_looks_like_a_number_is_also_looked_for_as_it_stands() -> None:
    assert ["192", "168", "1", "10"] in query_readings("192.168.1.10")
    assert ["since", "2024", "02", "01"] in query_readings("since 2024-02-01")
    assert query_readings("error 3021") == [["error", "3021"]]
