"""The desk file in force: who applies one, what is kept of it, and what follows (P4, P5, P11)."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from callintake.domain.desk_file import DeskFileRefused
from callintake.domain.desk_file_text import desk_file_text
from callintake.domain.errors import Conflict, GateShut, Refused
from callintake.domain.gate import Authorization, Identity
from callintake.domain.method import Method, Outcome
from callintake.domain.number import ticket_number
from callintake.domain.routing import BUILT_IN
from callintake.domain.ticket import Priority
from callintake.domain.verification import Claim
from callintake.domain.view import Filter, View
from callintake.services import agents, desk_rules, drafts, queue, raising, reading, tickets, verification
from callintake.services.desk_rules import apply_desk_file, compare_desk_file, region_in_force, rules_in_force
from callintake.services.history import acting_at, now
from callintake.store.database import Store
from callintake.store.tables import ContactRow, DeskFileRow, EventRow, OutboxRow
from tests.conftest import LEAD, REGION
from tests.services.acting import AGENT, call_back, call_from, given_ticket, raise_open, raise_waiting
from tests.services.test_at_once import at_once

STRICT = "[verification]\nlock_failures = 1\nlock_hours = 48\n"
PRINTING = "+442079460112"


@pytest.fixture(autouse=True)
def another_agent(request: pytest.FixtureRequest) -> None:
    if "session" in request.fixturenames:
        agents.sign_in(request.getfixturevalue("session"), AGENT)


def without(category: str) -> str:
    """A desk file of the built-in desk without one of its categories."""
    head, *rest = desk_file_text(BUILT_IN).split("[[categories]]\n")
    return "[[categories]]\n".join([head, *(one for one in rest if not one.startswith(f'name = "{category}"'))])


def applied(session: Session) -> list[EventRow]:
    return list(session.exec(select(EventRow).where(EventRow.kind == "desk file applied").order_by(col(EventRow.id))))


def test_without_a_desk_file_the_desk_is_the_one_that_comes_built_in(session: Session) -> None:
    assert rules_in_force(session) == BUILT_IN
    assert desk_rules.in_force(session) == desk_rules.InForce()


def test_a_desk_file_applied_is_in_force_kept_and_in_the_history(session: Session) -> None:
    before = now()
    compared = apply_desk_file(session, STRICT, LEAD)
    assert rules_in_force(session).verification.lock_failures == 1
    row = session.exec(select(DeskFileRow)).one()
    assert (row.id, row.agent, row.lock_failures, row.lock_hours) == (compared.applied, LEAD, 1, 48)
    assert before <= row.at <= now()
    (event,) = applied(session)
    assert (event.agent, event.data["number"], event.data["before"]) == (LEAD, row.id, 0)
    assert event.data["changes"] == ["verification: lock_failures 3 → 1", "verification: lock_hours 24 → 48"]


def test_what_is_kept_is_every_rule_in_full(session: Session) -> None:
    apply_desk_file(session, STRICT, LEAD)
    body = session.exec(select(DeskFileRow.body)).one()
    assert body == desk_file_text(rules_in_force(session))
    assert "number_days = 30" in body


def test_what_loosens_is_marked_in_the_history(session: Session) -> None:
    assert apply_desk_file(session, "[verification]\nlock_failures = 5", LEAD).looser == 1
    assert applied(session)[0].data["changes"] == ["! looser: verification: lock_failures 3 → 5"]


def test_the_rules_exported_and_applied_change_nothing(session: Session) -> None:
    for text in ("", STRICT):
        apply_desk_file(session, text, LEAD)
        count = len(applied(session))
        exported = desk_rules.desk_file_in_force(session)
        assert compare_desk_file(session, exported).changes == ()
        assert apply_desk_file(session, exported, LEAD).applied is None
        assert len(applied(session)) == count
    assert f"applied by {LEAD} on " in exported.splitlines()[0]


@pytest.mark.parametrize("role", ["agent", "auditor", "nobody"])
def test_only_a_lead_applies_a_desk_file(session: Session, role: str) -> None:
    if role == "nobody":
        name = "never signed in"
    else:
        name = AGENT
        agents.set_role(session, AGENT, role, by=LEAD)
    with pytest.raises(Refused, match="only a lead applies a desk file"):
        apply_desk_file(session, STRICT, name)
    assert rules_in_force(session) == BUILT_IN
    assert applied(session) == []


def test_a_file_that_can_not_be_right_changes_nothing(session: Session) -> None:
    for act in (lambda text: compare_desk_file(session, text), lambda text: apply_desk_file(session, text, LEAD)):
        with pytest.raises(DeskFileRefused, match="lock_failures: a whole number from 1 to 10 is needed"):
            act("[verification]\nlock_failures = 0")
    assert applied(session) == []


def test_a_file_compared_with_another_than_the_one_in_force_is_a_conflict(session: Session) -> None:
    seen = compare_desk_file(session, STRICT)
    first = apply_desk_file(session, "region = 'NO'", LEAD, compared_with=seen.number)
    with pytest.raises(Conflict, match=f"desk file {first.applied}, applied by {LEAD}, is in force by now"):
        apply_desk_file(session, STRICT, LEAD, compared_with=seen.number)
    assert rules_in_force(session).region == "NO"
    again = compare_desk_file(session, STRICT)
    assert again.changes[0].words == "region “NO” → none"
    apply_desk_file(session, STRICT, LEAD, compared_with=again.number)
    assert rules_in_force(session).region is None


def test_of_two_leads_at_once_the_later_sees_a_conflict(place: str, store: Store) -> None:
    leads = ["ann", "bob", "cem"]
    with store.transaction() as session:
        for lead in leads:
            agents.sign_in(session, lead)
            agents.set_role(session, lead, "lead", by=LEAD)

    def apply(store: Store, agent: str) -> str:
        text = f"classification = 'of {agent}'"
        with store.transaction() as session:
            apply_desk_file(session, text, agent, compared_with=0)
        return agent

    outcomes = at_once(place, leads, apply)
    (winner,) = [agent for agent, outcome in outcomes.items() if outcome == agent]
    assert all(isinstance(outcome, Conflict) for agent, outcome in outcomes.items() if agent != winner), outcomes
    with store.reading() as session:
        assert rules_in_force(session).classification == f"of {winner}"
        assert [event.agent for event in applied(session)] == [winner]


def test_a_change_taken_back_leaves_no_rules_behind(store: Store) -> None:
    for region in ("NO", "SE"):
        with Session(store.engine) as session:
            apply_desk_file(session, f"region = '{region}'", LEAD)
            assert rules_in_force(session).region == region
            session.rollback()
        with store.reading() as session:
            assert rules_in_force(session) == BUILT_IN


def test_the_rules_in_force_cost_one_query(session: Session) -> None:
    for count in range(1, 4):
        apply_desk_file(session, f"retention_days = {30 + count}", LEAD)
    asked: list[str] = []

    def heard(_: object, __: object, statement: str, *___: object) -> None:
        asked.append(statement)

    engine = session.get_bind()
    sa.event.listen(engine, "before_cursor_execute", heard)
    try:
        assert rules_in_force(session).retention_days == 33
    finally:
        sa.event.remove(engine, "before_cursor_execute", heard)
    assert len(asked) == 1
    assert rules_in_force(session) is rules_in_force(session)


def test_a_desk_file_that_this_program_can_not_read_is_no_reason_for_looser_rules(session: Session) -> None:
    raise_waiting(session)
    session.add(DeskFileRow(at=now(), agent=LEAD, body="of_tomorrow = 1", lock_failures=1, lock_hours=1))
    session.flush()
    for act in (rules_in_force, raise_waiting):
        with pytest.raises(Refused, match="the desk file in force is not one that this program reads"):
            act(session)
    compared = apply_desk_file(session, STRICT, LEAD)
    assert [change.is_looser for change in compared.changes] == [True]
    assert rules_in_force(session).verification.lock_hours == 48


def test_the_locks_of_the_database_follow(session: Session) -> None:
    apply_desk_file(session, STRICT, LEAD)
    draft = call_back(session, call_from(session), Outcome.FAILED)
    with pytest.raises(Refused, match="locked after failed verifications"):
        call_back(session, draft)
    apply_desk_file(session, "[verification]\nlock_failures = 2", LEAD)
    call_back(session, draft, Outcome.FAILED)


def test_a_ticket_is_due_when_the_desk_says(session: Session) -> None:
    apply_desk_file(session, "[targets]\ncritical = 7\nhigh = 8\nnormal = 9\n", LEAD)
    number = raise_waiting(session)
    ticket = reading.ticket(session, number)
    assert ticket.due_at == ticket.created_at + timedelta(minutes=9)
    tickets.set_priority(session, number, Priority.CRITICAL, LEAD)
    ticket = reading.ticket(session, number)
    assert ticket.due_at == ticket.created_at + timedelta(minutes=7)
    ticket = reading.ticket(
        session, ticket_number(raising.add_ticket(session, given_ticket(priority="low"), LEAD, REGION))
    )
    assert ticket.due_at == ticket.created_at + timedelta(days=3)


def test_due_times_count_while_the_desk_is_open_by_the_hours_in_force(session: Session) -> None:
    hours = "[hours]\nzone = 'Europe/London'\nfriday = ['09:00-17:00']\nmonday = ['09:00-17:00']\n"
    apply_desk_file(session, f"{hours}around_the_clock = ['critical']\n[targets]\nnormal = 240\nlow = 241\n", LEAD)
    friday = datetime(2026, 7, 3, 15, tzinfo=UTC)
    with acting_at(friday):
        number = raise_waiting(session)
        assert reading.ticket(session, number).due_at == datetime(2026, 7, 6, 11, tzinfo=UTC)
        tickets.set_priority(session, number, Priority.CRITICAL, LEAD)
    assert reading.ticket(session, number).due_at == friday + timedelta(hours=1)


def test_the_region_of_the_desk_comes_before_ones_own(session: Session) -> None:
    assert region_in_force(session, "GB") == "GB"
    apply_desk_file(session, 'region = "NO"', LEAD)
    assert region_in_force(session, "GB") == "NO"


def test_a_new_category_and_department_are_there_at_once(session: Session) -> None:
    text = f'{desk_file_text(BUILT_IN)}\n[[categories]]\nname = "toys"\ndepartment = "Billing"\n'
    assert [change.words for change in apply_desk_file(session, text, LEAD).changes] == [
        "category toys added: to Billing, sensitive no, two_fold no"
    ]
    number = raise_open(session, category="toys")
    assert reading.ticket(session, number).department == "Billing"


def test_tickets_of_a_category_taken_out_are_read_listed_and_worked_on(session: Session) -> None:
    waiting, open_ = raise_waiting(session), raise_open(session)
    apply_desk_file(session, without("printing"), LEAD)
    for number in (waiting, open_):
        assert reading.ticket(session, number).category == "printing"
        tickets.add_note(session, number, "still here", LEAD)
        tickets.set_priority(session, number, Priority.HIGH, LEAD)
    listed = [line.category for line in queue.queue_page(session, Filter(View.ALL))]
    assert listed.count("printing") >= 2
    tickets.claim(session, open_, LEAD)
    with pytest.raises(GateShut):
        tickets.claim(session, waiting, LEAD)
    with pytest.raises(Refused, match="no category “printing”; there are: hardware"):
        raising.add_ticket(session, given_ticket(category="printing"), LEAD, REGION)


def test_a_category_taken_out_opens_no_gate(session: Session) -> None:
    number = raise_waiting(session)
    apply_desk_file(session, without("printing"), LEAD)
    gate = tickets.verify(session, number, Method.CALLBACK, Outcome.VERIFIED, LEAD, dialled=PRINTING)
    assert (gate.identity, gate.authorization) == (Identity.VERIFIED, Authorization.NEEDS_APPROVAL)
    claim = Claim(None, "Somebody New", "Northgate Dental Group", "printing")
    assert verification.standing_of(session, claim, LEAD).approvers == ()
    gate = tickets.set_category(session, number, "hardware", LEAD)
    assert gate.open


def test_with_the_right_and_two_methods_a_category_taken_out_is_open_and_the_contact_told(session: Session) -> None:
    number = raise_waiting(session)
    apply_desk_file(session, without("printing"), LEAD)
    amara = session.exec(select(ContactRow).where(ContactRow.name == "Amara Okafor")).one()
    amara.may_request = ["printing"]
    tickets.verify(session, number, Method.CALLBACK, Outcome.VERIFIED, LEAD, dialled=PRINTING)
    with pytest.raises(GateShut):
        tickets.claim(session, number, LEAD)
    tickets.verify(session, number, Method.IN_PERSON, Outcome.VERIFIED, LEAD, reason="passport, on video")
    tickets.claim(session, number, LEAD)
    told = session.exec(select(OutboxRow.recipient).where(OutboxRow.event == "sensitive request"))
    assert list(told) == [amara.email]


def test_a_call_of_a_category_taken_out_meanwhile_goes_on_and_is_raised_under_another(session: Session) -> None:
    draft = call_back(session, call_from(session))
    assert draft.gate(rules_in_force(session)).open
    apply_desk_file(session, without("printing"), LEAD)
    assert draft.gate(rules_in_force(session)).authorization is Authorization.NEEDS_APPROVAL
    assert draft.effective_department(rules_in_force(session)) == "Service desk"
    with pytest.raises(Refused, match="no category “printing”; there are: hardware"):
        raising.raise_ticket(session, draft, LEAD, REGION)
    draft = drafts.open_drafts(session, LEAD)[0].with_(category="hardware")
    number = ticket_number(raising.raise_ticket(session, draft, LEAD, REGION))
    assert reading.ticket(session, number).department == "Field services"


def test_a_category_taken_out_and_in_again_looser_is_marked(session: Session) -> None:
    raise_waiting(session, category="access")
    apply_desk_file(session, without("access"), LEAD)
    text = desk_file_text(BUILT_IN).replace("two_fold = true", "two_fold = false")
    changes = [str(change) for change in apply_desk_file(session, text, LEAD).changes]
    assert "! looser: category access added: to Access management, sensitive yes, two_fold no" in changes
