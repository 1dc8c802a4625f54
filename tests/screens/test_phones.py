"""A ring is on every screen at once, moves nothing, and is one key away; who was missed is called back (P1, P2, P4)."""

import asyncio
from pathlib import Path

import pytest
from textual.pilot import Pilot

from callintake.domain.call import CallState, Channel, Direction
from callintake.domain.draft import CallDraft
from callintake.screens.callbacks import CallbacksDialog
from callintake.screens.capture.screen import CaptureScreen
from callintake.screens.note_dialog import NoteDialog
from callintake.screens.phone_events import PhoneEventsDialog
from callintake.screens.queue import QueueScreen
from callintake.services import calls
from callintake.telephony import doorbell
from callintake.telephony.ringing import hand_over
from tests.screens.conftest import Open, at, capture, in_desk, paste, seen, until

AMARA = "442079460112"


async def tell(
    pilot: Pilot[None], number: str = AMARA, event: str = "newCall", call_id: str = "c-1", **more: str
) -> None:
    """Tell the open desk what a phone would, over HTTP."""
    bell = doorbell.find(pilot.app.desk.place)  # type: ignore[attr-defined]
    assert bell is not None
    fields = {"event": event, "from": number, "direction": "in", "callId": call_id, **more}
    assert await asyncio.to_thread(hand_over, bell.port, bell.key, fields)


async def listening(pilot: Pilot[None]) -> None:
    await until(pilot, lambda: doorbell.find(pilot.app.desk.place) is not None)  # type: ignore[attr-defined]


def drafts(pilot: Pilot[None]) -> list[CallDraft]:
    return list(pilot.app.calls.open)  # type: ignore[attr-defined]


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
async def test_a_ring_is_in_sight_on_every_screen_and_typing_goes_on(open_app: Open, size: tuple[int, int]) -> None:
    async with open_app("capture", size=size) as pilot:
        await listening(pilot)
        await pilot.press(*"first ")
        focused = pilot.app.focused
        await tell(pilot, name="VIP")
        await pilot.press(*"word")
        await until(pilot, lambda: "rings 00:0" in seen(pilot))
        assert pilot.app.focused is focused
        assert capture(pilot).draft.notes == "first word"
        line = seen(pilot).splitlines()[0]
        assert "+44 20 7946 0112" in line
        assert "Amara Okafor" in line
        assert line.rstrip().endswith("ctrl+y takes it")
        await pilot.press("ctrl+t")
        await until(pilot, lambda: isinstance(pilot.app.screen, QueueScreen) and "☎ rings" in seen(pilot))
        await pilot.press("d")
        await until(pilot, lambda: "DirectoryScreen" in repr(pilot.app.screen) and "☎ rings" in seen(pilot))
        await tell(pilot, event="hangup", cause="noAnswer")
        await until(pilot, lambda: "☎ rings" not in seen(pilot) and "Missed call" in seen(pilot))
        await pilot.press("escape", "ctrl+t")
        await until(pilot, lambda: "rings" not in seen(pilot))
        assert capture(pilot).draft.notes == "first word"


async def test_one_key_takes_it_into_a_new_capture_where_all_of_it_is_a_claim(open_app: Open, desk_file: Path) -> None:
    async with open_app("capture") as pilot:
        await listening(pilot)
        await pilot.press(*"before")
        await tell(pilot, channel="3cx")
        await until(pilot, lambda: "rings" in seen(pilot))
        await pilot.press("ctrl+y", *"after")
        first, second = drafts(pilot)
        assert (first.notes, second.notes) == ("before", "after")
        assert (first.timer.state, second.timer.state) == (CallState.ON_HOLD, CallState.TALKING)
        assert (second.caller_number, second.channel.value) == ("+442079460112", "3cx")
        assert (second.contact, second.email, second.phone, second.attempts) == (None, "", "", ())
        assert not capture(pilot).gate.open
        assert "rings" not in seen(pilot)
        await tell(pilot, event="hangup")
        await until(pilot, lambda: drafts(pilot)[1].timer.state is CallState.WRAP_UP)
        await pilot.press(*" all")
        assert drafts(pilot)[1].notes == "after all"
        await until(pilot, lambda: "saved" in seen(pilot))
    [row] = [one for one in in_desk(desk_file, calls.list_calls) if one.external_id]
    assert (row.id, row.agent, row.caller_number) == (second.call_id, "kim", "+442079460112")


async def test_what_the_phone_tells_of_hold_and_transfer_is_counted_so(open_app: Open) -> None:
    async with open_app() as pilot:
        await listening(pilot)
        await tell(pilot)
        await until(pilot, lambda: "rings" in seen(pilot))
        await pilot.press("ctrl+y", *"a")
        for event, state in (
            ("hold", CallState.ON_HOLD),
            ("resume", CallState.TALKING),
            ("hold", CallState.ON_HOLD),
            ("resume", CallState.TALKING),
            ("transfer", CallState.WRAP_UP),
        ):
            await tell(pilot, event=event)
            await until(pilot, lambda state=state: drafts(pilot)[0].timer.state is state)  # type: ignore[misc]
        await pilot.press("b")
        assert drafts(pilot)[0].notes == "ab"


async def test_several_ring_at_once_and_a_withheld_number_too(open_app: Open) -> None:
    async with open_app() as pilot:
        await listening(pilot)
        for number, who in enumerate(["anonymous", AMARA, "442079460998"]):
            await tell(pilot, who, call_id=str(number))
        await until(pilot, lambda: "and 2 more" in seen(pilot))
        assert "number withheld" in seen(pilot)
        await pilot.press("ctrl+y")
        await until(pilot, lambda: len(drafts(pilot)) == 1 and "number withheld" not in seen(pilot).splitlines()[0])
        [commands] = [
            [one for one in pilot.app.get_system_commands(pilot.app.screen) if one.title.startswith("Take +")]
        ]
        assert [one.title for one in commands] == ["Take +44 20 7946 0112", "Take +44 20 7946 0998"]
        await until(pilot, lambda: isinstance(pilot.app.screen, CaptureScreen) and pilot.app.focused is not None)
        await commands[1].callback()
        assert [draft.caller_number for draft in drafts(pilot)] == ["anonymous", "+442079460998"]
        await until(pilot, lambda: "2 ● +442079460998" in seen(pilot))


async def test_a_ring_without_any_takes_its_key_back(open_app: Open) -> None:
    async with open_app("capture") as pilot:
        await pilot.press(*"one", "ctrl+z", "ctrl+y")
        assert capture(pilot).draft.notes == "one"
        assert len(drafts(pilot)) == 1


async def test_a_ring_is_taken_over_a_dialog_of_a_call_which_waits(open_app: Open) -> None:
    async with open_app("capture") as pilot:
        await listening(pilot)
        await pilot.press(*"x", "f9")
        await tell(pilot)
        await until(pilot, lambda: "rings" in seen(pilot))
        await pilot.press("ctrl+y", *"second")
        assert [draft.notes for draft in drafts(pilot)] == ["x", "second"]


async def test_a_ring_is_taken_over_a_dialog_of_the_queue_which_waits_with_what_is_typed(
    open_app: Open, numbers: list[str]
) -> None:
    async with open_app() as pilot:
        await until(pilot, lambda: "Mail bounces" in seen(pilot))
        await listening(pilot)
        await pilot.press("n")
        await at(pilot, NoteDialog)
        await pilot.press(*"tried")
        await tell(pilot)
        await until(pilot, lambda: "rings" in seen(pilot))
        await pilot.press("ctrl+y", *"on the line")
        assert [draft.notes for draft in drafts(pilot)] == ["on the line"]
        await pilot.press("ctrl+t")
        dialog = await at(pilot, NoteDialog)
        assert dialog.text == "tried"
        await pilot.press("ctrl+t", "!")
        assert capture(pilot).draft.notes == "on the line!"
        await pilot.press("ctrl+q")
        assert await at(pilot, NoteDialog) is dialog
        await until(pilot, lambda: "not on the ticket yet" in " ".join(seen(pilot).split()))


async def test_a_caller_who_was_cut_off_and_rings_back_goes_on_in_the_same_call(open_app: Open) -> None:
    async with open_app() as pilot:
        await listening(pilot)
        await tell(pilot)
        await until(pilot, lambda: "rings" in seen(pilot))
        await pilot.press("ctrl+y", *"the tablets")
        await tell(pilot, event="hangup")
        await until(pilot, lambda: drafts(pilot)[0].timer.state is CallState.WRAP_UP)
        await pilot.press("ctrl+n", *"other")
        await tell(pilot, call_id="c-2")
        await until(pilot, lambda: "ctrl+y goes on" in seen(pilot))
        await pilot.press("ctrl+y", *" again")
        assert [draft.notes for draft in drafts(pilot)] == ["the tablets again", "other"]
        assert drafts(pilot)[0].timer.state is CallState.TALKING
        await tell(pilot, event="hangup", call_id="c-2")
        await until(pilot, lambda: drafts(pilot)[0].timer.state is CallState.WRAP_UP)


async def test_a_colleague_who_was_quicker_has_the_call(open_app: Open) -> None:
    async with open_app() as pilot:
        await listening(pilot)
        await tell(pilot)
        await until(pilot, lambda: "rings" in seen(pilot))
        phones = pilot.app.phones  # type: ignore[attr-defined]
        from datetime import UTC, datetime

        from callintake.services.waiting_calls import take_call

        [call] = phones.waiting
        await pilot.app.desk.change(take_call, call.taken(datetime.now(UTC)), "jo")  # type: ignore[attr-defined]
        await phones.take(call.call_id)
        await until(pilot, lambda: "jo has taken this call" in seen(pilot))
        assert drafts(pilot) == []


async def test_who_was_missed_is_owned_cleared_or_called_back(open_app: Open, desk_file: Path) -> None:
    async with open_app() as pilot:
        await listening(pilot)
        for call_id, number in (("c-1", AMARA), ("c-2", "442079460998")):
            await tell(pilot, number, call_id=call_id)
            await tell(pilot, number, "hangup", call_id)
        await pilot.press("h")
        await until(pilot, lambda: isinstance(pilot.app.screen, CallbacksDialog) and "7946 0998" in seen(pilot))
        await pilot.press("o")
        await until(pilot, lambda: "0112  kim" in seen(pilot))
        await pilot.press("down", "d", "enter")
        assert "why is it cleared?" in seen(pilot)
        await pilot.press(*"a fax", "enter")
        await until(pilot, lambda: "7946 0998" not in seen(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: len(drafts(pilot)) == 1)
        [draft] = drafts(pilot)
        assert (draft.direction, draft.caller_number) == (Direction.OUTBOUND, "+442079460112")
        assert capture(pilot).draft.call_id == draft.call_id
        await pilot.press("ctrl+t", "h")
        await until(pilot, lambda: "Nobody is to be called back" in seen(pilot))
    reasons = {one.reason for one in in_desk(desk_file, calls.list_calls)}
    assert {"a fax", "called back by kim"} <= reasons


async def test_the_key_of_callbacks_is_a_letter_wherever_text_is_typed(open_app: Open) -> None:
    async with open_app("capture") as pilot:
        await pilot.press("h", "f5", "h")
        assert capture(pilot).draft.notes == "h"
        assert not isinstance(pilot.app.screen, CallbacksDialog)


async def test_a_test_call_comes_the_way_of_phones_and_what_came_is_told(open_app: Open, desk_file: Path) -> None:
    async with open_app() as pilot:
        await listening(pilot)
        bell = doorbell.find(pilot.app.desk.place)  # type: ignore[attr-defined]
        assert bell is not None
        pilot.app.action_test_call()  # type: ignore[attr-defined]
        await until(pilot, lambda: "Test call" in seen(pilot))
        assert not await asyncio.to_thread(hand_over, bell.port, "forged", {"event": "newCall"})
        pilot.app.action_phone_events()  # type: ignore[attr-defined]
        await until(pilot, lambda: "REFUSED: the token is wrong" in " ".join(seen(pilot).split()))
        await at(pilot, PhoneEventsDialog)
        assert "ring, inbound, +442079460000" in seen(pilot)


async def test_hostile_names_and_numbers_are_shown_letter_by_letter(open_app: Open) -> None:
    async with open_app() as pilot:
        await listening(pilot)
        await tell(pilot, "[/]\x1b]52;c;x\x07", name="[@click=app.quit]x[/] \u202e evil")
        await until(pilot, lambda: "rings" in seen(pilot))
        assert "[@click=app.qu" in seen(pilot)
        assert "\x1b" not in seen(pilot)
        await pilot.press("ctrl+y")
        assert len(drafts(pilot)) == 1


@pytest.mark.parametrize(
    ("pasted", "shown"),
    [
        ("(020) 7946-0112", "+44 20 7946 0112"),
        ("tel:+442079460112", "+44 20 7946 0112"),
        ("ask\nreception", "ask reception"),
    ],
)
async def test_a_number_that_is_pasted_is_written_as_people_read_it(open_app: Open, pasted: str, shown: str) -> None:
    async with open_app("capture") as pilot:
        pilot.app.screen.set_focus(pilot.app.screen.query_one("#input-caller_number"))
        await paste(pilot, pasted)
        await until(pilot, lambda: capture(pilot).draft.caller_number == shown)


async def test_the_next_call_comes_over_what_the_last_one_was_said_to(open_app: Open) -> None:
    async with open_app("capture") as pilot:
        await pilot.press(*"one")
        pilot.app.screen.set_focus(pilot.app.screen.query_one("#channel"))
        await pilot.press("d")
        await until(pilot, lambda: capture(pilot).draft.channel is Channel.DESK)
        await pilot.press("ctrl+n")
        assert drafts(pilot)[1].channel is Channel.DESK
