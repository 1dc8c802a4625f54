"""The directory: who is meant, what is on file of them, and who may change it."""

from contextlib import suppress
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from callintake.domain.contact import Contact
from callintake.domain.contact_detail import ContactDetail
from callintake.domain.errors import NotFound, Refused
from callintake.domain.method import Method, Outcome
from callintake.services import agents, directory, verification
from callintake.services.contact_reading import contact_detail
from callintake.services.history import now
from callintake.store.tables import EventRow
from tests.conftest import LEAD, REGION, corpus
from tests.services.acting import AGENT, call_from, raise_open, raise_waiting

HEAD = "name,organization,email"


def amara(session: Session) -> Contact:
    return directory.contact_by_name(session, "amara.okafor@northgatedental.example.com")


def change(session: Session, agent: str = LEAD, /, **changes: str) -> list[str]:
    return directory.change_contact(session, amara(session).id, changes, agent, REGION)


def test_a_contact_is_meant_by_id_address_or_words_that_fit_one(session: Session) -> None:
    meant = directory.contact_by_name(session, "amara")
    for given in (str(meant.id), "Amara.Okafor@NorthgateDental.example.com", "okafor", "020 7946 0112"):
        assert directory.contact_by_name(session, given) == meant


@pytest.mark.parametrize("given", ["tom", "halcyon", "020 7946 0998"])
def test_words_that_fit_several_are_answered_with_their_ids(session: Session, given: str) -> None:
    with pytest.raises(NotFound, match=r"give the id: \d+ .*; \d+ "):
        directory.contact_by_name(session, given)


@pytest.mark.parametrize("given", ["nobody", "", "0", "999999", "9" * 40, "-1", "*", "\x1b[2J", "²"])
def test_somebody_unknown_is_not_found(session: Session, given: str) -> None:
    with pytest.raises(NotFound) as refusal:
        directory.contact_by_name(session, given)
    assert "\x1b" not in str(refusal.value)


@pytest.mark.parametrize("contact_id", [0, -1, 10**6, 2**63, 10**30])
def test_an_id_there_is_not_is_not_found(session: Session, contact_id: int) -> None:
    with pytest.raises(NotFound, match="no contact"):
        directory.contact_by_id(session, contact_id)


def test_the_directory_is_read_page_by_page_with_nobody_twice_or_missing(session: Session) -> None:
    lines = [HEAD, *(f"Jane Doe,Acme,jane{number}@acme.example.com" for number in range(25))]
    directory.import_contacts(session, lines, REGION, LEAD)
    whole = directory.list_contacts(session, 1000)
    paged, after = [], None
    while page := directory.list_contacts(session, 7, after):
        paged += page
        after = (page[-1].name, page[-1].id)
    assert paged == whole
    assert len({contact.id for contact in whole}) == len(whole) == 35


# Changing and adding


def test_a_change_keeps_the_day_of_what_stays_and_begins_today_with_what_is_new(session: Session) -> None:
    said = change(session, phone="020 7946 0112; 020 7946 0666", email="a.okafor@northgatedental.example.com")
    assert "phone with +44 20 7946 0666" in said
    assert "e-mail amara.okafor@northgatedental.example.com → a.okafor@northgatedental.example.com" in said
    changed = directory.contact_by_name(session, "a.okafor@northgatedental.example.com")
    assert [str(number.since) for number in changed.numbers] == ["2024-02-01", str(now().date())]
    assert changed.email_since == now().date()
    assert changed.numbers[1].recorded_at is not None
    assert directory.find_contacts(session, "020 7946 0666") == [changed]


def test_everything_on_file_can_be_changed_and_the_history_tells_what_it_was(session: Session) -> None:
    before = amara(session)
    changes = {
        "name": "Amarah Okafor",
        "organization": "Halcyon Freight Ltd",
        "phone": "",
        "may_request": "billing",
        "approves": "access, billing",
        "vip": "yes",
        "notes": "prefers\nmornings",
    }
    change(session, **changes)
    after = amara(session)
    assert (after.name, after.organization, after.numbers, after.vip) == (
        "Amarah Okafor",
        "Halcyon Freight Ltd",
        (),
        True,
    )
    assert (after.may_request, after.approves, after.notes) == (
        ("billing",),
        ("access", "billing"),
        "prefers\nmornings",
    )
    event = session.exec(select(EventRow).where(EventRow.kind == "contact changed")).one()
    assert (event.agent, event.data["contact_id"]) == (LEAD, before.id)
    assert event.data["changes"] == {
        "name": ["Amara Okafor", "Amarah Okafor"],
        "organization": ["Northgate Dental Group", "Halcyon Freight Ltd"],
        "numbers": [["+442079460112"], []],
        "may request": [["support", "access"], ["billing"]],
        "approves": [[], ["access", "billing"]],
        "vip": [False, True],
        "notes": ["", "prefers\nmornings"],
    }


def test_a_change_to_what_is_there_already_is_none(session: Session) -> None:
    assert change(session, name=" Amara  Okafor", phone="+44 20 7946 0112", may_request="access;support", vip="") == []
    assert session.exec(select(EventRow).where(EventRow.kind == "contact changed")).all() == []


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("organization", "Halcyon Freight Ltd"),
        ("email", "somebody@else.example.com"),
        ("phone", "020 7946 0666"),
        ("phone", ""),
        ("may_request", "access; billing"),
        ("approves", "access"),
        ("vip", "yes"),
    ],
)
def test_a_lead_alone_changes_what_proves(session: Session, column: str, text: str) -> None:
    agents.sign_in(session, AGENT)
    before = amara(session)
    with pytest.raises(Refused, match=r"only a lead may change .* \(P4\)"):
        change(session, AGENT, **{column: text})
    assert amara(session) == before
    assert change(session, **{column: text})


def test_an_agent_changes_a_name_and_notes(session: Session) -> None:
    agents.sign_in(session, AGENT)
    assert change(session, AGENT, name="Amarah Okafor", notes="left-handed") == [
        "name Amara Okafor → Amarah Okafor",
        "notes none → left-handed",
    ]


def test_what_looks_like_a_secret_comes_into_no_notes_and_no_history(session: Session) -> None:
    said = change(session, notes="Prefers mornings\nPIN 4711 for the door, password: Hunter2!x")
    assert any("what looks like a PIN, password was taken out" in warning for warning in said)
    assert amara(session).notes.startswith("Prefers mornings\nPIN [redacted: PIN]")
    event = session.exec(select(EventRow).where(EventRow.kind == "contact changed")).one()
    assert "4711" not in str(event.data)
    assert "Hunter2" not in str(event.data)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"name": " "}, "Name: there is no letter in it"),
        ({"email": "nobody", "phone": "12"}, r"E-mail: .*; Phone: too short"),
        ({"email": "priya.raman@halcyonfreight.example.net"}, "is the address of Priya Raman"),
        ({"notes": "x" * 5000}, "notes: longer than 4000"),
    ],
)
def test_what_can_not_be_right_is_refused_with_every_reason(
    session: Session, changes: dict[str, str], why: str
) -> None:
    before = amara(session)
    with pytest.raises(Refused, match=why):
        change(session, **changes)
    assert amara(session) == before


def test_somebody_unknown_is_not_changed(session: Session) -> None:
    with pytest.raises(NotFound):
        directory.change_contact(session, 10**6, {"name": "X"}, LEAD, REGION)


JANE = {"name": "Jane Doe", "organization": "Acme", "email": "jane@acme.example.com", "phone": "020 7946 0777"}


@pytest.mark.parametrize("agent", [LEAD, AGENT])
def test_somebody_is_put_on_file_since_today(session: Session, agent: str) -> None:
    agents.sign_in(session, agent)
    jane = directory.add_contact(session, JANE, agent, REGION)
    today = now().date()
    assert [(number.e164, number.since) for number in jane.numbers] == [("+442079460777", today)]
    assert jane.email_since == today
    assert directory.find_contacts(session, "jane doe") == [jane]
    event = session.exec(select(EventRow).where(EventRow.kind == "contact added")).one()
    assert (event.agent, event.data["contact_id"]) == (agent, jane.id)
    assert event.data["changes"]["numbers"] == [[], ["+442079460777"]]


def test_a_lead_alone_gives_rights_to_somebody_new(session: Session) -> None:
    agents.sign_in(session, AGENT)
    rights = {"may_request": "access", "approves": "billing"}
    by_agent = directory.add_contact(session, {**JANE, **rights}, AGENT, REGION)
    assert (by_agent.may_request, by_agent.approves) == ((), ())
    by_lead = directory.add_contact(session, {**JANE, **rights, "email": "joan@acme.example.com"}, LEAD, REGION)
    assert (by_lead.may_request, by_lead.approves) == (("access",), ("billing",))


def test_nobody_is_put_on_file_twice(session: Session) -> None:
    directory.add_contact(session, JANE, LEAD, REGION)
    with pytest.raises(Refused, match="is the address of Jane Doe, Acme, already"):
        directory.add_contact(session, {**JANE, "name": "Joan", "email": "Jane@acme.example.com"}, LEAD, REGION)
    without = {"name": "jane  doe", "organization": "ACME", "email": ""}
    with pytest.raises(Refused, match=r"on file already, as \d+"):
        directory.add_contact(session, without, LEAD, REGION)


def test_an_auditor_changes_and_adds_nobody(session: Session) -> None:
    agents.sign_in(session, AGENT)
    agents.set_role(session, AGENT, "auditor", by=LEAD)
    with pytest.raises(Refused, match="is an auditor"):
        change(session, AGENT, notes="x")
    with pytest.raises(Refused, match="is an auditor"):
        directory.add_contact(session, JANE, AGENT, REGION)


@pytest.mark.parametrize(
    ("column", "place"),
    [("name", "name"), ("organization", "org"), ("email", "email"), ("phone", "phone"), ("notes", "notes")],
)
def test_hostile_text_is_kept_clean_or_refused(session: Session, column: str, place: str) -> None:
    contact_id = amara(session).id
    for case in corpus(place):
        with suppress(Refused):
            directory.change_contact(session, contact_id, {column: str(case.values[0])}, LEAD, REGION)
        kept = directory.contact_by_id(session, contact_id)
        said = f"{kept.name}{kept.organization}{kept.email}{kept.notes}".replace("\n", "")
        assert not any(ord(char) < 32 or 0x7F <= ord(char) < 0xA0 or 0x202A <= ord(char) <= 0x202E for char in said)


# What is shown of one


def test_a_contact_is_shown_with_what_is_on_file_and_what_happened(session: Session) -> None:
    agents.sign_in(session, AGENT)
    change(session, phone="020 7946 0112; 020 7946 0666")
    raise_waiting(session, subject="Label printer offline")
    raise_open(session, subject="Scanner jams")
    detail = contact_detail(session, amara(session).id)
    old, new = detail.contact.numbers
    assert detail.counts_from(old) is None
    assert detail.counts_from(new) == now().date() + timedelta(days=30)
    assert (detail.has_pin, detail.has_totp, detail.is_locked, detail.failures) == (False, False, False, ())
    assert [line.subject for line in detail.tickets] == ["Scanner jams", "Label printer offline"]


def test_failed_attempts_are_shown_the_newest_first_and_the_lock(session: Session) -> None:
    who = amara(session)
    for _ in range(3):
        fail(session, who)
    detail = contact_detail(session, who.id)
    assert detail.is_locked
    assert [failure.method for failure in detail.failures] == [Method.CALLBACK] * 3
    assert [failure.at for failure in detail.failures] == sorted((one.at for one in detail.failures), reverse=True)
    verification.unlock_contact(session, who.id, "rang her manager", LEAD)
    detail = contact_detail(session, who.id)
    assert not detail.is_locked
    assert len(detail.failures) == 3


def fail(session: Session, who: Contact) -> None:
    draft = call_from(session)
    verification.record_attempt(
        session,
        draft.claim,
        Method.CALLBACK,
        Outcome.FAILED,
        LEAD,
        call_id=draft.call_id,
        number=who.numbers[0].e164,
    )


def test_a_code_goes_to_an_address_once_it_is_old_enough_and_codes_are_sent_at_all(session: Session) -> None:
    detail = contact_detail(session, amara(session).id)
    assert detail.email_counts_from is None
    today = detail.today
    since = today - timedelta(days=10)
    young = ContactDetail(Contact(1, "A", "B", "a@b.example.com", email_since=since), today, 30, email_counts=True)
    assert young.email_counts_from == today + timedelta(days=20)
