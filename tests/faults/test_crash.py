"""A mistake of our own ends the program with everything typed kept, and shows nothing that callers said."""

import sys
from pathlib import Path

import pytest

from tests.faults.failing_desk import KEYS, SECRET
from tests.faults.test_saving import ROOT, notes_in
from tests.terminal.desk import DeskTerminal, environment
from tests.terminal.terminal import Terminal

pytestmark = pytest.mark.terminal
TYPED = "the printer is offline, and so"


@pytest.mark.parametrize("where", KEYS)
def test_a_failure_keeps_every_key_shows_no_value_and_the_next_start_offers_the_call(
    where: str, desk_file: Path, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "tests.faults.failing_desk", "--db", str(desk_file), "new"]
    with Terminal(command, environment(tmp_path), 120, 40, cwd=ROOT) as terminal:
        terminal.wait_for("Live notes")
        terminal.type(TYPED)
        terminal.press(KEYS[where])
        status = terminal.wait_exit()
        left, written = terminal.text, terminal.raw
    assert status == 1
    assert "it failed; what was typed is kept" in left
    for unwanted in ("Traceback", "action_fail", "ValueError", SECRET, TYPED):
        assert unwanted not in left
    assert SECRET.encode() not in written
    # A desk that was still opening has it beside the database.
    spooled = [file.read_text(encoding="utf-8") for file in desk_file.parent.glob("unsaved/*.json")]
    assert notes_in(desk_file) == [TYPED] or any(TYPED in text for text in spooled)
    (crash,) = tmp_path.rglob("crash.txt")
    assert "action_fail" in crash.read_text(encoding="utf-8")
    assert SECRET not in crash.read_text(encoding="utf-8")
    assert crash.stat().st_mode & 0o077 == 0
    with DeskTerminal(desk_file, home=tmp_path, size=(120, 40)) as terminal:
        terminal.wait_for("Calls that were not finished")
        terminal.press("enter")
        terminal.wait_for(TYPED)
    assert notes_in(desk_file) == [TYPED]
