"""How the desk stands: what is counted is what is there, in the desk's own hours."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session

from callintake.domain.dashboard import OLDEST, WEEKS
from callintake.domain.number import serial_of
from callintake.domain.ticket import Priority, Status
from callintake.domain.verification import Outcome
from callintake.services import tickets
from callintake.services.dashboard import figures
from callintake.services.desk_rules import apply_desk_file
from callintake.services.history import acting_at
from callintake.services.outbox import tell
from callintake.store.tables import CallRow, OutboxRow, TicketRow
from tests.conftest import LEAD
from tests.services.acting import call_back, call_from, raise_open, raise_waiting

NOW = datetime(2026, 7, 15, 12, 30, tzinfo=UTC)
"""A Wednesday, 13:30 in London."""
LONDON = """[hours]
zone = 'Europe/London'
tuesday = ['09:00-17:00']
wednesday = ['09:00-17:00']
thursday = ['00:00-24:00']
"""


def stand(session: Session, since: datetime | None = None):
    with acting_at(NOW):
        return figures(session, LEAD, since)


def ago(**time: float):
    return acting_at(NOW - timedelta(**time))


def calls_at(session: Session, *moments: str, direction: str = "inbound") -> None:
    for place, moment in enumerate(moments):
        at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
        session.add(
            CallRow(id=f"{direction}{place}{moment}", started_at=at, channel="desk", direction=direction, agent=LEAD)
        )
    session.flush()


def test_what_is_open_is_counted_by_status_and_department_and_what_is_done_is_not(session: Session) -> None:
    raise_waiting(session)
    done, working = raise_open(session), raise_open(session)
    tickets.set_status(session, done, Status.RESOLVED, LEAD)
    tickets.set_status(session, working, Status.OPEN, LEAD)
    found = stand(session)
    assert found.by_status == {"new": 1, "open": 1, "pending": 0}
    assert {name: count for name, count in found.by_department.items() if count} == {
        "Field services": 1,
        "not routed": 1,
    }
    assert (found.live, found.shut) == (2, 1)


def test_a_department_that_the_desk_has_no_longer_is_still_counted(session: Session) -> None:
    raise_open(session)
    apply_desk_file(
        session,
        '[[departments]]\nname = "Desk"\n[[categories]]\nname = "other"\ndepartment = "Desk"\n',
        LEAD,
    )
    assert stand(session).by_department == {"Desk": 0, "Field services": 1, "not routed": 0}


def test_gates_that_are_shut_are_counted_by_how_long_ago_their_tickets_were_raised(session: Session) -> None:
    for hours in (0.5, 1.5, 23, 25, 80, 90):
        with ago(hours=hours):
            raise_waiting(session)
    with ago(hours=2):
        raise_open(session)
    assert stand(session).shut_for == {"under 1 h": 1, "1 to 24 h": 2, "1 to 3 d": 1, "over 3 d": 2}


def test_what_is_past_its_due_time_is_overdue(session: Session) -> None:
    with ago(hours=2):
        late, in_time = raise_waiting(session), raise_waiting(session)
        tickets.set_priority(session, late, Priority.CRITICAL, LEAD)
        tickets.set_priority(session, in_time, Priority.LOW, LEAD)
    assert stand(session).overdue == 1


def test_calls_are_counted_by_the_hours_of_the_desk_and_compared_with_the_same_weekday(session: Session) -> None:
    apply_desk_file(session, LONDON, LEAD)
    # Summer time: 08:10 UTC is 09:10 in London; before midnight UTC is today there.
    calls_at(session, "2026-07-15T08:10", "2026-07-15T08:50", "2026-07-14T23:05")
    calls_at(session, "2026-07-14T09:00", "2026-07-15T09:30", direction="outbound")
    calls_at(session, "2026-07-08T08:00", "2026-07-01T08:20", "2026-07-01T08:59", "2026-06-24T08:00")
    found = stand(session)
    assert (found.calls_today[9], found.calls_today[0], sum(found.calls_today)) == (2, 1, 3)
    assert found.calls_usual[9] == 1
    assert found.calls_usual[10] == 0
    assert found.zone == "Europe/London"


def test_weeks_before_the_first_call_and_long_ago_are_not_usual(session: Session) -> None:
    session.execute(sa.delete(CallRow))
    apply_desk_file(session, LONDON, LEAD)
    calls_at(session, "2026-07-15T08:10")
    assert stand(session).calls_usual == (None,) * 24
    calls_at(session, *[f"2026-07-08T08:0{minute}" for minute in range(4)])
    assert stand(session).calls_usual[9] == 4
    long_ago = NOW - timedelta(weeks=WEEKS + 1)
    calls_at(session, *[f"{long_ago:%Y-%m-%d}T08:0{minute}" for minute in range(9)])
    assert stand(session).calls_usual[9] == 0


def test_calls_in_the_night_in_which_clocks_change_have_their_hour_before_and_after(session: Session) -> None:
    apply_desk_file(session, LONDON, LEAD)
    # Sunday: 01:00 comes twice; a week before and after clocks differ.
    calls_at(session, "2026-10-25T00:30", "2026-10-25T01:30", "2026-10-25T09:00", "2026-10-18T08:00")
    with acting_at(datetime(2026, 10, 25, 12, tzinfo=UTC)):
        found = figures(session, LEAD)
    assert (found.calls_today[1], found.calls_today[9], found.calls_usual[9]) == (2, 1, 1)


def test_first_verifications_are_those_of_the_first_attempt_of_each_call(session: Session) -> None:
    with ago(days=3):
        call_back(session, call_from(session))
        failed = call_back(session, call_from(session), Outcome.FAILED)
        call_back(session, failed)
        call_from(session)
    with ago(days=30):
        call_back(session, call_from(session, "Priya Raman"), Outcome.FAILED)
    recent, ever = stand(session, NOW - timedelta(days=7)), stand(session)
    assert (recent.tried, recent.verified_first, recent.first_rate) == (2, 1, 0.5)
    assert (ever.tried, ever.verified_first) == (3, 1)


def test_notifications_that_are_not_sent_are_counted_by_state_with_the_oldest(session: Session) -> None:
    session.execute(sa.delete(OutboxRow))
    with ago(hours=5):
        serial = serial_of(raise_waiting(session))
    for hours, state in ((3, "pending"), (2, "pending"), (4, "dead"), (1, "sent")):
        with ago(hours=hours):
            tell(session, f"{state}{hours}", "desk@example.com", {}, ticket_id=serial)
        session.execute(sa.update(OutboxRow).where(sa.column("event") == f"{state}{hours}").values(state=state))
    found = stand(session)
    assert {state: (these.count, NOW - these.oldest) for state, these in found.messages.items()} == {
        "dead": (1, timedelta(hours=4)),
        "pending": (2, timedelta(hours=3)),
    }
    assert found.troubles == {"dead": 1, "late": 2}


def test_the_oldest_come_first_with_the_time_that_the_desk_was_open(session: Session) -> None:
    session.execute(sa.update(TicketRow).values(status="closed"))
    apply_desk_file(session, LONDON, LEAD)
    numbers = []
    for hours in range(OLDEST + 3, 0, -1):
        with ago(hours=hours):
            numbers.append(raise_waiting(session))
    found = stand(session).oldest
    assert [one.line.number for one in found] == numbers[:OLDEST]
    # Open from 09:00 to 13:30 today, and closed before.
    assert [one.open_minutes for one in found] == [270] * 9 + [240]


def test_a_few_queries_are_enough_however_much_there_is(session: Session) -> None:
    for _ in range(3):
        raise_open(session)
    asked: list[str] = []

    def heard(_: object, __: object, statement: str, *___: object) -> None:
        asked.append(statement)

    engine = session.get_bind()
    sa.event.listen(engine, "before_cursor_execute", heard)
    try:
        stand(session)
    finally:
        sa.event.remove(engine, "before_cursor_execute", heard)
    assert len(asked) <= WEEKS + 7
