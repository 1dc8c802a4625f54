"""Each view holds what its name says, in the order of urgency, page by page (P8)."""

import random
from datetime import timedelta

import pytest
from sqlmodel import Session

from callintake.domain.detail import TicketLine
from callintake.domain.number import serial_of, ticket_number
from callintake.domain.ticket import Priority, Status
from callintake.domain.view import Filter, Sort, View, place_of
from callintake.services import agents, queue, raising, tickets
from callintake.services.counting import view_counts
from callintake.services.history import acting_at, now
from tests.conftest import LEAD, REGION
from tests.services.acting import AGENT, STRANGER, given_ticket, raise_open, raise_waiting


def numbers(session: Session, wanted: Filter) -> set[str]:
    lines = queue.queue_page(session, wanted)
    assert queue.count(session, wanted) == len(lines)
    return {line.number for line in lines}


@pytest.fixture
def desk(session: Session) -> dict[str, str]:
    """One ticket of each kind, by what it is."""
    agents.sign_in(session, AGENT)
    made = {
        "waiting": raise_waiting(session),
        "no right": raise_open(session, "Tom Lindqvist", category="access"),
        "free": raise_open(session),
        "jo's": raise_open(session),
        "kim's": raise_open(session),
        "done": raise_open(session),
        "closed waiting": raise_waiting(session),
        "incomplete": raise_waiting(session, "", name="Jane", missing_reason="hung up"),
        "critical": raise_open(session, priority=Priority.CRITICAL),
    }
    with acting_at(now() - timedelta(days=2)):
        made["overdue"] = raise_open(session)
    tickets.claim(session, made["jo's"], AGENT)
    tickets.claim(session, made["kim's"], LEAD)
    tickets.set_status(session, made["done"], Status.RESOLVED, LEAD)
    tickets.set_status(session, made["closed waiting"], Status.CLOSED, LEAD, reason="nobody was reached")
    return made


VIEWS = {
    View.GATED: {"waiting", "no right", "incomplete"},
    View.INCOMPLETE: {"incomplete"},
    View.UNASSIGNED: {"free", "critical", "overdue"},
    View.MINE: {"jo's"},
    View.DUE: {"critical", "overdue"},
    View.OPEN: {"waiting", "no right", "free", "jo's", "kim's", "incomplete", "critical", "overdue"},
    View.SNOOZED: set(),
    View.ALL: {
        *("waiting", "no right", "free", "jo's", "kim's", "incomplete", "critical", "overdue"),
        *("done", "closed waiting"),
    },
}


@pytest.mark.parametrize("view", View)
def test_a_view_holds_what_its_name_says(session: Session, desk: dict[str, str], view: View) -> None:
    assert numbers(session, Filter(view, AGENT)) == {desk[name] for name in VIEWS[view]}


def test_the_counts_are_those_of_the_views(session: Session, desk: dict[str, str]) -> None:
    assert view_counts(session, AGENT) == {view: len(names) for view, names in VIEWS.items()}


def test_a_view_is_narrowed_by_words_status_and_department(session: Session, desk: dict[str, str]) -> None:
    assert numbers(session, Filter(View.ALL, AGENT, status=Status.RESOLVED)) == {desk["done"]}
    assert numbers(session, Filter(View.OPEN, AGENT, "jane")) == {desk["incomplete"]}
    assert numbers(session, Filter(View.OPEN, AGENT, department="Field services")) == {
        desk[name] for name in ("free", "jo's", "kim's", "critical", "overdue")
    }
    assert numbers(session, Filter(View.MINE, AGENT, "nobody")) == set()
    assert numbers(session, Filter(View.ALL, AGENT, "*")) == set()


def test_a_line_says_what_the_ticket_says(session: Session, desk: dict[str, str]) -> None:
    (line,) = queue.queue_page(session, Filter(View.MINE, AGENT))
    assert (line.number, line.owner, line.status, line.version) == (desk["jo's"], AGENT, Status.OPEN, 2)
    assert (line.name, line.organization) == ("Amara Okafor", "Northgate Dental Group")
    assert line.gate.open


SORTED = [(sort, is_reversed) for sort in Sort for is_reversed in (False, True)]


@pytest.mark.parametrize(("sort", "is_reversed"), SORTED)
@pytest.mark.parametrize("limit", [1, 7, 50])
def test_page_by_page_no_ticket_comes_twice_or_is_missing(
    session: Session, limit: int, sort: Sort, is_reversed: bool
) -> None:
    shuffled = random.Random(7)
    requester = {**STRANGER, "name": ""}
    for minutes in range(20 if limit == 1 else 60):
        requester = {**STRANGER, "name": shuffled.choice(["Jane", "Amara", "", "Åse"])}
        given = {**given_ticket(priority=shuffled.choice(list(Priority)).word), "requester": requester}
        with acting_at(now() - timedelta(minutes=minutes)):
            raising.add_ticket(session, {**given, "missing_reason": "withheld"}, LEAD, REGION)
    wanted = Filter(View.OPEN, LEAD, sort=sort, is_reversed=is_reversed)
    whole = queue.queue_page(session, wanted, limit=1000)
    downwards = (sort is Sort.CHANGED) is not is_reversed
    assert whole == sorted(whole, key=lambda line: place_of(line, sort), reverse=downwards)
    down: list[TicketLine] = []
    while page := queue.queue_page(session, wanted, place_of(down[-1], sort) if down else None, limit):
        assert len(page) <= limit
        down += page
    up: list[TicketLine] = []
    while page := queue.queue_page(session, wanted, place_of(up[0], sort) if up else None, limit, backwards=True):
        up[:0] = page
    assert down == up == whole


def test_a_ticket_raised_while_paging_moves_no_other(session: Session) -> None:
    made = [raising.add_ticket(session, given_ticket(subject="page"), LEAD, REGION) for _ in range(10)]
    wanted = Filter(View.OPEN, LEAD)
    first = queue.queue_page(session, wanted, limit=5)
    raising.add_ticket(session, given_ticket(subject="page", priority="critical"), LEAD, REGION)
    last = first[-1]
    rest = queue.queue_page(session, wanted, (last.priority.value, last.serial), limit=100)
    assert [line.serial for line in (*first, *rest)] == made


def test_the_mark_grows_with_every_change(session: Session) -> None:
    marks = [queue.latest_change(session)]
    number = raise_waiting(session)
    marks.append(queue.latest_change(session))
    tickets.add_note(session, number, "x", LEAD)
    marks.append(queue.latest_change(session))
    assert marks == sorted(set(marks))


def test_an_incomplete_ticket_is_one_with_a_fact_missing(session: Session) -> None:
    given = {**given_ticket(), "requester": {**STRANGER, "email": ""}, "missing_reason": "has none"}
    number = ticket_number(raising.add_ticket(session, given, LEAD, REGION))
    assert numbers(session, Filter(View.INCOMPLETE)) == {number}
    assert serial_of(number)
