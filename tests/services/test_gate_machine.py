"""Whatever agents, leads and callers do in whatever order, no action gets past a shut gate (P4, P5)."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlmodel import Session, text

from callintake.domain.draft import CallDraft
from callintake.domain.errors import Refused
from callintake.domain.method import Method, Outcome
from callintake.domain.number import serial_of, ticket_number
from callintake.domain.ticket import Status
from callintake.services import (
    agents,
    capture,
    directory,
    drafts,
    merging,
    on_file,
    splitting,
    suspicion,
    tickets,
    triage,
    undoing,
    verification,
)
from callintake.services.follow_up import add_follow_up
from callintake.services.history import acting_at, now
from callintake.services.raising import raise_ticket
from callintake.store.database import Store, plain_errors
from tests.conftest import LEAD, REGION
from tests.services.acting import AGENT, call_from
from tests.services.gate_model import AMARA, PEOPLE, PICKED, PRIYA, TOM, Call, Model, Person, Ticket, approvers
from tests.services.verifying import MORNING, PIN, app_code, apply_desk_file, give_secrets, send_code

STEPS = int(os.environ.get("CALLINTAKE_GATE_STEPS", "800"))
"""At least so many on each database."""
"""On each database; with what `tests.store.test_gate_machine` takes, more than 10,000."""
MINUTE = timedelta(minutes=1)
CATEGORIES = ("printing", "access", "billing", "changes")
GROWS = ("attempt", "event", "unlock")
COUNTED = "SELECT " + ", ".join(f"(SELECT count(*) FROM {table})" for table in (*GROWS, "totp_use"))
ACTIONS: dict[str, Any] = {
    "claim": lambda session, number, agent: tickets.claim(session, number, agent),
    "assign": lambda session, number, agent: tickets.assign(session, number, AGENT, agent),
    "release": lambda session, number, agent: tickets.release(session, number, agent),
    "route": lambda session, number, agent: tickets.route(session, number, "Billing", agent),
    "route back": lambda session, number, agent: tickets.route(session, number, "Network", agent),
    "take over": lambda session, number, agent: tickets.take_over(session, number, agent),
    "wait": lambda session, number, agent: triage.pend(session, number, agent, until=now() + 10 * MINUTE),
    "snooze": lambda session, number, agent: triage.snooze(session, number, agent, until=now() + 10 * MINUTE),
    "reopen": lambda session, number, agent: triage.reopen(session, number, agent),
    **{
        f"status {status}": lambda session, number, agent, status=status: tickets.set_status(
            session, number, status, agent, reason="nobody was reached"
        )
        for status in Status
    },
}
BEHIND_THE_GATE = ("claim", "assign", "take over", "wait", "status open", "status pending", "status resolved")
some, agent_of, method_of = st.integers(0, 7), st.sampled_from([AGENT, LEAD]), st.sampled_from(list(Method))
rarely = precondition(lambda self: self.now.second % 4 == 0)
mostly_right = st.sampled_from([True, True, True, False])
category_of = st.sampled_from(CATEGORIES)


class GateMachine(RuleBasedStateMachine):
    """A desk, and what it is to be like; each step is a session of its own, and all is taken back at the end."""

    store: ClassVar[Store]
    steps = 0

    def __init__(self) -> None:
        super().__init__()
        self.now = MORNING
        self.model = Model()
        self.calls: list[tuple[CallDraft, Call]] = []
        self.tickets: list[tuple[str, Ticket]] = []
        self.rows: dict[str, tuple[Any, ...]] = {}
        self.records: dict[str, list[tuple[Any, ...]]] = {table: [] for table in GROWS}
        self.used: list[tuple[Person, str]] = []
        self.connection = self.store.engine.connect()
        self.undone = self.connection.begin()
        with self.desk() as session:
            agents.sign_in(session, AGENT)
            apply_desk_file(session)
            give_secrets(session, *(person.name for person in PICKED))
        for person, category in ((AMARA, "access"), (TOM, "access"), (PRIYA, "printing"), (AMARA, "printing")):
            self.a_call_comes(person, category)
            self.a_call_ends_in_a_ticket(0, LEAD)
            self.a_call_comes(person, category)

    @contextmanager
    def desk(self) -> Iterator[Session]:
        """A session of its own, a second later than the last; what is refused leaves nothing."""
        self.now += timedelta(seconds=1)
        with (
            acting_at(self.now),
            plain_errors(),
            Session(self.connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as session,
            session.begin(),
        ):
            yield session

    def does(self, act: Any, *args: Any, **kwargs: Any) -> tuple[bool, Any]:
        """Do something, and return whether it was done, and what it returned."""
        type(self).steps += 1
        try:
            with self.desk() as session:
                return True, act(session, *args, **kwargs)
        except Refused as refusal:
            return False, refusal

    def a_call(self, which: int) -> tuple[CallDraft, Call]:
        return self.calls[which % len(self.calls)]

    def a_ticket(self, which: int) -> tuple[str, Ticket]:
        return self.tickets[-1 - which % len(self.tickets)]

    # Calls

    @rule(person=st.sampled_from(PEOPLE), category=st.sampled_from([*CATEGORIES, "printing", None]))
    def a_call_comes(self, person: Person, category: str | None) -> None:
        typed = {} if person.id else {"name": person.name, "organization": person.organization,
                                      "missing_reason": "withheld"}  # fmt: skip
        taken, draft = self.does(call_from, person.name if person.id else "", category=category, **typed)
        assert taken, draft
        self.calls = [*self.calls[-4:], (draft, Call(person, category))]

    @rule(which=some, method=method_of, is_right=mostly_right, agent=agent_of)
    def somebody_is_verified_in_a_call(self, which: int, method: Method, is_right: bool, agent: str) -> None:
        draft, call = self.a_call(which)

        def attempt(session: Session, **given: Any) -> None:
            capture.attempt_verification(session, draft, method, agent=agent, **given)

        self.attempted(attempt, call.person, call.category, method, is_right, agent, call, None)

    @rule(which=some, agent=agent_of)
    @precondition(lambda self: any(call.ticket is None for _, call in self.calls))
    def a_call_ends_in_a_ticket(self, which: int, agent: str) -> None:
        waiting = [pair for pair in self.calls if pair[1].ticket is None]
        draft, call = waiting[which % len(waiting)]
        raised, serial = self.does(
            lambda session: raise_ticket(session, drafts.load_draft(session, draft.call_id), agent, REGION)
        )
        assert raised, serial
        ticket = Ticket(call.person, call.category or "other", list(call.tried), is_suspicious=call.is_suspicious)
        call.ticket = ticket
        self.model.settle(ticket, self.now)
        self.tickets.append((ticket_number(serial), ticket))

    @rule(which=some, other=some, agent=agent_of)
    @precondition(lambda self: any(call.ticket is None for _, call in self.calls))
    def a_call_is_added_to_a_ticket(self, which: int, other: int, agent: str) -> None:
        waiting = [pair for pair in self.calls if pair[1].ticket is None]
        draft, call = waiting[which % len(waiting)]
        number, ticket = self.a_ticket(other)
        added, refusal = self.does(
            lambda session: add_follow_up(session, drafts.load_draft(session, draft.call_id), number, agent)
        )
        assert added, refusal
        call.ticket = ticket
        ticket.is_suspicious |= call.is_suspicious
        ticket.tried = sorted([*ticket.tried, *call.tried], key=lambda one: one.at)
        if call.tried:
            self.model.settle(ticket, self.now)

    # Tickets

    @rule(which=some, method=method_of, is_right=mostly_right, agent=agent_of)
    def somebody_is_verified_on_a_ticket(self, which: int, method: Method, is_right: bool, agent: str) -> None:
        number, ticket = self.a_ticket(which)

        def attempt(session: Session, **given: Any) -> None:
            given["dialled"] = given.pop("number")
            tickets.verify(session, number, method, agent=agent, **given)

        self.attempted(attempt, ticket.person, ticket.category, method, is_right, agent, None, ticket)

    @rule(which=some, methods=st.permutations(list(Method)), agent=agent_of)
    def the_requester_proves_this_and_that(self, which: int, methods: list[Method], agent: str) -> None:
        for method in methods[:3]:
            self.somebody_is_verified_on_a_ticket(which, method, True, agent)

    @rule(which=some, agent=agent_of)
    def everything_is_done_with_a_ticket(self, which: int, agent: str) -> None:
        for action in ("claim", "route", "wait", "status resolved", "reopen"):
            self.somebody_acts(which, action, agent)

    @rule(which=some, action=st.sampled_from(list(ACTIONS)), method=method_of)
    def somebody_is_verified_and_acts(self, which: int, action: str, method: Method) -> None:
        self.somebody_is_verified_on_a_ticket(which, method, True, LEAD)
        self.somebody_acts(which, action, AGENT)

    @rule(which=some, person=st.sampled_from(PICKED), is_right=mostly_right)
    def the_requester_is_picked_and_called_back(self, which: int, person: Person, is_right: bool) -> None:
        number, ticket = self.a_ticket(which)

        def attempt(session: Session, **given: Any) -> None:
            given["dialled"] = given.pop("number")
            contact = directory.contact_by_id(session, person.id or 0)
            tickets.verify(session, number, Method.CALLBACK, agent=AGENT, contact=contact, **given)

        if (person.name.casefold(), person.organization) != (ticket.person.name.casefold(), ticket.person.organization):
            assert not self.does(attempt, outcome=Outcome.VERIFIED, number=self.number_of(person))[0]
            return
        before = ticket.person, ticket.is_confirmed
        if ticket.person != person:
            ticket.person, ticket.is_confirmed = person, False
        if not self.attempted(attempt, person, ticket.category, Method.CALLBACK, is_right, AGENT, None, ticket):
            ticket.person, ticket.is_confirmed = before

    @rule(which=some, action=st.sampled_from(list(ACTIONS)), agent=agent_of)
    def somebody_acts(self, which: int, action: str, agent: str) -> None:
        number, ticket = self.a_ticket(which)
        is_live = self.rows[number][2] in ("new", "open", "pending")
        done, refusal = self.does(ACTIONS[action], number, agent)
        if action.startswith("route"):
            assert done is (ticket.is_open and is_live), refusal
        if action in BEHIND_THE_GATE:
            assert ticket.is_open or not done

    @rule(which=some, category=category_of, agent=agent_of)
    def it_is_another_request(self, which: int, category: str, agent: str) -> None:
        number, ticket = self.a_ticket(which)
        if self.does(tickets.set_category, number, category, agent)[0] and category != ticket.category:
            ticket.category, ticket.is_confirmed = category, False
            self.model.settle(ticket, self.now)

    @rule(which=some, other=some, agent=agent_of)
    def one_is_merged_into_another(self, which: int, other: int, agent: str) -> None:
        (number, ticket), (into, target) = self.a_ticket(which), self.a_ticket(other)
        done, _ = self.does(merging.merge, number, into, agent)
        is_same = (ticket.person, ticket.category) == (target.person, target.category)
        assert not done or is_same or (ticket.is_open and target.is_open)

    @rule(which=some, category=st.sampled_from([*CATEGORIES, ""]), agent=agent_of)
    def a_part_becomes_a_ticket(self, which: int, category: str, agent: str) -> None:
        number, ticket = self.a_ticket(which)
        done, serial = self.does(splitting.split, number, "a part of it", agent, category=category)
        if done:
            carried = self.model.carried(ticket, self.now)
            part = Ticket(ticket.person, category or ticket.category, carried, is_suspicious=ticket.is_suspicious)
            self.model.settle(part, self.now)
            self.tickets.append((ticket_number(serial), part))

    @rule(which=some, agent=agent_of)
    def the_last_action_is_undone(self, which: int, agent: str) -> None:
        number, ticket = self.a_ticket(which)
        done, said = self.does(undoing.undo, number, agent)
        if done and said.startswith("category"):
            ((ticket.category,),) = self.select(f"SELECT category FROM ticket WHERE id = {serial_of(number)}")
            ticket.is_confirmed = False
            self.model.settle(ticket, self.now)

    @rule(which=some, agent=agent_of)
    @rarely
    def a_gate_is_looked_at_again(self, which: int, agent: str) -> None:
        number, ticket = self.a_ticket(which)
        assert self.does(tickets.refresh_gate, number, agent)[0]
        self.model.settle(ticket, self.now)

    @rule(which=some, agent=agent_of)
    @rarely
    def a_note_is_added(self, which: int, agent: str) -> None:
        assert self.does(tickets.add_note, self.a_ticket(which)[0], "rang again", agent)[0]

    # Suspicion, leads

    @rule(which=some, agent=agent_of)
    @rarely
    def a_call_is_suspicious(self, which: int, agent: str) -> None:
        draft, call = self.a_call(which)
        assert self.does(suspicion.mark_call, draft.call_id, "a hurry", agent)[0]
        if not call.is_suspicious and call.ticket is not None:
            call.ticket.is_suspicious = True
        call.is_suspicious = True

    @rule(which=some, agent=agent_of)
    @rarely
    def a_ticket_is_suspicious(self, which: int, agent: str) -> None:
        number, ticket = self.a_ticket(which)
        assert self.does(suspicion.mark_ticket, serial_of(number), "a hurry", agent)[0]
        ticket.is_suspicious = True

    @rule(which=some, agent=agent_of)
    def a_suspicion_is_taken_back(self, which: int, agent: str) -> None:
        number, ticket = self.a_ticket(which)
        done, _ = self.does(suspicion.clear_ticket, serial_of(number), "it was her", agent)
        assert done is (agent == LEAD and ticket.is_suspicious)
        ticket.is_suspicious &= not done

    @rule(which=some, agent=agent_of, why=st.sampled_from(["ward 3", "", "ward 3", "\u200b"]))
    @rarely
    def the_glass_is_broken(self, which: int, agent: str, why: str) -> None:
        number, ticket = self.a_ticket(which)
        done, _ = self.does(tickets.break_glass, number, why, agent)
        assert done is (agent == LEAD and why == "ward 3" and not ticket.is_open)
        ticket.is_broken |= done

    @rule(person=st.sampled_from(PICKED), agent=agent_of)
    @precondition(lambda self: self.model.failures)
    def a_contact_is_unlocked(self, person: Person, agent: str) -> None:
        done, _ = self.does(verification.unlock_contact, person.id, "called", agent)
        assert done is (agent == LEAD and self.model.is_locked(person.id, self.now))
        if done and person.id is not None:
            self.model.failures.pop(person.id)

    @rule(minutes=st.sampled_from([1, 5, 15, 31, 31, 60 * 6, 60 * 24]))
    @precondition(lambda self: len(self.records["attempt"]) > 1)
    def time_passes(self, minutes: float) -> None:
        type(self).steps += 1
        self.now += minutes * MINUTE

    # Attempts

    @rule(which=some)
    @precondition(lambda self: self.used)
    def a_code_is_said_again(self, which: int) -> None:
        draft, call = self.a_call(which)
        person, code = self.used[which % len(self.used)]
        if call.person != person:
            return
        given = {"outcome": Outcome.VERIFIED, "said": code}
        done, attempted = self.does(
            lambda session: capture.attempt_verification(session, draft, Method.TOTP, agent=AGENT, **given)
        )
        assert done is self.model.may_try(person, call.category, "totp", False, self.now)
        if done:
            assert attempted.attempt.outcome is Outcome.FAILED
            self.model.take(person, call.category, "totp", False, self.now, call, None)

    def attempted(self, attempt: Any, person: Person, category: str | None, method: Method, is_right: bool,
                  agent: str, call: Call | None, ticket: Ticket | None) -> bool:  # fmt: skip
        """Make an attempt as it has to be made to end so, and compare what came of it; return whether it was taken."""
        given: dict[str, Any] = {"outcome": Outcome.VERIFIED if is_right else Outcome.FAILED, "number": None}
        moment = self.now + timedelta(seconds=1)
        expected = self.model.may_try(person, category, method, agent == LEAD, moment)
        match method:
            case Method.PIN:
                given["said"] = PIN if is_right else "50728"
            case Method.TOTP:
                given["said"] = app_code(moment) if is_right else "000000"
                step = int(moment.timestamp()) // 30
                if is_right and person.id is not None and expected:
                    is_right = step > self.model.last_step.get(person.id, 0)
            case Method.EMAIL_CODE:
                given["said"] = "000000"
            case Method.CALLBACK:
                given["number"] = self.number_of(person)
            case Method.APPROVER:
                if asked := approvers(person, category):
                    given |= {"approver_id": asked[0].id, "number": self.number_of(asked[0])}
            case _:
                given["reason"] = "sits opposite me"

        def act(session: Session) -> None:
            if method is Method.EMAIL_CODE and is_right and expected:
                given["said"] = send_code(session, person.id or 0)
            attempt(session, **given)

        is_live = ticket is None or call is not None or self.rows[self.number(ticket)][2] in ("new", "open", "pending")
        done, refusal = self.does(act)
        assert done is (expected and is_live), (method, person, refusal)
        if done:
            if method is Method.TOTP and is_right and person.id is not None:
                self.model.last_step[person.id] = step
                self.used.append((person, given["said"]))
            self.model.take(person, category, method, is_right, self.now, call, ticket)
        return done

    def number(self, ticket: Ticket) -> str:
        return next(number for number, one in self.tickets if one is ticket)

    @staticmethod
    def number_of(person: Person) -> str:
        numbers = ("+442079460112", "+442079460113", "+441632960201", "+441632960202")
        return numbers[(person.id or person.like or 1) - 1]

    # What holds after every step

    @invariant()
    def no_ticket_is_acted_on_behind_a_shut_gate(self) -> None:
        columns = 'identity, "authorization", status, department, owner, suspicion, break_glass, id'
        now = {ticket_number(row[-1]): tuple(row) for row in self.select(f"SELECT {columns} FROM ticket")}
        for number, ticket in self.tickets:
            identity, authorization, status, department, owner, suspected, broken, _ = row = now[number]
            _, _, status_before, department_before, owner_before, *_ = self.rows.get(
                number, (*row[:2], "new", None, None)
            )
            acted = (
                (department is not None and department != department_before)
                or (owner is not None and owner != owner_before)
                or (status != status_before and status not in ("new", "closed"))
            )
            assert not acted or ticket.is_open, (number, row, ticket)
            stands = broken is not None or (
                (identity, authorization) == ("verified", "authorized") and suspected is None
            )
            assert stands is ticket.is_open, (number, row, ticket)
        assert len(now) == len(self.tickets)
        self.rows = now

    @invariant()
    def what_is_on_record_is_only_added_to(self) -> None:
        """What is new is looked at after every step, and all of it once more at the end."""
        *counts, used = self.select(COUNTED)[0]
        for (table, kept), count in zip(self.records.items(), counts, strict=True):
            if count != len(kept):
                kept += self.select(f"SELECT * FROM {table} WHERE id > {kept[-1][0] if kept else 0} ORDER BY id")
            assert count == len(kept), table
        # Evidence that is carried to a part of a ticket stands there with the time it was given at.
        taken = (
            "SELECT count(*) FROM (SELECT DISTINCT contact_id, at FROM attempt"
            " WHERE method = 'totp' AND outcome = 'verified') AS proof"
        )
        assert self.select(taken) == [(used,)]

    def teardown(self) -> None:
        try:
            for table, kept in self.records.items():
                assert self.select(f"SELECT * FROM {table} ORDER BY id") == kept, table
        finally:
            self.undone.rollback()
            self.connection.close()

    def select(self, statement: str) -> list[Any]:
        return [tuple(row) for row in self.connection.execute(text(statement))]


@pytest.mark.timeout(900)
def test_no_order_of_what_people_do_gets_an_action_past_a_shut_gate(
    shared_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    from argon2 import PasswordHasher, Type

    cheap = PasswordHasher(1, 8, 1, type=Type.ID)
    monkeypatch.setattr(on_file, "hasher", lambda: cheap)

    class Machine(GateMachine):
        store = shared_store

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=STEPS // 40,
            stateful_step_count=60,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert Machine.steps >= STEPS
