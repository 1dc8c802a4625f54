"""The broken glass: a lead opens a gate without proof, for good; it is flagged for ever, and security is told (P5)."""

from collections.abc import Iterator

import pytest
from sqlmodel import Session, select, text

from callintake.domain.errors import GateShut, NotFound, Refused
from callintake.domain.method import Method, Outcome
from callintake.domain.number import serial_of, ticket_number
from callintake.services import agents, reading, suspicion, tickets
from callintake.services.history import acting_at
from callintake.store.database import Store
from callintake.store.tables import EventRow, OutboxRow
from tests.conftest import LEAD
from tests.services.acting import AGENT, call_from, raise_open, raise_waiting
from tests.services.test_tickets import ACTIONS
from tests.services.verifying import MORNING, SECURITY, apply_desk_file, messages, person, tried

WHY = "ward 3 is without telephones, and the directory is down"


@pytest.fixture(autouse=True)
def morning(request: pytest.FixtureRequest) -> Iterator[None]:
    """It is the morning of a day when all that is on file has been there for long."""
    with acting_at(MORNING):
        if "session" in request.fixturenames:
            session = request.getfixturevalue("session")
            agents.sign_in(session, AGENT)
            apply_desk_file(session)
        yield


@pytest.mark.parametrize("action", ACTIONS)
def test_a_lead_opens_a_gate_without_proof_and_every_action_is_done(session: Session, action: str) -> None:
    number = raise_waiting(session, category="access")
    tickets.break_glass(session, number, WHY, LEAD)
    ACTIONS[action](session, number)
    ticket = reading.ticket(session, number)
    assert (ticket.gate.open, ticket.gate.is_broken, ticket.break_glass) == (True, True, WHY)
    assert ticket.gate.identity == "unverified"


@pytest.mark.parametrize(
    ("agent", "why", "said"),
    [(AGENT, WHY, "only a lead"), ("nobody", WHY, "only a lead"), (LEAD, " \u200b\n", "needs a reason")],
)
def test_nobody_else_does_and_nobody_without_a_reason(session: Session, agent: str, why: str, said: str) -> None:
    number = raise_waiting(session)
    before = reading.ticket(session, number)
    with pytest.raises(Refused, match=said):
        tickets.break_glass(session, number, why, agent)
    assert reading.ticket(session, number) == before
    assert messages(session) == []


def test_an_auditor_does_not(session: Session) -> None:
    agents.sign_in(session, "ada")
    agents.set_role(session, "ada", "auditor", by=LEAD)
    with pytest.raises(Refused, match="ada is an auditor"):
        tickets.break_glass(session, raise_waiting(session), WHY, "ada")


def test_an_open_gate_is_not_broken(session: Session) -> None:
    with pytest.raises(Refused, match="is open"):
        tickets.break_glass(session, raise_open(session), WHY, LEAD)
    number = raise_waiting(session)
    tickets.break_glass(session, number, WHY, LEAD)
    with pytest.raises(Refused, match="is open"):
        tickets.break_glass(session, number, "once more", LEAD)
    with pytest.raises(NotFound, match="there is no ticket"):
        tickets.break_glass(session, ticket_number(999_999), WHY, LEAD)


def test_it_is_in_the_history_and_security_is_told(session: Session) -> None:
    number = raise_waiting(session)
    tickets.break_glass(session, number, WHY, LEAD)
    event = session.exec(select(EventRow).where(EventRow.kind == "glass broken")).one()
    assert (event.agent, event.ticket_id, event.data) == (LEAD, serial_of(number), {"reason": WHY})
    gate = reading.ticket(session, number).history[-1]
    assert (gate.kind, gate.data) == (
        "gate",
        {"before": "shut: identity not verified", "after": "open: glass broken"},
    )
    assert messages(session) == [("glass broken", SECURITY)]
    (message,) = session.exec(select(OutboxRow))
    assert message.body == {"number": number, "reason": WHY, "agent": LEAD}


def test_the_contact_is_told_of_a_sensitive_request_that_opens_so(session: Session) -> None:
    tickets.break_glass(session, raise_waiting(session, category="access"), WHY, LEAD)
    assert messages(session, besides_security=True) == [("sensitive request", person(session, "Amara Okafor").email)]


def test_it_opens_what_is_suspicious_as_well(session: Session) -> None:
    number = raise_waiting(session)
    suspicion.mark_ticket(session, serial_of(number), "many calls", AGENT)
    tickets.break_glass(session, number, WHY, LEAD)
    tickets.claim(session, number, AGENT)


def test_it_stays_flagged_whatever_comes_after(session: Session) -> None:
    number = raise_waiting(session)
    tickets.break_glass(session, number, WHY, LEAD)
    claim = call_from(session).claim
    for outcome in (Outcome.FAILED, Outcome.VERIFIED):
        tried(session, claim, Method.CALLBACK, outcome, ticket_id=serial_of(number))
        ticket = reading.ticket(session, number)
        assert (ticket.gate.open, ticket.break_glass) == (True, WHY)
    assert ticket.gate.reasons == ()


def test_the_database_has_it_from_a_lead_on_record_and_for_good(store: Store) -> None:
    with store.transaction() as session:
        agents.sign_in(session, AGENT)
        waiting, broken = (serial_of(raise_waiting(session)) for _ in range(2))
        tickets.break_glass(session, ticket_number(broken), WHY, LEAD)
        session.add(EventRow(at=MORNING, agent=AGENT, kind="glass broken", ticket_id=waiting, data={}))
    for serial, value in ((waiting, "'because'"), (waiting, "''"), (broken, "NULL"), (broken, "'another reason'")):
        with (
            pytest.raises(GateShut, match="a lead alone breaks the glass, once, and on record"),
            store.transaction() as session,
        ):
            session.execute(text(f"UPDATE ticket SET break_glass = {value} WHERE id = {serial}"))
