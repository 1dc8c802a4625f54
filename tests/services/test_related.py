"""Beside a new ticket stand the requester's own, and those that it may be a duplicate of."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from callintake.domain.errors import NotFound
from callintake.domain.number import WrongNumber, ticket_number
from callintake.domain.ticket import Status
from callintake.domain.view import Filter, View
from callintake.services import directory, queue, raising, tickets
from callintake.services.desk_rules import apply_desk_file
from callintake.services.history import acting_at, now
from callintake.services.related import likely_duplicates, ticket_line, tickets_of_requester
from tests.conftest import LEAD, REGION, corpus
from tests.services.acting import STRANGER, given_ticket, raise_open, raise_waiting

JANE = ("Jane Doe", "Acme")
JANES_NUMBER = "+442079460777"


def raised(session: Session, subject: str = "printer", **requester: str | None) -> str:
    """Raise a ticket of Jane's, or of whom is given; return its number."""
    given = {**given_ticket(subject), "requester": {**STRANGER, **requester}, "missing_reason": "did not say"}
    return ticket_number(raising.add_ticket(session, given, LEAD, REGION))


def of_jane(session: Session, **other: object) -> list[str]:
    given = {"contact_id": None, "phone": None, "name": JANE[0], "organization": JANE[1], **other}
    return [line.number for line in tickets_of_requester(session, **given)]  # type: ignore[arg-type]


def duplicates(session: Session, words: str, organization: str | None = None, limit: int = 3) -> list[str]:
    return [line.number for line in likely_duplicates(session, words, organization, limit)]


def test_a_line_is_that_of_the_queue(session: Session) -> None:
    number = raise_open(session)
    assert [ticket_line(session, number)] == queue.queue_page(session, Filter(View.OPEN, LEAD, number))
    with pytest.raises(WrongNumber):
        ticket_line(session, "1001-0")
    with pytest.raises(NotFound, match="there is no ticket 999999999-"):
        ticket_line(session, ticket_number(999_999_999))


@pytest.mark.parametrize("number", [*corpus("search"), *corpus("queue")])
def test_what_is_no_number_has_no_line(session: Session, number: str) -> None:
    with pytest.raises((WrongNumber, NotFound)):
        ticket_line(session, number)


def test_the_live_come_first_then_those_done_within_thirty_days_each_the_newest_first(session: Session) -> None:
    with acting_at(now() - timedelta(days=31)):
        long_done = raise_open(session)
        tickets.set_status(session, long_done, Status.RESOLVED, LEAD)
        old = raise_open(session)
    resolved, closed = raise_open(session), raise_waiting(session)
    waiting, merged = raise_waiting(session), raise_waiting(session)
    tickets.set_status(session, resolved, Status.RESOLVED, LEAD)
    tickets.set_status(session, closed, Status.CLOSED, LEAD, reason="nobody was reached")
    raise_waiting(session, "Tom Lindqvist")
    amara = directory.contact_by_name(session, "Amara Okafor")
    shown = [line.number for line in tickets_of_requester(session, amara.id, None, "", "", limit=9)]
    assert shown == [merged, waiting, old, closed, resolved]
    assert [line.number for line in tickets_of_requester(session, amara.id, None, "", "", limit=4)] == shown[:4]


def test_without_a_contact_those_of_the_same_name_and_organization_are_the_requesters(session: Session) -> None:
    mine = raised(session, phone="020 7946 0778")
    raised(session, name="Jane Does")
    raised(session, organization="Acme Foods")
    raised(session, name="Acme", organization="Jane Doe")
    assert of_jane(session, name=" JANÉ  doe", organization="acme") == [mine]
    assert of_jane(session, name="Jane") == of_jane(session, organization="Zenith") == []
    assert of_jane(session, contact_id=10**6) == [mine]
    assert of_jane(session, contact_id=10**30) == of_jane(session, contact_id=-1) == [mine]


def test_the_contact_counts_more_than_the_name(session: Session) -> None:
    raised(session, name="Amara Okafor", organization="Northgate Dental Group")
    linked = raise_waiting(session)
    amara = directory.contact_by_name(session, "Amara Okafor")
    assert of_jane(session, contact_id=amara.id, name=amara.name, organization=amara.organization) == [linked]


def test_from_the_same_number_come_those_of_nobody_else(session: Session) -> None:
    nameless = raised(session, name=None, organization=None)
    toms = raised(session, name="Tom", organization="Acme")
    assert of_jane(session, phone=JANES_NUMBER) == [nameless]
    assert of_jane(session, phone=JANES_NUMBER, name="", organization="") == [toms, nameless]
    assert of_jane(session, phone=JANES_NUMBER, name="tom", organization="") == [toms, nameless]
    assert of_jane(session, phone="+442079460778", name="", organization="") == []
    assert of_jane(session, phone="", name="", organization="") == []
    janes = raised(session)
    assert of_jane(session, phone=JANES_NUMBER) == [janes]


@pytest.mark.parametrize("text", corpus("name"))
def test_whoever_the_requester_is_said_to_be_it_is_answered(session: Session, text: str) -> None:
    tickets_of_requester(session, None, text, text, text)


def test_a_ticket_that_shares_two_telling_words_is_likely_the_same(session: Session) -> None:
    number = raised(session, "label printer in the warehouse is jammed")
    assert duplicates(session, "Printer jammed again") == [number]
    assert duplicates(session, "warehouse prin") == duplicates(session, "PRINTER  Wärehouse") == [number]
    assert duplicates(session, "printer") == duplicates(session, "printer printer is the printer") == []
    assert duplicates(session, "printer is broken") == duplicates(session, "warehouse door") == []
    assert duplicates(session, "warehouse prin ") == [], "a word that was ended is that word"


def test_words_that_any_ticket_has_make_no_duplicate(session: Session) -> None:
    raised(session, "please help, the user cannot work with this since yesterday")
    assert duplicates(session, "caller cannot work since yesterday, please help the user with this") == []


def test_one_asset_tag_is_enough(session: Session) -> None:
    number, other = raised(session, "Zebra ND-0441 offline"), raised(session, "Zebra ND-0442 offline")
    assert duplicates(session, "nd-0441") == duplicates(session, "smoke from ND-0441.") == [number]
    assert duplicates(session, "zebra ND-0441") == [number]
    assert duplicates(session, "zebra ND-0441 offline") == [number, other]
    assert duplicates(session, "ND-0443") == []


def test_an_asset_tag_looks_as_the_desk_has_it(session: Session) -> None:
    number = raised(session, "PLT_77 rattles")
    assert duplicates(session, "smoke from plt_77") == []
    apply_desk_file(session, r"asset_pattern = 'PLT_\d{2}'", LEAD)
    assert duplicates(session, "smoke from plt_77") == [number]


def test_whose_it_is_makes_no_duplicate(session: Session) -> None:
    raised(session, "Northgate Dental wants a scanner", organization="Northgate Dental")
    assert duplicates(session, "Northgate Dental has no heating", "Northgate Dental") == []


def test_the_same_organization_comes_first_then_those_that_share_most_then_the_newest(session: Session) -> None:
    two = raised(session, "scanner frozen in hall", organization="Zenith")
    three = raised(session, "scanner frozen again, basement", organization="Zenith")
    newest = raised(session, "scanner frozen", organization="Zenith")
    own = raised(session, "scanner frozen")
    subject = "scanner in basement frozen"
    assert duplicates(session, subject, "ACME", 9) == [own, three, newest, two]
    assert duplicates(session, subject, None, 9) == [three, own, newest, two]
    assert duplicates(session, subject, "acme") == [own, three, newest]


def test_what_is_done_is_no_duplicate(session: Session) -> None:
    number = raise_open(session, subject="scanner frozen")
    assert duplicates(session, "scanner frozen") == [number]
    tickets.set_status(session, number, Status.RESOLVED, LEAD)
    assert duplicates(session, "scanner frozen") == []


@pytest.mark.parametrize("text", [*corpus("search"), *corpus("notes")])
def test_no_subject_is_too_hostile_to_be_compared(session: Session, text: str) -> None:
    number = raised(session, "Zebra ND-0441")
    duplicates(session, text, text)
    assert duplicates(session, f"ND-0441 {text}", text)[:1] == [number]
