"""The ticket screen: everything about one ticket, and the requester's other ones."""

from pathlib import Path

import pytest
from textual.widgets import Input, OptionList

from callintake.screens.dialogs import LineDialog
from callintake.screens.ticket import TicketScreen
from callintake.services import agents, presence, tickets
from callintake.store.database import open_store
from tests.screens.conftest import Open, at, seen, until
from tests.services.acting import AGENT, raise_open, raise_waiting


@pytest.fixture
def numbers(desk_file: Path) -> list[str]:
    """Two tickets of Amara's: one open with a note, one waiting."""
    store = open_store(str(desk_file))
    with store.transaction() as session:
        made = [raise_open(session, notes="Label printer offline"), raise_waiting(session, notes="Scanner jams")]
        tickets.add_note(session, made[0], "rang again", "kim")
    store.close()
    return made


async def test_what_others_do_to_a_ticket_shows_in_its_timeline(
    open_app: Open, numbers: list[str], desk_file: Path
) -> None:
    async with open_app(size=(120, 40)) as pilot:
        await until(pilot, lambda: numbers[0] in seen(pilot))
        pilot.app.push_screen(TicketScreen(pilot.app.desk, numbers[0]))
        await until(pilot, lambda: "rang again" in seen(pilot) and "callback, +442079460112: verified" in seen(pilot))
        store = open_store(str(desk_file))
        with store.transaction() as session:
            tickets.route(session, numbers[0], "Billing", "kim")
        store.close()
        await until(pilot, lambda: "department Billing" in seen(pilot))


async def test_the_requesters_other_tickets_are_opened_from_it(open_app: Open, numbers: list[str]) -> None:
    async with open_app() as pilot:
        await until(pilot, lambda: numbers[0] in seen(pilot))
        pilot.app.push_screen(TicketScreen(pilot.app.desk, numbers[0]))
        await until(pilot, lambda: isinstance(pilot.app.screen, TicketScreen) and "Scanner jams" in seen(pilot))
        pilot.app.screen.query_one("#others", OptionList).focus()
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.screen.number == numbers[1])
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen.number == numbers[0])


async def test_a_ticket_is_saved_as_text_and_no_file_is_written_over(
    open_app: Open, numbers: list[str], tmp_path: Path
) -> None:
    there = tmp_path / "there.txt"
    there.write_text("mine")
    async with open_app() as pilot:
        await until(pilot, lambda: numbers[0] in seen(pilot))
        pilot.app.push_screen(TicketScreen(pilot.app.desk, numbers[0]))
        for path, told in ((there, "is there already"), (tmp_path / "new.txt", "saved as")):
            await until(pilot, lambda: isinstance(pilot.app.screen, TicketScreen) and "rang again" in seen(pilot))
            await pilot.press("w")
            await at(pilot, LineDialog)
            pilot.app.screen.query_one(Input).value = str(path)
            await pilot.press("enter")
            await until(pilot, lambda told=told: told in " ".join(seen(pilot).split()))
    assert there.read_text() == "mine"
    saved = (tmp_path / "new.txt").read_text(encoding="utf-8")
    assert saved.startswith("Protected | Internal Use\n")
    assert "rang again" in saved


async def test_who_else_is_at_a_ticket_is_shown_until_they_leave(
    open_app: Open, numbers: list[str], desk_file: Path
) -> None:
    store = open_store(str(desk_file))
    with store.transaction() as session:
        agents.sign_in(session, AGENT)
        presence.look_at(session, numbers[0], AGENT, is_writing=True)
    async with open_app() as pilot:
        await until(pilot, lambda: numbers[0] in seen(pilot))
        pilot.app.push_screen(TicketScreen(pilot.app.desk, numbers[0]))
        await until(pilot, lambda: f"{AGENT} writes" in seen(pilot))
        with store.reading() as session:
            assert [one.agent for one in presence.who_is_at(session, numbers[0], AGENT)] == ["kim"]
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(pilot.app.screen, TicketScreen))
        with store.reading() as session:
            assert presence.who_is_at(session, numbers[0], AGENT) == ()
    store.close()
