"""A department that is not there: who routes to it sees until when, and who is told as well (P9)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from callintake.domain.business_time import WEEKDAYS
from callintake.screens.capture.raised import RaisedScreen
from callintake.screens.dialogs import ChoiceDialog
from callintake.services import agents, desk_rules, reading
from callintake.store.database import open_store
from tests.conftest import LEAD
from tests.notifications.desk import DEPARTMENT, desk_text
from tests.screens.conftest import Open, at, capture, seen, until
from tests.services.acting import raise_open


@pytest.fixture
def opens(desk_file: Path) -> str:
    """A desk whose field services are there in three days again, and have somebody on call; when that is, in words."""
    day = datetime.now(UTC) + timedelta(days=3)
    hours = f'[departments.hours]\nzone = "UTC"\n{WEEKDAYS[day.weekday()]} = ["08:00-18:00"]\n'
    text = desk_text(25).replace(f'name = "{DEPARTMENT}"\n', f'name = "{DEPARTMENT}"\nfallback = "On call"\n', 1)
    network = '[[departments]]\nname = "Network"'
    text = text.replace(network, f'{hours}[[departments]]\nname = "On call"\nemails = ["on@example.com"]\n{network}')
    store = open_store(str(desk_file))
    with store.transaction() as session:
        agents.sign_in(session, LEAD)
        desk_rules.apply_desk_file(session, text, LEAD)
        raise_open(session, category="network", notes="Label printer offline")
    store.close()
    return f"{day:%a} 08:00 UTC"


async def test_the_step_route_says_that_nobody_is_there_and_who_is_told_as_well(open_app: Open, opens: str) -> None:
    async with open_app("capture") as pilot:
        await pilot.press(*"offline")
        capture(pilot).keep(capture(pilot).draft.with_(category="printing"))
        await pilot.press("f8")
        words = f"Closed        until {opens}; told as well: On call"
        await until(pilot, lambda: words in seen(pilot))
        capture(pilot).keep(capture(pilot).draft.with_(department="Network"))
        capture(pilot).show()
        await until(pilot, lambda: f"until {opens}" not in seen(pilot))


async def test_so_does_the_screen_that_has_its_number(open_app: Open, opens: str, desk_file: Path) -> None:
    store = open_store(str(desk_file))
    with store.transaction() as session:
        ticket = reading.ticket(session, raise_open(session))
    store.close()
    async with open_app("capture") as pilot:
        screen = capture(pilot)
        draft = screen.draft.after_ticket(ticket.number)
        pilot.app.push_screen(RaisedScreen(pilot.app.desk, ticket, draft, screen.calls))
        await until(pilot, lambda: f"✓ goes to {DEPARTMENT}" in seen(pilot))
        assert f"closed until {opens}; told as well: On call" in seen(pilot)


async def test_so_does_the_dialog_that_tells_another_department_for_which_nobody_stands_in(
    open_app: Open, opens: str
) -> None:
    async with open_app() as pilot:
        await until(pilot, lambda: "Label printer" in seen(pilot))
        await pilot.press("i")
        await at(pilot, ChoiceDialog)
        await until(pilot, lambda: f"{DEPARTMENT} · closed until {opens}" in seen(pilot))
        assert "told as well" not in seen(pilot)
        await pilot.press("home", "enter")
        said = f"is told to {DEPARTMENT}, closed until {opens}"
        await until(pilot, lambda: any(said in toast.message for toast in pilot.app._notifications))


async def test_so_does_the_dialog_that_routes_a_ticket(open_app: Open, opens: str) -> None:
    async with open_app() as pilot:
        await until(pilot, lambda: "Label printer" in seen(pilot))
        await pilot.press("r")
        await at(pilot, ChoiceDialog)
        await until(pilot, lambda: f"{DEPARTMENT} · closed until {opens}; told as well:" in seen(pilot))
        await pilot.press("home", "enter")
        said = f"went to {DEPARTMENT}, closed until {opens}; told as well: On call"
        await until(pilot, lambda: any(said in toast.message for toast in pilot.app._notifications))
