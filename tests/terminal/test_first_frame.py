"""The first frame waits for nothing that it does not need."""

import sys
from pathlib import Path

import pytest

from tests.terminal.desk import environment
from tests.terminal.terminal import Terminal

pytestmark = pytest.mark.terminal
HEAVY = (
    "sqlmodel",
    "sqlalchemy",
    "alembic",
    "pydantic",
    "phonenumbers",
    "email_validator",
    "holidays",
    "httpx",
    "psycopg",
    "http",
)
_PROGRAM = f"""
import sys
from callintake.cli import main
from callintake.services.desk import Desk

def opened_after_the_first_frame(desk):
    from textual._context import active_app
    loaded = [name for name in {HEAVY!r} if name in sys.modules]
    active_app.get().exit(message="loaded before: " + (", ".join(loaded) or "nothing heavy"))

Desk.open = opened_after_the_first_frame
main(sys.argv[1:])
"""


@pytest.mark.parametrize("command", ["new", "queue"])
def test_the_first_frame_imports_no_database_and_no_library_of_checks(tmp_path: Path, command: str) -> None:
    argv = [sys.executable, "-c", _PROGRAM, "--db", str(tmp_path / "desk.db"), command]
    with Terminal(argv, environment(tmp_path)) as terminal:
        terminal.wait_exit(15)
        assert "loaded before: nothing heavy" in terminal.text
