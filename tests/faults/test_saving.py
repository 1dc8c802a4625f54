"""When the database can't take what is typed, the screen says so at once, typing goes on, and nothing is lost."""

import signal
import sqlite3
import sys
from pathlib import Path

import pytest

from callintake.services.drafts import open_drafts
from callintake.store.database import open_store
from tests.terminal.desk import DeskTerminal, environment
from tests.terminal.terminal import Terminal

pytestmark = pytest.mark.terminal


def notes_in(place: Path) -> list[str]:
    """The notes of the unfinished calls in a database."""
    store = open_store(str(place))
    with store.reading() as session:
        notes = [draft.notes for draft in open_drafts(session, "kim")]
    store.close()
    return notes


def test_a_locked_database_is_said_within_a_second_or_so_and_takes_everything_later(
    desk_file: Path, tmp_path: Path
) -> None:
    with DeskTerminal(desk_file, "new", home=tmp_path) as terminal:
        terminal.wait_for("Live notes")
        terminal.type("before ")
        terminal.wait_for("saved 0 s ago")
        other = sqlite3.connect(desk_file, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        terminal.type("during ")
        terminal.wait_for("NOT SAVED", timeout=3)
        terminal.type("and on")
        terminal.wait_for("before during and on")
        spooled = tmp_path / "unsaved"
        assert desk_file.parent / "unsaved" == spooled
        terminal.wait_for(lambda _: any("during and on" in path.read_text() for path in spooled.glob("*.json")))
        other.rollback()
        other.close()
        terminal.wait_for(lambda screen: "NOT SAVED" not in screen and "saved " in screen)
        terminal.wait_for(lambda _: not list(spooled.glob("*.json")))
    assert notes_in(desk_file) == ["before during and on"]


def test_a_full_disk_is_said_and_what_was_typed_is_there_at_the_next_start(desk_file: Path, tmp_path: Path) -> None:
    # A limit on the size of files stands in for a disk without room: the database can't grow, as on a full one.
    blocks = desk_file.stat().st_size // 1024 + 12
    program = f'ulimit -f {blocks}; exec "{sys.executable}" -m callintake --db "{desk_file}" new'
    said = "word " * 400
    with Terminal(["bash", "-c", program], environment(tmp_path), 120, 40) as terminal:
        terminal.wait_for("saved 0 s ago")
        for _ in range(12):
            terminal.paste(said)
            terminal.press("enter")
        terminal.wait_for("NOT SAVED")
        terminal.type("the last words")
        terminal.wait_for("the last words")
        terminal.wait_for(
            lambda _: any("the last words" in path.read_text() for path in (tmp_path / "unsaved").glob("*.json"))
        )
        terminal.kill(signal.SIGKILL)
    with DeskTerminal(desk_file, home=tmp_path) as terminal:
        terminal.wait_for("Calls that were not finished")
    assert [notes.endswith("the last words") for notes in notes_in(desk_file)] == [True]


def test_after_a_kill_the_call_is_offered_and_goes_on_where_it_was(desk_file: Path, tmp_path: Path) -> None:
    with DeskTerminal(desk_file, "new", home=tmp_path) as terminal:
        terminal.wait_for("Live notes")
        terminal.type("the printer is ofline")
        terminal.press("left", "left", "left", "left", "f6")
        terminal.type("Amara")
        terminal.press("f7")
        terminal.type("Printer")
        terminal.press("enter", "p")
        terminal.wait_for("Which printer")
        terminal.press("ctrl+l", "f")
        terminal.wait_for("is offline")
        terminal.wait_for("saved")
        terminal.wait_for(lambda _: notes_in(desk_file) == ["the printer is offline"])
        terminal.kill(signal.SIGKILL)
    with DeskTerminal(desk_file, home=tmp_path) as terminal:
        terminal.wait_for("Calls that were not finished")
        terminal.wait_for("Amara")
        terminal.press("enter")
        terminal.wait_for("Which printer")
        screen = terminal.wait_for("the printer is offline")
        assert "Printer" in screen
        terminal.type("F")
        terminal.wait_for("the printer is offFline")
