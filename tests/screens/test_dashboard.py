"""The dashboard: how the desk stands, at a glance, on the smallest terminal; it keeps itself up to date."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from callintake.domain.errors import Refused
from callintake.domain.ticket import Status
from callintake.screens.dashboard import DashboardScreen
from callintake.screens.queue import QueueScreen
from callintake.screens.ticket import TicketScreen
from callintake.services import raising, tickets
from callintake.services.desk_rules import apply_desk_file
from callintake.store.database import open_store
from callintake.store.tables import CallRow, TicketRow
from callintake.widgets.oldest_tickets import OldestTickets
from tests.conftest import corpus
from tests.screens.conftest import Open, at, seen, until
from tests.services.acting import raise_open, raise_waiting


def at_desk(desk_file: Path, *verbs) -> list:
    """What verbs do at the desk that the app is opened on."""
    store = open_store(str(desk_file))
    with store.transaction() as session:
        done = [verb(session) for verb in verbs]
    store.close()
    return done


def some_calls(session: Session) -> None:
    now = datetime.now(UTC)
    for place in range(3):
        session.add(CallRow(id=f"{place:032x}", started_at=now, channel="desk", direction="inbound", agent="kim"))


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_all_of_it_is_seen_at_once(open_app: Open, desk_file: Path, size: tuple[int, int]) -> None:
    at_desk(desk_file, some_calls, raise_waiting, raise_open, *[raise_waiting] * 9)
    async with open_app(size=size) as pilot:
        await pilot.press("b")
        await until(pilot, lambda: "Waiting longest" in seen(pilot) and "esc Back" in seen(pilot))
        await until(pilot, lambda: all(f"{serial}-" in seen(pilot) for serial in range(1001, 1011)))
        await until(pilot, lambda: "under 1 h " in seen(pilot) and "none in trouble" in seen(pilot))
        shown = seen(pilot)
        assert "Protected | Internal Use" in shown
        assert "open 11 · gate shut 10 · overdue 0 · first verification 100 % of 1 in 7 d" in shown
        assert "Open by status: 11" in shown
        assert "Gate shut: 10, raised ago" in shown
        assert "under 1 h " in shown
        assert "not routed" in shown
        assert "none in trouble" in shown
        assert "█ today  ░ nothing usual yet" in shown
        number, *_ = [line for line in shown.splitlines() if "Calls today" in line]
        assert int(number.partition("Calls today: ")[2].split()[0]) >= 3


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks follow each other faster than one is done; none keeps another from its end."""
    monkeypatch.setattr("callintake.screens.dashboard.LOOK_EVERY", 0.02)


@pytest.mark.usefixtures("often")
async def test_what_others_do_appears_by_itself(open_app: Open, desk_file: Path) -> None:
    (number,) = at_desk(desk_file, raise_open)
    async with open_app() as pilot:
        await pilot.press("b")
        await until(pilot, lambda: "Open by status: 1" in seen(pilot))
        at_desk(desk_file, lambda session: tickets.set_status(session, number, Status.RESOLVED, "kim"))
        await until(pilot, lambda: "Open by status: 0" in seen(pilot))
        assert pilot.app.screen.query_one(OldestTickets).lines == []


async def test_the_oldest_is_opened_and_left_again(open_app: Open, desk_file: Path) -> None:
    at_desk(desk_file, raise_waiting, raise_waiting)
    async with open_app() as pilot:
        await pilot.press("b")
        await until(pilot, lambda: "1002-" in seen(pilot))
        await pilot.press("down", "enter")
        await at(pilot, TicketScreen)
        assert str(pilot.app.screen.number).startswith("1002-")
        await pilot.press("escape")
        await at(pilot, DashboardScreen)
        await pilot.press("escape")
        await at(pilot, QueueScreen)


async def test_the_palette_has_it(open_app: Open) -> None:
    async with open_app() as pilot:
        commands = {command.title for command in pilot.app.get_system_commands(pilot.app.screen)}
        assert "Dashboard" in commands
        await pilot.press("b")
        await at(pilot, DashboardScreen)
        assert "Back" in {command.title for command in pilot.app.get_system_commands(pilot.app.screen)}


@pytest.mark.usefixtures("often")
async def test_a_database_that_can_not_be_read_is_said_and_what_was_read_stays(open_app: Open, desk_file: Path) -> None:
    at_desk(desk_file, raise_waiting)
    async with open_app() as pilot:
        await pilot.press("b")
        await until(pilot, lambda: "Open by status: 1" in seen(pilot))
        at_desk(desk_file, lambda session: session.execute(sa.text("ALTER TABLE outbox RENAME TO gone")))
        await until(pilot, lambda: "Not up to date: " in seen(pilot))
        assert "Open by status: 1" in seen(pilot)
        at_desk(desk_file, lambda session: session.execute(sa.text("ALTER TABLE gone RENAME TO outbox")))
        await until(pilot, lambda: "Not up to date: " not in seen(pilot))


async def test_hostile_names_of_people_and_departments_are_text(open_app: Open, desk_file: Path) -> None:
    values = [case.values[0][:200] for case in corpus("name")]
    departments = ["[b]x[/]", "[@click=app.quit]", "部門部門部門部門部門部門", *(f"D{place}" for place in range(20))]

    def fill(session: Session) -> None:
        session.execute(sa.update(TicketRow).values(status="closed"))
        for value in values:
            given = {"requester": {"name": value or None}, "missing_reason": "rang off", "description": value or "x"}
            try:
                raising.add_ticket(session, given, "kim", "GB")
            except Refused:
                continue

    tables = "".join(f"[[departments]]\nname = '{name}'\n" for name in departments)
    other = "[[categories]]\nname = 'other'\ndepartment = 'D1'\n"
    at_desk(desk_file, fill, lambda session: apply_desk_file(session, tables + other, "kim"))
    async with open_app() as pilot:
        await pilot.press("b")
        await until(pilot, lambda: "Open by department" in seen(pilot) and "others" in seen(pilot))
        assert all(len(line) <= 80 for line in seen(pilot).splitlines())
        await pilot.resize_terminal(120, 60)
        await until(pilot, lambda: "[@click=app.quit]" in seen(pilot))
        assert "[b]x[/]" in seen(pilot)
