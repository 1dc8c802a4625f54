"""The queue: views, search and what is done with the ticket under the cursor."""

from pathlib import Path

import pytest
from textual.widgets import Input, OptionList

from callintake.domain.call import Disposition
from callintake.domain.number import ticket_number
from callintake.domain.ticket import Priority, Status
from callintake.domain.view import View
from callintake.screens.dialogs import ChoiceDialog, LineDialog
from callintake.screens.note_dialog import NoteDialog
from callintake.screens.queue import QueueScreen
from callintake.screens.saved_views import SavedViewsDialog
from callintake.services import raising, reading, tickets
from callintake.services.drafts import end_call
from callintake.services.queue import PAGE
from callintake.store.database import open_store
from callintake.widgets import line_list
from callintake.widgets.ticket_list import TicketList
from tests.screens.conftest import Open, at, seen, until
from tests.services.acting import call_from


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


async def test_the_views_are_shown_with_their_keys_as_soon_as_there_is_room(open_app: Open, numbers: list[str]) -> None:
    async with open_app(size=(140, 40)) as pilot:
        await until(pilot, lambda: "Unassigned 1" in seen(pilot) and "Snoozed 0" in seen(pilot))
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: "All 3" in seen(pilot) and "Snoozed" not in seen(pilot))


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
        await until(pilot, lambda: "Door stuck" not in seen(pilot) and "Scanner jams" in seen(pilot))
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
        await at(pilot, NoteDialog)
        await pilot.press(*"called back", "escape")
        await until(pilot, lambda: "Esc again drops" in seen(pilot))
        await pilot.press("ctrl+q", *"!", "ctrl+r")
        await at(pilot, QueueScreen)
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


def raise_many(desk_file: Path, how_many: int) -> list[str]:
    """Raise so many tickets, whose order in the queue is that of their numbers."""
    store = open_store(str(desk_file))
    with store.transaction() as session:
        given = {"requester": {"name": "Ada"}, "missing_reason": "rang off", "description": "door"}
        made = [raising.add_ticket(session, {**given, "subject": f"door {n}"}, "kim", "GB") for n in range(how_many)]
    store.close()
    return [ticket_number(serial) for serial in made]


async def test_the_ends_of_a_long_queue_are_one_key_away_and_the_window_stays_small(
    open_app: Open, desk_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    longest = 150
    monkeypatch.setattr(line_list, "LONGEST", longest)
    numbers = raise_many(desk_file, 2 * PAGE + 50)
    async with open_app() as pilot:
        await until(pilot, lambda: numbers[0] in seen(pilot))
        await pilot.press("end")
        await until(pilot, lambda: numbers[-1] in seen(pilot))
        screen = pilot.app.screen
        assert isinstance(screen, QueueScreen)
        assert screen.number == numbers[-1]
        while numbers[0] not in seen(pilot):
            here = screen.number
            await pilot.press("pageup")
            await until(pilot, lambda here=here: screen.number != here)
            assert len(screen.tickets.lines) <= longest
        await pilot.press("G")
        await until(pilot, lambda: screen.number == numbers[-1])
        await pilot.press("home")
        await until(pilot, lambda: screen.number == numbers[0])


async def test_the_cursor_stays_on_its_ticket_when_others_come_and_go(open_app: Open, desk_file: Path) -> None:
    numbers = raise_many(desk_file, 5)
    async with open_app() as pilot:
        await until(pilot, lambda: numbers[4] in seen(pilot))
        await pilot.press("down", "down")
        screen = pilot.app.screen
        await until(pilot, lambda: screen.number == numbers[2])
        store = open_store(str(desk_file))
        with store.transaction() as session:
            tickets.set_priority(session, numbers[4], Priority.CRITICAL, "kim")
            tickets.set_status(session, numbers[0], Status.CLOSED, "kim", reason="never confirmed")
        store.close()
        await until(pilot, lambda: numbers[0] not in seen(pilot) and "crit" in seen(pilot))
        assert screen.number == numbers[2]


async def test_a_ticket_is_gone_to_by_its_number_wherever_it_is(open_app: Open, desk_file: Path) -> None:
    numbers = raise_many(desk_file, 120)
    store = open_store(str(desk_file))
    with store.transaction() as session:
        tickets.set_status(session, numbers[7], Status.CLOSED, "kim", reason="never confirmed")
    store.close()
    async with open_app() as pilot:
        await until(pilot, lambda: numbers[0] in seen(pilot))
        screen = pilot.app.screen
        for number, view in ((numbers[110], View.OPEN), (numbers[7], View.ALL)):
            await pilot.press("number_sign")
            await at(pilot, LineDialog)
            await pilot.press(*number.replace("-", ""), "enter")
            await until(pilot, lambda number=number: screen.number == number)
            assert screen.wanted.view is view
        await pilot.press("number_sign")
        await at(pilot, LineDialog)
        await pilot.press(*"1001-8", "enter")
        await until(pilot, lambda: "Go to" not in seen(pilot) and screen.number == numbers[7])


async def test_a_filter_is_words_that_can_be_edited_and_kept_under_a_name(open_app: Open, numbers: list[str]) -> None:
    async with open_app() as pilot:
        await until(pilot, lambda: "Mail bounces" in seen(pilot))
        await pilot.press("slash", *"gate:open", "enter")
        await until(pilot, lambda: "Door stuck" in seen(pilot) and "Mail bounces" not in seen(pilot))
        await pilot.press("w")
        await until(pilot, lambda: isinstance(pilot.app.screen, SavedViewsDialog) and pilot.app.focused is not None)
        await pilot.press(*"[/] mine", "enter")
        await at(pilot, QueueScreen)
        await pilot.press("escape")
        await until(pilot, lambda: "Mail bounces" in seen(pilot))
        await pilot.press("w")
        await until(pilot, lambda: "[/] mine" in seen(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: "Door stuck" in seen(pilot) and "Mail bounces" not in seen(pilot))
        assert pilot.app.screen.query_one("#search", Input).value == "gate:open"


async def test_the_tickets_of_a_department_are_counted_and_shown(
    open_app: Open, numbers: list[str], desk_file: Path
) -> None:
    store = open_store(str(desk_file))
    with store.transaction() as session:
        tickets.route(session, numbers[2], "Network", "kim")
    store.close()
    async with open_app() as pilot:
        await until(pilot, lambda: "Mail bounces" in seen(pilot))
        screen = pilot.app.screen
        await pilot.press("9")
        await until(pilot, lambda: "Network · 1 live" in seen(pilot))
        options = pilot.app.screen.query_one(OptionList)
        options.highlighted = next(place for place, one in enumerate(options.options) if "Network" in str(one.prompt))
        await pilot.press("enter")
        await until(pilot, lambda: screen.number == numbers[2] and "Mail bounces" not in seen(pilot))
        assert screen.query_one("#search", Input).value == "department:Network"
        await pilot.press("9")
        await at(pilot, ChoiceDialog)
        await pilot.press("end", "enter")
        await until(pilot, lambda: pilot.app.screen is screen and "Mail bounces" in seen(pilot))
        assert screen.query_one("#search", Input).value == ""


async def test_calls_to_be_returned_are_counted_beside_the_views(open_app: Open, desk_file: Path) -> None:
    store = open_store(str(desk_file))
    async with open_app() as pilot:
        await until(pilot, lambda: "No ticket" in seen(pilot))
        assert "Callbacks" not in seen(pilot)
        with store.transaction() as session:
            draft = call_from(session)
            end_call(session, draft.call_id, Disposition.CALLBACK_DUE, "kim", reason="rings back at four")
        await until(pilot, lambda: "Callbacks 1" in seen(pilot))
    store.close()


async def test_an_order_is_chosen_and_turned_around(open_app: Open, numbers: list[str]) -> None:
    async with open_app() as pilot:
        await until(pilot, lambda: "Mail bounces" in seen(pilot))
        screen = pilot.app.screen
        await pilot.press("o")
        await at(pilot, ChoiceDialog)
        await pilot.press("down", "enter")
        await until(pilot, lambda: pilot.app.screen is screen and screen.number == numbers[0])
        await pilot.press("o")
        await at(pilot, ChoiceDialog)
        await pilot.press("enter")
        await until(pilot, lambda: screen.number == numbers[2])
        assert screen.query_one("#search", Input).value == "sort:-age"


async def test_where_a_hit_is_out_of_sight_the_words_around_it_are_shown(open_app: Open, desk_file: Path) -> None:
    number = raise_many(desk_file, 3)[1]
    store = open_store(str(desk_file))
    with store.transaction() as session:
        tickets.add_note(session, number, "the caretaker says the quokka ate the key", "kim")
    store.close()
    async with open_app() as pilot:
        await until(pilot, lambda: number in seen(pilot))
        await pilot.press("slash", *"quok")
        screen = pilot.app.screen
        await until(pilot, lambda: [line.hit for line in screen.tickets.lines] == ["…says the quokka ate the key"])
        assert screen.number == number


async def test_picked_tickets_are_counted_and_let_go(open_app: Open, numbers: list[str]) -> None:
    async with open_app() as pilot:
        await until(pilot, lambda: "Mail bounces" in seen(pilot))
        await pilot.press("x", "x")
        screen = pilot.app.screen
        await until(pilot, lambda: "2 picked" in seen(pilot) and f"✓ {numbers[1]}" in seen(pilot))
        await pilot.press("escape")
        await until(pilot, lambda: "picked" not in seen(pilot) and not screen.tickets.picked)
