"""Calls that were not finished are offered at the start, and none ends without a reason (P2)."""

from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import pytest
from textual.widgets import OptionList

from callintake.domain.call import CallState, Disposition
from callintake.domain.draft import CallDraft, Step, new_draft
from callintake.screens.queue import QueueScreen
from callintake.screens.unfinished import UnfinishedDialog
from callintake.services import calls, capture, drafts, reading
from callintake.store.database import open_store
from tests.conftest import REGION
from tests.screens.conftest import Open, at, in_desk, seen, settled, until
from tests.screens.conftest import capture as the_capture
from tests.screens.test_phones import listening, tell

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def left(place: Path, *kept: CallDraft) -> None:
    """Leave drafts as a kill does."""
    store = open_store(str(place))
    with store.transaction() as session:
        for draft in kept:
            drafts.save_draft(session, draft, "kim")
    store.close()


def call(notes: str, **typed: object) -> CallDraft:
    return new_draft(AT).with_(notes=notes, **typed)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
async def test_each_is_one_line_that_says_who_when_and_how_much(
    open_app: Open, desk_file: Path, size: tuple[int, int]
) -> None:
    long = call("the label printer at Camden is offline since nine and three people can't print", name="[/] Okafor")
    left(desk_file, long, call("VPN"), call(""))
    async with open_app(size=size, asks=UnfinishedDialog) as pilot:
        await until(pilot, lambda: bool(pilot.app.screen.query(OptionList)))
        options = pilot.app.screen.query_one(OptionList)
        await until(pilot, lambda: options.size.height == options.option_count == 3)
        assert "[/] Okafor  78 characters  the label" in seen(pilot)
        assert "caller unknown  3 characters  VPN" in seen(pilot)
        await pilot.press("ctrl+n", "ctrl+s", "x", "escape")
        await at(pilot, QueueScreen)
        assert len(pilot.app.calls.open) == 3  # type: ignore[attr-defined]
        await pilot.press("ctrl+s")
        assert the_capture(pilot).draft.notes == long.notes


async def test_one_is_gone_on_with_where_it_was_and_the_others_are_parked(open_app: Open, desk_file: Path) -> None:
    first, second = call("one"), call("two\nlines", step=Step.CONTACT, caret=(1, 2))
    left(desk_file, first, second)
    async with open_app(asks=UnfinishedDialog) as pilot:
        await pilot.press("down", "enter")
        await pilot.press("X")
        draft = the_capture(pilot).draft
        assert (draft.call_id, draft.notes, draft.step) == (second.call_id, "two\nliXnes", Step.CONTACT)
        assert draft.timer.state is CallState.TALKING
        assert " 1 ‖ “one”" in seen(pilot)


async def test_one_is_discarded_with_a_reason_alone_and_the_rest_is_offered_again(
    open_app: Open, desk_file: Path
) -> None:
    first, second = call("one"), call("two")
    left(desk_file, first, second)
    async with open_app(asks=UnfinishedDialog) as pilot:
        await pilot.press("down", "d", "enter", "space", "enter")
        assert len(pilot.app.calls.open) == 2  # type: ignore[attr-defined]
        await pilot.press("escape", "d", *"dd twice", "enter")
        await until(pilot, lambda: len(pilot.app.calls.open) == 1)  # type: ignore[attr-defined]
        await at(pilot, UnfinishedDialog)
        await until(pilot, lambda: "one" in seen(pilot) and "two" not in seen(pilot))
        await pilot.press("escape")
    [ended] = [each for each in in_desk(desk_file, calls.list_calls) if each.id == second.call_id]
    assert (ended.disposition, ended.reason) == (Disposition.DROPPED, "dd twice")
    assert in_desk(desk_file, lambda session: drafts.load_draft(session, second.call_id)).notes == "two"


async def test_started_in_a_call_they_are_parked_and_it_keeps_the_focus(open_app: Open, desk_file: Path) -> None:
    left(desk_file, call("one"))
    async with open_app("capture") as pilot:
        await until(pilot, lambda: "There are unfinished calls" in seen(pilot))
        await pilot.press("h", "i")
        assert the_capture(pilot).draft.notes == "hi"
        await pilot.press("ctrl+s")
        assert the_capture(pilot).draft.notes == "one"


async def test_what_was_said_after_a_ticket_is_not_offered_but_noted_on_it(open_app: Open, desk_file: Path) -> None:
    facts = {"name": "Jane", "organization": "Acme", "email": "j@acme.example.com", "phone": "020 7946 0777"}
    store = open_store(str(desk_file))
    with store.transaction() as session:
        ticket, draft = capture.raise_and_go_on(session, call("printer", **facts), "kim", REGION)
        drafts.save_draft(session, draft.with_(notes="ring after four", offsets=(75,)), "kim")
    store.close()
    async with open_app() as pilot:
        await at(pilot, QueueScreen)
        assert not pilot.app.calls.open  # type: ignore[attr-defined]
    [note] = in_desk(desk_file, lambda session: reading.ticket(session, ticket.number)).notes
    assert (note.text, note.offsets) == ("ring after four", (75,))


async def test_once_a_call_is_turned_to_no_more_are_offered_over_it(
    open_app: Open, desk_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("callintake.typed_ahead.TURN_SECONDS", 0.05)
    discard, answered = calls.discard_call, Event()

    def slowly(*given: object) -> object:
        assert answered.wait(15)
        return discard(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(calls, "discard_call", slowly)
    left(desk_file, call("one"), call("two"))
    async with open_app(asks=UnfinishedDialog) as pilot:
        await pilot.press("d", *"twice", "enter")
        await at(pilot, QueueScreen)
        await pilot.press("ctrl+n", *"three")
        answered.set()
        await settled(pilot)
        assert the_capture(pilot).draft.notes == "three"
        assert len(pilot.app.calls.open) == 2  # type: ignore[attr-defined]


async def test_a_ring_says_that_they_are_answered_first(open_app: Open, desk_file: Path) -> None:
    left(desk_file, call("one"))
    async with open_app(asks=UnfinishedDialog) as pilot:
        await listening(pilot)
        await tell(pilot)
        await until(pilot, lambda: "Esc, then ctrl+y" in seen(pilot))
        await pilot.press("escape", "ctrl+y")
        await until(pilot, lambda: the_capture(pilot).draft.caller_number != "")
