"""An app on a desk of its own, without a terminal."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot

from callintake.app import CallintakeApp
from callintake.config import Config
from callintake.domain.draft import CallDraft, new_draft
from callintake.screens.capture.screen import CaptureScreen

Open = Callable[..., AbstractAsyncContextManager[Pilot[None]]]


@pytest.fixture
def open_app(desk_file: Path) -> Open:
    """Open the app on the furnished desk, on the queue or in a call: `async with open_app("capture") as pilot`."""

    @asynccontextmanager
    async def opened(
        start: str = "queue",
        draft: CallDraft | None = None,
        size: tuple[int, int] = (80, 24),
        place: Path | None = None,
    ) -> AsyncIterator[Pilot[None]]:
        if start == "capture":
            draft = draft or new_draft(datetime.now(UTC))
        app = CallintakeApp(Config(db=str(place or desk_file), agent="kim"), draft)
        async with app.run_test(size=size, notifications=True) as pilot:
            await app.desk.ready()
            await settled(pilot)
            yield pilot
        app.desk.close()

    return opened


async def settled(pilot: Pilot[None]) -> None:
    """Wait until every worker is done and every message is handled."""
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def until(pilot: Pilot[None], condition: Callable[[], bool]) -> None:
    """Wait until something is so, for as long as nobody would wait on a call."""
    deadline = time.monotonic() + 15
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain; on the screen is\n{seen(pilot)}"
        await pilot.pause(0.01)


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
