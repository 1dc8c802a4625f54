"""What a terminal may send, and what must never reach it."""

import json
import re
from pathlib import Path

import pytest
import sqlalchemy as sa

from callintake.services.saved_views import saved_views
from callintake.store.database import open_store
from tests.conftest import DATA
from tests.services.acting import raise_waiting
from tests.terminal.desk import DeskTerminal

pytestmark = pytest.mark.terminal
ENTRIES = json.loads((DATA / "bad_inputs.json").read_text(encoding="utf-8"))
BYTES = [pytest.param(bytes.fromhex(entry["bytes_hex"]), id=entry["id"]) for entry in ENTRIES if "bytes_hex" in entry]
# What a terminal would obey, were it let through: clipboard, title, device strings, resets, queries, 8-bit controls.
OBEYED = re.compile(rb"\x1b\](?:52|2|0|8);|\x1b[P^_X]|\x1bc|\x1b\[\d*(?:;\d*)*n|\x1b\[21t|\xc2[\x80-\x9f]")


@pytest.mark.parametrize("sent", BYTES)
def test_bytes_that_are_no_utf8_and_pastes_without_an_end_stop_nothing(
    desk_file: Path, tmp_path: Path, sent: bytes
) -> None:
    with DeskTerminal(desk_file, "new", home=tmp_path) as terminal:
        terminal.wait_for("Live notes")
        terminal.send(sent)
        terminal.wait_for(lambda screen: "ab" in screen or "Jos" in screen)
        terminal.type(" and on")
        screen = terminal.wait_for("and on")
        if sent.startswith(b"Jos"):
            assert "José Müller and on" in screen


def test_hostile_rows_make_the_terminal_do_nothing(desk_file: Path, tmp_path: Path) -> None:
    store = open_store(str(desk_file))
    texts = [entry["value"] for entry in ENTRIES if "db" in entry["where"].split(",") and "bytes_hex" not in entry]
    with store.transaction() as session:
        for text in texts:
            session.execute(
                sa.text(
                    "INSERT INTO ticket (version, subject, description, category, priority, status, identity,"
                    ' "authorization", name, organization, missing_reason, raised_by, created_at, updated_at)'
                    " VALUES (1, :text, :text, 'other', 2, 'new', 'unverified', 'pending', :text, :text, :text,"
                    " 'kim', '2026-01-01', '2026-01-01')"
                ),
                {"text": "zz" + text.encode("utf-8", "replace").decode().replace("\x00", "")},
            )
    store.close()
    with DeskTerminal(desk_file, "queue", home=tmp_path, size=(120, 40)) as terminal:
        terminal.wait_for(f"Gated {len(texts)}")
        quiet = len(terminal.raw)
        for _ in texts:
            terminal.press("down")
        terminal.press("enter")
        terminal.wait_for("change kim")
        assert not OBEYED.search(terminal.raw[quiet:])
        terminal.press("escape")
        terminal.wait_for("Number")
        terminal.press("ctrl+q")
        assert terminal.wait_exit(10) == 0


def test_hostile_searches_and_names_of_views_make_the_terminal_do_nothing(desk_file: Path, tmp_path: Path) -> None:
    store = open_store(str(desk_file))
    with store.transaction() as session:
        number = raise_waiting(session)
    places = ("search", "db", "queue")
    texts = [entry["value"] for entry in ENTRIES if set(places) & set(entry["where"].split(",")) and "value" in entry]
    # Of a text with the mark that ends a paste, what follows is keys: terminals take it out, and no program could.
    texts = [text.encode("utf-8", "replace").decode() for text in texts if "\x1b[201~" not in text]
    with DeskTerminal(desk_file, "queue", home=tmp_path, size=(120, 40)) as terminal:
        terminal.wait_for(f"{number} ")
        quiet = len(terminal.raw)
        terminal.press("/")
        for text in texts:
            terminal.paste(f"{text} department:{text} ")
        terminal.paste("the end")
        terminal.wait_for("the end")
        terminal.press("escape")
        terminal.wait_for(f"{number} ")
        terminal.press("w")
        terminal.wait_for("Your own views")
        for text in texts:
            terminal.paste(text)
        terminal.press("home")
        terminal.paste("mine")
        terminal.press("enter")
        terminal.wait_for("saved as mine")
        terminal.press("w")
        terminal.wait_for("Enter goes to one")
        terminal.wait_for(re.compile("mine.*view:open"))
        assert not OBEYED.search(terminal.raw[quiet:])
        with store.reading() as session:
            assert [name[:4] for name in saved_views(session, "kim")] == ["mine"]
    store.close()


@pytest.mark.parametrize(
    "content", [b"", b"not a database at all, but a letter " * 10, b"SQLite format 3\x00" + b"\x00" * 500]
)
def test_a_file_that_is_no_desk_is_left_as_it_was_and_said_in_one_line(tmp_path: Path, content: bytes) -> None:
    place = tmp_path / "other.db"
    place.write_bytes(content)
    with DeskTerminal(place, "new", home=tmp_path) as terminal:
        assert terminal.wait_exit(15) == 1
        screen = terminal.text.strip()
    assert screen.startswith("callintake: ")
    assert "Traceback" not in screen
    assert place.read_bytes() == content
