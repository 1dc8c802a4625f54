"""Several calls at once: each keeps its text, its caret and its time, and keys go where the agent has turned to."""

import asyncio

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from callintake.domain.call import CallState
from callintake.screens.capture.hang_up import HangUpDialog
from callintake.screens.capture.read_back import ReadBackScreen
from callintake.screens.capture.screen import CaptureScreen
from callintake.screens.queue import QueueScreen
from callintake.widgets.choice import Choice
from callintake.widgets.verify_form import VerifyForm
from tests.screens.conftest import Open, at, capture, seen, take_down, typed_ahead, until


def states(pilot: Pilot[None]) -> list[CallState]:
    return [draft.timer.state for draft in pilot.app.calls.open]  # type: ignore[attr-defined]


def notes(pilot: Pilot[None]) -> list[str]:
    return [draft.notes for draft in pilot.app.calls.open]  # type: ignore[attr-defined]


async def test_five_calls_are_gone_round_and_each_keeps_its_text_its_step_and_its_caret(open_app: Open) -> None:
    async with open_app("capture") as pilot:
        await pilot.press(*"first", "home", "f7")
        for number in "2345":
            await pilot.press("ctrl+n", number)
        assert notes(pilot) == ["first", "2", "3", "4", "5"]
        assert states(pilot) == [CallState.ON_HOLD] * 4 + [CallState.TALKING]
        assert " 5 ● “5”" in seen(pilot)
        await pilot.press("ctrl+s")
        assert capture(pilot).query_one("#steps").border_title == "Request"
        await pilot.press("ctrl+l", "X")
        for number in "2345":
            await pilot.press("ctrl+s", number)
        assert notes(pilot) == ["Xfirst", "22", "33", "44", "55"]
        await pilot.press("ctrl+t")
        await at(pilot, QueueScreen)
        await until(pilot, lambda: " 1 ‖ “Xfirst”" in seen(pilot))
        await pilot.press("ctrl+t", "!")
        assert notes(pilot)[-1] == "55!"


async def test_one_call_alone_is_set_aside_for_the_queue_and_gone_back_to(open_app: Open) -> None:
    async with open_app("capture") as pilot:
        await pilot.press("ctrl+n")
        assert len(notes(pilot)) == 1
        await pilot.press(*"one", "ctrl+s")
        await at(pilot, QueueScreen)
        assert states(pilot) == [CallState.ON_HOLD]
        await pilot.press("ctrl+s", "!")
        assert notes(pilot) == ["one!"]
        await pilot.press("f9", "escape", "ctrl+s")
        assert states(pilot) == [CallState.PARKED]


async def test_keys_typed_ahead_go_to_the_call_that_was_turned_to_before_them(open_app: Open) -> None:
    async with open_app("capture") as pilot:
        await typed_ahead(pilot, "one", "ctrl+n", "two", "ctrl+n", "three", "ctrl+s", "ONE", "ctrl+s", "TWO")
        await until(pilot, lambda: notes(pilot) == ["oneONE", "twoTWO", "three"])
        await typed_ahead(pilot, "f9", "ctrl+n", "four")
        await until(pilot, lambda: notes(pilot) == ["oneONE", "twoTWO", "three", "four"])
        assert states(pilot)[1] is CallState.PARKED


async def test_a_dialog_stays_with_its_call_and_with_what_is_typed_in_it(open_app: Open) -> None:
    async with open_app("capture") as pilot:
        await take_down(pilot)
        await pilot.press("f9", "d", "enter", *"line fell")
        await pilot.press("ctrl+n", *"second", "f12")
        await at(pilot, ReadBackScreen)
        await pilot.press("ctrl+s")
        await at(pilot, HangUpDialog)
        assert states(pilot) == [CallState.WRAP_UP, CallState.ON_HOLD]
        await pilot.press("f9", *"is back", "ctrl+s")
        await at(pilot, ReadBackScreen)
        await pilot.press("escape", "!")
        assert notes(pilot) == ["Printer is deadis back", "second!"]
        await pilot.press("ctrl+q", "ctrl+n")
        assert len(notes(pilot)) == 2


async def test_what_is_filled_in_about_the_end_is_there_again_after_it_was_written_on(open_app: Open) -> None:
    async with open_app("capture") as pilot:
        await pilot.press(*"printer", "f9")
        dialog = await at(pilot, HangUpDialog)
        first = dialog.query_one(Choice).value
        await pilot.press("d", "enter", *"line fell", "escape")
        await at(pilot, CaptureScreen)
        await pilot.press("!", "f9")
        dialog = await at(pilot, HangUpDialog)
        assert dialog.query_one(Input).value == "line fell"
        assert dialog.query_one(Choice).value not in (None, first)
        assert notes(pilot) == ["printer!"]
        await pilot.press("f9", "f9")
        assert (await at(pilot, HangUpDialog)).query_one(Input).value == ""


async def test_a_call_that_ends_leaves_the_others_as_they_are(open_app: Open) -> None:
    async with open_app("capture") as pilot:
        await pilot.press(*"one", "ctrl+n", *"two", "f9", "w", "enter", *"misdialled")
        await typed_ahead(pilot, "enter", "ctrl+s", "!")
        await until(pilot, lambda: notes(pilot) == ["one!"])
        assert states(pilot) == [CallState.TALKING]


async def test_every_call_and_every_key_of_the_app_is_in_the_palette(open_app: Open) -> None:
    async with open_app("capture") as pilot:
        for name in ("[/]", "[@click=app.quit]x[/]", "[//=/"):
            await pilot.press("f6", *name, "ctrl+n")
        await pilot.press("x", "ctrl+p", *"resume")
        await until(pilot, lambda: "Resume [@click=app.quit]x[/]" in seen(pilot) and "Resume [/]" in seen(pilot))
        await pilot.press("escape", "ctrl+p", *"new call")
        await until(pilot, lambda: "Take a call" in seen(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: len(notes(pilot)) == 5)
        await pilot.press("y", "ctrl+p", "ctrl+s", "ctrl+l", "z")
        await until(pilot, lambda: notes(pilot) == ["z", "", "", "x", "y"])


async def test_what_is_answered_while_its_call_is_taken_down_ends_nothing(
    open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered = asyncio.Event()
    monkeypatch.setattr(VerifyForm, "on_unmount", lambda _form: answered.set(), raising=False)
    async with open_app("capture") as pilot:
        screen = capture(pilot)

        async def ask() -> None:
            await answered.wait()
            screen.query_one(VerifyForm)

        asked = screen.run_worker(ask())
        pilot.app.calls.end(screen.draft.call_id)
        await until(pilot, lambda: answered.is_set() and asked.is_finished)
        await at(pilot, QueueScreen)
