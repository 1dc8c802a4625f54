"""The lock: so many failures for one contact, and nobody is verified as them before a lead says so (P4)."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from callintake.domain.draft import CallDraft
from callintake.domain.errors import Refused
from callintake.domain.gate import Authorization, Identity
from callintake.domain.method import Method, Outcome
from callintake.domain.number import serial_of
from callintake.services import agents, reading, tickets, verification
from callintake.services.history import acting_at
from callintake.store.database import Store, open_store
from callintake.store.tables import EventRow
from tests.conftest import LEAD
from tests.services.acting import AGENT, STRANGER, call_from, raise_open, raise_waiting
from tests.services.test_at_once import AGENTS, at_once
from tests.services.verifying import MORNING, apply_desk_file, give_secrets, person, raised, tried
from tests.store.raw import raw

AMARA, TOM, PRIYA = "Amara Okafor", "Tom Lindqvist", "Priya Raman"
SECONDS = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def morning(request: pytest.FixtureRequest) -> Iterator[None]:
    """It is the morning of a day when all that is on file has been there for long, and a second agent is there."""
    with acting_at(MORNING):
        if "session" in request.fixturenames:
            agents.sign_in(request.getfixturevalue("session"), AGENT)
        yield


def fail(session: Session, who: str = AMARA, times: int = 1, agent: str = AGENT) -> CallDraft:
    """Let attempts fail in one call."""
    draft = call_from(session, who)
    for _ in range(times):
        tried(session, draft.claim, Method.PIN, Outcome.FAILED, agent, call_id=draft.call_id)
    return draft


def test_three_failures_in_a_day_lock_a_contact_over_all_calls_and_agents(session: Session) -> None:
    give_secrets(session, AMARA, TOM)
    amara, tom = person(session, AMARA), person(session, TOM)
    fail(session, agent=AGENT)
    with acting_at(MORNING + timedelta(hours=23)):
        number = raise_waiting(session)
        tried(session, call_from(session).claim, Method.CALLBACK, Outcome.FAILED, LEAD, ticket_id=serial_of(number))
        assert not verification.is_locked(session, amara.id)
        fail(session, agent=LEAD)
        assert verification.is_locked(session, amara.id)
        assert not verification.is_locked(session, tom.id)
        assert tickets.refresh_gate(session, number, LEAD).identity is Identity.LOCKED


@pytest.mark.parametrize("method", Method)
def test_a_locked_contact_is_verified_by_nothing_and_nobody(session: Session, method: Method) -> None:
    apply_desk_file(session)
    give_secrets(session, AMARA)
    fail(session, times=3)
    draft = call_from(session)
    for agent in (AGENT, LEAD):
        with pytest.raises(Refused, match="locked after failed verifications: a lead unlocks"):
            tried(session, draft.claim, method, agent=agent, call_id=draft.call_id)
    assert verification.attempts_of_call(session, draft.call_id) == ()


def test_a_lock_is_over_after_a_day_and_not_before(session: Session) -> None:
    give_secrets(session, AMARA)
    fail(session, times=3)
    contact_id = person(session, AMARA).id
    with acting_at(MORNING + timedelta(hours=24) - SECONDS):
        assert verification.is_locked(session, contact_id)
    with acting_at(MORNING + timedelta(hours=24)):
        assert not verification.is_locked(session, contact_id)
        raise_open(session)


def test_a_lead_alone_unlocks_with_a_reason_and_counting_starts_anew(session: Session) -> None:
    give_secrets(session, AMARA)
    fail(session, times=3)
    contact_id = person(session, AMARA).id
    with acting_at(MORNING + SECONDS):
        for agent, why, said in (
            (AGENT, "called her mobile", "only a lead"),
            ("nobody", "called her mobile", "only a lead"),
            (LEAD, " \u200b", "Give a reason"),
        ):
            with pytest.raises(Refused, match=said):
                verification.unlock_contact(session, contact_id, why, agent)
        assert verification.is_locked(session, contact_id)
        verification.unlock_contact(session, contact_id, "called her mobile", LEAD)
        assert not verification.is_locked(session, contact_id)
        event = session.exec(select(EventRow).where(EventRow.kind == "contact unlocked")).one()
        assert (event.agent, event.data["reason"]) == (LEAD, "called her mobile")
        with pytest.raises(Refused, match="Amara Okafor is not locked"):
            verification.unlock_contact(session, contact_id, "once more", LEAD)
    with acting_at(MORNING + 2 * SECONDS):
        fail(session, times=2)
        assert not verification.is_locked(session, contact_id)
        fail(session)
        assert verification.is_locked(session, contact_id)


def test_the_desk_file_says_how_many_failures_lock_and_for_how_long(session: Session) -> None:
    apply_desk_file(session, "[verification]\nlock_failures = 2\nlock_hours = 1\n")
    give_secrets(session, AMARA)
    fail(session, times=2)
    with pytest.raises(Refused, match="locked"):
        fail(session)
    with acting_at(MORNING + timedelta(hours=1)):
        fail(session)


def test_every_desk_and_every_program_counts_the_same_failures(place: str, store: Store) -> None:
    with store.transaction() as session:
        contact_id = person(session, AMARA).id
        draft = call_from(session)
    for agent in ("ann", "bob", "cem"):
        other = open_store(place)
        with other.transaction() as session:
            tried(session, draft.claim, Method.CALLBACK, Outcome.FAILED, agent, call_id=draft.call_id)
        other.close()
    with pytest.raises(Refused, match="locked"), store.transaction() as session:
        tried(session, draft.claim, call_id=draft.call_id)
    insert = (
        "INSERT INTO attempt (call_id, contact_id, name, organization, method, factor, outcome, agent, at)"
        f" VALUES ('{draft.call_id}', {contact_id}, 'a', 'b', 'callback', 'have', 'verified', 'kim', '{MORNING:%F %T}')"
    )
    with raw(place) as bare:
        assert "the contact is locked" in (bare.refusal(insert) or "")


def test_of_attempts_made_at_once_no_more_fail_than_lock(place: str, store: Store) -> None:
    with store.transaction() as session:
        for agent in AGENTS:
            agents.sign_in(session, agent)
        draft = call_from(session)

    def guess(store: Store, agent: str) -> None:
        for _ in range(4):
            with store.transaction() as session:
                tried(session, draft.claim, Method.CALLBACK, Outcome.FAILED, agent, call_id=draft.call_id)

    outcomes = at_once(place, AGENTS, guess)
    assert all("locked" in str(outcome) for outcome in outcomes.values()), outcomes
    with store.reading() as session:
        assert len(verification.attempts_of_call(session, draft.call_id)) == 3


# Names typed instead of picked


def test_a_lock_is_not_got_around_by_typing_the_name(session: Session) -> None:
    give_secrets(session, AMARA)
    amara = person(session, AMARA)
    typed = {"name": "AMARA  okafor", "organization": amara.organization, "email": "a@b.example.com", "phone": "1"}
    before = call_from(session, "", **typed)
    tried(session, before.claim, Method.IN_PERSON, call_id=before.call_id)
    fail(session, times=3)
    assert (
        reading.ticket(session, raised(session, before.with_(phone="020 7946 0112"))).gate.identity is Identity.LOCKED
    )
    for method in (Method.IN_PERSON, Method.VOUCH, Method.APPROVER):
        draft = call_from(session, "", **typed)
        with pytest.raises(Refused, match="Amara Okafor, Northgate Dental Group, is in the directory: pick them"):
            tried(session, draft.claim, method, call_id=draft.call_id)


def test_a_vip_is_not_got_around_by_typing_the_name(session: Session) -> None:
    priya = person(session, PRIYA)
    typed = {"email": "a@b.example.com", "phone": "020 7946 0112"}
    unnamed = call_from(session, "", name=PRIYA, **typed)
    tried(session, unnamed.claim, Method.IN_PERSON, call_id=unnamed.call_id)
    draft = unnamed.with_(organization=priya.organization)
    with pytest.raises(Refused, match="is in the directory: pick them"):
        tried(session, draft.claim, Method.IN_PERSON, call_id=draft.call_id)
    gate = reading.ticket(session, raised(session, draft)).gate
    assert (gate.identity, gate.authorization) == (Identity.VERIFIED, Authorization.PENDING)


def test_who_is_only_named_alike_is_a_stranger(session: Session) -> None:
    fail_free = {"organization": "Another Dental Group"}
    draft = call_from(session, "", **STRANGER | {"name": PRIYA} | fail_free)
    tried(session, draft.claim, Method.IN_PERSON, call_id=draft.call_id)
    assert reading.ticket(session, raised(session, draft)).gate.open
    known = call_from(session, "", **STRANGER | {"name": AMARA, "organization": person(session, AMARA).organization})
    tried(session, known.claim, Method.IN_PERSON, call_id=known.call_id)
    assert reading.ticket(session, raised(session, known)).gate.open
