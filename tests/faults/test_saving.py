"""When the database can't take what is typed, the screen says so at once, typing goes on, and nothing is lost.

The programs here are to warn within a second of the first key that is not saved; the tests run beside others on a busy
machine and so allow for more. What was measured is printed: `pytest -s tests/faults/test_saving.py`.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from callintake.services.drafts import open_drafts
from callintake.store.database import open_store
from tests.faults.small_database import LIMIT, NO_LIMIT
from tests.terminal.desk import DeskTerminal, environment
from tests.terminal.terminal import Terminal

pytestmark = pytest.mark.terminal

WARNED_WITHIN = 2.0
LOCKED_FOR = 10.0
ROOT = Path(__file__).parents[2]


def notes_in(place: Path) -> list[str]:
    """The notes of the unfinished calls in a database."""
    store = open_store(str(place))
    with store.reading() as session:
        notes = [draft.notes for draft in open_drafts(session, "kim")]
    store.close()
    return notes


def notes_in_copy(place: Path, folder: Path) -> list[str]:
    """The same in a database that only its program can open, because it is mounted for that alone."""
    return notes_in(Path(shutil.copy(place, folder / "copy.db")))


def is_saved(screen: str) -> bool:
    """Whether the header says that everything is saved."""
    return "saved " in screen and "NOT SAVED" not in screen


def is_spooled(words: str, temp: Path) -> bool:
    """Whether words lie in the spool that stands in for the one beside the database."""
    return any(words in path.read_text(encoding="utf-8") for path in temp.glob("callintake-*/*.json"))


@contextmanager
def timed(what: str, within: float) -> Iterator[None]:
    """Print how long something took, and fail where that was too long."""
    began = time.monotonic()
    yield
    seconds = time.monotonic() - began
    print(f"\n{what}: {seconds:.2f} s", end="")
    assert seconds <= within, f"{what}: {seconds:.2f} s"


def wait_until_warned(terminal: Terminal, key: str, fault: str) -> None:
    """Press the first key that can't be saved, and wait until the header says so."""
    with timed(f"warned, {fault}", WARNED_WITHIN):
        terminal.type(key)
        terminal.wait_for("NOT SAVED")


@pytest.fixture
def temp(tmp_path: Path) -> Path:
    """The program's temp folder."""
    folder = tmp_path / "temp"
    folder.mkdir()
    return folder


@pytest.fixture
def environ(tmp_path: Path, temp: Path) -> dict[str, str]:
    """The program's environment, everything of it in the test's own folder."""
    return {**environment(tmp_path), "TMPDIR": str(temp)}


def callintake(place: Path) -> list[str]:
    """The command that takes a call."""
    return [sys.executable, "-m", "callintake", "--db", str(place), "new"]


# Locked

LOCK = """
import sqlite3, sys, time
other = sqlite3.connect(sys.argv[1], isolation_level=None)
other.execute("BEGIN EXCLUSIVE")
print("locked", flush=True)
time.sleep(float(sys.argv[2]))
other.rollback()
"""


def test_a_database_locked_for_ten_seconds_is_said_at_once_and_takes_everything_afterwards(
    desk_file: Path, tmp_path: Path
) -> None:
    spooled = tmp_path / "unsaved"
    assert spooled.parent == desk_file.parent
    with DeskTerminal(desk_file, "new", home=tmp_path) as terminal:
        terminal.wait_for("Live notes")
        terminal.type("before ")
        terminal.wait_for("saved 0 s ago")
        command = [sys.executable, "-c", LOCK, str(desk_file), str(LOCKED_FOR)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
            assert other.stdout is not None
            assert other.stdout.readline() == "locked\n"
            wait_until_warned(terminal, "d", "locked")
            terminal.type("uring ")
            terminal.wait_for("before during")
            terminal.wait_for("busy", timeout=LOCKED_FOR)
            terminal.type("and on")
            terminal.wait_for("before during and on")
            terminal.wait_for(lambda _: any("during and on" in path.read_text() for path in spooled.glob("*.json")))
            assert "NOT SAVED" in terminal.text
            assert other.poll() is None
            assert other.wait(2 * LOCKED_FOR) == 0
        with timed("saved, once it was not locked any more", 7.0):
            terminal.wait_for(is_saved)
        assert notes_in(desk_file) == ["before during and on"]
        terminal.wait_for(lambda _: not list(spooled.glob("*.json")))


# Full

IN_A_SMALL_TMPFS = 'mount -t tmpfs -o size=2m tmpfs "$1" && cp "$2" "$1/desk.db" && shift 2 && exec "$@"'
"""Takes where, what, and a command."""
NAMESPACE = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--user", "--map-root-user"])]
"""Mounts are seen in there alone, and are gone with the last program in there."""


def may_mount(folder: Path) -> bool:
    """Whether this machine lets a test have a file system of its own."""
    if shutil.which("unshare") is None:
        return False
    command = [*NAMESPACE, "mount", "-t", "tmpfs", "tmpfs", str(folder)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def fill(path: Path) -> None:
    """Write a file until there is room for nothing more."""
    with path.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
    assert shutil.disk_usage(path).free == 0


def test_a_disk_that_fills_up_during_a_call_is_said_and_takes_everything_once_there_is_room(
    desk_file: Path, tmp_path: Path, temp: Path, environ: dict[str, str]
) -> None:
    folder = tmp_path / "disk"
    folder.mkdir()
    if not may_mount(folder):
        pytest.skip("no file system can be mounted here, not even in a namespace of its own")
    mounting = [*NAMESPACE, "bash", "-c", IN_A_SMALL_TMPFS, "bash", str(folder), str(desk_file)]
    with Terminal([*mounting, *callintake(folder / "desk.db")], environ) as terminal:
        disk = Path(f"/proc/{terminal.pid}/root{folder}")
        terminal.wait_for("Live notes")
        terminal.type("before ")
        terminal.wait_for("saved 0 s ago")
        terminal.wait_for(lambda _: notes_in_copy(disk / "desk.db", tmp_path) == ["before "])
        terminal.wait_for(lambda _: not list(disk.glob("unsaved/*")))
        fill(disk / "big")
        wait_until_warned(terminal, "d", "disk full")
        terminal.type("uring and on")
        terminal.wait_for("before during and on")
        terminal.wait_for(lambda _: is_spooled("before during and on", temp))
        assert "the disk is full" in terminal.text
        (disk / "big").unlink()
        with timed("saved, once there was room", 4.0):
            terminal.wait_for(is_saved)
        assert notes_in_copy(disk / "desk.db", tmp_path) == ["before during and on"]
        terminal.wait_for(lambda _: not list(temp.glob("callintake-*/*.json")))


def test_a_database_at_its_limit_is_said_and_takes_everything_once_it_may_grow(
    desk_file: Path, tmp_path: Path, environ: dict[str, str]
) -> None:
    pages = tmp_path / "pages"
    pages.write_text(str(NO_LIMIT))
    command = [sys.executable, "-m", "tests.faults.small_database", "--db", str(desk_file), "new"]
    said = "word " * 4000
    with Terminal(command, {**environ, LIMIT: str(pages)}, cwd=ROOT) as terminal:
        terminal.wait_for("Live notes")
        terminal.type("before ")
        terminal.wait_for("saved 0 s ago")
        terminal.wait_for(lambda _: notes_in(desk_file) == ["before "])
        # The limit is never below what there is.
        pages.write_text("1")
        with timed("warned, no more pages", WARNED_WITHIN):
            terminal.paste(said)
            terminal.wait_for("NOT SAVED")
        terminal.type("and on")
        terminal.wait_for("and on")
        spooled = tmp_path / "unsaved"
        terminal.wait_for(lambda _: any("word and on" in path.read_text() for path in spooled.glob("*.json")))
        assert notes_in(desk_file) == ["before "]
        pages.write_text(str(NO_LIMIT))
        with timed("saved, once there were pages", 4.0):
            terminal.wait_for(is_saved)
        assert [notes.replace("\n", "") for notes in notes_in(desk_file)] == [f"before {said}and on"]


# Read-only

AS_OTHERS = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
"""Permissions hold for everybody but root."""


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """A folder, with its files, that nothing can be written to."""
    paths = [path for path in folder.iterdir() if path.is_file()]
    for path in paths:
        path.chmod(0o400)
    folder.chmod(0o500)
    try:
        yield
    finally:
        folder.chmod(0o700)
        for path in paths:
            path.chmod(0o600)


def test_a_folder_that_turns_read_only_is_said_and_takes_everything_once_it_is_writable(
    desk_file: Path, tmp_path: Path, temp: Path, environ: dict[str, str]
) -> None:
    if AS_OTHERS and shutil.which("setpriv") is None:
        pytest.skip("root may write anywhere, and setpriv is not here to take that from it")
    folder = tmp_path / "desk"
    folder.mkdir()
    place = Path(shutil.move(desk_file, folder / "desk.db"))
    with Terminal([*AS_OTHERS, *callintake(place)], environ) as terminal:
        terminal.wait_for("Live notes")
        terminal.type("before ")
        terminal.wait_for("saved 0 s ago")
        terminal.wait_for(lambda _: notes_in(place) == ["before "] and not list(folder.glob("unsaved/*")))
        shutil.rmtree(folder / "unsaved")
        with read_only(folder):
            wait_until_warned(terminal, "d", "read-only")
            terminal.type("uring and on")
            terminal.wait_for("before during and on")
            terminal.wait_for(lambda _: is_spooled("before during and on", temp))
        with timed("saved, once it was writable", 4.0):
            terminal.wait_for(is_saved)
        assert notes_in(place) == ["before during and on"]
        terminal.wait_for(lambda _: not list(temp.glob("callintake-*/*.json")))


# At the next start


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
        terminal.press("f7", "p")
        terminal.wait_for("Which printer")
        terminal.press("enter", "enter", "enter", "enter")
        terminal.type("Printer")
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
        terminal.wait_for(lambda screen: "the printer is offline" in screen and "Printer" in screen)
        terminal.type("F")
        terminal.wait_for("the printer is offFline")
