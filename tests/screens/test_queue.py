"""The queue: views, search and what is done with the ticket under the cursor."""

from pathlib import Path

import pytest
from textual.widgets import Input

from callintake.domain.number import ticket_number
from callintake.domain.verification import Method, Outcome
from callintake.domain.view import View
from callintake.screens.dialogs import NoteDialog
from callintake.screens.queue import QueueScreen
from callintake.services import raising, reading, tickets
from callintake.store.database import open_store
from callintake.widgets.ticket_list import TicketList
from tests.screens.conftest import Open, seen, until


@pytest.fixture
def numbers(desk_file: Path) -> list[str]:
    """Three tickets: two with the gate shut, one open and nobody's."""
    store = open_store(str(desk_file))
    raised = []
    with store.transaction() as session:
        for subject in ("Scanner jams", "Mail bounces", "Door stuck"):
            requester = {"name": f"Ada {subject[:4]}", "organization": "Example Ltd"}
            given = {"requester": requester, "missing_reason": "rang off", "description": subject}
            raised.append(ticket_number(raising.add_ticket(session, given, "kim", "GB")))
        tickets.verify(session, raised[2], Method.VOUCH, Outcome.VERIFIED, "kim", reason="known for years")
    store.close()
    return raised


def shown(desk_file: Path, number: str):
    store = open_store(str(desk_file))
    with store.reading() as session:
        ticket = reading.ticket(session, number)
    store.close()
    return ticket


async def test_the_views_count_what_they_hold(open_app: Open, numbers: list[str]) -> None:
    async with open_app() as pilot:
        await until(pilot, lambda: "Gated 2" in seen(pilot) and "Unassigned 1" in seen(pilot))
        await pilot.press("3")
        await until(pilot, lambda: "Door stuck" in seen(pilot) and "Scanner jams" not in seen(pilot))


async def test_claiming_a_ticket_with_an_open_gate_makes_it_ones_own(
    open_app: Open, numbers: list[str], desk_file: Path
) -> None:
    async with open_app() as pilot:
        await pilot.press("3")
        await until(pilot, lambda: "Door stuck" in seen(pilot))
        await pilot.press("c")
        await until(pilot, lambda: "Mine 1" in seen(pilot))
    assert shown(desk_file, numbers[2]).owner == "kim"


async def test_what_the_gate_refuses_is_said_and_nothing_is_changed(
    open_app: Open, numbers: list[str], desk_file: Path
) -> None:
    async with open_app() as pilot:
        await until(pilot, lambda: "Scanner jams" in seen(pilot))
        await pilot.press("1")
        await until(pilot, lambda: "Door stuck" not in seen(pilot))
        await pilot.press("r", "enter")
        await until(pilot, lambda: "Gate shut" in seen(pilot))
    assert shown(desk_file, numbers[0]).department is None


async def test_letters_typed_ahead_after_a_slash_are_searched_for_and_do_nothing_else(
    open_app: Open, numbers: list[str]
) -> None:
    async with open_app() as pilot:
        await until(pilot, lambda: "Mail bounces" in seen(pilot))
        for key in ("slash", *"scan"):
            pilot.app.simulate_key(key)
        await until(pilot, lambda: "Scanner jams" in seen(pilot) and "Mail bounces" not in seen(pilot))
        assert pilot.app.screen.query_one("#search", Input).value == "scan"
        await pilot.press("escape")
        await until(pilot, lambda: "Mail bounces" in seen(pilot))


async def test_a_key_pressed_before_a_view_is_there_hits_no_ticket(open_app: Open, numbers: list[str]) -> None:
    async with open_app() as pilot:
        await until(pilot, lambda: "Mail bounces" in seen(pilot))
        screen = pilot.app.screen
        assert isinstance(screen, QueueScreen)
        screen.action_pick_view(View.UNASSIGNED)
        assert screen.number is None
        await until(pilot, lambda: screen.number == numbers[2])


async def test_a_note_is_added_and_not_dropped_by_one_key(open_app: Open, numbers: list[str], desk_file: Path) -> None:
    async with open_app() as pilot:
        await until(pilot, lambda: "Mail bounces" in seen(pilot))
        await pilot.press("n")
        await until(pilot, lambda: isinstance(pilot.app.screen, NoteDialog))
        await pilot.press(*"called back", "escape")
        await until(pilot, lambda: "Esc again drops" in seen(pilot))
        await pilot.press("ctrl+q", *"!", "ctrl+r")
        await until(pilot, lambda: isinstance(pilot.app.screen, QueueScreen))
        number = pilot.app.screen.query_one(TicketList).current.number
        await until(pilot, lambda: [note.text for note in shown(desk_file, number).notes] == ["called back!"])


async def test_verifying_later_opens_the_gate(open_app: Open, numbers: list[str], desk_file: Path) -> None:
    async with open_app() as pilot:
        await pilot.press("1")
        await until(pilot, lambda: "Door stuck" not in seen(pilot) and "Scanner jams" in seen(pilot))
        number = pilot.app.screen.query_one(TicketList).current.number
        await pilot.press("v")
        await until(pilot, lambda: "Verify the requester" in seen(pilot))
        await pilot.press("enter", "enter", *"known", "enter", "v", "enter")
        await until(pilot, lambda: shown(desk_file, number).gate.open)
