"""The database itself keeps the gate shut and the evidence whole, whoever issues the SQL (P4, P5, P11)."""

from collections.abc import Callable, Iterator

import pytest

from callintake.domain.number import serial_of
from callintake.domain.verification import Outcome
from callintake.services import raising
from callintake.store.database import open_store
from callintake.store.tables import AttemptRow, EventRow, TicketRow
from tests.conftest import LEAD, REGION
from tests.services.acting import call_back, call_from, raise_open, raise_waiting
from tests.store.raw import Raw, raw

Copy = Callable[..., str]
OPENED = "identity = 'verified', \"authorization\" = 'authorized'"


@pytest.fixture
def waiting(place: str) -> int:
    """The serial of a ticket whose gate is shut, on a desk that also has an open one, attempts and events."""
    store = open_store(place)
    with store.transaction() as session:
        raise_open(session)
        serial = serial_of(raise_waiting(session))
    store.close()
    return serial


@pytest.fixture
def bare(place: str, waiting: int) -> Iterator[Raw]:
    """That desk without the program."""
    with raw(place) as database:
        yield database


def copied(row: type[TicketRow | AttemptRow | EventRow], verb: str = "INSERT", where: str = "", **other: str) -> str:
    """Return the statement that inserts a row like the ones there, but for some columns."""
    columns = [column.name for column in row.__table__.columns if column.name != "id" or "id" in other]
    values = [other.get(name, f'"{name}"') for name in columns]
    names = ", ".join(f'"{name}"' for name in columns)
    return f"{verb} INTO {row.__tablename__} ({names}) SELECT {', '.join(values)} FROM {row.__tablename__} {where}"


def check_refused(bare: Raw, attacks: dict[str, str]) -> None:
    """Run every attack: none may be carried out, and nothing may be changed by any."""
    before = bare.records()
    obeyed = [name for name, attack in attacks.items() if bare.refusal(attack) is None]
    assert bare.records() == before
    assert not obeyed


def test_no_ticket_is_acted_on_behind_a_shut_gate(bare: Raw, waiting: int) -> None:
    acts = {
        "routing": "department = 'Billing'",
        "owner": "owner = 'kim'",
        "opening": "status = 'open'",
        "waiting for somebody": "status = 'pending'",
        "resolving": "status = 'resolved'",
        "merging": "status = 'merged'",
        "identity without evidence": "identity = 'verified'",
        "both without evidence": OPENED,
        "both and routing without evidence": f"{OPENED}, department = 'Billing', owner = 'kim', status = 'open'",
        "routing, only authorized": "\"authorization\" = 'authorized', department = 'Billing'",
        "routing to nothing in particular": "department = ''",
        "another number": f"id = {waiting + 100}",
    }
    forms = ["UPDATE"]
    if bare.dialect == "sqlite":
        forms += ["UPDATE OR REPLACE", "UPDATE OR ROLLBACK", "UPDATE OR FAIL", "UPDATE OR IGNORE"]
    check_refused(
        bare,
        {
            f"{form} {name}": f"{form} ticket SET {act} WHERE id = {waiting}"
            for form in forms
            for name, act in acts.items()
        },
    )


def test_no_ticket_begins_routed_open_or_verified(bare: Raw, waiting: int) -> None:
    this = f"WHERE id = {waiting}"
    begun = {
        "routed": {"department": "'Billing'"},
        "owned": {"owner": "'kim'"},
        "open": {"status": "'open'"},
        "closed": {"status": "'closed'"},
        "verified": {"identity": "'verified'"},
        "authorized": {"authorization": "'authorized'"},
        "verified and routed": {
            "identity": "'verified'",
            "authorization": "'authorized'",
            "department": "'Billing'",
        },
        "with a number below all": {"id": "-1"},
        "with nothing of the caller and no reason": {"email": "NULL"},
    }
    verbs = ["INSERT"]
    if bare.dialect == "sqlite":
        verbs += ["INSERT OR REPLACE", "REPLACE"]
    check_refused(
        bare,
        {f"{verb} {name}": copied(TicketRow, verb, this, **other) for verb in verbs for name, other in begun.items()},
    )


def test_no_ticket_is_replaced_or_deleted(bare: Raw, waiting: int) -> None:
    this = f"WHERE id = {waiting}"
    same = copied(TicketRow, "INSERT", this, id=str(waiting))
    attacks = {
        "delete": f"DELETE FROM ticket {this}",
        "delete all": "DELETE FROM ticket",
        "upsert": f"{same} {'' if bare.dialect == 'postgresql' else ' '}ON CONFLICT (id) DO UPDATE SET owner = 'kim'",
    }
    if bare.dialect == "sqlite":
        attacks["replace"] = copied(TicketRow, "REPLACE", this, id=str(waiting))
        attacks["insert or replace"] = copied(TicketRow, "INSERT OR REPLACE", this, id=str(waiting), subject="'x'")
        attacks["replace the open one"] = copied(TicketRow, "REPLACE", this, id=str(waiting - 1))
    else:
        attacks["truncate"] = "TRUNCATE ticket CASCADE"
        attacks["truncate all"] = "TRUNCATE ticket, call, note, draft, attempt, event"
    check_refused(bare, attacks)


@pytest.mark.parametrize(("row", "column"), [(AttemptRow, "outcome"), (EventRow, "kind")], ids=["attempt", "event"])
def test_what_is_on_record_is_added_to_and_never_changed(
    bare: Raw, row: type[AttemptRow | EventRow], column: str
) -> None:
    table = row.__tablename__
    (first,) = bare.run(f"SELECT min(id) FROM {table}")[0]
    this = f"WHERE id = {first}"
    attacks = {
        "update": f"UPDATE {table} SET {column} = 'failed' {this}",
        "update all": f"UPDATE {table} SET agent = 'nobody'",
        "another place": f"UPDATE {table} SET id = 9999 {this}",
        "delete": f"DELETE FROM {table} {this}",
        "delete all": f"DELETE FROM {table}",
        "upsert": f"{copied(row, 'INSERT', this, id=str(first))} ON CONFLICT (id) DO UPDATE SET agent = 'nobody'",
        "insert in the same place": copied(row, "INSERT", this, id=str(first)),
        "insert below all": copied(row, "INSERT", this, id="-1"),
        "insert at nought": copied(row, "INSERT", this, id="0"),
    }
    if bare.dialect == "sqlite":
        attacks["replace"] = copied(row, "REPLACE", this, id=str(first), agent="'nobody'")
        attacks["insert or replace"] = copied(row, "INSERT OR REPLACE", this, id=str(first), agent="'nobody'")
        attacks["update or replace"] = f"UPDATE OR REPLACE {table} SET id = id + 1"
        attacks["update or ignore"] = f"UPDATE OR IGNORE {table} SET agent = 'nobody'"
    else:
        attacks["truncate"] = f"TRUNCATE {table}"
        attacks["truncate with all that hangs on it"] = f"TRUNCATE {table} CASCADE"
    check_refused(bare, attacks)
    assert bare.refusal(copied(row, "INSERT", this)) is None


def test_the_programs_own_connection_is_refused_alike(place: str, waiting: int) -> None:
    store = open_store(place)
    with raw(place) as bare:
        before = bare.records()
        for attack in (
            f"UPDATE ticket SET department = 'Billing' WHERE id = {waiting}",
            copied(TicketRow, "INSERT", f"WHERE id = {waiting}", owner="'kim'"),
            "DELETE FROM event",
            "UPDATE attempt SET outcome = 'verified'",
        ):
            with (
                pytest.raises(Exception, match=r"gate is shut|added to, never changed"),
                store.engine.begin() as connection,
            ):
                connection.exec_driver_sql(attack)
        assert bare.records() == before
    store.close()


def test_evidence_opens_the_gate_and_an_open_gate_lets_work_through(place: str, bare: Raw, waiting: int) -> None:
    this = f"WHERE id = {waiting}"
    assert bare.refusal(f"UPDATE ticket SET {OPENED} {this}")
    bare.run(copied(AttemptRow, "INSERT", "ORDER BY id LIMIT 1", ticket_id=str(waiting), call_id="NULL"))
    bare.run(f"UPDATE ticket SET {OPENED} {this}")
    bare.run(f"UPDATE ticket SET department = 'Billing', owner = 'kim', status = 'open' {this}")
    assert bare.run(f"SELECT department, owner, status FROM ticket {this}") == [("Billing", "kim", "open")]


def test_evidence_that_failed_or_is_about_another_ticket_opens_nothing(place: str) -> None:
    store = open_store(place)
    with store.transaction() as session:
        raise_open(session)
        failed = raising.raise_ticket(session, call_back(session, call_from(session), Outcome.FAILED), LEAD, REGION)
    store.close()
    with raw(place) as bare:
        check_refused(bare, {"verified": f"UPDATE ticket SET {OPENED} WHERE id = {failed}"})


def test_a_ticket_waiting_may_be_closed_and_taken_up_again(bare: Raw, waiting: int) -> None:
    for status in ("closed", "new"):
        assert bare.refusal(f"UPDATE ticket SET status = '{status}' WHERE id = {waiting}") is None


def test_a_gate_shut_again_lets_what_was_decided_stand_and_nothing_new_in(bare: Raw, waiting: int) -> None:
    this = f"WHERE id = {waiting - 1}"
    bare.run(f"UPDATE ticket SET owner = 'kim', status = 'open' {this}")
    bare.run(f"UPDATE ticket SET identity = 'failed', \"authorization\" = 'pending' {this}")
    bare.run(f"UPDATE ticket SET priority = 0 {this}")
    check_refused(
        bare,
        {
            act: f"UPDATE ticket SET {act} {this}"
            for act in ("owner = 'jo'", "department = 'Billing'", "status = 'resolved'")
        },
    )
    assert bare.refusal(f"UPDATE ticket SET owner = NULL, department = NULL {this}") is None


def test_an_open_gate_does_not_stay_open_for_another_person_or_request(place: str, waiting: int) -> None:
    opened = waiting - 1
    with raw(place) as bare:
        check_refused(
            bare,
            {
                column: f"UPDATE ticket SET {column} = {value} WHERE id = {opened}"
                for column, value in (
                    ("name", "'Mallory'"),
                    ("organization", "'Elsewhere'"),
                    ("contact_id", "NULL"),
                    ("category", "'billing'"),
                )
            },
        )


def test_the_last_attempt_about_the_same_person_counts(place: str, waiting: int) -> None:
    opened = waiting - 1

    def attempt(outcome: str, contact: str) -> str:
        return copied(AttemptRow, "INSERT", "ORDER BY id LIMIT 1", ticket_id=str(opened), contact_id=contact,
                      outcome=f"'{outcome}'")  # fmt: skip

    with raw(place) as bare:
        (amara,) = bare.run(f"SELECT contact_id FROM ticket WHERE id = {opened}")[0]
        reopening = f"UPDATE ticket SET {OPENED} WHERE id = {opened}"
        for outcome, contact, opens in (
            ("failed", "NULL", True),
            ("failed", str(amara + 1), True),
            ("failed", str(amara), False),
            ("verified", "NULL", False),
            ("verified", str(amara + 1), False),
            ("verified", str(amara), True),
        ):
            bare.run(f"UPDATE ticket SET identity = 'unverified' WHERE id = {opened}")
            bare.run(attempt(outcome, contact))
            assert (bare.refusal(reopening) is None) is opens, (outcome, contact)


def test_notes_are_added_to_and_never_changed(place: str, waiting: int) -> None:
    with raw(place) as bare:
        insert = "INSERT INTO note (ticket_id, at, agent, text) VALUES"
        assert bare.refusal(f"{insert} ({waiting}, '2026-01-01', 'kim', 'as said')") is None
        check_refused(bare, {"change": "UPDATE note SET text = 'otherwise'", "removal": "DELETE FROM note"})
