"""Hostile text in every place of the screens that shows what people typed: shown letter by letter, or not at all."""

import json
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
import sqlalchemy as sa
from textual.widgets import Input, OptionList

from callintake.domain.queue_words import parse_words
from callintake.domain.text import clean_block, clean_line, elide
from callintake.screens.queue import QueueScreen
from callintake.screens.saved_views import SavedViewsDialog
from callintake.screens.ticket import TicketScreen
from callintake.services.saved_views import saved_views
from callintake.store.database import open_store
from callintake.widgets.notes_area import NotesArea
from callintake.widgets.ticket_list import TicketList
from tests.conftest import DATA
from tests.screens.conftest import Open, at, capture, in_desk, paste, seen, settled, until
from tests.services.acting import raise_open, raise_waiting

CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
HUGE = 10_000


def entries(*places: str) -> list[str]:
    """The hostile texts that belong in any of these places."""
    return [
        entry["value"] * entry.get("repeat", 1)
        for entry in json.loads((DATA / "bad_inputs.json").read_text(encoding="utf-8"))
        if set(places) & set(entry["where"].split(",")) and "bytes_hex" not in entry
    ]


async def check_screen(pilot) -> None:
    await pilot.pause()
    assert not CONTROL.search(seen(pilot).replace("\n", ""))
    assert pilot.app._exception is None


@pytest.mark.parametrize(
    ("field", "places"),
    [
        ("name", ["name"]),
        ("organization", ["org"]),
        ("email", ["email"]),
        ("phone", ["phone"]),
        ("missing_reason", ["subject", "summary"]),
        ("subject", ["subject", "summary", "select", "tooltip"]),
    ],
)
async def test_every_field_keeps_hostile_text_as_text(open_app: Open, field: str, places: Sequence[str]) -> None:
    async with open_app("capture", size=(120, 40)) as pilot:
        screen = capture(pilot)
        screen.action_step("REQUEST" if field == "subject" else "CONTACT")
        value = screen.query_one(f"#input-{field}", Input)
        texts = entries(*places)
        assert texts
        screen.set_focus(value)
        for text in texts:
            value.value = ""
            await paste(pilot, text)
            await until(pilot, lambda text=text: getattr(screen.draft, field) == clean_line(text))
            await check_screen(pilot)
        for step in ("CONTACT", "ROUTE", "VERIFY"):
            screen.action_step(step)
            await check_screen(pilot)


async def test_live_notes_keep_hostile_text_as_text(open_app: Open) -> None:
    async with open_app("capture") as pilot:
        screen = capture(pilot)
        notes = screen.query_one(NotesArea)
        texts = [text for text in entries("notes", "body", "im", "log") if len(text) < HUGE]
        assert texts
        for text in texts:
            notes.text = ""
            await paste(pilot, text)
            await until(pilot, lambda text=text: screen.draft.notes == clean_block(text))
            await check_screen(pilot)


@pytest.mark.parametrize(
    "text", [pytest.param(text, id=f"{len(text)}") for text in entries("notes") if len(text) >= HUGE]
)
async def test_a_huge_paste_is_kept_to_the_last_letter(open_app: Open, text: str) -> None:
    async with open_app("capture") as pilot:
        screen = capture(pilot)
        await paste(pilot, text)
        kept = clean_block(text).replace("\n", "")
        await until(pilot, lambda: screen.draft.notes.replace("\n", "") == kept)
        await pilot.press("a")
        await until(pilot, lambda: screen.draft.notes.endswith("a"))


@pytest.fixture
def subjects(desk_file: Path) -> list[str]:
    """Two tickets, so that something is found or not."""
    store = open_store(str(desk_file))
    with store.transaction() as session:
        raise_open(session, notes="printer [/] offline")
        raise_waiting(session, notes="[@click=app.quit]scanner[/]")
    store.close()
    return ["printer [/] offline", "[@click=app.quit]scanner[/]"]


async def test_any_text_is_a_search_or_a_filter_and_shown_letter_by_letter(open_app: Open, subjects: list[str]) -> None:
    async with open_app("queue", size=(120, 40)) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, QueueScreen)
        await until(pilot, lambda: all(subject in seen(pilot) for subject in subjects))
        await pilot.press("slash")
        search = screen.query_one("#search", Input)
        for text in dict.fromkeys(entries("search", "queue")):
            for line in (text, f'department:"{text}" {text}'):
                search.value = ""
                await paste(pilot, line)
                wanted = parse_words(clean_line(line), screen.wanted.view, "kim")
                await until(pilot, lambda wanted=wanted: screen.wanted == wanted)
            await settled(pilot)
            await check_screen(pilot)
            if text.isascii() and text.isprintable() and len(text) < 40 and text == text.strip():
                assert line in seen(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: all(subject in seen(pilot) for subject in subjects))


def views_are_shown(pilot, how_many: int) -> bool:
    dialog = pilot.app.screen
    return isinstance(dialog, SavedViewsDialog) and dialog.query_one(OptionList).option_count == how_many


async def test_any_text_is_the_name_of_a_view_and_shown_letter_by_letter(
    open_app: Open, subjects: list[str], desk_file: Path
) -> None:
    names = {}
    texts = [text for text in dict.fromkeys(entries("queue", "search")) if clean_line(text)][::3]
    async with open_app("queue", size=(120, 40)) as pilot:
        for text in texts:
            await pilot.press("w")
            await until(pilot, lambda: views_are_shown(pilot, len(names)))
            pilot.app.screen.set_focus(pilot.app.screen.query_one(Input))
            await paste(pilot, text)
            await check_screen(pilot)
            await pilot.press("enter")
            await at(pilot, QueueScreen)
            await check_screen(pilot)
            names[elide(clean_line(text), 40)] = "view:open"
            pilot.app.clear_notifications()
        assert in_desk(desk_file, lambda session: saved_views(session, "kim")) == names
        await pilot.press("w")
        await until(pilot, lambda: views_are_shown(pilot, len(names)))
        for name in sorted(names):
            await check_screen(pilot)
            if name.isascii() and "  " not in name:
                assert f"{name}  view:open" in seen(pilot)
            await pilot.press("down")
        await pilot.press("enter")
        await at(pilot, QueueScreen)


@pytest.mark.parametrize("size", [(80, 24), (160, 40)], ids=["80x24", "160x40"])
async def test_rows_that_were_never_cleaned_are_shown_without_a_control(
    open_app: Open, desk_file: Path, size: tuple[int, int]
) -> None:
    texts = [text.encode("utf-8", "replace").decode() for text in entries("queue", "name", "db") if len(text) < HUGE]
    store = open_store(str(desk_file))
    with store.transaction() as session:
        for text in texts:
            text = text.replace("\x00", "")
            session.execute(
                sa.text(
                    "INSERT INTO ticket (version, subject, description, category, priority, status, identity,"
                    ' "authorization", name, organization, missing_reason, raised_by, created_at, updated_at)'
                    " VALUES (1, :text, :text, 'other', 2, 'new', 'unverified', 'pending', :text, :text, :text,"
                    " :text, '2026-01-01', '2026-01-01')"
                ),
                {"text": text},
            )
    store.close()
    async with open_app("queue", size=size) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, QueueScreen)
        tickets = screen.query_one(TicketList)
        await until(pilot, lambda: len(tickets.lines) == min(len(texts), 100))
        for position in range(len(texts)):
            tickets.cursor = min(position, len(tickets.lines) - 1)
            await settled(pilot)
            await check_screen(pilot)
        await until(pilot, lambda: len(tickets.lines) == len(texts))
        await pilot.press("enter")
        await at(pilot, TicketScreen)
        await check_screen(pilot)


async def test_a_toast_says_hostile_text_letter_by_letter(open_app: Open) -> None:
    async with open_app("queue", size=(120, 40)) as pilot:
        for text in entries("toast"):
            await pilot.app.screen.act("unused", _refuse, text)
            await check_screen(pilot)
            pilot.app.clear_notifications()


def _refuse(_session: object, text: str) -> None:
    from callintake.domain.errors import Refused

    raise Refused(text)
