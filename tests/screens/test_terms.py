"""An open desk goes by what is in force, and who sits there is told when that changes."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlmodel import Session

from callintake.app import CallintakeApp
from callintake.screens import terms
from callintake.services import agents
from callintake.services.desk_rules import apply_desk_file
from callintake.services.history import now
from callintake.store.database import open_store
from callintake.store.tables import DeskFileRow
from tests.conftest import LEAD
from tests.notifications.desk import desk_text
from tests.screens.conftest import Open, seen, until

_OF_ANOTHER_PROGRAM = DeskFileRow(at=now(), agent=LEAD, body="telepathy = true", lock_failures=5, lock_hours=24)


@pytest.fixture(autouse=True)
def looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terms, "LOOK_EVERY", 0.02)


def meanwhile(desk_file: Path, change: Callable[[Session], object]) -> None:
    """Change the desk from another program."""
    store = open_store(str(desk_file))
    with store.transaction() as session:
        change(session)
    store.close()


async def test_a_desk_file_that_is_applied_is_gone_by_at_once_and_said(open_app: Open, desk_file: Path) -> None:
    async with open_app() as pilot:
        assert isinstance(pilot.app, CallintakeApp)
        assert "Billing" in pilot.app.desk.rules.departments
        meanwhile(desk_file, lambda session: apply_desk_file(session, desk_text(), LEAD))
        await until(pilot, lambda: "Desk file 1, applied by kim" in seen(pilot))
        assert pilot.app.desk.rules.departments == ("Field services", "Network")


async def test_who_leads_no_more_is_told_and_the_desk_knows(open_app: Open, desk_file: Path) -> None:
    def change_roles(session: Session) -> None:
        agents.sign_in(session, "ann")
        agents.set_role(session, "ann", "lead", by=LEAD)
        agents.set_role(session, LEAD, "agent", by="ann")

    async with open_app() as pilot:
        assert isinstance(pilot.app, CallintakeApp)
        assert pilot.app.desk.is_lead
        meanwhile(desk_file, change_roles)
        await until(pilot, lambda: "You lead this desk no more" in seen(pilot))
        assert not pilot.app.desk.is_lead


async def test_a_desk_file_that_can_not_be_read_is_said_once_and_the_rules_stay(
    open_app: Open, desk_file: Path
) -> None:
    async with open_app() as pilot:
        assert isinstance(pilot.app, CallintakeApp)
        rules = pilot.app.desk.rules
        meanwhile(desk_file, lambda session: session.add(_OF_ANOTHER_PROGRAM))
        await until(pilot, lambda: "is not known" in seen(pilot))
        told = len(pilot.app._notifications)
        await pilot.pause(0.1)
        assert len(pilot.app._notifications) == told
        assert pilot.app.desk.rules is rules
