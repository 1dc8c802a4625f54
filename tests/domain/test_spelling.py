"""What is spelled on the phone can be written down by whoever hears it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callintake.domain.spelling import LONGEST, spelled, spelled_phone
from tests.conftest import corpus

EVERYTHING = [*corpus("name"), *corpus("org"), *corpus("email"), *corpus("phone"), *corpus("notes"), *corpus("cti")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Amara", "alpha mike alpha romeo alpha"),
        ("AMARA", "alpha mike alpha romeo alpha"),
        ("Siân", "sierra india alpha circumflex november"),
        ("Sia\u0302n", "sierra india alpha circumflex november"),
        ("José", "juliet oscar sierra echo acute"),
        ("Zoë", "zulu oscar echo umlaut"),
        ("Ångström", "alpha ring november golf sierra tango romeo oscar umlaut mike"),
        ("Peña", "papa echo november tilde alpha"),
        ("Çelik", "charlie cedilla echo lima india kilo"),
        ("Štěp", "sierra caron tango echo caron papa"),
        ("Sørensen", "sierra oscar stroke romeo echo november sierra echo november"),
        ("Weiß", "whiskey echo india sharp s"),
        ("ẞ", "sharp s"),
        ("Æ", "alpha echo ligature"),
        ("İl", "india dot above lima"),
        ("Nguyễn", "november golf uniform yankee echo circumflex tilde november"),
        ("ả", "alpha hook above"),
        ("R2-D2, Jr.", "romeo two dash delta two comma, juliet romeo dot"),
        ("O'Brien", "oscar apostrophe bravo romeo india echo november"),
        ("O’Brien", "oscar apostrophe bravo romeo india echo november"),
        ("kim_x+y@a.io/b", "kilo india mike underscore x-ray plus yankee at alpha dot india oscar slash bravo"),
        ("H & M", "hotel, ampersand, mike"),
        ("Ｊ①ﬁ", "juliet one foxtrot india"),
        ("١٢", "one two"),
        ("张伟", "张伟"),
        ("Jаne", "juliet а november echo"),
        ("Майя", "Майя"),
        ("한 a", "한, alpha"),
        ("नि", "नि"),
        ("❤️", "❤️"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("a\u200db", "alpha bravo"),
        (" two  words\n", "tango whiskey oscar, whiskey oscar romeo delta sierra"),
        ("", ""),
        ("[/]", "open square bracket slash close square bracket"),
    ],
)
def test_every_letter_is_said(text: str, said: str) -> None:
    assert spelled(text) == said


def test_every_letter_has_a_word_of_its_own() -> None:
    letters = "abcdefghijklmnopqrstuvwxyz0123456789"
    said = [spelled(letter) for letter in letters]
    assert len(set(said)) == len(letters)
    assert [word[0] for word in said[:26]] == list(letters[:26])


@pytest.mark.parametrize(
    ("e164", "said"),
    [
        (
            "+442079460112;ext=27",
            "plus four four, two zero, seven nine four six, zero one one two, extension two seven",
        ),
        ("+14155552671", "plus one, four one five, five five five, two six seven one"),
        ("+302101234567", "plus three zero, two one, zero one two three, four five six seven"),
        ("1001", "one zero zero one"),
        ("", ""),
        ("+", "plus"),
    ],
)
def test_a_phone_number_is_said_in_the_groups_in_which_it_is_shown(e164: str, said: str) -> None:
    assert spelled_phone(e164) == said


@pytest.mark.parametrize("text", EVERYTHING)
@pytest.mark.parametrize("spell", [spelled, spelled_phone])
def test_hostile_text_is_spelled_in_bounds(spell, text: str) -> None:
    check(spell(text))


@given(st.text(st.characters(exclude_categories=()), max_size=400))
def test_any_text_is_spelled(text: str) -> None:
    check(spelled(text))
    check(spelled_phone("+" + text))


def check(said: str) -> None:
    assert len(said) < LONGEST * 100
    assert "\n" not in said
    said.encode()


def test_what_is_longer_than_any_address_is_cut_and_says_so() -> None:
    assert spelled("a" * LONGEST).count("alpha") == LONGEST
    assert spelled("a" * (LONGEST + 1)) == spelled("a" * LONGEST) + ", …"
