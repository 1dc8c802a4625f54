"""Who and what of the directory is named in notes is found as it is typed; nobody is found who was not named."""

import unicodedata

import pytest
from sqlmodel import Session

from callintake.domain.fact import Fact, FactKind
from callintake.services.directory import import_contacts
from callintake.services.known import known_in_text
from tests.conftest import LEAD, REGION, corpus


def found(session: Session, text: str) -> list[str]:
    """Those found: contacts by name, organizations by name."""
    return [fact.contact.name if fact.contact else fact.value for fact in known_in_text(session, text)]


def add(session: Session, *people: tuple[str, str]) -> None:
    lines = [f"{name},{organization},p{place}@added.example.com" for place, (name, organization) in enumerate(people)]
    assert import_contacts(session, ["name,organization,email", *lines], REGION, LEAD).added == len(people)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Amara Okafor rang", ["Amara Okafor"]),
        ("it is amara okafor again", ["Amara Okafor"]),
        ("AMARA  OKAFOR", ["Amara Okafor"]),
        ("Sian Prys-Jones", ["Siân Prys-Jones"]),
        ("Siân Prys Jones", ["Siân Prys-Jones"]),
        (unicodedata.normalize("NFD", "caller Siân Prys-Jones"), ["Siân Prys-Jones"]),
        ("jose martinez", ["José Martínez"]),
        ("mei-ling zhao, then Declan O'Brien", ["Mei-Ling Zhao", "Declan O'Brien"]),
        ("Declan O’Brien", ["Declan O'Brien"]),
        ("Tom Lindqvist", ["Tom Lindqvist"]),
        ("Tom Lindquist", ["Tom Lindquist"]),
        ("Kofi Mensah's laptop", ["Kofi Mensah"]),
    ],
)
def test_a_contact_is_named_by_first_and_last_name(session: Session, text: str, names: list[str]) -> None:
    assert found(session, text) == names


@pytest.mark.parametrize(
    "text",
    [
        "Amara",
        "Amara rang, Okafor did not",
        "Okafor Amara",
        "Amara\nOkafor",
        "Tom Lindqist",
        "Tom",
        "amara.okafor@northgatedental.example.com",
        "https://desk.example.com/Amara-Okafor",
        "Amara (from Lagos) Okafor",
        "Ltd Group AS LLP",
        "legal group",
        "",
        "\n\n",
    ],
)
def test_whoever_was_not_named_is_not_found(session: Session, text: str) -> None:
    assert found(session, text) == []


def test_a_middle_name_may_be_said_or_left_out(session: Session) -> None:
    add(session, ("Maria Luisa Vega Soto", "Acme"))
    assert found(session, "maria soto") == found(session, "Maria Luisa Vega Soto") == ["Maria Luisa Vega Soto"]
    assert found(session, "maria luisa") == found(session, "luisa soto") == []


def test_all_of_one_name_are_found(session: Session) -> None:
    add(session, ("John Smith", "Acme"), ("John Smith", "Zenith"), ("Jon Smith", "Zenith"))
    facts = known_in_text(session, "john smith wants a laptop")
    assert [(fact.contact.name, fact.contact.organization) for fact in facts if fact.contact] == [
        ("John Smith", "Acme"),
        ("John Smith", "Zenith"),
    ]


def test_a_fact_says_where_it_was_found_and_who_is_meant(session: Session) -> None:
    text = "ärger again:\nit's AMARA okafor of Northgate  Dental."
    organization, person = sorted(known_in_text(session, text), key=lambda fact: fact.kind, reverse=True)
    assert organization == Fact(
        FactKind.ORGANIZATION, "Northgate Dental Group", "Northgate  Dental", text.index("Northgate")
    )
    assert person.contact is not None
    assert (person.kind, person.value) == (FactKind.CONTACT, "amara.okafor@northgatedental.example.com")
    assert (person.said, person.at, person.contact.name) == ("AMARA okafor", text.index("AMARA"), "Amara Okafor")


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Amara again from Northgate", ["Amara Okafor"]),
        ("northgate dental, amara", ["Amara Okafor"]),
        ("Amara at Northgate Dental", ["Amara Okafor"]),
        ("it is tom of Riverbank", ["Tom Lindquist"]),
        ("Mei-Ling, Peregrine", ["Mei-Ling Zhao"]),
        ("Amara\nNorthgate Dental", []),
        ("Amara at Riverbank", []),
        ("Tom Lindqvist at Riverbank", ["Tom Lindqvist"]),
        ("Tom Smith at Riverbank", []),
        ("tom smith at Riverbank", []),
    ],
)
def test_a_first_name_beside_the_organization_finds_whom_it_means(
    session: Session, text: str, people: list[str]
) -> None:
    assert [fact.contact.name for fact in known_in_text(session, text) if fact.contact] == people


def test_a_first_name_that_two_have_there_finds_neither(session: Session) -> None:
    add(session, ("Amara Bello", "Northgate Dental Group"))
    assert found(session, "Amara at Northgate Dental") == ["Northgate Dental Group"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("from Riverbank", ["Riverbank Legal LLP"]),
        ("Fjordline, router down", ["Fjordline Systems AS"]),
        ("somebody at halcyon freight", ["Halcyon Freight Ltd"]),
        ("CWM VALLEY", ["Cwm Valley Council"]),
        ("cwm", []),
        ("Cwm", []),
        ("on the riverbank", []),
        ("at riverbank, legal asked", []),
        ("Riverbanks", []),
        ("info@Riverbank.example.com www", []),
        ("Peregrine and Halcyon", ["Peregrine Air Charter", "Halcyon Freight Ltd"]),
        ("Riverbank, I said Riverbank", ["Riverbank Legal LLP"]),
    ],
)
def test_an_organization_is_named_by_its_first_two_words_or_a_telling_first(
    session: Session, text: str, names: list[str]
) -> None:
    assert found(session, text) == names


def test_a_first_word_that_two_organizations_share_finds_neither_and_the_second_word_tells_them_apart(
    session: Session,
) -> None:
    add(session, ("A B", "Riverbank Foods"))
    assert found(session, "from Riverbank") == []
    assert found(session, "from riverbank foods") == ["Riverbank Foods"]
    assert found(session, "from Riverbank Legal") == ["Riverbank Legal LLP"]


def test_of_organizations_that_begin_alike_all_are_found_until_more_is_said(session: Session) -> None:
    add(session, ("A B", "Northgate Dental Labs"))
    assert found(session, "Northgate Dental") == ["Northgate Dental Group", "Northgate Dental Labs"]
    assert found(session, "Northgate Dental Labs") == ["Northgate Dental Labs"]


def test_a_common_word_is_no_organization_by_itself(session: Session) -> None:
    add(session, ("A B", "Network Partners"), ("C D", "The Old Service"), ("E F", "First Service"))
    assert found(session, "Network down. Service too. The old one. first service since May") == []
    assert found(session, "Network Partners") == ["Network Partners"]
    assert found(session, "at Old Service") == found(session, "the Old Service") == ["The Old Service"]


def test_an_organization_with_signs_in_its_name_is_found(session: Session) -> None:
    add(session, ("A B", "O'Neill & Sons"), ("C D", "Ågård-Øst A/S"), ("E F", "Zephyros"))
    assert found(session, "oneill, o'neill & sons") == ["O'Neill & Sons"]
    assert found(session, "Agard-Øst") == ["Ågård-Øst A/S"]
    assert found(session, "Zephyros called") == ["Zephyros"]


def test_of_a_long_text_the_end_is_looked_at(session: Session) -> None:
    long = "Xylo " * 3000
    assert found(session, f"Amara Okafor {long}") == []
    assert found(session, f"{long} Amara Okafor") == ["Amara Okafor"]
    (fact,) = known_in_text(session, f"{long} Amara Okafor")
    assert fact.at == len(long) + 1


@pytest.mark.parametrize("text", [*corpus("notes"), *corpus("name"), *corpus("search")])
def test_no_text_is_too_hostile_to_be_looked_at(session: Session, text: str) -> None:
    known_in_text(session, text)
    assert "Kofi Mensah" in found(session, f"{text}\nKofi Mensah")
