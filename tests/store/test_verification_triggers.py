"""The database itself keeps locks, suspicions, broken glass and used codes, whoever issues the SQL (P4, P5)."""

from collections.abc import Iterator

import pytest

from callintake.domain.number import serial_of
from callintake.services import agents
from callintake.store.database import open_store
from tests.services.acting import AGENT, raise_open, raise_waiting
from tests.store.raw import Raw, raw

AMARA = 1
OPENED = "identity = 'verified', \"authorization\" = 'authorized'"
NOW = "2030-03-04 09:00:00"
NAMED = "(call_id, ticket_id, contact_id, name, organization, method, factor, outcome, agent, at)"


@pytest.fixture
def waiting(place: str) -> int:
    """The serial of a ticket whose gate is shut, on a desk that also has an open one before it, and two agents."""
    store = open_store(place)
    with store.transaction() as session:
        agents.sign_in(session, AGENT)
        raise_open(session)
        serial = serial_of(raise_waiting(session))
    store.close()
    return serial


@pytest.fixture
def bare(place: str, waiting: int) -> Iterator[Raw]:
    """That desk without the program."""
    with raw(place) as database:
        yield database


def attempt(
    ticket: int,
    outcome: str = "failed",
    at: str = NOW,
    *,
    contact: str = str(AMARA),
    method: str = "pin",
    verb: str = "",
) -> str:
    values = f"NULL, {ticket}, {contact}, 'Amara Okafor', 'Northgate', '{method}', 'know', '{outcome}', 'jo', '{at}'"
    return f"INSERT {verb} INTO attempt {NAMED} VALUES ({values})"


def unlock(agent: str = "kim", why: str = "called her mobile", at: str = NOW) -> str:
    return f"INSERT INTO unlock (contact_id, agent, reason, at) VALUES ({AMARA}, '{agent}', '{why}', '{at}')"


def event(kind: str, agent: str, ticket: int) -> str:
    return (
        f"INSERT INTO event (at, agent, kind, ticket_id, data) VALUES ('{NOW}', '{agent}', '{kind}', {ticket}, '{{}}')"
    )


def refusals(bare: Raw, *statements: str) -> list[bool]:
    return [bare.refusal(statement) is not None for statement in statements]


# The lock


def test_a_locked_contact_gets_no_attempt_until_a_lead_unlocks(bare: Raw, waiting: int) -> None:
    for _ in range(3):
        bare.run(attempt(waiting))
    forms = [""] if bare.dialect == "postgresql" else ["", "OR REPLACE", "OR IGNORE", "OR FAIL", "OR ROLLBACK"]
    before = bare.records()
    for form in forms:
        for method in ("pin", "totp", "callback", "approver", "in-person", "vouch"):
            assert bare.refusal(attempt(waiting - 1, "verified", method=method, verb=form))
    assert bare.records() == before
    assert refusals(bare, unlock(AGENT), unlock("nobody"), unlock("kim", "  ")) == [True] * 3
    bare.run(unlock())
    assert refusals(bare, *[attempt(waiting, at="2030-03-04 09:00:01")] * 4) == [False, False, False, True]


def test_others_are_not_locked_and_an_approvers_no_does_not_count(bare: Raw, waiting: int) -> None:
    for _ in range(3):
        bare.run(attempt(waiting))
        bare.run(attempt(waiting, contact="2", method="approver"))
        bare.run(attempt(waiting, contact="NULL"))
    assert refusals(bare, attempt(waiting, contact="2"), attempt(waiting, contact="NULL")) == [False, False]


@pytest.mark.parametrize(
    ("at", "is_locked"),
    [
        ("2030-03-04 09:00:00", True),
        ("2030-03-05 08:59:59", True),
        ("2030-03-05 08:59:59.99", True),
        ("2030-03-05 09:00:00", False),
        ("2030-03-04 07:00:00", True),
    ],
)
def test_a_lock_is_over_after_a_day_and_not_before(bare: Raw, waiting: int, at: str, is_locked: bool) -> None:
    for _ in range(3):
        bare.run(attempt(waiting))
    assert refusals(bare, attempt(waiting, at=at)) == [is_locked]


def test_what_is_no_time_at_all_is_no_way_around_the_lock(bare: Raw, waiting: int) -> None:
    for _ in range(3):
        bare.run(attempt(waiting))
    assert refusals(bare, attempt(waiting, at="some other day"), attempt(waiting, at="")) == [True, True]


def test_the_desk_file_says_how_many_failures_lock(bare: Raw, waiting: int) -> None:
    for failures, hours in ((9, 24), (1, 1)):
        bare.run(
            "INSERT INTO desk_file (at, agent, body, lock_failures, lock_hours)"
            f" VALUES ('{NOW}', 'kim', '', {failures}, {hours})"
        )
    assert refusals(bare, *[attempt(waiting)] * 2, attempt(waiting, at="2030-03-04 10:00:00")) == [False, True, False]


# Suspicion and broken glass


def test_a_lead_alone_takes_a_suspicion_back_on_record_each_time(bare: Raw, waiting: int) -> None:
    opened = waiting - 1
    this = f"WHERE id = {opened}"
    bare.run(f"UPDATE ticket SET suspicion = 'a hurry' {this}")
    bare.run(event("suspicion taken back", AGENT, opened))
    bare.run(event("suspicion taken back", "kim", waiting))
    acts = ("owner = 'kim'", "status = 'open'", "department = 'Billing'")
    attacks = [f"UPDATE ticket SET {act} {this}" for act in (*acts, "suspicion = NULL", "suspicion = 'no'")]
    attacks.append(f"UPDATE ticket SET suspicion = NULL, owner = 'kim' {this}")
    assert refusals(bare, *attacks) == [True] * 6
    bare.run(event("suspicion taken back", "kim", opened))
    bare.run(f"UPDATE ticket SET suspicion = NULL {this}")
    bare.run(f"UPDATE ticket SET owner = 'kim' {this}")
    bare.run(f"UPDATE ticket SET suspicion = 'again' {this}")
    bare.run(event("suspicious", AGENT, opened))
    assert bare.refusal(f"UPDATE ticket SET suspicion = NULL {this}")


def test_a_suspicious_ticket_is_not_made_about_something_else_meanwhile(bare: Raw, waiting: int) -> None:
    this = f"WHERE id = {waiting - 1}"
    bare.run(f"UPDATE ticket SET suspicion = 'a hurry' {this}")
    changes = ("category = 'access'", "contact_id = 2", "name = 'Mallory'", "organization = 'Elsewhere'")
    assert refusals(bare, *(f"UPDATE ticket SET {change} {this}" for change in changes)) == [True] * 4
    shut = f"UPDATE ticket SET category = 'access', identity = 'unverified', \"authorization\" = 'pending' {this}"
    assert bare.refusal(shut) is None


def test_a_call_once_suspicious_stays_so(bare: Raw, waiting: int) -> None:
    bare.run("UPDATE call SET suspicion = 'a hurry'")
    assert refusals(bare, "UPDATE call SET suspicion = NULL", "UPDATE call SET suspicion = 'no'") == [True, True]
    assert bare.refusal("UPDATE call SET reason = 'wrong number'") is None


def test_a_lead_alone_breaks_the_glass_once_and_on_record(bare: Raw, waiting: int) -> None:
    this = f"WHERE id = {waiting}"
    broken = f"UPDATE ticket SET break_glass = 'ward 3' {this}"
    assert bare.refusal(broken)
    bare.run(event("glass broken", AGENT, waiting))
    bare.run(event("glass broken", "kim", waiting - 1))
    assert refusals(bare, broken, f"UPDATE ticket SET break_glass = 'ward 3', owner = 'kim' {this}") == [True, True]
    bare.run(event("glass broken", "kim", waiting))
    assert bare.refusal(f"UPDATE ticket SET break_glass = ' ' {this}")
    bare.run(broken)
    bare.run(f"UPDATE ticket SET owner = 'kim', status = 'open', department = 'Billing' {this}")
    changes = ("NULL", "'another reason'")
    assert refusals(bare, *(f"UPDATE ticket SET break_glass = {value} {this}" for value in changes)) == [True, True]


# What is used once


def test_the_use_of_a_code_is_kept(bare: Raw) -> None:
    used = f"INSERT INTO totp_use (contact_id, step, at) VALUES ({AMARA}, 7, '{NOW}')"
    sent = (
        "INSERT INTO email_code (contact_id, address, secret, sent_at)"
        f" VALUES ({AMARA}, 'a@b.example.com', 'hash', '{NOW}')"
    )
    bare.run(used)
    bare.run(sent)
    bare.run(f"UPDATE email_code SET used_at = '{NOW}'")
    columns = "contact_id, address, secret, sent_at"
    attacks = [
        used,
        "DELETE FROM totp_use",
        "UPDATE totp_use SET step = 8",
        "UPDATE email_code SET used_at = NULL",
        f"UPDATE email_code SET used_at = '{NOW}'",
        "UPDATE email_code SET secret = 'other'",
        "DELETE FROM email_code",
        f"INSERT INTO email_code (id, {columns}) SELECT id, {columns} FROM email_code",
    ]
    if bare.dialect == "sqlite":
        attacks += [
            used.replace("INSERT", "REPLACE"),
            used.replace("INSERT", "INSERT OR REPLACE"),
            f"REPLACE INTO email_code (id, {columns}) SELECT id, {columns} FROM email_code",
        ]
    else:
        attacks += ["TRUNCATE totp_use", "TRUNCATE email_code"]
    before = bare.run("SELECT * FROM totp_use"), bare.run("SELECT * FROM email_code")
    obeyed = [attack for attack in attacks if bare.refusal(attack) is None]
    assert (bare.run("SELECT * FROM totp_use"), bare.run("SELECT * FROM email_code")) == before
    assert not obeyed


@pytest.mark.parametrize("table", ["unlock", "desk_file"])
def test_what_leads_decided_is_added_to_and_never_changed(bare: Raw, waiting: int, table: str) -> None:
    for _ in range(3):
        bare.run(attempt(waiting))
    bare.run(unlock())
    bare.run(f"INSERT INTO desk_file (at, agent, body, lock_failures, lock_hours) VALUES ('{NOW}', 'kim', '', 3, 24)")
    columns = {"unlock": "contact_id, agent, reason, at", "desk_file": "at, agent, body, lock_failures, lock_hours"}
    again = f"INTO {table} (id, {columns[table]}) SELECT id, {columns[table]} FROM {table}"
    attacks = [f"UPDATE {table} SET agent = 'jo'", f"DELETE FROM {table}", f"INSERT {again}"]
    attacks += [f"REPLACE {again}"] if bare.dialect == "sqlite" else [f"TRUNCATE {table}"]
    before = bare.run(f"SELECT * FROM {table}")
    obeyed = [attack for attack in attacks if bare.refusal(attack) is None]
    assert bare.run(f"SELECT * FROM {table}") == before
    assert not obeyed
