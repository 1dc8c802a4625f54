"""Attempts to verify a caller: what is recorded, who may be asked, and which numbers count (P4, P5)."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from callintake.domain.errors import GateShut, NotFound, Refused
from callintake.domain.gate import Authorization, Identity
from callintake.domain.method import Method, Outcome
from callintake.domain.number import serial_of
from callintake.domain.verification import Claim
from callintake.services import agents, reading, tickets, verification
from callintake.services.history import acting_at
from callintake.store.tables import AttemptRow, ContactNumberRow, EventRow
from tests.conftest import LEAD
from tests.services.acting import AGENT, call_from, raise_waiting
from tests.services.verifying import MORNING, PIN, WRONG, app_code, apply_desk_file, give_secrets, person, raised, tried

AMARA, TOM, PRIYA = "Amara Okafor", "Tom Lindqvist", "Priya Raman"
SECONDS = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def morning(request: pytest.FixtureRequest) -> Iterator[None]:
    """It is the morning of a day when all that is on file has been there for long, and a second agent is there."""
    with acting_at(MORNING):
        if "session" in request.fixturenames:
            agents.sign_in(request.getfixturevalue("session"), AGENT)
        yield


# What is recorded


@pytest.mark.parametrize("method", Method)
@pytest.mark.parametrize("outcome", Outcome)
def test_every_attempt_is_kept_with_what_it_went_by_and_no_secret(
    session: Session, method: Method, outcome: Outcome
) -> None:
    apply_desk_file(session)
    give_secrets(session, AMARA)
    draft = call_from(session)
    attempt = tried(session, draft.claim, method, outcome, call_id=draft.call_id)
    (row,) = session.exec(select(AttemptRow).where(AttemptRow.call_id == draft.call_id))
    amara, tom = person(session, AMARA), person(session, TOM)
    went_by = {
        Method.EMAIL_CODE: {"address": amara.email} if outcome is Outcome.VERIFIED else {},
        Method.CALLBACK: {"number": amara.numbers[0].e164},
        Method.APPROVER: {"number": tom.numbers[0].e164, "approver_id": tom.id},
        Method.IN_PERSON: {"reason": "passport, held into the camera"},
        Method.VOUCH: {"reason": "sits opposite me"},
    }
    for name in ("number", "approver_id", "reason", "address"):
        assert getattr(row, name) == went_by.get(method, {}).get(name)
        assert getattr(attempt, name) == getattr(row, name)
    assert (row.method, row.factor, row.outcome, row.agent) == (method, method.factor, outcome, LEAD)
    assert (row.contact_id, row.name, row.category) == (amara.id, AMARA, "printing")
    event = session.exec(select(EventRow).where(EventRow.kind == f"caller {outcome}")).all()[-1]
    assert (event.call_id, event.data["method"], event.data["contact_id"]) == (draft.call_id, method, amara.id)
    everything = repr([row, event, attempt]) + repr(event.data)
    assert not any(secret in everything for secret in (PIN, WRONG, app_code()))


@pytest.mark.parametrize("method", [method for method in Method if method.is_compared])
@pytest.mark.parametrize("outcome", Outcome)
def test_nobody_at_the_desk_decides_what_the_program_compares(
    session: Session, method: Method, outcome: Outcome
) -> None:
    apply_desk_file(session)
    give_secrets(session, AMARA)
    draft = call_from(session)
    attempt = verification.record_attempt(
        session, draft.claim, method, outcome, LEAD, call_id=draft.call_id, said="654321"
    )
    assert attempt.outcome is Outcome.FAILED


@pytest.mark.parametrize("method", [method for method in Method if not method.is_compared])
def test_what_people_decide_they_have_to_say(session: Session, method: Method) -> None:
    draft = call_from(session)
    with pytest.raises(Refused, match="verified or failed"):
        tried(session, draft.claim, method, None, call_id=draft.call_id)  # type: ignore[arg-type]
    assert verification.attempts_of_call(session, draft.call_id) == ()


def test_an_auditor_verifies_nobody(session: Session) -> None:
    agents.sign_in(session, "ada")
    agents.set_role(session, "ada", "auditor", by=LEAD)
    with pytest.raises(Refused, match="ada is an auditor"):
        tried(session, call_from(session).claim, agent="ada")


def test_an_attempt_is_about_somebody_and_something_there_is(session: Session) -> None:
    draft = call_from(session)
    with pytest.raises(NotFound, match="no contact 999"):
        tried(session, Claim(999, AMARA, "x", "printing"), Method.PIN, call_id=draft.call_id)
    with pytest.raises(NotFound, match="there is no ticket"):
        tried(session, draft.claim, ticket_id=999_999)


@pytest.mark.parametrize("method", Method)
def test_an_attempt_in_a_call_that_has_its_ticket_counts_for_that_at_once(session: Session, method: Method) -> None:
    give_secrets(session, AMARA)
    draft = call_from(session)
    number = raised(session, draft)
    apply_desk_file(session)
    tried(session, draft.claim, method, call_id=draft.call_id)
    assert reading.ticket(session, number).gate.open
    tried(session, draft.claim, Method.CALLBACK, Outcome.FAILED, call_id=draft.call_id)
    with pytest.raises(GateShut, match="verification failed"):
        tickets.claim(session, number, AGENT)


def test_evidence_about_another_caller_does_not_keep_a_ticket_from_being_raised(session: Session) -> None:
    """Who was picked first, by mistake, failed; the database goes by the same person as the rules do."""
    amara, tom = call_from(session), person(session, TOM)
    tried(session, amara.claim, call_id=amara.call_id)
    wrong = amara.with_contact(tom)
    tried(session, wrong.claim, Method.CALLBACK, Outcome.FAILED, call_id=amara.call_id)
    right = wrong.with_contact(person(session, AMARA))
    assert reading.ticket(session, raised(session, right)).gate.open


# Approvers


def approve(session: Session, claim: Claim, approver: str, number: str | None = None, **typed: str) -> None:
    draft = call_from(session, "", **typed)
    asked = person(session, approver)
    verification.record_attempt(
        session,
        claim,
        Method.APPROVER,
        Outcome.VERIFIED,
        AGENT,
        call_id=draft.call_id,
        number=number or asked.numbers[0].e164,
        approver_id=asked.id,
    )


def test_an_approver_is_somebody_else_of_the_organization_who_may_ask_for_it(session: Session) -> None:
    claim = call_from(session, TOM, category="access").claim
    approve(session, claim, AMARA)
    for nobody in (TOM, PRIYA, "Ingrid Sørensen"):
        with pytest.raises(Refused, match="who said yes"):
            approve(session, claim, nobody)
    other = call_from(session, "Declan O'Brien", category="changes").claim
    with pytest.raises(Refused, match="nobody else of that organization may say yes"):
        approve(session, other, PRIYA)


def test_nobody_approves_for_themselves_by_not_being_picked(session: Session) -> None:
    amara = person(session, AMARA)
    claim = Claim(None, "AMARA OKAFOR", amara.organization, "access")
    with pytest.raises(Refused, match="nobody else of that organization"):
        approve(session, claim, AMARA)


def test_an_approver_is_called_at_a_number_on_file_that_counts(session: Session) -> None:
    claim, amara = call_from(session, TOM, category="access").claim, person(session, AMARA)
    with pytest.raises(Refused, match="only a number on file for Amara Okafor"):
        approve(session, claim, AMARA, "+442079460199")
    with pytest.raises(Refused, match="only a number on file for Amara Okafor"):
        approve(session, claim, AMARA, person(session, TOM).numbers[0].e164)
    (number,) = session.exec(select(ContactNumberRow).where(ContactNumberRow.contact_id == amara.id))
    number.since = verification.now().date() - timedelta(days=29)
    session.flush()
    with pytest.raises(Refused, match="no approver has a number on file that counts"):
        approve(session, claim, AMARA)


def test_with_an_approvers_yes_a_verified_caller_may_ask_and_with_a_no_may_not(session: Session) -> None:
    give_secrets(session, TOM)
    number = raise_waiting(session, TOM, category="access")
    serial = serial_of(number)
    claim = Claim(person(session, TOM).id, TOM, person(session, TOM).organization, "access")
    tried(session, claim, Method.PIN, ticket_id=serial)
    assert reading.ticket(session, number).gate.authorization is Authorization.NEEDS_APPROVAL
    tried(session, claim, Method.APPROVER, ticket_id=serial)
    assert reading.ticket(session, number).gate.open
    for _ in range(5):
        tried(session, claim, Method.APPROVER, Outcome.FAILED, ticket_id=serial)
    gate = reading.ticket(session, number).gate
    assert (gate.identity, gate.authorization) == (Identity.VERIFIED, Authorization.DENIED)
    assert not verification.is_locked(session, claim.contact_id or 0)


# Numbers on file


def test_a_number_written_during_the_call_proves_nothing_also_not_on_its_ticket(session: Session) -> None:
    draft = call_from(session)
    with acting_at(MORNING + timedelta(minutes=5)):
        (row,) = session.exec(select(ContactNumberRow).where(ContactNumberRow.contact_id == draft.claim.contact_id))
        row.recorded_at = verification.now()
        session.flush()
        with pytest.raises(Refused, match="written here during this call"):
            tried(session, draft.claim, call_id=draft.call_id)
        number = raised(session, draft)
        with pytest.raises(Refused, match="written here during this call"):
            tried(session, draft.claim, ticket_id=serial_of(number))
    with acting_at(MORNING + timedelta(days=1)):
        later = call_from(session)
        tried(session, later.claim, call_id=later.call_id)


def test_other_calls_say_nothing_of_when_this_one_began(session: Session) -> None:
    call_from(session)
    with acting_at(MORNING + timedelta(hours=1)):
        other = raise_waiting(session)
    with acting_at(MORNING + timedelta(hours=2)):
        standing = verification.standing_of(session, Claim(), LEAD)
        assert standing.call_began is None
        draft = call_from(session)
        assert verification.standing_of(session, Claim(), LEAD, call_id=draft.call_id).call_began == verification.now()
    standing = verification.standing_of(session, Claim(), LEAD, ticket_id=serial_of(other))
    assert standing.call_began == MORNING + timedelta(hours=1)
