"""The messages that the pages show are those that are sent."""

import runpy
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "docs" / "messages"


def test_the_messages_of_the_pages_are_those_that_are_sent(tmp_path: Path) -> None:
    runpy.run_path(str(FOLDER / "write.py"))["write"](tmp_path)
    written = {path.name: path.read_text("utf-8") for path in tmp_path.iterdir()}
    assert written == {path.name: path.read_text("utf-8") for path in FOLDER.glob("01.*")}
    assert len(written) == 6
