"""After the ticket: its number, and every key that is typed goes where it was meant, however fast it comes."""

import asyncio
import time
from pathlib import Path

import pytest
from textual.pilot import Pilot

from callintake.domain.call import CallState, Disposition
from callintake.domain.errors import Refused
from callintake.domain.ticket import Priority
from callintake.screens.capture.raised import RaisedScreen
from callintake.screens.capture.read_back import ReadBackScreen
from callintake.screens.capture.screen import CaptureScreen
from callintake.screens.queue import QueueScreen
from callintake.services import calls, drafts, reading
from callintake.services import capture as capture_services
from callintake.widgets.live_notes import LiveNotes
from tests.screens.conftest import Open, at, capture, in_desk, seen, settled, take_down, typed_ahead, until

NUMBER = "1001-9"


def said(place: Path, number: str = NUMBER) -> list[str]:
    return [note.text for note in in_desk(place, lambda session: reading.ticket(session, number)).notes]


def dispositions(place: Path) -> list[Disposition | None]:
    return [call.disposition for call in in_desk(place, calls.list_calls)]


async def raised(pilot: Pilot[None]) -> RaisedScreen:
    """Raise the ticket of the call in front."""
    await take_down(pilot)
    await pilot.press("ctrl+r")
    await at(pilot, RaisedScreen)
    await until(pilot, lambda: isinstance(pilot.app.focused, LiveNotes))
    assert isinstance(pilot.app.screen, RaisedScreen)
    return pilot.app.screen


async def test_what_is_said_while_the_number_is_read_out_is_kept_and_noted(open_app: Open, desk_file: Path) -> None:
    async with open_app("capture") as pilot:
        screen = await raised(pilot)
        assert "“one zero zero one, dash, nine”" in seen(pilot)
        await pilot.press(*"late")
        await until(pilot, lambda: screen.saved.revision == screen.draft.revision)
        kept = in_desk(desk_file, lambda session: drafts.load_draft(session, screen.draft.call_id))
        assert (kept.notes, kept.ticket) == ("late", NUMBER)
        assert said(desk_file) == []
        await pilot.press("f9")
        assert screen.draft.timer.state is CallState.WRAP_UP
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, QueueScreen)
        await until(pilot, lambda: said(desk_file) == ["late"])
        await settled(pilot)
        assert not pilot.app.calls.open  # type: ignore[attr-defined]
        await pilot.press("ctrl+s", "ctrl+t", "ctrl+q")
    assert dispositions(desk_file) == [Disposition.TICKET_RAISED]


async def test_what_is_chosen_right_before_raising_is_in_the_ticket_however_slowly_the_screen_hears_of_it(
    open_app: Open, desk_file: Path
) -> None:
    async with open_app("capture") as pilot:
        await take_down(pilot)
        await pilot.press("f7")
        step = pilot.app.screen.query_one("#request")
        step.call_later(asyncio.sleep, 0.4)
        await typed_ahead(pilot, "p", "enter", "h", "ctrl+r")
        await at(pilot, RaisedScreen)
    ticket = in_desk(desk_file, lambda session: reading.ticket(session, NUMBER))
    assert (ticket.category, ticket.priority) == ("printing", Priority.HIGH)


async def test_keys_typed_ahead_of_the_number_land_after_it_and_those_after_ctrl_n_in_the_next_call(
    open_app: Open, desk_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("callintake.typed_ahead.TURN_SECONDS", 15.0)
    async with open_app("capture") as pilot:
        await take_down(pilot)
        await pilot.press("f6")
        await typed_ahead(pilot, "ctrl+r", "late", "f9", "ctrl+n", "second caller")
        await at(pilot, CaptureScreen)
        await until(pilot, lambda: capture(pilot).draft.notes == "second caller")
        await until(pilot, lambda: said(desk_file) == ["late"])
        assert len(pilot.app.calls.open) == 1  # type: ignore[attr-defined]
        await settled(pilot)
        assert capture(pilot).draft.notes == "second caller"
        await until(pilot, lambda: "saved" in seen(pilot))
    ticket = in_desk(desk_file, lambda session: reading.ticket(session, NUMBER))
    assert ticket.requester.name == "Jane Doe"
    assert ticket.description == "Printer is dead"
    assert not in_desk(desk_file, lambda session: drafts.late_drafts(session, "kim"))


async def test_what_is_read_back_beside_the_number_is_the_request(open_app: Open) -> None:
    async with open_app("capture") as pilot:
        await raised(pilot)
        await pilot.press(*"late", "f12")
        await at(pilot, ReadBackScreen)
        await until(pilot, lambda: "Printer is dead" in seen(pilot) and "Jane Doe" in seen(pilot))
        assert "missing" not in seen(pilot)


async def test_ctrl_s_notes_and_goes_on_with_the_other_call(open_app: Open, desk_file: Path) -> None:
    async with open_app("capture") as pilot:
        await pilot.press(*"other", "ctrl+n")
        await raised(pilot)
        await typed_ahead(pilot, "late", "ctrl+s", "!")
        await at(pilot, CaptureScreen)
        await until(pilot, lambda: capture(pilot).draft.notes == "other!")
        assert capture(pilot).draft.timer.state is CallState.TALKING
        await until(pilot, lambda: said(desk_file) == ["late"])


async def test_a_ticket_that_takes_its_time_never_comes_before_the_call_that_was_turned_to(
    open_app: Open, desk_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("callintake.typed_ahead.TURN_SECONDS", 0.05)
    raise_at_once = capture_services.raise_and_go_on

    def slowly(*given: object) -> object:
        time.sleep(1.0)
        return raise_at_once(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(capture_services, "raise_and_go_on", slowly)
    async with open_app("capture") as pilot:
        await take_down(pilot)
        await pilot.press("f6", "ctrl+r", *" Ng", "ctrl+n", *"second")
        await until(pilot, lambda: f"{NUMBER} is there" in seen(pilot))
        await pilot.press("!")
        assert capture(pilot).draft.notes == "second!"
        await pilot.press("ctrl+s")
        screen = pilot.app.screen
        assert isinstance(screen, RaisedScreen)
        assert screen.draft.timer.state is CallState.TALKING
        await pilot.press("enter", *"late", "ctrl+s", "?")
        assert capture(pilot).draft.notes == "second!?"
        await until(pilot, lambda: said(desk_file) == ["Name: Jane Doe Ng\nlate"])


async def test_a_note_that_is_refused_waits_with_its_text_and_quitting_notes_it(
    open_app: Open, desk_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_given: object) -> None:
        raise Refused("the database is full")

    async with open_app("capture") as pilot:
        await raised(pilot)
        with monkeypatch.context() as patch:
            patch.setattr(capture_services, "leave_call", refused)
            await pilot.press(*"late", "ctrl+n", *"next")
            await until(pilot, lambda: f"Not noted on {NUMBER} yet" in seen(pilot))
        assert capture(pilot).draft.notes == "next"
        await pilot.press("f9", "w", "enter", "x", "enter")
        await at(pilot, QueueScreen)
        await pilot.press("ctrl+s", "!")
        assert isinstance(pilot.app.screen, RaisedScreen)
        assert pilot.app.screen.draft.notes == "late!"
        await pilot.press("ctrl+q")
        await until(pilot, lambda: not pilot.app.is_running)
    assert said(desk_file) == ["late!"]
