"""Whatever SQL is issued in whatever order, the database lets no action past a shut gate (P4, P5, P11)."""

from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from callintake.store.database import Store
from tests.services.test_gate_machine import STEPS as SERVICES_STEPS
from tests.store.raw import raw

STEPS = 4400
"""On each database; with what `tests.services.test_gate_machine` takes on each, more than 10,000."""
MORNING = datetime(2030, 3, 4, 9, 0, tzinfo=UTC)
LEAD, AGENT = "kim", "jo"
MAY_BE_WHILE_SHUT = ("new", "closed")
GROWS = ("attempt", "event", "unlock", "desk_file", "note", "email_code")
COUNTED = "SELECT " + ", ".join(f"(SELECT count(*) FROM {table})" for table in GROWS)
SHOWN = ("id", "category", "contact_id", "name", "identity", "authorization", "status", "department", "owner",
         "suspicion", "break_glass", "merged_into", "split_from")  # fmt: skip
VALUES: dict[str, list[Any]] = {
    "category": ["printing", "access"],
    "contact_id": [1, 2, None],
    "name": ["Amara Okafor", "Mallory"],
    "identity": ["verified", "verified", "unverified", "failed", "locked"],
    "authorization": ["authorized", "authorized", "pending", "denied", "needs approval"],
    "status": ["new", "open", "pending", "resolved", "closed", "merged"],
    "department": ["Billing", "Network", "", None],
    "owner": [LEAD, AGENT, None],
    "suspicion": ["a hurry", None, "another reason"],
    "break_glass": ["ward 3", None, " "],
}
ACTS = ("status", "department", "owner")
which, agents, contacts = st.integers(0, 3), st.sampled_from([AGENT, LEAD]), st.sampled_from([1, 1, 2, None])
changes = st.lists(st.sampled_from(list(VALUES)), min_size=1, max_size=3, unique=True).flatmap(
    lambda names: st.fixed_dictionaries({name: st.sampled_from(VALUES[name]) for name in names})
)
acts = st.sampled_from(ACTS).flatmap(
    lambda name: st.fixed_dictionaries({name: st.sampled_from([one for one in VALUES[name] if one])})
)


@dataclass(frozen=True)
class Row:
    """A ticket as it is to stand, written apart from the triggers."""

    id: int
    category: str = "printing"
    contact_id: int | None = 1
    name: str = "Amara Okafor"
    identity: str = "unverified"
    authorization: str = "pending"
    status: str = "new"
    department: str | None = None
    owner: str | None = None
    suspicion: str | None = None
    break_glass: str | None = None
    merged_into: int | None = None
    split_from: int | None = None

    @property
    def is_open(self) -> bool:
        if self.break_glass is not None:
            return True
        return (self.identity, self.authorization, self.suspicion) == ("verified", "authorized", None)


@dataclass(frozen=True)
class Tried:
    """An attempt on record."""

    ticket: int | None
    call: str | None
    contact: int | None
    name: str
    method: str
    outcome: str
    at: datetime


def literal(value: object) -> str:
    return "NULL" if value is None else str(value) if isinstance(value, int) else "'" + str(value) + "'"


class RawMachine(RuleBasedStateMachine):
    """A database and what it is to hold; everything is taken back at the end."""

    store: ClassVar[Store]
    steps = 0

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        url = self.store.engine.url
        place = url.database if self.store.dialect == "sqlite" else url.set(drivername="postgresql").render_as_string()
        self.bare = self.stack.enter_context(raw(place or ""))
        self.bare.run("BEGIN")
        self.now = MORNING
        self.tickets: list[Row] = []
        self.tried: list[Tried] = []
        self.calls: dict[str, tuple[int | None, str | None]] = {}
        self.events: list[tuple[int, str, str]] = []
        self.unlocked: dict[int, datetime] = {}
        self.locks = (3, 24)
        self.steps_used: set[tuple[int, int]] = set()
        self.kept: dict[str, list[Any]] = {table: [] for table in GROWS}
        self.bare.run(f"INSERT INTO agent (name, role, created_at) VALUES ('{AGENT}', 'agent', '{self.at}')")
        for call in ("c1", "c2"):
            self.bare.run(
                "INSERT INTO call (id, started_at, channel, direction, caller_number, dialled_number, agent)"
                f" VALUES ('{call}', '{self.at}', 'cell', 'inbound', '', '', '{AGENT}')"
            )
            self.calls[call] = (None, None)
        for _ in range(3):
            self.a_ticket_is_inserted({}, "INSERT")
        self.an_attempt_is_written(0, 3, "Priya Raman", "pin", "failed", None, AGENT, 1)
        self.a_contact_is_unlocked(3, LEAD, "x")
        self.another_desk_file_is_in_force(3, 24)
        self.bare.run(f"INSERT INTO totp_use (contact_id, step, at) VALUES (3, 1, '{self.at}')")
        ticket = self.tickets[0].id
        self.bare.run(f"INSERT INTO note (ticket_id, at, agent, text) VALUES ({ticket}, '{self.at}', 'jo', 'x')")
        self.bare.run(
            "INSERT INTO email_code (contact_id, address, secret, sent_at, used_at)"
            f" VALUES (3, 'a', 'b', '{self.at}', '{self.at}')"
        )

    def teardown(self) -> None:
        try:
            for table, kept in self.kept.items():
                assert self.bare.run(f"SELECT * FROM {table} ORDER BY id") == kept, table
        finally:
            self.bare.run("ROLLBACK")
            self.stack.close()

    @property
    def at(self) -> str:
        return f"{self.now:%Y-%m-%d %H:%M:%S}"

    def takes(self, statement: str) -> bool:
        """Issue a statement, and return whether the database did as it was told."""
        type(self).steps += 1
        self.now += timedelta(seconds=1)
        self.bare.run("SAVEPOINT step")
        refusal = self.bare.refusal(statement)
        if refusal is not None:
            self.bare.run("ROLLBACK TO step")
        self.bare.run("RELEASE step")
        return refusal is None

    def one(self, number: int) -> int:
        return number % len(self.tickets)

    # Tickets

    def may_become(self, before: Row, after: Row) -> bool:
        """Whether the policy lets a ticket be changed so."""
        if after.identity == "verified" and before.identity != "verified" and not self.is_proved(after):
            return False
        is_same = (before.category, before.contact_id, before.name) == (after.category, after.contact_id, after.name)
        if after.identity == before.identity == "verified" and not is_same:
            return False
        if after.break_glass != before.break_glass:
            is_blank = not (after.break_glass or "").strip()
            if before.break_glass is not None or is_blank or not self.a_lead_did("glass broken", after.id):
                return False
        if before.suspicion not in (None, after.suspicion) and not self.a_lead_did("suspicion taken back", after.id):
            return False
        acted = [name for name in ACTS if getattr(after, name) not in (None, getattr(before, name))]
        if after.status in MAY_BE_WHILE_SHUT and "status" in acted:
            acted.remove("status")
        return after.is_open or not acted

    def is_proved(self, ticket: Row) -> bool:
        """Whether somebody verified the requester of a ticket, and nothing failed for the same person since."""
        verified: set[tuple[int | None, str | None]] = set()
        for one in self.tried:
            if one.ticket != ticket.id and (one.call is None or self.calls[one.call][0] != ticket.id):
                continue
            person = (one.contact, one.name if one.contact is None else None)
            if one.outcome == "verified":
                verified.add(person)
            elif one.method != "approver":
                verified.discard(person)
        return any(contact == ticket.contact_id for contact, _ in verified)

    def a_lead_did(self, kind: str, ticket: int) -> bool:
        """Whether it is on record that a lead did it, and nothing suspicious since."""
        of_ticket = [(what, agent) for about, what, agent in self.events if about == ticket]
        since = [index for index, (what, _) in enumerate(of_ticket) if what == "suspicious"]
        return (kind, LEAD) in of_ticket[since[-1] + 1 if since else 0 :]

    def change(self, numbers: list[int], change: dict[str, Any], where: str, form: str) -> None:
        wanted = [replace(self.tickets[number], **change) for number in numbers]
        allowed = all(self.may_become(self.tickets[number], row) for number, row in zip(numbers, wanted, strict=True))
        columns = ", ".join(f'"{name}" = {literal(value)}' for name, value in change.items())
        taken = self.takes(f"UPDATE {form if self.bare.dialect == 'sqlite' else ''} ticket SET {columns} {where}")
        assert taken is allowed, (change, [self.tickets[number] for number in numbers])
        if taken:
            for number, row in zip(numbers, wanted, strict=True):
                self.tickets[number] = row

    @rule(number=which, change=changes | acts, form=st.sampled_from(["", "", "OR REPLACE", "OR IGNORE", "OR FAIL"]))
    def a_ticket_is_changed(self, number: int, change: dict[str, Any], form: str) -> None:
        number = self.one(number)
        self.change([number], change, f"WHERE id = {self.tickets[number].id}", form)

    @rule(change=changes | acts)
    def all_tickets_are_changed(self, change: dict[str, Any]) -> None:
        self.change(list(range(len(self.tickets))), change, f"WHERE id >= {self.tickets[0].id}", "")

    @rule(number=which, change=changes | acts)
    def a_ticket_is_opened_and_changed(self, number: int, change: dict[str, Any]) -> None:
        number = self.one(number)
        where = f"WHERE id = {self.tickets[number].id}"
        self.change([number], {"identity": "verified", "authorization": "authorized"}, where, "")
        self.change([number], change, where, "")

    @rule(number=which, into=which, status=st.sampled_from(["merged", "closed"]))
    def a_ticket_is_merged(self, number: int, into: int, status: str) -> None:
        number = self.one(number)
        change = {"status": status, "merged_into": self.tickets[self.one(into)].id}
        self.change([number], change, f"WHERE id = {self.tickets[number].id}", "")

    @rule(number=which, change=changes)
    def a_ticket_is_split(self, number: int, change: dict[str, Any]) -> None:
        self.a_ticket_is_inserted({**change, "split_from": self.tickets[self.one(number)].id}, "INSERT")

    @rule(change=changes, verb=st.sampled_from(["INSERT", "INSERT OR REPLACE", "REPLACE"]))
    def a_ticket_is_inserted(self, change: dict[str, Any], verb: str) -> None:
        row = replace(Row(0), **change)
        begins = (row.identity, row.authorization, row.status) == ("unverified", "pending", "new")
        allowed = begins and row.department is row.owner is row.break_glass is None
        given = {name: literal(getattr(row, name)) for name in SHOWN[1:]}
        given |= {"version": "1", "priority": "2", "organization": "'Northgate'", "email": "'a@b.example.com'"}
        given |= {"phone": "'+442079460112'", "subject": "'x'", "description": "'x'", "raised_by": "'jo'"}
        given |= {"created_at": f"'{self.at}'", "updated_at": f"'{self.at}'"}
        names = ", ".join(f'"{name}"' for name in given)
        verb = verb if self.bare.dialect == "sqlite" else "INSERT"
        assert self.takes(f"{verb} INTO ticket ({names}) VALUES ({', '.join(given.values())})") is allowed
        if allowed:
            (serial,) = self.bare.run("SELECT max(id) FROM ticket")[0]
            self.tickets.append(replace(row, id=serial))

    # Evidence

    def is_locked(self, contact: int | None) -> bool:
        failures, hours = self.locks
        moment = self.now
        counted = [
            one
            for one in self.tried
            if one.contact == contact
            and one.outcome == "failed"
            and one.method != "approver"
            and moment - one.at < timedelta(hours=hours)
            and one.at > self.unlocked.get(contact or 0, one.at - timedelta(seconds=1))
        ]
        return contact is not None and len(counted) >= failures

    @rule(
        number=which,
        contact=contacts,
        name=st.sampled_from(VALUES["name"]),
        method=st.sampled_from(["pin", "callback", "approver"]),
        outcome=st.sampled_from(["verified", "failed"]),
        call=st.sampled_from([None, None, "c1", "c2"]),
        agent=agents,
        again=st.integers(1, 2),
    )
    def an_attempt_is_written(self, number: int, contact: int | None, name: str, method: str, outcome: str,
                              call: str | None, agent: str, again: int) -> None:  # fmt: skip
        for _ in range(again):
            ticket = None if call else self.tickets[self.one(number)].id
            values = (call, ticket, contact, name, "Northgate", method, "know", outcome, agent, self.at)
            allowed, at = not self.is_locked(contact), self.now
            taken = self.takes(
                "INSERT INTO attempt (call_id, ticket_id, contact_id, name, organization, method, factor, outcome,"
                f" agent, at) VALUES ({', '.join(map(literal, values))})"
            )
            assert taken is allowed, (contact, self.tried, self.unlocked)
            if taken:
                self.tried.append(Tried(ticket, call, contact, name, method, outcome, at))

    @rule(
        contact=st.sampled_from([1, 2]), agent=st.sampled_from([AGENT, LEAD, "nobody"]), why=st.sampled_from(["x", " "])
    )
    @precondition(lambda self: any(one.outcome == "failed" for one in self.tried))
    def a_contact_is_unlocked(self, contact: int, agent: str, why: str) -> None:
        at = self.now
        values = ", ".join(map(literal, (contact, agent, why, self.at)))
        taken = self.takes(f"INSERT INTO unlock (contact_id, agent, reason, at) VALUES ({values})")
        assert taken is (agent == LEAD and why == "x")
        if taken:
            self.unlocked[contact] = at

    @rule(number=which, kind=st.sampled_from(["suspicion taken back", "glass broken", "suspicious"]), agent=agents)
    def something_is_put_on_record(self, number: int, kind: str, agent: str) -> None:
        ticket = self.tickets[self.one(number)].id
        values = ", ".join(map(literal, (self.at, agent, kind, ticket, "{}")))
        assert self.takes(f"INSERT INTO event (at, agent, kind, ticket_id, data) VALUES ({values})")
        self.events.append((ticket, kind, agent))

    @rule(call=st.sampled_from(["c1", "c2"]), number=which, suspicion=st.sampled_from([None, None, "a hurry", "no"]))
    def a_call_is_changed(self, call: str, number: int, suspicion: str | None) -> None:
        ticket, before = self.tickets[self.one(number)].id, self.calls[call][1]
        set_ = f"ticket_id = {ticket}, suspicion = {literal(suspicion)}"
        taken = self.takes(f"UPDATE call SET {set_} WHERE id = '{call}'")
        assert taken is (before in (None, suspicion))
        if taken:
            self.calls[call] = (ticket, suspicion)

    @rule(table=st.sampled_from([*GROWS, "totp_use", "ticket"]), form=st.integers(0, 5))
    def what_is_on_record_is_attacked(self, table: str, form: int) -> None:
        key, other = ("step", "at") if table == "totp_use" else ("id", "used_at" if table == "email_code" else "id")
        attacks = [
            f"DELETE FROM {table}",
            f"UPDATE {table} SET {key} = {key} + 1000",
            f"DELETE FROM {table} WHERE {key} = (SELECT max({key}) FROM {table})",
            f"INSERT INTO {table} SELECT * FROM {table}",
            f"REPLACE INTO {table} SELECT * FROM {table}",
            f"UPDATE OR REPLACE {table} SET {other} = {other}",
        ]
        if self.bare.dialect == "postgresql":
            attacks[4:] = [f"TRUNCATE {table} CASCADE", f"DELETE FROM ONLY {table}"]
        if table == "ticket":
            attacks[5] = attacks[0]
        assert not self.takes(attacks[form])

    @rule(contact=st.sampled_from([1, 2]), step=st.integers(1, 3), verb=st.sampled_from(["INSERT", "REPLACE"]))
    def a_code_is_used(self, contact: int, step: int, verb: str) -> None:
        verb = verb if self.bare.dialect == "sqlite" else "INSERT"
        taken = self.takes(f"{verb} INTO totp_use (contact_id, step, at) VALUES ({contact}, {step}, '{self.at}')")
        assert taken is ((contact, step) not in self.steps_used)
        self.steps_used.add((contact, step))

    @rule(failures=st.integers(1, 4), hours=st.sampled_from([1, 24, 48]))
    @precondition(lambda self: self.now.second % 3 == 0)
    def another_desk_file_is_in_force(self, failures: int, hours: int) -> None:
        values = ", ".join(map(literal, (self.at, LEAD, "", failures, hours)))
        assert self.takes(f"INSERT INTO desk_file (at, agent, body, lock_failures, lock_hours) VALUES ({values})")
        self.locks = failures, hours

    @rule(hours=st.sampled_from([0.5, 1, 6, 24]))
    @precondition(lambda self: self.tried)
    def time_passes(self, hours: float) -> None:
        type(self).steps += 1
        self.now += timedelta(hours=hours)

    # What holds after every step

    @invariant()
    def every_ticket_is_as_the_policy_has_it(self) -> None:
        columns = ", ".join(f'"{name}"' for name in SHOWN)
        rows = self.bare.run(f"SELECT {columns} FROM ticket WHERE id >= {self.tickets[0].id} ORDER BY id")
        assert [Row(*row) for row in rows] == self.tickets

    @invariant()
    def what_is_on_record_is_only_added_to(self) -> None:
        """What is new is looked at after every step, and all of it once more at the end."""
        for (table, kept), count in zip(self.kept.items(), self.bare.run(COUNTED)[0], strict=True):
            if count != len(kept):
                kept += self.bare.run(f"SELECT * FROM {table} WHERE id > {kept[-1][0] if kept else 0} ORDER BY id")
            assert count == len(kept), table


@pytest.mark.timeout(900)
def test_no_order_of_statements_gets_an_action_past_a_shut_gate(shared_store: Store) -> None:
    class Machine(RawMachine):
        store = shared_store

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=STEPS // 60,
            stateful_step_count=80,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert Machine.steps >= STEPS


def test_the_machines_take_ten_thousand_steps_on_the_two_databases() -> None:
    assert 2 * (STEPS + SERVICES_STEPS) >= 10_000
