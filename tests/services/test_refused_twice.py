"""The gate is kept in the rules and in the database: either refuses alone when the other is gone (P5)."""

import pytest
from sqlalchemy import text

from callintake.domain.errors import GateShut
from callintake.domain.gate import Gate
from callintake.services import agents, reading
from callintake.store.database import Store
from tests.services.acting import raise_waiting
from tests.services.test_tickets import ACTIONS


@pytest.fixture
def waiting(store: Store) -> str:
    """The number of a ticket whose gate is shut."""
    with store.transaction() as session:
        return raise_waiting(session)


def try_everything(store: Store, number: str, said: str) -> None:
    with store.transaction() as session:
        agents.sign_in(session, "jo")
        before = reading.ticket(session, number)
    for act in ACTIONS.values():
        with pytest.raises(GateShut, match=said), store.transaction() as session:
            act(session, number)
    with store.reading() as session:
        assert reading.ticket(session, number) == before


def drop_triggers(store: Store) -> None:
    with store.engine.begin() as connection:
        if store.dialect == "postgresql":
            connection.execute(text("ALTER TABLE ticket DISABLE TRIGGER USER"))
            return
        for name in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all():
            connection.execute(text(f"DROP TRIGGER {name}"))


def test_without_the_rule_the_database_still_refuses(
    store: Store, waiting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Gate, "require_open", lambda *_: None)
    try_everything(store, waiting, "the database refused it: the gate is shut")


def test_without_the_triggers_the_rule_still_refuses(store: Store, waiting: str) -> None:
    drop_triggers(store)
    try_everything(store, waiting, f"{waiting}: .* refused, the gate is shut")


def test_with_neither_nothing_would_stop_it(store: Store, waiting: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The two tests above test something."""
    monkeypatch.setattr(Gate, "require_open", lambda *_: None)
    drop_triggers(store)
    with store.transaction() as session:
        ACTIONS["route"](session, waiting)
        assert reading.ticket(session, waiting).department == "Billing"
