"""An app on a desk of its own, without a terminal."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlmodel import Session
from textual import _wait, events
from textual.pilot import Pilot
from textual.screen import Screen

from callintake.app import CallintakeApp
from callintake.config import Config
from callintake.domain.draft import CallDraft, new_draft
from callintake.domain.method import Method, Outcome
from callintake.domain.number import ticket_number
from callintake.screens.capture.screen import CaptureScreen
from callintake.services import raising, tickets
from callintake.store.database import open_store
from callintake.widgets.field import Field
from callintake.widgets.live_notes import LiveNotes

# Textual's pilot waits after each key, twice, until the process did next to nothing for so long: most of what these
# tests take. What a test is about it waits for by itself.
_wait.SLEEP_GRANULARITY = 0.008
_wait.SLEEP_IDLE = 0.0005
T = TypeVar("T")
S = TypeVar("S", bound=Screen[Any])
NAMED = ("escape", "enter", "tab", "down", "f6", "f9", "f12")
Open = Callable[..., AbstractAsyncContextManager[Pilot[None]]]


@pytest.fixture
def open_app(desk_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Open the app on the furnished desk, on the queue or in a call: `async with open_app("capture") as pilot`.

    A dialog that it `asks` by itself is waited for.
    """
    # Where it says how it can be rung.
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))

    @asynccontextmanager
    async def opened(
        start: str = "queue",
        draft: CallDraft | None = None,
        size: tuple[int, int] = (80, 24),
        place: Path | None = None,
        asks: type[Screen[Any]] | None = None,
    ) -> AsyncIterator[Pilot[None]]:
        if start == "capture":
            draft = draft or new_draft(datetime.now(UTC))
        app = CallintakeApp(Config(db=str(place or desk_file), agent="kim"), draft)
        async with app.run_test(size=size, notifications=True) as pilot:
            await app.desk.ready()
            if asks is None:
                await settled(pilot)
            else:
                await at(pilot, asks)
            yield pilot
            # As an app does that is left; Textual's tests take it down with its work going on.
            app.workers.cancel_all()
        app.desk.close()

    return opened


async def settled(pilot: Pilot[None]) -> None:
    """Wait until every worker is done and every message is handled.

    The one of the phones goes on for as long as its looks are slow; and one that is replaced is done as well.
    """
    await pilot.pause()
    await until(pilot, lambda: all(one.is_finished or one.group == "phones" for one in pilot.app.workers))
    await pilot.pause()


async def until(pilot: Pilot[None], condition: Callable[[], bool]) -> None:
    """Wait until something is so, for as long as nobody would wait on a call."""
    deadline = time.monotonic() + 15
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain; on the screen is\n{seen(pilot)}"
        await pilot.pause(0.01)


async def at(pilot: Pilot[None], screen: type[S]) -> S:
    """Wait until a screen of this kind is in front, with all that is on it."""
    await until(pilot, lambda: isinstance(pilot.app.screen, screen) and pilot.app.screen.is_mounted)
    await pilot.pause()
    assert isinstance(pilot.app.screen, screen)
    return pilot.app.screen


async def paste(pilot: Pilot[None], text: str) -> None:
    """Paste into what has the focus."""
    assert pilot.app.focused is not None
    pilot.app.focused.post_message(events.Paste(text))
    await pilot.pause()


def capture(pilot: Pilot[None]) -> CaptureScreen:
    """The capture that is on the screen."""
    screen = pilot.app.screen
    assert isinstance(screen, CaptureScreen)
    return screen


def seen(pilot: Pilot[None]) -> str:
    """The text on the screen, as a person reads it."""
    width, height = pilot.app.size
    lines = pilot.app.screen._compositor.render_strips()
    return "\n".join(strip.text for strip in lines[:height])[: (width + 1) * height]


async def typed_ahead(pilot: Pilot[None], *keys: str) -> None:
    """Press keys faster than they are handled; a text is its letters."""
    for key in keys:
        for each in [key] if key in NAMED or "+" in key else key:
            name = {"/": "slash", "#": "number_sign"}.get(each, each)
            pilot.app.post_message(events.Key(name, each if len(each) == 1 else None))
    await pilot.pause()


async def take_down(pilot: Pilot[None], notes: str = "Printer is dead", name: str = "Jane Doe") -> None:
    """Note what somebody who is not on file asks for, with all four contact facts."""
    draft = capture(pilot).draft
    capture(pilot).query_one(LiveNotes).insert(notes)
    await pilot.press("f6")
    values = {"name": name, "organization": "Acme", "email": "jane@acme.example.com", "phone": "020 7946 0777"}
    for field, value in values.items():
        capture(pilot).query_one(f"#field-{field}", Field).input.value = value
    await until(pilot, lambda: capture(pilot).draft.phone != draft.phone)
    await pilot.press("ctrl+l")


def in_desk(place: Path, question: Callable[[Session], T]) -> T:
    """What the database says, asked from outside."""
    store = open_store(str(place))
    try:
        with store.reading() as session:
            return question(session)
    finally:
        store.close()


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
