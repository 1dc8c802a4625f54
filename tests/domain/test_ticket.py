"""A ticket's life: what may follow what, and what a shut gate leaves of it (P5, P8)."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from callintake.domain.errors import GateShut, Refused
from callintake.domain.gate import Gate
from callintake.domain.ticket import (
    SUBJECT_LENGTH,
    Priority,
    Status,
    check_transition,
    next_statuses,
    status_after_reopening,
    status_at,
    status_of,
    subject_from,
)
from tests.domain.test_gate import ALL, OPEN, SHUT

FOLLOWING = {
    Status.NEW: {Status.OPEN, Status.PENDING, Status.RESOLVED, Status.CLOSED},
    Status.OPEN: {Status.PENDING, Status.RESOLVED, Status.CLOSED},
    Status.PENDING: {Status.OPEN, Status.RESOLVED, Status.CLOSED},
    Status.RESOLVED: {Status.OPEN, Status.CLOSED},
    Status.CLOSED: {Status.NEW, Status.OPEN},
    Status.MERGED: set(),
}


def reached(current: Status, gate: Gate) -> set[Status]:
    allowed = set()
    for wanted in Status:
        try:
            check_transition("4821-7", current, wanted, gate)
        except Refused:
            continue
        allowed.add(wanted)
    return allowed


@pytest.mark.parametrize("current", Status)
def test_through_the_open_gate_a_ticket_goes_on_as_its_life_has_it(current: Status) -> None:
    assert reached(current, OPEN) == FOLLOWING[current]


@pytest.mark.parametrize("gate", SHUT, ids=lambda gate: f"{gate.identity}, {gate.authorization}")
def test_with_a_shut_gate_a_ticket_only_waits_or_is_closed(gate: Gate) -> None:
    for current in Status:
        assert reached(current, gate) == FOLLOWING[current] & {Status.NEW, Status.CLOSED}


def test_what_is_offered_is_what_is_allowed() -> None:
    for current, gate in product(Status, ALL):
        assert set(next_statuses(current, gate)) == reached(current, gate)


def test_a_refusal_for_the_gate_is_told_from_one_for_the_order() -> None:
    with pytest.raises(GateShut, match="status open refused"):
        check_transition("4821-7", Status.NEW, Status.OPEN, Gate())
    with pytest.raises(Refused, match="4821-7 is resolved; it can't become pending, only open, closed") as refusal:
        check_transition("4821-7", Status.RESOLVED, Status.PENDING, OPEN)
    assert not isinstance(refusal.value, GateShut)
    with pytest.raises(Refused, match="only nothing"):
        check_transition("4821-7", Status.MERGED, Status.OPEN, OPEN)


def test_no_ticket_becomes_what_it_is() -> None:
    assert all(status not in reached(status, OPEN) for status in Status)


def test_words_of_status_and_priority_are_taken_in_any_case() -> None:
    assert status_of(" Pending\n") is Status.PENDING
    assert Priority.of(" Critical ") is Priority.CRITICAL
    assert all(status_of(status.value) is status for status in Status)
    assert all(Priority.of(priority.word) is priority for priority in Priority)


@pytest.mark.parametrize("word", ["", "urgent", "0", "verified", "[/]", "\ud800", "OF", "word", "__class__"])
def test_a_word_that_is_none_is_refused_with_those_there_are(word: str) -> None:
    with pytest.raises(Refused, match="new, open, pending, resolved, closed, merged"):
        status_of(word)
    with pytest.raises(Refused, match="critical, high, normal, low"):
        Priority.of(word)


def test_a_subject_is_the_start_of_what_was_said() -> None:
    assert subject_from("\n printer offline \nsince nine") == "printer offline"
    assert subject_from("") == ""
    assert len(subject_from("x" * 1000)) == SUBJECT_LENGTH


MORNING = datetime(2030, 3, 4, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize("status", Status)
def test_what_waited_until_now_is_open_again_and_nothing_else_changes_by_time(status: Status) -> None:
    second = timedelta(seconds=1)
    assert status_at(status, None, MORNING) is status
    assert status_at(status, MORNING + second, MORNING) is status
    for moment in (MORNING, MORNING + second):
        assert status_at(status, MORNING, moment) is (Status.OPEN if status is Status.PENDING else status)


@pytest.mark.parametrize("gate", ALL, ids=str)
def test_what_is_reopened_is_open_or_waits_for_its_gate(gate: Gate) -> None:
    for current in (Status.RESOLVED, Status.CLOSED):
        assert status_after_reopening("4821-7", current, gate) is (Status.OPEN if gate.open else Status.NEW)
    for current in (Status.NEW, Status.OPEN, Status.PENDING, Status.MERGED):
        with pytest.raises(Refused, match=f"4821-7 is {current}; only what is resolved or closed is reopened"):
            status_after_reopening("4821-7", current, gate)
