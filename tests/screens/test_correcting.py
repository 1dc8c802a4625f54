"""Correcting what was written on a ticket, by the keys: of two who write none loses a text (P3)."""

import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import OptionList

from callintake.screens.conflict_dialog import ConflictDialog, Way
from callintake.screens.dialogs import ChoiceDialog
from callintake.screens.note_dialog import CorrectDialog, NoteDialog, SubjectDialog
from callintake.screens.queue import QueueScreen
from callintake.screens.ticket import TicketScreen
from callintake.services import agents, texts, tickets
from callintake.services.reading import ticket as read
from callintake.store.database import Store, open_store
from tests.screens.conftest import Open, at, in_desk, seen, until
from tests.services.acting import AGENT, raise_waiting

OTHERS = {"subject": "Printers", "description": "two printers", "note 1": "rang on tuesday"}


@pytest.fixture
def store(desk_file: Path) -> Store:
    return open_store(str(desk_file))


@pytest.fixture
def number(store: Store) -> str:
    """A ticket with a note of the lead, who sits at the desk."""
    with store.transaction() as session:
        agents.sign_in(session, AGENT)
        agents.set_role(session, AGENT, "lead", by="kim")
        number = raise_waiting(session, notes="label printer offline")
        tickets.add_note(session, number, "rang on monday", "kim")
    return number


def by_other(store: Store, number: str, place: str) -> None:
    """Somebody else corrects that text."""
    with store.transaction() as session:
        texts.correct(session, number, place, OTHERS[place], AGENT, read(session, number).version)


def stands(place_of_desk: Path, number: str) -> dict[str, str]:
    return {one.place: one.text for one in in_desk(place_of_desk, lambda s: texts.standing_texts(s, number, "kim"))}


async def choose(pilot: Pilot[None], place: str) -> None:
    """Choose a text of the ticket that is open, to be corrected."""
    await pilot.press("C")
    await at(pilot, ChoiceDialog)
    choices = pilot.app.screen.query_one(OptionList)
    lines = [str(option.prompt) for option in choices.options]
    choices.highlighted = next(at for at, line in enumerate(lines) if line.startswith(place))
    await pilot.press("enter")
    await at(pilot, CorrectDialog)


def dialog(pilot: Pilot[None]) -> NoteDialog:
    assert isinstance(pilot.app.screen, NoteDialog)
    return pilot.app.screen


async def decide(pilot: Pilot[None], way: Way) -> None:
    await at(pilot, ConflictDialog)
    choices = pilot.app.screen.query_one(OptionList)
    choices.highlighted = list(Way).index(way)
    await pilot.press("enter")


@pytest.fixture
def ticket_open(open_app: Open, number: str) -> Callable[[], object]:
    """Open the ticket: `async with ticket_open() as pilot`."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[Pilot[None]]:
        async with open_app() as pilot:
            await until(pilot, lambda: number in seen(pilot))
            await pilot.press("enter")
            await until(pilot, lambda: isinstance(pilot.app.screen, TicketScreen) and "rang on monday" in seen(pilot))
            yield pilot

    return opened


async def test_each_text_is_edited_from_what_it_says_now_and_saved(ticket_open, number: str, desk_file: Path) -> None:
    before = stands(desk_file, number)
    assert list(before) == ["subject", "description", "note 1"]
    async with ticket_open() as pilot:
        for place, text in before.items():
            await choose(pilot, place)
            assert dialog(pilot).text == text
            await pilot.press("end", ".", "enter" if place == "subject" else "ctrl+r")
            await at(pilot, TicketScreen)
        await choose(pilot, "description")
        assert dialog(pilot).text == f"{before['description']}."
    assert stands(desk_file, number) == {place: f"{text}." for place, text in before.items()}


@pytest.mark.parametrize("place", OTHERS)
async def test_of_two_who_correct_a_text_the_second_sees_both_and_may_put_theirs_over_it(
    ticket_open, number: str, store: Store, desk_file: Path, place: str
) -> None:
    async with ticket_open() as pilot:
        await choose(pilot, place)
        mine = f"{dialog(pilot).text} mine"
        await pilot.press("end", *" mine")
        by_other(store, number, place)
        await pilot.press("ctrl+r")
        await until(pilot, lambda: OTHERS[place] in seen(pilot) and mine in seen(pilot))
        assert stands(desk_file, number)[place] == OTHERS[place]
        await decide(pilot, Way.MINE)
        await at(pilot, TicketScreen)
    assert stands(desk_file, number)[place] == mine
    notes = [note.text for note in in_desk(desk_file, lambda session: read(session, number)).notes]
    assert any(OTHERS[place] in note for note in notes), "what was put over is still there"


@pytest.mark.parametrize("place", OTHERS)
async def test_both_can_be_joined_and_a_third_who_comes_between_is_seen_too(
    ticket_open, number: str, store: Store, desk_file: Path, place: str
) -> None:
    async with ticket_open() as pilot:
        await choose(pilot, place)
        await pilot.press("end", *" mine")
        by_other(store, number, place)
        await pilot.press("ctrl+r")
        await decide(pilot, Way.JOINED)
        await at(pilot, CorrectDialog)
        joined = dialog(pilot).text
        assert OTHERS[place] in joined
        assert joined.endswith(" mine")
        with store.transaction() as session:
            texts.correct(session, number, place, "a third", AGENT, read(session, number).version)
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "a third" in seen(pilot))
        await decide(pilot, Way.MINE)
        await at(pilot, TicketScreen)
    assert stands(desk_file, number)[place] == joined


async def test_theirs_can_be_kept_and_esc_goes_back_to_ones_own(
    ticket_open, number: str, store: Store, desk_file: Path
) -> None:
    async with ticket_open() as pilot:
        await choose(pilot, "description")
        await pilot.press(*" mine")
        by_other(store, number, "description")
        await pilot.press("ctrl+r")
        await at(pilot, ConflictDialog)
        await pilot.press("escape")
        await at(pilot, CorrectDialog)
        assert dialog(pilot).text == "label printer offline mine"
        await pilot.press("ctrl+r")
        await decide(pilot, Way.THEIRS)
        await at(pilot, TicketScreen)
        assert await pilot.app.desk.writings.begun("kim") == []
    assert stands(desk_file, number)["description"] == "two printers"


async def test_what_is_typed_is_dropped_by_no_one_key_and_what_is_refused_is_still_there(
    ticket_open, number: str, desk_file: Path
) -> None:
    before = stands(desk_file, number)
    async with ticket_open() as pilot:
        await choose(pilot, "subject")
        await pilot.press("escape")
        await at(pilot, TicketScreen)
        await choose(pilot, "subject")
        dialog(pilot).query_one("LineInput").value = "x" * 400  # type: ignore[attr-defined]
        await pilot.press("enter")
        await until(pilot, lambda: "shorten it" in " ".join(seen(pilot).split()))
        await at(pilot, SubjectDialog)
        assert dialog(pilot).text == "x" * 400
        await pilot.press("escape")
        await until(pilot, lambda: "Esc again drops" in seen(pilot))
        await pilot.press("ctrl+q")
        await until(pilot, lambda: "not on the ticket yet" in " ".join(seen(pilot).split()))
        await pilot.press("escape")
        await at(pilot, TicketScreen)
        assert await pilot.app.desk.writings.begun("kim") == []
    assert stands(desk_file, number) == before


async def test_a_note_that_is_there_is_not_offered_again_however_soon_its_screen_is_left(
    ticket_open, number: str, desk_file: Path
) -> None:
    async with ticket_open() as pilot:
        await pilot.press("n")
        await at(pilot, NoteDialog)
        await pilot.press(*"rang again", "ctrl+r", "escape")
        await at(pilot, QueueScreen)
        await until(pilot, lambda: not list((desk_file.parent / "unsaved").glob("*.json")))
    assert "rang again" in repr(in_desk(desk_file, lambda session: read(session, number)))


async def test_a_note_that_no_disk_takes_says_so_and_can_still_be_saved(
    ticket_open, number: str, desk_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_the_way = desk_file.parent / "unsaved"
    monkeypatch.setattr(tempfile, "tempdir", str(in_the_way))
    async with ticket_open() as pilot:
        in_the_way.write_text("in the way")
        await pilot.press("n")
        await at(pilot, NoteDialog)
        await pilot.press(*"rang")
        await until(pilot, lambda: "NOT KEPT" in seen(pilot))
        in_the_way.unlink()
        await pilot.press(*" again")
        await until(pilot, lambda: "NOT KEPT" not in seen(pilot))
        await pilot.press("ctrl+r")
        await at(pilot, TicketScreen)
        await until(pilot, lambda: "rang again" in repr(in_desk(desk_file, lambda session: read(session, number))))


async def test_letters_typed_right_after_the_key_of_a_note_are_the_note(
    ticket_open, number: str, desk_file: Path
) -> None:
    async with ticket_open() as pilot:
        await pilot.press("n", *"call al", "ctrl+r")
        await at(pilot, TicketScreen)
        await until(pilot, lambda: "call al" in repr(in_desk(desk_file, lambda session: read(session, number))))
        assert in_desk(desk_file, lambda session: read(session, number)).owner is None


@pytest.mark.parametrize(
    ("key", "place", "words"),
    [("n", "", "a note on"), ("f", "", "a part on"), ("C", "note 1", "a correction of note 1 on")],
)
async def test_what_is_being_written_when_the_program_ends_is_offered_again(
    ticket_open, number: str, desk_file: Path, key: str, place: str, words: str
) -> None:
    async with ticket_open() as pilot:
        await (choose(pilot, place) if place else pilot.press(key))
        await at(pilot, NoteDialog)
        await pilot.press(*" and more")
        await until(pilot, lambda: dialog(pilot).text.endswith(" and more"))
        typed = dialog(pilot).text
    async with ticket_open() as pilot:
        await until(pilot, lambda: f"{words} {number}" in " ".join(seen(pilot).split()))
        await (choose(pilot, place) if place else pilot.press(key))
        await at(pilot, NoteDialog)
        assert dialog(pilot).text == typed
        await pilot.press("ctrl+r")
        await at(pilot, TicketScreen)
        await until(pilot, lambda: not list((desk_file.parent / "unsaved").glob("*.json")))
    assert "and more" in repr(in_desk(desk_file, lambda session: read(session, number))) or key == "f"
