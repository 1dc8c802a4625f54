"""A search means the same on every database, whatever is typed into it."""

import pytest
from sqlmodel import Session

from callintake.domain.number import ticket_number
from callintake.domain.view import Filter, View
from callintake.services import directory, queue, raising, tickets
from callintake.store import lookup
from callintake.store.search import TICKETS as TABLE
from tests.conftest import LEAD, REGION, corpus
from tests.services.acting import given_ticket

TICKETS = {
    "José": given_ticket("José cannot log in at İstanbul"),
    "file": given_ticket("the ﬁle server ＳＨＡＲＥ is slow"),
    "straße": given_ticket("router in der Hauptstraße, Ångström floor"),
    "address": given_ticket("host 192.168.1.10 down since 2024-02-01"),
    "hangul": given_ticket("한국 지사 프린터"),
    "asset": given_ticket("Zebra ND-0441, error O'Brien's foo_bar@x 100% c:\\temp"),
}
CALLERS = {
    "London": {
        "name": "Siân Prys-Jones",
        "organization": "Cwm",
        "email": "s@cwm.example.org",
        "phone": "020 7946 0112 ext. 27",
    },
    "Washington": {"name": "Wu", "organization": "Air", "email": "wu@air.example.com", "phone": "+1 202-555-0143"},
}


@pytest.fixture
def numbers(session: Session) -> dict[str, str]:
    """The number of each ticket by its short name."""
    given = TICKETS | {name: {**given_ticket("door"), "requester": caller} for name, caller in CALLERS.items()}
    return {name: ticket_number(raising.add_ticket(session, ticket, LEAD, REGION)) for name, ticket in given.items()}


def found(session: Session, query: str) -> set[str]:
    wanted = Filter(View.ALL, LEAD, query)
    lines = queue.queue_page(session, wanted)
    assert queue.count(session, wanted) == len(lines)
    return {line.number for line in lines}


@pytest.mark.parametrize(
    ("name", "queries"),
    [
        (
            "José",
            ["José", "jose\u0301", "JOSE", "jos", "istanbul", "İSTANBUL", "i\u0307stan", "login"[:3], "log cannot"],
        ),
        ("file", ["file", "ﬁle", "FILE", "fi", "share", "Ｓｈａｒｅ"]),
        ("straße", ["straße hauptstraße"[7:], "HAUPTSTRASSE", "angstrom", "Ångström", "A\u030angstro\u0308m"]),
        ("address", ["192.168.1.10", "192.168.1", "2024-02-01", "host 192.168.1.10", "down since 2024-02-01"]),
        ("hangul", ["한국", "\u1112\u1161\u11ab국", "프린터"]),
        ("asset", ["ND-0441", "nd 0441", "O'Brien", "foo_bar", "error 100%", "c:\\temp", '"zebra', "(zebra", "zebra*"]),
        ("London", ["020 7946 0112", "+442079460112", "+44 (0)20 7946 0112", "0044 20 7946 0112", "(020) 7946-0112"]),
        (
            "London",
            [
                "7946 0112",
                "9460112",
                "020 7946 0112 ext. 27",
                "０２０ ７９４６ ０１１２",
                "sian 02079460112",
                "020 7946 01",
            ],
        ),
        ("Washington", ["+12025550143", "202-555-0143", "(202) 555-0143", "555 0143", "1-202-555-0143", "wu@air"]),
    ],
)
def test_a_ticket_is_found_however_it_is_written(
    session: Session, numbers: dict[str, str], name: str, queries: list[str]
) -> None:
    assert {query: found(session, query) for query in queries} == {query: {numbers[name]} for query in queries}


def test_a_ticket_is_found_by_its_number_with_and_without_dash(session: Session, numbers: dict[str, str]) -> None:
    for number in numbers.values():
        for query in (number, number.replace("-", ""), number.replace("-", " "), f"#{number}"):
            assert number in found(session, query)
        assert found(session, number.replace("-", "")) == {number}


@pytest.mark.parametrize(
    "query", ["nobody", "jose zebra", "J\u043ese", "ose", "+442079460113", "1001-8x", "' OR 'a'='a' --", "%", "*"]
)
def test_what_is_not_there_is_not_found(session: Session, numbers: dict[str, str], query: str) -> None:
    assert found(session, query) == set()


@pytest.mark.parametrize("query", corpus("search"))
def test_whatever_is_typed_is_a_search(session: Session, query: str) -> None:
    number = ticket_number(raising.add_ticket(session, given_ticket(f"said: {query[:2000]}"), LEAD, REGION))
    lines = found(session, query)
    if any(char.isalnum() for char in query) or not query.strip():
        assert lines == {number}
    else:
        assert lines == set()
    directory.find_contacts(session, query)


@pytest.mark.parametrize("blank", ["", "   ", "\t\n", "\u3000"])
def test_a_blank_search_lists_all(session: Session, numbers: dict[str, str], blank: str) -> None:
    assert found(session, blank) == set(numbers.values())


def test_a_huge_search_is_answered(session: Session, numbers: dict[str, str]) -> None:
    assert found(session, "zebra " * 100_000) == {numbers["asset"]}
    assert found(session, "(" * 100_000) == set()


def test_a_note_added_is_found_and_what_was_there_still_is(session: Session, numbers: dict[str, str]) -> None:
    tickets.add_note(session, numbers["file"], "replaced the disk", LEAD)
    assert found(session, "disk") == found(session, "file disk") == found(session, "share") == {numbers["file"]}


def test_of_more_words_than_a_row_can_hold_the_first_are_found_on_every_database(session: Session) -> None:
    text = " ".join(f"word{number:07}" for number in range(120_000))
    assert len(text.replace(" ", "")) > 2**20, "PostgreSQL would lose words in silence"
    number = ticket_number(raising.add_ticket(session, given_ticket(text), LEAD, REGION))
    assert [found(session, word) for word in ("word0000042", "word0080000", "word0119999")] == [
        {number},
        {number},
        set(),
    ]


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("amara", ["Amara Okafor"]),
        ("OKA AMA", ["Amara Okafor"]),
        ("jose marti", ["José Martínez"]),
        ("sorensen", []),
        ("SØRENSEN", ["Ingrid Sørensen"]),
        ("obrien", ["Declan O'Brien"]),
        ("o'brien", ["Declan O'Brien"]),
        ("halcyon", ["Declan O'Brien", "Priya Raman"]),
        ("020 7946 0998", ["Kofi Mensah", "Tom Lindquist"]),
        ("+47 21 94 99 00", ["Ingrid Sørensen"]),
        ("priya.raman@halcyonfreight.example.net", ["Priya Raman"]),
        ("", []),
        ("nobody", []),
    ],
)
def test_a_contact_is_found_by_name_organization_address_or_number(
    session: Session, typed: str, names: list[str]
) -> None:
    assert [contact.name for contact in directory.find_contacts(session, typed)] == names


@pytest.mark.parametrize(("often", "rare"), [(1, 2000), (100, 2000), (100, 1), (0, 0)])
def test_the_newest_hits_are_the_same_however_rare_a_word_is_held_to_be(
    session: Session, monkeypatch: pytest.MonkeyPatch, often: int, rare: int
) -> None:
    monkeypatch.setattr(lookup, "_OFTEN", often)
    monkeypatch.setattr(lookup, "_RARE", rare)
    made = [
        raising.add_ticket(session, given_ticket(f"printer {'quokka' if place % 3 else ''}"), LEAD, REGION)
        for place in range(9)
    ]
    hits = [serial for place, serial in enumerate(made) if place % 3][::-1]

    def holding(word: str, limit: int, before: int | None = None) -> list[int]:
        return lookup.holding(session, TABLE, [[word]], limit, before)

    assert holding("quokka", 4) == hits[:4]
    assert holding("quok*", 4, hits[3]) == hits[4:]
    assert holding("quokka", 100) == hits
    assert holding("zebra", 4) == []
