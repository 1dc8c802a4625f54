"""The gate is kept in the rules and in the database: either refuses alone when the other is gone (P4, P5)."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import text
from sqlmodel import Session

from callintake.domain.errors import Refused
from callintake.domain.gate import Authorization, Gate, Identity
from callintake.domain.method import Method, Outcome
from callintake.domain.number import serial_of, ticket_number
from callintake.services import (
    agents,
    credentials,
    drafts,
    gates,
    raising,
    reading,
    splitting,
    suspicion,
    tickets,
    undoing,
    verification,
)
from callintake.services.history import acting_at
from callintake.store.database import Store
from tests.conftest import LEAD, REGION
from tests.services.acting import AGENT, call_from, raise_open, raise_waiting
from tests.services.test_tickets import ACTIONS
from tests.services.verifying import MORNING, give_secrets, person, tried

OPEN = Gate(Identity.VERIFIED, Authorization.AUTHORIZED)
GATED_TABLES = ("ticket", "attempt", "unlock", "call", "totp_use")


@dataclass(frozen=True)
class Attack:
    """Something that may not be, as somebody would do it whom one of the two no longer stops."""

    prepare: Callable[[Session], str]
    """Returns whom or what it is done to."""
    act: Callable[[Session, str], object]
    disable: Callable[[pytest.MonkeyPatch], object]
    """Takes the rule out of the program."""
    rule_says: str
    database_says: str
    happened: Callable[[Session, str], bool]


def no_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Gate, "require_open", lambda *_: None)


def everybody_leads(monkeypatch: pytest.MonkeyPatch) -> None:
    for place in (agents, suspicion, verification):
        monkeypatch.setattr(place, "is_lead", lambda *_: True)
    monkeypatch.setattr("callintake.services.lock.is_lead", lambda *_: True)


def nothing_is_locked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "is_locked", lambda *_: False)


def every_gate_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gates, "gate_of", lambda *_, **__: OPEN)


def locked(session: Session) -> str:
    """Lock a contact; return the call that is going on."""
    draft = call_from(session)
    for _ in range(3):
        tried(session, draft.claim, Method.CALLBACK, Outcome.FAILED, call_id=draft.call_id)
    return draft.call_id


def suspicious(session: Session) -> str:
    number = raise_open(session)
    suspicion.mark_ticket(session, serial_of(number), "many calls", LEAD)
    return number


def failed(session: Session) -> str:
    """A ticket that was verified for another contact, and whose own failed."""
    number = raise_waiting(session)
    claim = call_from(session).claim
    tried(session, call_from(session, "Tom Lindqvist").claim, ticket_id=serial_of(number))
    tried(session, claim, Method.CALLBACK, Outcome.VERIFIED, ticket_id=serial_of(number))
    tried(session, claim, Method.CALLBACK, Outcome.FAILED, ticket_id=serial_of(number))
    return number


def refresh_and_claim(session: Session, number: str) -> None:
    tickets.refresh_gate(session, number, LEAD)
    tickets.claim(session, number, LEAD)


def raise_and_claim(session: Session, call_id: str) -> None:
    serial = raising.raise_ticket(session, drafts.load_draft(session, call_id), LEAD, REGION)
    tickets.claim(session, ticket_number(serial), LEAD)


def suspicious_since(session: Session, *, released: bool = False) -> str:
    """A ticket that its owner had before it was marked, and perhaps put back since."""
    number = raise_open(session)
    tickets.claim(session, number, AGENT)
    suspicion.mark_ticket(session, serial_of(number), "many calls", LEAD)
    if released:
        tickets.release(session, number, AGENT)
    return number


def split_and_claim(session: Session, number: str) -> None:
    part = ticket_number(splitting.split(session, number, "a part of it", LEAD))
    refresh_and_claim(session, part)


def unlock(session: Session, _: str) -> None:
    verification.unlock_contact(session, person(session, "Amara Okafor").id, "says who she is", AGENT)


def owner(session: Session, number: str) -> str | None:
    return reading.ticket(session, number).owner


def attempts(session: Session, call_id: str) -> int:
    return len(verification.attempts_of_call(session, call_id))


SHUT = "the database refused it: the gate is shut"
ATTACKS = {
    f"{name} behind a shut gate": Attack(
        raise_waiting,
        act,
        no_rule,
        "refused, the gate is shut",
        SHUT,
        lambda session, number: reading.ticket(session, number).history[-1].kind not in ("raised", "gate"),
    )
    for name, act in ACTIONS.items()
} | {
    "a claim on a suspicious ticket": Attack(
        suspicious,
        ACTIONS["claim"],
        no_rule,
        "marked suspicious",
        SHUT,
        lambda session, number: owner(session, number) is not None,
    ),
    "taking over a ticket that is suspicious since": Attack(
        suspicious_since,
        lambda session, number: tickets.take_over(session, number, LEAD),
        no_rule,
        "marked suspicious",
        SHUT,
        lambda session, number: owner(session, number) == LEAD,
    ),
    "undoing what gives somebody a ticket that is suspicious since": Attack(
        lambda session: suspicious_since(session, released=True),
        lambda session, number: undoing.undo(session, number, AGENT),
        no_rule,
        "marked suspicious",
        SHUT,
        lambda session, number: owner(session, number) == AGENT,
    ),
    "opening a part of a ticket without evidence": Attack(
        raise_waiting,
        split_and_claim,
        every_gate_is_open,
        "identity not verified",
        f"{SHUT}: the last attempt on record did not verify this caller",
        lambda session, number: reading.ticket(session, number).history[-1].kind == "split",
    ),
    "opening a gate without evidence": Attack(
        raise_waiting,
        refresh_and_claim,
        every_gate_is_open,
        "identity not verified",
        f"{SHUT}: the last attempt on record did not verify this caller",
        lambda session, number: owner(session, number) is not None,
    ),
    "opening a gate with evidence that failed or is about somebody else": Attack(
        failed,
        refresh_and_claim,
        every_gate_is_open,
        "verification failed",
        f"{SHUT}: the last attempt on record did not verify this caller",
        lambda session, number: owner(session, number) is not None,
    ),
    "raising an open ticket without evidence": Attack(
        lambda session: call_from(session).call_id,
        raise_and_claim,
        every_gate_is_open,
        "identity not verified",
        f"{SHUT}: the last attempt on record did not verify this caller",
        lambda session, call_id: True,
    ),
    "an attempt for a locked contact": Attack(
        locked,
        lambda session, call_id: tried(session, call_from(session).claim, call_id=call_id),
        nothing_is_locked,
        "locked after failed verifications",
        "the database refused it: the contact is locked",
        lambda session, call_id: attempts(session, call_id) == 4,
    ),
    "an unlock by somebody who leads nobody": Attack(
        locked,
        unlock,
        everybody_leads,
        "only a lead unlocks",
        "the database refused it: the contact is locked: a lead alone unlocks it",
        lambda session, _: not verification.is_locked(session, person(session, "Amara Okafor").id),
    ),
    "a suspicion taken back by somebody who leads nobody": Attack(
        suspicious,
        lambda session, number: suspicion.clear_ticket(session, serial_of(number), "it was her", AGENT),
        everybody_leads,
        "only a lead takes a suspicion back",
        f"{SHUT}: a lead alone takes a suspicion back",
        lambda session, number: reading.ticket(session, number).gate.open,
    ),
    "glass broken by somebody who leads nobody": Attack(
        raise_waiting,
        lambda session, number: tickets.break_glass(session, number, "in a hurry", AGENT),
        everybody_leads,
        "only a lead breaks the glass",
        f"{SHUT}: a lead alone breaks the glass",
        lambda session, number: reading.ticket(session, number).gate.open,
    ),
}


@pytest.fixture(params=ATTACKS)
def attack(request: pytest.FixtureRequest) -> Attack:
    return ATTACKS[request.param]


@pytest.fixture
def subject(store: Store, attack: Attack) -> str:
    """Whom or what it is done to."""
    with store.transaction() as session:
        agents.sign_in(session, AGENT)
        return attack.prepare(session)


def everything(store: Store) -> dict[str, list[tuple[object, ...]]]:
    with store.reading() as session:
        return {
            table: [tuple(row) for row in session.execute(text(f"SELECT * FROM {table} ORDER BY id"))]
            for table in ("ticket", "attempt", "unlock", "event", "outbox", "call")
        }


def try_it(store: Store, attack: Attack, subject: str, said: str) -> None:
    before = everything(store)
    with pytest.raises(Refused) as refusal, store.transaction() as session:
        attack.act(session, subject)
    assert said in str(refusal.value)
    assert everything(store) == before


def drop_triggers(store: Store) -> None:
    with store.engine.begin() as connection:
        if store.dialect == "postgresql":
            for table in GATED_TABLES:
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
            return
        for name in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all():
            connection.execute(text(f"DROP TRIGGER {name}"))


def test_with_both_it_is_the_rule_that_says_so(store: Store, attack: Attack, subject: str) -> None:
    try_it(store, attack, subject, attack.rule_says)


def test_without_the_rule_the_database_still_refuses(
    store: Store, attack: Attack, subject: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    attack.disable(monkeypatch)
    try_it(store, attack, subject, attack.database_says)


def test_without_the_triggers_the_rule_still_refuses(store: Store, attack: Attack, subject: str) -> None:
    drop_triggers(store)
    try_it(store, attack, subject, attack.rule_says)


def test_with_neither_nothing_would_stop_it(
    store: Store, attack: Attack, subject: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tests above test something."""
    attack.disable(monkeypatch)
    drop_triggers(store)
    with store.transaction() as session:
        attack.act(session, subject)
        assert attack.happened(session, subject)


def test_a_code_is_used_once_also_when_the_program_forgets_that_it_was(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with acting_at(MORNING):
        with store.transaction() as session:
            give_secrets(session, "Amara Okafor")
            draft = call_from(session)
            assert tried(session, draft.claim, Method.TOTP, call_id=draft.call_id).outcome is Outcome.VERIFIED
        monkeypatch.setattr(credentials, "_last_step", lambda *_: None)
        with store.transaction() as session:
            again = tried(session, draft.claim, Method.TOTP, call_id=draft.call_id)
        assert again.outcome is Outcome.FAILED
