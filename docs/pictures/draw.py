"""Draws the pictures of these pages from the real screens: python docs/pictures/draw.py [FOLDER]

Those that no page shows are deleted. With a folder every screen is drawn there, at both sizes, to be looked at.
The people are those of `callintake demo`; nothing of a real desk is read.
"""

import asyncio
import re
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import cairosvg
from textual.pilot import Pilot

from callintake.app import CallintakeApp
from callintake.cli import main
from callintake.config import Config
from callintake.domain.call import Channel
from callintake.domain.call_event import CallEvent, EventKind
from callintake.domain.draft import new_draft
from callintake.screens.capture.raised import RaisedScreen

HERE = Path(__file__).parent
PAGES = (*HERE.parent.glob("*.md"), HERE.parents[1] / "README.md")
SIZES = {"80x24": (80, 24), "120x40": (120, 40)}
SAID = (
    "Declan Griffiths, Saltmarsh Primary School",
    "label printer at reception says offline, SP-2204",
    "since nine, three people can't print",
)
Save = Callable[[Pilot[None], str], None]


async def settle(pilot: Pilot[None]) -> None:
    await pilot.pause(0.9)


async def press(pilot: Pilot[None], *keys: str) -> None:
    await pilot.press(*keys)
    await settle(pilot)


def picture(app: CallintakeApp, path: Path) -> None:
    svg = app.export_screenshot(title="callintake").replace("Fira Code", "DejaVu Sans Mono")
    cairosvg.svg2png(bytestring=svg.encode(), write_to=str(path), scale=0.9)


def lines(*said: str) -> list[str]:
    """The keys that type these lines."""
    return [key for line in said for key in ("enter", *line)][1:]


def desk(place: str) -> Config:
    return Config(db=place, agent="kim", region="GB")


async def queue(place: str, size: tuple[int, int], save: Save) -> None:
    app = CallintakeApp(desk(place))
    async with app.run_test(size=size) as pilot:
        await app.desk.ready()
        await settle(pilot)
        await press(pilot, "down", "down")
        save(pilot, "queue")
        await press(pilot, "v")
        save(pilot, "verify-later")
        await press(pilot, "escape")
        await press(pilot, "home", "x", "x", "x", "x", "x", "c")
        save(pilot, "batch")
        await press(pilot, "escape", "escape", "9")
        save(pilot, "departments")
        await press(pilot, "escape", "home", "down", "down")
        await press(pilot, "enter")
        save(pilot, "ticket")
        await conflict(pilot, save)
        await press(pilot, "escape", "b")
        save(pilot, "dashboard")
    app.desk.close()


async def conflict(pilot: Pilot[None], save: Save) -> None:
    from callintake.services import reading, texts

    assert isinstance(pilot.app, CallintakeApp)
    desk, number = pilot.app.desk, getattr(pilot.app.screen, "number", "")
    await press(pilot, "C")
    save(pilot, "correct")
    await press(pilot, "down", "enter")
    await press(pilot, *lines("", "it is the one at reception, its light blinks amber"))
    save(pilot, "correct-description")
    ticket = await desk.ask(reading.ticket, number)
    theirs = f"{ticket.description}\nwith a new cartridge the same"
    await desk.change(texts.correct, number, "description", theirs, ticket.raised_by, ticket.version)
    await press(pilot, "ctrl+r")
    save(pilot, "conflict")
    await press(pilot, "up", "up", "enter")


async def capture(place: str, size: tuple[int, int], save: Save) -> None:
    began = datetime.now(UTC) - timedelta(seconds=9)
    app = CallintakeApp(desk(place), new_draft(began, Channel.THREECX))
    async with app.run_test(size=size) as pilot:
        await app.desk.ready()
        await press(pilot, *lines(*SAID))
        save(pilot, "capture-notes")
        await press(pilot, "f5", *"griffiths")
        save(pilot, "capture-find")
        await press(pilot, *["backspace"] * len("griffiths"), "ctrl+l")
        await press(pilot, "ctrl+g")
        await press(pilot, "ctrl+g", "f5")
        save(pilot, "capture-verify")
        await press(pilot, "v", "enter")
        await press(pilot, "p", "enter", "enter", "s", "enter", "h", "enter", "enter", "enter", "1")
        save(pilot, "capture-request")
        await press(pilot, "f6")
        save(pilot, "capture-contact")
        await press(pilot, "f8")
        save(pilot, "capture-route")
        await press(pilot, "ctrl+k")
        save(pilot, "snippets")
        await press(pilot, "escape")
        await press(pilot, "f12", "space", "space")
        save(pilot, "read-back")
        await press(pilot, "escape")
        await press(pilot, "ctrl+r")
        await press(pilot, *"a spare ribbon, too, please")
        save(pilot, "raised")
        assert isinstance(app.screen, RaisedScreen)
        await calls(pilot, app.screen.ticket.number, save)
    app.desk.close()


async def calls(pilot: Pilot[None], number: str, save: Save) -> None:
    await press(pilot, "ctrl+n", *lines("Ingrid Papadaki, Saltmarsh Primary School", "mail to one customer bounces"))
    await press(pilot, "ctrl+g", "f9")
    save(pilot, "hang-up")
    await press(pilot, "escape")
    wrong = f"{number[:-1]}{(int(number[-1]) + 1) % 10}"
    await press(pilot, "ctrl+n", *lines("Declan Griffiths again", f"labels come out blank now, ticket {wrong}"))
    save(pilot, "misread")
    await press(pilot, "backspace", number[-1])
    await press(pilot, "ctrl+g")
    save(pilot, "calls")
    await press(pilot, "ctrl+t")
    save(pilot, "queue-calls")


async def unfinished(place: str, size: tuple[int, int], save: Save) -> None:
    app = CallintakeApp(desk(place))
    async with app.run_test(size=size) as pilot:
        await app.desk.ready()
        await settle(pilot)
        await settle(pilot)
        save(pilot, "unfinished")
        await press(pilot, "down", "d", *"called back, it is solved")
        save(pilot, "discard")
    app.desk.close()


async def ringing(place: str, size: tuple[int, int], save: Save) -> None:
    from callintake.services.directory import list_contacts
    from callintake.services.phone_calls import hear

    app = CallintakeApp(desk(place), new_draft(datetime.now(UTC) - timedelta(seconds=9), Channel.THREECX))
    async with app.run_test(size=size) as pilot:
        await app.desk.ready()
        await press(pilot, *lines(*SAID))
        number = (await app.desk.ask(list_contacts, 1))[0].numbers[0].e164
        for seconds, caller, called in ((64, number, ""), (7, number, "Northwind desk"), (3, "anonymous", "")):
            at = datetime.now(UTC) - timedelta(seconds=seconds)
            ring = CallEvent(EventKind.RING, "cti", at, caller=caller, queue=called, external_id=f"c-{seconds}")
            await app.desk.change(hear, ring, "GB")
            if seconds == 64:
                over = CallEvent(EventKind.HANG_UP, "cti", at + timedelta(seconds=20), external_id="c-64")
                await app.desk.change(hear, over, "GB")
        app.phones.look_soon()
        await settle(pilot)
        save(pilot, "tray")
        await press(pilot, "ctrl+t")
        await press(pilot, "h")
        save(pilot, "callbacks")
    app.desk.close()


def draw(folder: str | None = None) -> None:
    """Draw what the pages show, or everything into a folder."""
    shown = {name for page in PAGES for name in re.findall(r"pictures/([\w-]+\.png)", page.read_text("utf-8"))}
    for size, cells in SIZES.items():

        def save(pilot: Pilot[None], screen: str, size: str = size) -> None:
            name = f"{screen}-{size}.png"
            if folder is not None or name in shown:
                picture(pilot.app, Path(folder or HERE) / name)  # type: ignore[arg-type]

        with tempfile.TemporaryDirectory() as temporary:
            place = f"{temporary}/demo.db"
            assert main(["--db", place, "--agent", "kim", "demo", "--no-open"]) == 0
            for scene in (queue, capture, unfinished, ringing):
                asyncio.run(scene(place, cells, save))
    if folder is not None:
        return
    for path in HERE.glob("*.png"):
        if path.name not in shown:
            path.unlink()
    if missing := sorted(name for name in shown if not (HERE / name).exists()):
        sys.exit(f"no such picture: {', '.join(missing)}")


if __name__ == "__main__":
    draw(*sys.argv[1:2])
