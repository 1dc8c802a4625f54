"""What is offered is what a field has not got yet, who calls before what is said, and nothing twice (P7)."""

from dataclasses import replace
from typing import Any

import pytest

from callintake.domain.contact import Contact
from callintake.domain.draft import CallDraft
from callintake.domain.fact import Fact, FactKind
from callintake.domain.offers import Offer, offers, on_file_offer, take_offer
from tests.domain.test_draft import AMARA, EMPTY

TOM = Contact(2, "Tom Lindqvist", "Northgate Dental Group", "tom@northgatedental.example.com")


def fact(kind: FactKind, value: str, at: int = 0, contact: Contact | None = None) -> Fact:
    return Fact(kind, value, value, at, contact=contact)


PHONE = fact(FactKind.PHONE, "+442079460199", 10)
EMAIL = fact(FactKind.EMAIL, "jane@acme.example.com", 30)
ASSET = fact(FactKind.ASSET, "ND-0441", 50)
IS_AMARA = fact(FactKind.CONTACT, "amara@northgatedental.example.com", 70, AMARA)


def shown(draft: CallDraft, *facts: Fact, declined: frozenset[tuple[str, str]] = frozenset()) -> list[tuple[str, str]]:
    return [(offer.field, offer.value) for offer in offers(facts, draft, "GB", declined)]


def test_who_is_calling_comes_first_and_then_the_newest() -> None:
    assert shown(EMPTY, PHONE, EMAIL, ASSET, IS_AMARA) == [
        ("contact", "Amara Okafor · Northgate Dental Group"),
        ("asset", "ND-0441"),
        ("email", "jane@acme.example.com"),
        ("phone", "+44 20 7946 0199"),
    ]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"phone": "020 7946 0199"}, PHONE),
        ({"phone": "+44 (0)20 7946-0199"}, PHONE),
        ({"email": " jane@ACME.example.com"}, EMAIL),
        ({"asset": "nd-0441"}, ASSET),
        ({"name": "JOSÉ  martinez"}, fact(FactKind.NAME, "José Martinez")),
        ({"organization": "acme"}, fact(FactKind.ORGANIZATION, "Acme")),
    ],
)
def test_nothing_is_offered_that_its_field_says_already_in_another_notation(typed: dict[str, Any], said: Fact) -> None:
    assert shown(EMPTY, said) != []
    assert shown(EMPTY.with_(**typed), said) == []


def test_something_else_is_offered_instead_of_what_is_typed() -> None:
    [offer] = offers([PHONE], EMPTY.with_(phone="020 7946 0100"), "GB")
    assert (offer.value, offer.instead_of) == ("+44 20 7946 0199", "020 7946 0100")


def test_what_was_taken_before_is_offered_no_more_though_its_field_changed() -> None:
    [offer] = offers([PHONE], EMPTY, "GB")
    again = take_offer(EMPTY, offer).with_(phone="")
    assert shown(again, PHONE, declined=frozenset({offer.key})) == []


def test_a_name_is_not_offered_beside_the_contact_who_has_it() -> None:
    spoken = [fact(FactKind.NAME, "amara okafor"), fact(FactKind.NAME, "Jane Doe")]
    assert [field for field, _ in shown(EMPTY, *spoken, IS_AMARA)] == ["contact", "name"]
    assert ("name", "Jane Doe") in shown(EMPTY, *spoken, IS_AMARA)


def test_once_a_contact_is_picked_nothing_is_offered_that_takes_them_back() -> None:
    known = EMPTY.with_contact(AMARA)
    names = [fact(FactKind.NAME, "Jane Doe"), fact(FactKind.ORGANIZATION, "Acme")]
    assert shown(known, *names, IS_AMARA) == []
    assert [field for field, _ in shown(known, *names, PHONE)] == ["phone"]
    assert [field for field, _ in shown(known, fact(FactKind.CONTACT, "tom", contact=TOM))] == ["contact"]


def test_the_same_thing_said_twice_is_offered_once() -> None:
    assert len(shown(EMPTY, PHONE, replace(PHONE, at=90))) == 1


def test_taking_fills_one_field_and_a_contact_only_what_was_not_typed() -> None:
    assert take_offer(EMPTY, Offer(PHONE, "phone", "+44 20 7946 0199")) == EMPTY.with_(phone="+44 20 7946 0199")
    taken = take_offer(EMPTY.with_(email="amara@home.example"), Offer(IS_AMARA, "contact", "Amara Okafor"))
    assert (taken.contact, taken.name, taken.email) == (AMARA, "Amara Okafor", "amara@home.example")


def test_whose_number_calls_is_a_claim_like_another() -> None:
    on_file = on_file_offer(AMARA)
    assert on_file.at < 0
    assert shown(EMPTY, on_file) == [("contact", "Amara Okafor · Northgate Dental Group")]


def test_a_ticket_number_goes_into_no_field() -> None:
    assert shown(EMPTY, fact(FactKind.TICKET, "4821-7")) == []
