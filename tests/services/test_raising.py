"""A ticket is raised whole, from a call or from JSON, or not at all (P2, P5, P6, P7)."""

from typing import Any

import pytest
from sqlmodel import Session, select

from callintake.domain.call import Disposition
from callintake.domain.errors import NotFound, Refused
from callintake.domain.gate import Authorization, Gate, Identity
from callintake.domain.number import serial_of, ticket_number
from callintake.domain.routing import BUILT_IN
from callintake.domain.ticket import Priority, Status
from callintake.domain.verification import Outcome
from callintake.services import directory, drafts, raising, reading
from callintake.store.database import Store
from callintake.store.tables import AttemptRow, CallRow, DraftRow, EventRow, TicketRow
from tests.conftest import LEAD, REGION, corpus
from tests.services.acting import STRANGER, call_back, call_from, given_ticket, raise_open, raise_waiting


def kinds(session: Session, number: str) -> list[str]:
    return [event.kind for event in reading.ticket(session, number).history]


def test_a_verified_callers_ticket_is_raised_whole_and_routed(session: Session) -> None:
    draft = call_from(session, "Amara Okafor", phone="020 7946 0112 ext. 27", notes="printer offline\nsince nine\n")
    draft = call_back(session, draft)
    number = ticket_number(raising.raise_ticket(session, draft, LEAD, REGION))
    ticket = reading.ticket(session, number)
    assert (ticket.subject, ticket.description) == ("printer offline", "printer offline\nsince nine")
    assert (ticket.category, ticket.priority, ticket.status) == ("printing", Priority.NORMAL, Status.NEW)
    assert ticket.gate == Gate(Identity.VERIFIED, Authorization.AUTHORIZED)
    assert (ticket.department, ticket.owner, ticket.raised_by) == ("Field services", None, LEAD)
    assert (ticket.requester.name, ticket.requester.organization) == ("Amara Okafor", "Northgate Dental Group")
    assert ticket.requester.email == "amara.okafor@northgatedental.example.com"
    assert (ticket.requester.phone, ticket.requester.phone_typed) == (
        "+442079460112;ext=27",
        "020 7946 0112 ext. 27",
    )
    assert draft.contact is not None
    assert ticket.requester.contact_id == draft.contact.id
    assert ticket.missing_reason is None
    assert ticket.due_at == BUILT_IN.due_at(ticket.created_at, Priority.NORMAL)
    (call,) = ticket.calls
    assert (call.id, call.disposition, call.reason) == (draft.call_id, Disposition.TICKET_RAISED, None)
    assert call.ended_at is not None
    assert [attempt.outcome for attempt in ticket.attempts] == [Outcome.VERIFIED]
    assert kinds(session, number) == ["caller verified", "raised", "call ended", "routed"]


def test_an_unverified_callers_ticket_is_raised_and_waits(session: Session) -> None:
    number = raise_waiting(session, department="Billing")
    ticket = reading.ticket(session, number)
    assert ticket.gate == Gate()
    assert (ticket.status, ticket.department, ticket.owner) == (Status.NEW, None, None)
    assert kinds(session, number) == ["raised", "call ended"]


def test_a_caller_who_failed_verification_still_gets_a_ticket_that_waits(session: Session) -> None:
    draft = call_back(session, call_from(session), Outcome.FAILED)
    ticket = reading.ticket(session, ticket_number(raising.raise_ticket(session, draft, LEAD, REGION)))
    assert ticket.gate == Gate(Identity.FAILED)
    assert ticket.department is None


def test_a_verified_caller_without_the_right_waits_for_an_approver(session: Session) -> None:
    ticket = reading.ticket(session, raise_open(session, "Tom Lindqvist", category="access"))
    assert ticket.gate == Gate(Identity.VERIFIED, Authorization.NEEDS_APPROVAL)
    assert ticket.department is None


def test_the_draft_in_memory_proves_nothing_the_evidence_on_record_does(session: Session) -> None:
    verified = call_back(session, call_from(session))
    forged = call_from(session, "Kofi Mensah").with_(attempts=verified.attempts)
    assert not reading.ticket(session, ticket_number(raising.raise_ticket(session, forged, LEAD, REGION))).gate.open


def test_evidence_for_another_caller_of_the_same_call_opens_nothing(session: Session) -> None:
    draft = call_back(session, call_from(session, "Amara Okafor"))
    other = draft.with_contact(directory.contact_by_name(session, "Kofi Mensah"))
    assert not reading.ticket(session, ticket_number(raising.raise_ticket(session, other, LEAD, REGION))).gate.open


def test_the_agents_department_goes_before_the_categorys(session: Session) -> None:
    assert reading.ticket(session, raise_open(session, department="security")).department == "Security"


def test_the_draft_is_closed_and_its_text_stays_on_record(session: Session) -> None:
    draft = call_from(session)
    raising.raise_ticket(session, draft.with_(notes="the last word"), LEAD, REGION)
    row = session.get(DraftRow, draft.call_id, populate_existing=True)
    assert row is not None
    assert row.closed_at is not None
    assert row.body["notes"] == "the last word"
    assert draft.call_id not in drafts.open_drafts(session, LEAD)


def test_what_is_missing_is_on_record_with_its_reason(session: Session) -> None:
    number = raise_waiting(session, "", name="Jane", notes="no dial tone", missing_reason=" call\tdropped ")
    ticket = reading.ticket(session, number)
    assert ticket.requester.missing == ("organization", "email", "phone")
    assert ticket.missing_reason == "call dropped"
    assert ticket.history[0].data["missing"] == ["organization", "email", "phone"]


def test_a_reason_for_nothing_missing_is_not_kept(session: Session) -> None:
    assert reading.ticket(session, raise_waiting(session, missing_reason="n/a")).missing_reason is None


@pytest.mark.parametrize("notes", [entry for entry in corpus("notes") if entry.id not in ("B061", "B144")])
def test_whatever_was_noted_becomes_a_ticket_without_anything_hostile(session: Session, notes: str) -> None:
    if not any(char.isprintable() and not char.isspace() for char in notes):
        with pytest.raises(Refused, match="nothing is noted"):
            raise_waiting(session, notes=notes)
        return
    ticket = reading.ticket(session, raise_waiting(session, notes=notes))
    for text in (ticket.subject, ticket.description.replace("\n", " ")):
        assert text
        assert "\x1b" not in text
        assert "\x00" not in text
        text.encode()


UNFIT: dict[str, tuple[dict[str, Any], str]] = {
    "a fact wrong": ({"email": "amara@"}, "E-mail: "),
    "a fact missing": ({"phone": ""}, "Phone missing"),
    "nothing noted": ({"notes": " \n\u200b", "subject": ""}, "nothing is noted yet"),
    "no such category": ({"category": "wishes"}, "no category"),
    "no such department": ({"department": "Kitchen"}, "no department"),
}


@pytest.mark.parametrize("unfit", UNFIT)
def test_a_ticket_that_can_not_be_raised_leaves_nothing_but_the_draft(store: Store, unfit: str) -> None:
    changes, reason = UNFIT[unfit]
    with store.transaction() as session:
        draft = call_back(session, call_from(session, subject="Printer"))
        events = len(session.exec(select(EventRow)).all())
    typed = draft.with_(**changes)
    with pytest.raises(Refused, match=reason), store.transaction() as session:
        raising.raise_ticket(session, typed, LEAD, REGION)
    with store.transaction() as session:
        assert not session.exec(select(TicketRow)).all()
        assert len(session.exec(select(EventRow)).all()) == events
        call = session.get(CallRow, draft.call_id)
        assert call is not None
        assert call.ended_at is call.disposition is call.ticket_id is None
        assert drafts.load_draft(session, draft.call_id) == draft
        assert [kept.call_id for kept in drafts.open_drafts(session, LEAD)] == [draft.call_id]
        raising.raise_ticket(session, typed.with_(**{name: getattr(draft, name) for name in changes}), LEAD, REGION)


def test_a_call_ends_in_one_ticket_only(store: Store) -> None:
    with store.transaction() as session:
        draft = call_from(session)
        raising.raise_ticket(session, draft, LEAD, REGION)
    with pytest.raises(NotFound, match="not open any more"), store.transaction() as session:
        raising.raise_ticket(session, draft.with_(notes="again"), LEAD, REGION)
    with store.reading() as session:
        assert len(session.exec(select(TicketRow)).all()) == 1


def test_numbers_are_given_in_order_and_never_twice(session: Session) -> None:
    serials = [raising.add_ticket(session, given_ticket(), LEAD, REGION) for _ in range(20)]
    assert serials == list(range(serials[0], serials[0] + 20))


def test_a_ticket_given_as_json_is_raised_gate_shut(session: Session) -> None:
    given = given_ticket(
        "printer\r\noffline\x00",
        subject=" Zebra  offline",
        category="PRINTING",
        priority="High",
        status="open",
        owner="kim",
        department="Billing",
        gate={"open": True, "identity": "verified", "authorization": "authorized"},
        number="1001-9",
    )
    ticket = reading.ticket(session, ticket_number(raising.add_ticket(session, given, LEAD, REGION)))
    assert (ticket.subject, ticket.description) == ("Zebra offline", "printer\noffline")
    assert (ticket.category, ticket.priority, ticket.status) == ("printing", Priority.HIGH, Status.NEW)
    assert (ticket.gate, ticket.owner, ticket.department, ticket.calls) == (Gate(), None, None, ())
    assert (ticket.requester.phone, ticket.requester.phone_typed) == ("+442079460777", "020 7946 0777")


def test_only_requester_and_description_are_needed(session: Session) -> None:
    ticket = reading.ticket(session, ticket_number(raising.add_ticket(session, given_ticket("x" * 500), LEAD, REGION)))
    assert (ticket.category, ticket.priority) == ("other", Priority.NORMAL)
    assert ticket.subject == "x" * 79 + "…"


def without(name: str) -> dict[str, Any]:
    return {**given_ticket(), "requester": {**STRANGER, name: None}}


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        *(([], "JSON object"), (None, "JSON object"), ("x", "JSON object"), (1, "JSON object"), ([{}], "JSON object")),
        ({}, "requester: needed"),
        ({"requester": None, "description": "x"}, "requester: needed"),
        ({"requester": [], "description": "x"}, "requester: needed"),
        ({"requester": {}, "description": "x"}, "Name, Organization, E-mail, Phone missing"),
        ({"requester": STRANGER}, "description: needed"),
        (given_ticket("\u200b \n"), "description: needed"),
        (given_ticket(""), "description: needed"),
        ({**given_ticket(), "description": None}, "description: needed"),
        (given_ticket(subject=5), "subject: text, or null"),
        (given_ticket(category=["x"]), "category: text, or null"),
        (given_ticket(category="wishes"), "no category"),
        (given_ticket(priority="urgent"), "no priority"),
        (given_ticket(priority=0), "priority: text, or null"),
        (given_ticket(priority=[]), "priority: text, or null"),
        (given_ticket(missing_reason={}), "missing_reason: text, or null"),
        ({**given_ticket(), "requester": {**STRANGER, "name": 7}}, "requester.name: text, or null"),
        ({**given_ticket(), "requester": {**STRANGER, "contact_id": "1"}}, "contact_id: a number"),
        ({**given_ticket(), "requester": {**STRANGER, "contact_id": True}}, "contact_id: a number"),
        ({**given_ticket(), "requester": {**STRANGER, "contact_id": 1.0}}, "contact_id: a number"),
        ({**given_ticket(), "requester": {**STRANGER, "contact_id": 0}}, "no contact 0"),
        ({**given_ticket(), "requester": {**STRANGER, "contact_id": -1}}, "no contact -1"),
        ({**given_ticket(), "requester": {**STRANGER, "contact_id": 999_999}}, "no contact 999999"),
        ({**given_ticket(), "requester": {**STRANGER, "contact_id": 10**30}}, "no contact 1"),
        ({**given_ticket(), "requester": {**STRANGER, "email": "a@b@c"}}, "E-mail: "),
        (without("email"), "E-mail missing"),
        (without("phone"), "Phone missing"),
    ],
)
def test_json_that_is_no_ticket_is_refused_by_the_name_of_what_is_wrong(
    session: Session, given: Any, reason: str
) -> None:
    before = len(session.exec(select(EventRow)).all())
    with pytest.raises(Refused, match=reason) as refusal:
        raising.add_ticket(session, given, LEAD, REGION)
    assert "\n" not in str(refusal.value)
    assert len(session.exec(select(EventRow)).all()) == before


def test_json_may_leave_out_a_fact_with_a_reason(session: Session) -> None:
    given = {**without("email"), "missing_reason": "has none"}
    ticket = reading.ticket(session, ticket_number(raising.add_ticket(session, given, LEAD, REGION)))
    assert (ticket.requester.missing, ticket.missing_reason) == (("email",), "has none")


def test_every_ticket_of_a_call_has_its_evidence_beside_it(session: Session) -> None:
    serial = serial_of(raise_open(session))
    calls = session.exec(select(CallRow.id).where(CallRow.ticket_id == serial)).all()
    assert session.exec(select(AttemptRow).where(AttemptRow.call_id == calls[0])).one().method == "callback"


def test_names_that_a_ticket_has_not_are_refused_and_notes_are_kept(session: Session) -> None:
    with pytest.raises(Refused, match="colour: a ticket has no such name"):
        raising.add_ticket(session, given_ticket(colour="red"), LEAD, REGION)
    serial = raising.add_ticket(session, given_ticket(notes=["one", {"text": "two"}, " "]), LEAD, REGION)
    assert [note.text for note in reading.ticket(session, ticket_number(serial)).notes] == ["one", "two"]
