"""A ticket that is routed outside of a department's hours: the agent sees it, and the fallback is told as well (P9)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, select

from callintake.domain.errors import Refused
from callintake.domain.notice import Reach
from callintake.domain.ticket import Status
from callintake.notifications.render import letter
from callintake.services import reading, tickets, triage
from callintake.services.delivery import claim_due
from callintake.services.history import acting_at
from callintake.services.undoing import undo
from callintake.store.tables import EventRow, OutboxRow
from tests.conftest import LEAD
from tests.notifications.desk import DEPARTMENT, desk_text
from tests.services.acting import raise_open
from tests.services.verifying import apply_desk_file

ON_CALL = "oncall@example.com"
SATURDAY = datetime(2030, 11, 30, 12, tzinfo=UTC)
MONDAY = datetime(2030, 12, 2, 12, tzinfo=UTC)
_HOURS = '[departments.hours]\nzone = "Europe/London"\nmonday = ["08:00-18:00"]\nholidays = "GB-ENG"\n'


def file(emails: tuple[str, ...] = ("field@example.com",)) -> str:
    """A desk whose field services are there on Mondays, and have somebody on call."""
    text = desk_text(25, emails=emails).replace(
        f'name = "{DEPARTMENT}"\n', f'name = "{DEPARTMENT}"\nfallback = "On call"\n', 1
    )
    network = '[[departments]]\nname = "Network"'
    assert network in text
    return text.replace(network, f'{_HOURS}[[departments]]\nname = "On call"\nemails = ["{ON_CALL}"]\n{network}')


@pytest.fixture
def saturday(session: Session) -> Iterator[Session]:
    """A Saturday at that desk."""
    apply_desk_file(session, file())
    with acting_at(SATURDAY):
        yield session


def told(session: Session) -> list[tuple[str, str]]:
    """What was told, and whom."""
    rows = session.exec(select(OutboxRow).order_by(OutboxRow.id))  # type: ignore[arg-type]
    return [(row.event, row.recipient) for row in rows]


def test_the_fallback_is_told_as_well_and_the_ticket_is_where_it_was_sent(saturday: Session) -> None:
    number = raise_open(saturday)
    assert reading.ticket(saturday, number).department == DEPARTMENT
    assert told(saturday) == [("routed", "field@example.com"), ("standing in", ON_CALL)]
    routed = saturday.exec(select(EventRow).where(EventRow.kind == "routed")).one()
    assert routed.data == {"department": DEPARTMENT, "told_as_well": "On call"}


def test_it_is_told_for_whom_it_stands_in_and_until_when(saturday: Session) -> None:
    number = raise_open(saturday)
    for _ in range(2):
        claimed = claim_due(saturday, Reach(mail=True), MONDAY - SATURDAY)
    assert claimed is not None
    assert claimed.recipient == ON_CALL
    opening = f"{number} is for {DEPARTMENT}, closed until Mon 08:00 GMT; On call stands in"
    assert letter(claimed.notice).text.startswith(opening)


def test_within_the_hours_nobody_else_is_told(session: Session) -> None:
    apply_desk_file(session, file())
    with acting_at(MONDAY):
        number = raise_open(session)
        assert tickets.route(session, number, DEPARTMENT, LEAD) is None
    assert told(session) == [("routed", "field@example.com")]


def test_who_routes_a_ticket_learns_that_nobody_is_there(saturday: Session) -> None:
    number = raise_open(saturday, category="network")
    closed = tickets.route(saturday, number, DEPARTMENT, LEAD)
    assert closed is not None
    assert closed.words == "closed until Mon 08:00 GMT; told as well: On call"
    assert told(saturday)[1:] == [
        ("withdrawn", "network@example.com"),
        ("routed", "field@example.com"),
        ("standing in", ON_CALL),
    ]


def test_who_stood_in_hears_that_it_went_elsewhere_and_that_it_is_resolved(saturday: Session) -> None:
    gone, resolved = raise_open(saturday), raise_open(saturday)
    before = len(told(saturday))
    tickets.route(saturday, gone, "Network", LEAD)
    tickets.set_status(saturday, resolved, Status.RESOLVED, LEAD)
    assert told(saturday)[before:] == [
        ("withdrawn", "field@example.com"),
        ("withdrawn", ON_CALL),
        ("routed", "network@example.com"),
        ("resolved", "field@example.com"),
        ("resolved", ON_CALL),
    ]


def test_who_stood_in_hears_that_it_went_elsewhere_whatever_they_heard_of_since(saturday: Session) -> None:
    number = raise_open(saturday)
    tickets.set_status(saturday, number, Status.RESOLVED, LEAD)
    triage.reopen(saturday, number, LEAD)
    before = len(told(saturday))
    tickets.route(saturday, number, "Network", LEAD)
    assert ("withdrawn", ON_CALL) in told(saturday)[before:]


def test_to_route_it_where_it_is_already_tells_nobody_and_says_so(saturday: Session) -> None:
    number = raise_open(saturday)
    before = len(told(saturday))
    closed = tickets.route(saturday, number, DEPARTMENT, LEAD)
    assert closed is not None
    assert closed.words == "closed until Mon 08:00 GMT"
    assert len(told(saturday)) == before


def test_who_stood_in_and_gets_it_hears_that_it_came(saturday: Session) -> None:
    number = raise_open(saturday)
    before = len(told(saturday))
    tickets.route(saturday, number, "On call", LEAD)
    assert told(saturday)[before:] == [("withdrawn", "field@example.com"), ("routed", ON_CALL)]


def test_a_route_of_which_the_fallback_alone_was_told_is_not_undone(session: Session) -> None:
    apply_desk_file(session, file(emails=()))
    with acting_at(SATURDAY):
        number = raise_open(session, category="network")
    with acting_at(SATURDAY + timedelta(minutes=1)):
        tickets.route(session, number, DEPARTMENT, LEAD)
        with pytest.raises(Refused, match="On call was told of"):
            undo(session, number, LEAD)
