"""Draws the pictures of these pages from the real screens: python docs/pictures/draw.py

The people are those of `callintake demo`; nothing of a real desk is read.
"""

import asyncio
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import cairosvg
from textual.pilot import Pilot

from callintake.app import CallintakeApp
from callintake.cli import main
from callintake.config import Config
from callintake.domain.draft import new_draft

HERE = Path(__file__).parent
SIZES = {"80x24": (80, 24), "120x40": (120, 40)}


async def settle(pilot: Pilot[None]) -> None:
    await pilot.pause(0.7)


def save(pilot: Pilot[None], name: str, size: str) -> None:
    svg = pilot.app.export_screenshot(title="callintake").replace("Fira Code", "DejaVu Sans Mono")
    cairosvg.svg2png(bytestring=svg.encode(), write_to=str(HERE / f"{name}-{size}.png"), scale=0.9)


async def capture(place: str, size: str) -> None:
    app = CallintakeApp(Config(db=place, agent="kim"), new_draft(datetime.now(UTC)))
    async with app.run_test(size=SIZES[size]) as pilot:
        await app.desk.ready()
        await pilot.press(*"Label printer at the Camden desk says offline", "enter", *"since nine, three cannot print")
        await pilot.press("ctrl+l", *"griffiths")
        await settle(pilot)
        save(pilot, "capture-verify", size)
        await pilot.press("down", "enter")
        await settle(pilot)
        await pilot.press("enter", "enter", "v", "enter")
        await settle(pilot)
        save(pilot, "capture-contact", size)
        await pilot.press("f7", "enter", "p", "enter", "h")
        await settle(pilot)
        save(pilot, "capture-request", size)
        await pilot.press("f8")
        await settle(pilot)
        save(pilot, "capture-route", size)
        await pilot.press("ctrl+r")
        await settle(pilot)
        await settle(pilot)
        save(pilot, "raised", size)
    app.desk.close()


async def queue(place: str, size: str) -> None:
    app = CallintakeApp(Config(db=place, agent="kim"))
    async with app.run_test(size=SIZES[size]) as pilot:
        await app.desk.ready()
        await settle(pilot)
        await pilot.press("down", "down")
        await settle(pilot)
        save(pilot, "queue", size)
        await pilot.press("v")
        await settle(pilot)
        save(pilot, "verify-later", size)
        await pilot.press("escape")
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        save(pilot, "ticket", size)
    app.desk.close()


def draw() -> None:
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            place = f"{folder}/demo.db"
            assert main(["--db", place, "--agent", "kim", "demo", "--no-open"]) == 0
            asyncio.run(queue(place, size))
            asyncio.run(capture(place, size))


if __name__ == "__main__":
    draw()
