"""The keys of triage: for one ticket, or told beforehand for all that are picked."""

from pathlib import Path

import pytest

from callintake.domain.ticket import Status
from callintake.screens.batch_dialog import BatchDialog
from callintake.screens.dialogs import ChoiceDialog, LineDialog
from callintake.screens.note_dialog import NoteDialog
from callintake.screens.queue import QueueScreen
from callintake.services import agents
from callintake.store.database import open_store
from tests.screens.conftest import Open, at, seen, until
from tests.screens.test_queue import shown
from tests.services.acting import AGENT, raise_open, raise_waiting


@pytest.fixture
def numbers(desk_file: Path) -> list[str]:
    """Three tickets, the second with its gate shut."""
    store = open_store(str(desk_file))
    with store.transaction() as session:
        agents.sign_in(session, AGENT)
        made = [
            raise_open(session, notes="Label printer offline"),
            raise_waiting(session, notes="Scanner jams"),
            raise_open(session, notes="Door stuck"),
        ]
    store.close()
    return made


async def test_a_batch_tells_what_it_will_do_and_what_the_gate_refuses_then_does_it(
    open_app: Open, numbers: list[str], desk_file: Path
) -> None:
    async with open_app() as pilot:
        await until(pilot, lambda: "Door stuck" in seen(pilot))
        await pilot.press("X", "c")
        await until(pilot, lambda: "2 will be done, 1 will be refused, 1 of them by the gate" in seen(pilot))
        assert shown(desk_file, numbers[0]).owner is None, "nothing is done before it is told"
        await pilot.press("enter")
        await until(pilot, lambda: "2 done, 1 refused" in seen(pilot))
        await pilot.press("enter")
        await at(pilot, QueueScreen)
        await until(pilot, lambda: "picked" not in seen(pilot))
    assert [shown(desk_file, number).owner for number in numbers] == ["kim", None, "kim"]


async def test_a_batch_that_is_left_changes_nothing(open_app: Open, numbers: list[str], desk_file: Path) -> None:
    async with open_app() as pilot:
        await until(pilot, lambda: "Door stuck" in seen(pilot))
        await pilot.press("X", "c")
        await at(pilot, BatchDialog)
        await until(pilot, lambda: "2 will be done" in seen(pilot))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, QueueScreen) and "3 picked" in seen(pilot))
    assert [shown(desk_file, number).owner for number in numbers] == [None, None, None]


async def test_a_ticket_is_given_taken_over_put_back_and_that_undone(
    open_app: Open, numbers: list[str], desk_file: Path
) -> None:
    def owner() -> str | None:
        return shown(desk_file, numbers[0]).owner

    async with open_app() as pilot:
        await until(pilot, lambda: "Label printer" in seen(pilot))
        await pilot.press("a")
        await at(pilot, ChoiceDialog)
        await pilot.press("enter")
        await until(pilot, lambda: owner() == AGENT)
        await pilot.press("t")
        await until(pilot, lambda: owner() == "kim")
        await pilot.press("l")
        await until(pilot, lambda: owner() is None)
        await pilot.press("u")
        await until(pilot, lambda: owner() == "kim")


async def test_a_ticket_sleeps_until_a_time_as_people_write_it(
    open_app: Open, numbers: list[str], desk_file: Path
) -> None:
    async with open_app() as pilot:
        await until(pilot, lambda: "Label printer" in seen(pilot))
        await pilot.press("z")
        await at(pilot, LineDialog)
        await pilot.press(*"someday", "enter")
        await until(pilot, lambda: "is no time" in seen(pilot))
        await pilot.press(*"2 h", "enter")
        await until(pilot, lambda: "Snoozed 1" in seen(pilot))
        assert shown(desk_file, numbers[0]).snoozed_until is not None
        await pilot.press("7")
        await until(pilot, lambda: pilot.app.screen.number == numbers[0])


async def test_a_duplicate_goes_into_the_ticket_it_doubles_and_a_part_becomes_its_own(
    open_app: Open, numbers: list[str], desk_file: Path
) -> None:
    async with open_app() as pilot:
        await until(pilot, lambda: "Label printer" in seen(pilot))
        await pilot.press("f")
        await at(pilot, NoteDialog)
        await pilot.press(*" and the lamp", "ctrl+r")
        await until(pilot, lambda: isinstance(pilot.app.screen, QueueScreen) and "All 4" in seen(pilot))
        await pilot.press("m")
        await at(pilot, LineDialog)
        await pilot.press(*numbers[2], "enter")
        await until(pilot, lambda: shown(desk_file, numbers[0]).merged_into == numbers[2])


async def test_closing_behind_a_shut_gate_asks_why(open_app: Open, numbers: list[str], desk_file: Path) -> None:
    async with open_app() as pilot:
        await pilot.press("1")
        await until(pilot, lambda: getattr(pilot.app.screen, "number", None) == numbers[1])
        await pilot.press("s")
        await at(pilot, ChoiceDialog)
        await pilot.press("enter")
        await at(pilot, LineDialog)
        await pilot.press("enter")
        await until(pilot, lambda: "give the reason" in seen(pilot))
        await pilot.press("s")
        await at(pilot, ChoiceDialog)
        await pilot.press("enter")
        await at(pilot, LineDialog)
        await pilot.press(*"nobody knew her", "enter")
        await until(pilot, lambda: shown(desk_file, numbers[1]).status is Status.CLOSED)
