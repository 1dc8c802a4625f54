"""Who may be meant is listed best first, as one types; nobody is chosen, and a large directory takes no longer."""

import pytest
from sqlmodel import Session

from callintake.services.directory import import_contacts
from callintake.services.finding import contacts_with_number, find_contacts, find_organizations
from tests.conftest import LEAD, REGION, corpus


def add(session: Session, *people: tuple[str, str], phone: str = "") -> None:
    lines = [
        f"{name},{organization},p{place}{phone[-4:]}@added.example.com,{phone}"
        for place, (name, organization) in enumerate(people)
    ]
    assert import_contacts(session, ["name,organization,email,phone", *lines], REGION, LEAD).added == len(people)


def names(session: Session, typed: str, limit: int = 6) -> list[str]:
    return [contact.name for contact in find_contacts(session, typed, limit)]


def test_the_best_comes_first(session: Session) -> None:
    add(
        session,
        ("Zoe Adler", "Rowan & Ash"),
        ("Abe Rowanson", "Acme"),
        ("Ann Lee Rowan", "Acme"),
        ("Rowan Zed", "Acme"),
        ("Rowan Abel", "Acme"),
        ("Abel Zed", "Old Rowan"),
    )
    assert names(session, "rowan") == [
        *("Rowan Abel", "Rowan Zed"),
        *("Abe Rowanson", "Ann Lee Rowan"),
        "Zoe Adler",
        "Abel Zed",
    ]
    assert names(session, "rowan", 3) == ["Rowan Abel", "Rowan Zed", "Abe Rowanson"]


def test_words_in_the_order_of_the_name_come_before_others(session: Session) -> None:
    add(session, ("Ash Rowan", "Acme"), ("Rowan Ash", "Acme"))
    assert names(session, "rowan a") == ["Rowan Ash", "Ash Rowan"]
    assert names(session, "ash row") == ["Ash Rowan", "Rowan Ash"]


def test_contacts_of_one_name_are_all_listed_in_the_order_of_their_ids(session: Session) -> None:
    add(session, *(("Rowan Ash", f"Organization {place}") for place in range(4)))
    found = find_contacts(session, "rowan ash")
    assert [contact.id for contact in found] == sorted(contact.id for contact in found)
    assert len(found) == 4


def test_an_address_on_file_comes_before_a_name_like_it(session: Session) -> None:
    add(session, ("P1 Added Example Com", "Acme"), ("Rowan Ash", "Acme"))
    assert names(session, "P1@Added.Example.COM") == ["Rowan Ash", "P1 Added Example Com"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("460112", ["Amara Okafor"]),
        ("60112", []),
        ("946 0112", ["Amara Okafor"]),
        ("0112", []),
        ("020 7946 0112", ["Amara Okafor"]),
        ("+44 (0)20 7946 0112", ["Amara Okafor"]),
        ("0044 20 7946 0112", ["Amara Okafor"]),
        ("960998", []),
        ("46-0998", ["Kofi Mensah", "Tom Lindquist"]),
        ("555-0143", ["José Martínez"]),
        ("4721", ["Ingrid Sørensen"]),
        ("+47 21", ["Ingrid Sørensen"]),
    ],
)
def test_a_number_on_file_is_found_by_its_last_digits_and_by_its_first(
    session: Session, typed: str, found: list[str]
) -> None:
    assert names(session, typed) == found


def test_whose_number_ends_in_it_comes_before_whose_number_only_has_it(session: Session) -> None:
    add(session, ("Aaron First", "Acme"), phone="+44 20 7460 1120")
    assert names(session, "46 0112") == ["Amara Okafor", "Aaron First"]


@pytest.mark.parametrize(
    ("typed", "name"),
    [("i", "Ingrid Sørensen"), ("s", "Ingrid Sørensen"), ("s", "Søren Bach"), ("ø", "Øystein X"), ("x", "Øystein X")],
)
def test_one_letter_finds_names_with_a_word_of_it(session: Session, typed: str, name: str) -> None:
    add(session, ("Søren Bach", "Acme"), ("Øystein X", "Acme"), ("Tử Nguyễn", "Acme"), ("李 明", "Acme"))
    assert name in names(session, typed, 40)
    assert names(session, "t n")[0] == "Tử Nguyễn"
    assert names(session, "李") == ["李 明"]


def test_of_more_matches_than_are_ranked_the_names_that_begin_with_it_are_still_first(session: Session) -> None:
    add(session, *(("Abel Baker", "Zulu") for _ in range(350)), ("Zulu Last", "Acme"))
    assert names(session, "zulu")[0] == "Zulu Last"
    assert names(session, "zul")[0] == "Zulu Last"
    assert names(session, "z")[0] == "Zulu Last"
    assert len(names(session, "abel baker", 9)) == 9


def test_of_many_numbers_that_begin_alike_the_one_that_is_typed_is_found(session: Session) -> None:
    add(session, *(("Abel Baker", "Zulu") for _ in range(250)), phone="+44 20 7946 0001")
    add(session, ("Carol Dean", "Zulu"), phone="+44 29 2018 0999")
    assert "Carol Dean" in names(session, "4429")


def test_who_has_a_number_on_file_is_told_by_name(session: Session) -> None:
    assert [contact.name for contact in contacts_with_number(session, "+442079460998")] == [
        "Kofi Mensah",
        "Tom Lindquist",
    ]
    assert contacts_with_number(session, "+442079460111") == contacts_with_number(session, "") == []


def test_organizations_that_begin_with_it_come_before_those_with_a_word_that_does(session: Session) -> None:
    add(session, ("A B", "Legal Eagles"), ("C D", "The Legal Lot"), ("E F", "Illegal Ltd"), ("G H", "(Legalese)"))
    assert find_organizations(session, "legal") == [
        "(Legalese)",
        "Legal Eagles",
        "Riverbank Legal LLP",
        "The Legal Lot",
    ]
    assert find_organizations(session, "LÉGAL e") == ["Legal Eagles"]
    assert find_organizations(session, "legal", 1) == ["Legal Eagles"]
    assert find_organizations(session, "dental north") == ["Northgate Dental Group"]
    assert find_organizations(session, "h") == ["Halcyon Freight Ltd"]
    assert find_organizations(session, "zzz") == find_organizations(session, " ") == []


@pytest.mark.parametrize("text", [*corpus("search"), *corpus("name"), *corpus("phone"), *corpus("email")])
def test_whatever_is_typed_is_answered(session: Session, text: str) -> None:
    find_contacts(session, text)
    contacts_with_number(session, text)
    for name in find_organizations(session, text):
        assert name
