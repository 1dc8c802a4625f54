"""What callers say of themselves is found in Live notes, and what only looks like it is not (P6)."""

import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callintake.domain import facts
from callintake.domain.facts import FactKind, find_facts
from tests.conftest import DATA, REGION

KINDS = (FactKind.PHONE, FactKind.EMAIL, FactKind.NAME, FactKind.ASSET, FactKind.TICKET)
LEAST_PRECISION, LEAST_RECALL = 0.95, 0.9
CORPUS: dict[str, Any] = json.loads((DATA / "facts.json").read_text(encoding="utf-8"))
HOSTILE = json.loads((DATA / "bad_inputs.json").read_text(encoding="utf-8"))
WORDS = (
    *("020 7946 0876", "07700 900123", "0867", "sorry", "no", "1001-9", "1001-8", "ND-0441", "ticket", "\n", ", ", " "),
    *("a@example.com", "jo dot fry at example dot com", "dot", "at", "one", "double", "It's", "Amara Okafor", "ext 2"),
    *("W, E, I, double S", "from", "that", "-", ".", "é", "\u0301", "\r", "\ud800", "٣", "０"),
)


def values(text: str, kind: FactKind, region: str = REGION) -> list[str]:
    return [fact.value for fact in find_facts(text, region) if fact.kind == kind]


def phones(text: str, region: str = REGION) -> list[str]:
    return values(text, FactKind.PHONE, region)


@pytest.mark.parametrize(
    ("text", "e164"),
    [
        ("call me on 020 7946 0876", "+442079460876"),
        ("029 2018 0345 extension 27.", "+442920180345;ext=27"),
        ("01632 960202 ext. 27", "+441632960202;ext=27"),
        ("07700 900123 x27", "+447700900123;ext=27"),
        ("his cell is +1 202 555 0143", "+12025550143"),
        ("oslo: +47 21 94 99 00", "+4721949900"),
        ("0044 20 7946 0876", "+442079460876"),
        ("10:30 on 12/05/2024 020 7946 0876", "+442079460876"),
    ],
)
def test_a_telephone_number_is_found_as_it_is_stored(text: str, e164: str) -> None:
    assert phones(text) == [e164]


def test_a_number_without_a_country_is_one_of_the_desks_region() -> None:
    assert phones("202-555-0143", "US") == ["+12025550143"]
    assert phones("21 94 99 00", "NO") == ["+4721949900"]
    assert phones("21 94 99 00", "GB") == []


@pytest.mark.parametrize(
    "text",
    [
        *(
            "2024-05-01 12:33:44,123",
            "12-05-2024 09:31",
            "since 16:40",
            "192.168.100.200",
            "10.0.19045.3803",
            "v12.4.5678",
        ),
        *("ND-0441", "1001-9", "550 5.7.1", "£1,234,567.89", "S/N 5CD1234567", "0x80070005", "PO 4500123456"),
        *("order no 2079460112", "2001:db8::1", "550e8400-e29b-41d4-a716-446655440000", "setup_20240612_0931.log"),
        *("https://example.com/02079460876", "IMEI 356938035643809", "00000000000", "smtpd[20794]: 4.7.1 try later"),
    ],
)
@pytest.mark.parametrize("region", ["GB", "US", "NO"])
def test_no_other_number_is_taken_for_a_telephone_number(text: str, region: str) -> None:
    assert phones(text, region) == []


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("Call me on 020 7946 0876, sorry, 0867.", FactKind.PHONE, "+442079460867"),
        ("020 7946 0876, I mean 67", FactKind.PHONE, "+442079460867"),
        ("020 7946 0876 - no wait, zero eight six seven", FactKind.PHONE, "+442079460867"),
        ("020 7946 0876, oops, make that 0866, sorry, 0867", FactKind.PHONE, "+442079460867"),
        ("020 7946 0876. Correction: 07700 900123", FactKind.PHONE, "+447700900123"),
        ("020 7946 0876 please\nsorry, 0867", FactKind.PHONE, "+442079460867"),
        ("020 7946 0876, sorry,\n0867", FactKind.PHONE, "+442079460867"),
        ("020 7946 0876\nactually 07700 900123 is better", FactKind.PHONE, "+447700900123"),
        ("020 7946 0876 ext 27, sorry, 28", FactKind.PHONE, "+442079460876;ext=28"),
        ("020 7946 0876, pardon, 0867 ext 3", FactKind.PHONE, "+442079460867;ext=3"),
        ("jo dot fry at example dot com, sorry, jo dot frye at example dot com", FactKind.EMAIL, "jo.frye@example.com"),
        ("jo.fry@example.com\nno, jo.fry@example.net", FactKind.EMAIL, "jo.fry@example.net"),
        ("1001-8, sorry, 1001-9", FactKind.TICKET, "1001-9"),
        ("1001-8, sorry, dash nine", FactKind.TICKET, "1001-9"),
        ("ticket 10018, scratch that, 10019", FactKind.TICKET, "1001-9"),
        ("tag ND-0441, rather 0414", FactKind.ASSET, "ND-0414"),
        ("tag ND-0441, sorry, PA-0731", FactKind.ASSET, "PA-0731"),
        ("Ruth Abara, sorry, Ruth Abarra", FactKind.NAME, "Ruth Abarra"),
        ("Jon Smith, S-M-Y-T-H-E, new here", FactKind.NAME, "Jon Smythe"),
    ],
)
def test_what_is_taken_back_is_not_offered_but_what_takes_its_place(text: str, kind: FactKind, value: str) -> None:
    [fact] = find_facts(text, REGION)
    assert (fact.kind, fact.value, fact.corrected, fact.problem) == (kind, value, True, None)


@pytest.mark.parametrize(
    "text",
    [
        "020 7946 0876, no, 12 users are affected",
        "020 7946 0876, sorry, 16:40 is the flight",
        "020 7946 0876\nno 3 printers",
        "020 7946 0876, sorry, ticket 4821-7",
        "020 7946 0876, sorry to keep you waiting",
    ],
)
def test_a_number_is_not_changed_by_what_is_no_correction(text: str) -> None:
    assert phones(text) == ["+442079460876"]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("mail helen.pike@example.org.", "helen.pike@example.org"),
        ("<kofi@Riverbanklegal.Example.com>", "kofi@riverbanklegal.example.com"),
        (
            "Email is hannah dot weiss at riverbanklegal dot example dot com.",
            "hannah.weiss@riverbanklegal.example.com",
        ),
        ("sian dot prys dash jones at cwmvalley dot example dot org", "sian.prys-jones@cwmvalley.example.org"),
        ("it's j underscore fry plus it at example dot com", "j_fry+it@example.com"),
        ("my address is kofi at example point com", "kofi@example.com"),
        ("cc: jo minus fry two at river hyphen bank dot example dot net", "jo-fry2@river-bank.example.net"),
        ("Jo dot Fry at example.com", "jo.fry@example.com"),
    ],
)
def test_an_address_is_found_written_or_said_without_the_words_that_lead_to_it(text: str, address: str) -> None:
    assert values(text, FactKind.EMAIL) == [address]


@pytest.mark.parametrize(
    "text",
    [
        *("I'm at the office dot matrix printer", "look at example dot com", "cant log in at portal.example.com"),
        *(
            "the site at portal dot example dot com is down",
            "https://user:pw@example.com/x",
            "ssh root@web.example.com",
        ),
        *(
            "meet at cafe dot next",
            "jo dot fry at example",
            "a..b@example.com",
            "jo@example",
            "sip:100@pbx.example.com",
        ),
    ],
)
def test_what_only_looks_like_an_address_is_none(text: str) -> None:
    assert values(text, FactKind.EMAIL) == []


def test_an_asset_tag_is_found_in_any_case_and_by_the_pattern_of_the_desk() -> None:
    assert values("nd-0441 and ND-0442, not CVE-2024-1234 or ISO-8859", FactKind.ASSET) == ["ND-0441", "ND-0442"]
    assert [fact.value for fact in find_facts("pc/77 and ND-0441", REGION, r"\bPC/\d+\b")] == ["PC/77"]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *[(text, "4821-7") for text in ("chasing 4821-7", "#4821-7", "ticket 48217", "ticket number is 4821 7")],
        *[(text, "4821-7") for text in ("four eight two one dash seven", "case no. 4821 - 7", "4821 dash seven")],
        *[(text, "4821-7") for text in ("ticket 48217 3 users", "my reference is four eight two one seven")],
        *[("ticket 2024-0", "2024-0"), ("double one eight seven dash eight", "1187-8"), ("#10342-3", "10342-3")],
    ],
)
def test_a_ticket_number_is_found_written_or_said(text: str, number: str) -> None:
    [fact] = find_facts(text, REGION)
    assert (fact.kind, fact.value, fact.problem) == (FactKind.TICKET, number, None)


def test_a_misheard_ticket_number_is_offered_with_what_is_wrong_with_it() -> None:
    [fact] = find_facts("she says ticket 1001-8", REGION)
    assert fact.value == "1001-8"
    assert "can't be right" in (fact.problem or "")


@pytest.mark.parametrize(
    "text",
    [
        *("budget 2024-5", "48217 of them", "ticket printer in room 10234", "phone number is 48217", "invoice #48217"),
        *("zip 90210-1234", "£4821-7", "4821-7-1", "ND-4821-7", "ticket 2024", "serial number 48217", "100-5"),
    ],
)
def test_what_only_looks_like_a_ticket_number_is_none(text: str) -> None:
    assert values(text, FactKind.TICKET) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Hi, it's Amara Okafor at Northgate Dental.", "Amara Okafor"),
        ("This is Priya Raman, I'm boarding", "Priya Raman"),
        ("Riverbank Legal. I'm new, Hannah Weiss, W, E, I, double S.", "Hannah Weiss"),
        ("Tom Lindquist from Riverbank, with a Q U.", "Tom Lindquist"),
        ("Siân Prys-Jones, S-I-A-N with a circumflex, Cwm Valley Council.", "Siân Prys-Jones"),
        ("(a second call: Ingrid Sørensen, Fjordline: mail bounces)", "Ingrid Sørensen"),
        ("Declan O'Brien, Halcyon Freight.", "Declan O'Brien"),
        ("Kofi Mensah speaking", "Kofi Mensah"),
        ("Good morning, Dr Ana de la Cruz here", "Ana de la Cruz"),
        ("I'm Tom Hill and I can't print", "Tom Hill"),
        ("my name is bertrand van der meer, new here", "Bertrand van der Meer"),
    ],
)
def test_the_name_of_whoever_says_who_they_are_is_found(text: str, name: str) -> None:
    assert values(text, FactKind.NAME)[:1] == [name]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Riverbank Legal. Second call",
            "Halcyon Freight, printer down",
            "It's Windows Update, again",
            "Thanks Kim Lee",
        ),
        *("This is Priya Raman's mailbox", "Priya Raman's away", "Wednesday Morning, at nine", "Camden Hill, no wifi"),
        *("Please Note, user is away", "ask Declan O'Brien, he knows", "Amara again", "caller is very angry"),
    ],
)
def test_no_name_is_offered_that_nobody_gave_as_theirs(text: str) -> None:
    assert values(text, FactKind.NAME) == []


def test_facts_come_in_their_order_and_each_once() -> None:
    text = "Kofi Mensah here, 020 7946 0998\nticket 4821-7, ND-0441\n02079460998, kofi@example.com, #48217"
    found = find_facts(text, REGION)
    assert [fact.value for fact in found] == ["Kofi Mensah", "+442079460998", "4821-7", "ND-0441", "kofi@example.com"]
    assert [fact.said for fact in found] == ["Kofi Mensah", "020 7946 0998", "4821-7", "ND-0441", "kofi@example.com"]


def _is_true_to(text: str) -> bool:
    found = find_facts(text, REGION)
    places = [fact.at for fact in found]
    once = {(fact.kind, fact.value) for fact in found}
    return (
        all(text[fact.at : fact.end] == fact.said != "" for fact in found)
        and places == sorted(places)
        and len(once) == len(found)
    )


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_searched_and_every_fact_lies_in_it(text: str) -> None:
    assert _is_true_to(text)


@settings(deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=14))
def test_every_fact_lies_in_the_text_however_its_words_are_mixed(words: list[str]) -> None:
    assert _is_true_to(" ".join(words))
    assert _is_true_to("".join(words))


@pytest.mark.parametrize("entry", HOSTILE, ids=lambda entry: entry["id"])
def test_every_known_oddity_is_searched(entry: dict[str, Any]) -> None:
    if "value" in entry:
        assert _is_true_to(entry["value"] * entry.get("repeat", 1))


def _heard() -> list[dict[str, Any]]:
    return [*CORPUS["lines"], *(entry for heard in CORPUS["scripts"].values() for entry in heard)]


@pytest.mark.parametrize("kind", KINDS)
def test_few_facts_are_missed_and_fewer_are_wrong(kind: FactKind) -> None:
    count: Counter[str] = Counter()
    for entry in _heard():
        expected = {fact["value"] for fact in entry["facts"] if fact["kind"] == kind}
        found = set(values(entry["line"], kind, entry.get("region", REGION)))
        count.update(expected=len(expected), found=len(found), right=len(expected & found))
    assert count["right"] >= LEAST_PRECISION * count["found"], count
    assert count["right"] >= LEAST_RECALL * count["expected"], count


@pytest.mark.parametrize("script", CORPUS["scripts"])
def test_everything_said_in_the_calls_is_found_and_nothing_else(script: str) -> None:
    heard = CORPUS["scripts"][script]
    lines = [line for _, line in json.loads((DATA / "calls" / f"{script}.json").read_text(encoding="utf-8"))["heard"]]
    assert [entry["line"] for entry in heard] == lines
    expected = [(fact["kind"], fact["value"]) for entry in heard for fact in entry["facts"] if fact["kind"] in KINDS]
    assert sorted((str(fact.kind), fact.value) for fact in find_facts("\n".join(lines), REGION)) == sorted(expected)


def test_only_the_line_that_changed_is_searched_again() -> None:
    lines = [f"{entry['line']} ({number})" for number in range(20) for entry in CORPUS["lines"]]
    text = "\n".join(lines)[: 64 * 1024]
    find_facts(text, REGION)
    before = facts._in_line.cache_info().misses
    find_facts(text, REGION)
    assert facts._in_line.cache_info().misses == before
    find_facts(text.replace("\n", " and so on\n", 1), REGION)
    assert facts._in_line.cache_info().misses == before + 1


def test_a_line_is_searched_only_so_far() -> None:
    assert find_facts("x" * 1990 + " 020 7946 0876" + " 020 7946 0875" * 100_000, REGION) == ()
    assert phones("x" * 1980 + " 020 7946 0876" + " and on" * 100_000) == ["+442079460876"]
