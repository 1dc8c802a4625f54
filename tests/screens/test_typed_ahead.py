"""Keys pressed faster than the screen follows mean what they would have meant a moment later, and end nothing."""

import sqlite3
from pathlib import Path
from threading import Event

import pytest
from sqlmodel import Session
from textual.command import CommandPalette
from textual.widgets import Input, OptionList

from callintake.domain.detail import Ticket
from callintake.screens.capture.screen import CaptureScreen
from callintake.screens.dialogs import ChoiceDialog, LineDialog
from callintake.screens.queue import QueueScreen
from callintake.screens.saved_views import SavedViewsDialog
from callintake.screens.ticket import TicketScreen
from callintake.services import reading
from tests.screens.conftest import Open, at, capture, seen, settled, typed_ahead, until
from tests.screens.test_queue import shown
from tests.screens.test_verifying import PIN, form, give_pin


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine makes no key wait in vain."""
    monkeypatch.setattr("callintake.typed_ahead.TURN_SECONDS", 15.0)
    monkeypatch.setattr("callintake.typed_ahead.SETTLE_SECONDS", 15.0)


async def test_a_pin_right_after_its_contact_was_picked_goes_where_no_one_sees_it(
    open_app: Open, desk_file: Path
) -> None:
    give_pin(desk_file, "Amara Okafor")
    async with open_app("capture") as pilot:
        await pilot.press(*"printer", "f5", *"amara")
        await until(pilot, lambda: "Amara " in seen(pilot) and " · " in seen(pilot))
        await typed_ahead(pilot, "down", "enter", PIN)
        await until(pilot, lambda: form(pilot).said.value == PIN)
        assert capture(pilot).draft.name == "Amara Okafor"


async def test_what_comes_right_after_a_pin_is_for_the_step_after_it(open_app: Open, desk_file: Path) -> None:
    give_pin(desk_file, "Amara Okafor")
    async with open_app("capture") as pilot:
        await pilot.press(*"printer", "f5", *"amara")
        await until(pilot, lambda: "Amara " in seen(pilot) and " · " in seen(pilot))
        await typed_ahead(pilot, "down", "enter", PIN, "enter", "p")
        await until(pilot, lambda: capture(pilot).draft.category == "printing")
        assert form(pilot).said.value == ""


async def test_the_answer_to_a_second_question_is_no_verb(open_app: Open, numbers: list[str], desk_file: Path) -> None:
    async with open_app() as pilot:
        await pilot.press("3")
        await until(pilot, lambda: "Door stuck" in seen(pilot) and "Scanner jams" not in seen(pilot))
        await pilot.press("s")
        await at(pilot, ChoiceDialog)
        options = pilot.app.screen.query_one(OptionList)
        pending = next(place for place, option in enumerate(options.options) if "pending" in str(option.prompt))
        await typed_ahead(pilot, *["down"] * pending, "enter", "tomorrow")
        await at(pilot, LineDialog)
        line = pilot.app.screen.query_one(Input)
        await until(pilot, lambda: line.value == "tomorrow")
        await pilot.press("escape")
        await settled(pilot)
    assert shown(desk_file, numbers[2]).owner is None


async def test_a_question_that_comes_late_waits_where_it_was_asked(
    open_app: Open, numbers: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("callintake.typed_ahead.TURN_SECONDS", 0.05)
    read, answered = reading.ticket, Event()

    def slowly(session: Session, number: str) -> Ticket:
        assert answered.wait(15)
        return read(session, number)

    async with open_app() as pilot:
        await until(pilot, lambda: "Mail bounces" in seen(pilot))
        monkeypatch.setattr(reading, "ticket", slowly)
        await typed_ahead(pilot, "p", "ctrl+n", "printer")
        await until(pilot, lambda: isinstance(pilot.app.screen, CaptureScreen))
        answered.set()
        await until(pilot, lambda: any(isinstance(one, ChoiceDialog) for one in pilot.app.get_screen_stack("queue")))
        await until(pilot, lambda: capture(pilot).draft.notes == "printer")
        await pilot.press("ctrl+t")
        await at(pilot, ChoiceDialog)


async def test_a_verb_right_after_a_number_is_for_the_ticket_that_was_gone_to(
    open_app: Open, numbers: list[str], desk_file: Path
) -> None:
    async with open_app() as pilot:
        await until(pilot, lambda: "Door stuck" in seen(pilot))
        await typed_ahead(pilot, "#", numbers[2], "enter", "c")
        await until(pilot, lambda: shown(desk_file, numbers[2]).owner == "kim")


@pytest.mark.parametrize("then", ["escape", "ctrl+n"])
async def test_a_ticket_is_left_at_once_while_the_database_is_busy(
    open_app: Open, numbers: list[str], desk_file: Path, then: str
) -> None:
    async with open_app() as pilot:
        await until(pilot, lambda: "Door stuck" in seen(pilot))
        await pilot.press("enter")
        await at(pilot, TicketScreen)
        await settled(pilot)
        other = sqlite3.connect(desk_file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        await typed_ahead(pilot, "escape", then)
        await until(pilot, lambda: not isinstance(pilot.app.screen, TicketScreen))
        other.execute("ROLLBACK")
        other.close()
        await settled(pilot)
        assert not any(isinstance(screen, TicketScreen) for screen in pilot.app.screen_stack)


async def test_enter_twice_saves_a_view_once(open_app: Open, numbers: list[str]) -> None:
    async with open_app() as pilot:
        await until(pilot, lambda: "Door stuck" in seen(pilot))
        await pilot.press("w")
        await at(pilot, SavedViewsDialog)
        await typed_ahead(pilot, "lunch", "enter", "enter")
        await at(pilot, QueueScreen)
        await settled(pilot)
        await pilot.press("w")
        await at(pilot, SavedViewsDialog)
        await until(pilot, lambda: pilot.app.screen.query_one(OptionList).option_count == 1)


async def test_the_palette_comes_and_goes_as_fast_as_it_is_asked_for(open_app: Open) -> None:
    async with open_app() as pilot:
        await typed_ahead(pilot, *["ctrl+p", "enter", "ctrl+p", "escape"] * 3, "ctrl+p")
        await at(pilot, CommandPalette)
        assert sum(isinstance(screen, CommandPalette) for screen in pilot.app.screen_stack) == 1
