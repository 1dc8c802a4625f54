"""The desk in a pseudo-terminal: started as an agent starts it, and asked about as others ask it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from callintake.services.drafts import open_drafts
from callintake.store.database import open_store
from tests.terminal.terminal import Terminal


def environment(home: Path, agent: str = "kim") -> dict[str, str]:
    """The environment of a desk of its own, whatever the machine is set up with."""
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "SYSTEMROOT") if name in os.environ}
    return {
        **kept,
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_DATA_HOME": str(home / "data"),
        "CALLINTAKE_AGENT": agent,
        "PYTHONUTF8": "1",
    }


class DeskTerminal(Terminal):
    """callintake in a pseudo-terminal, on the database at `place`."""

    def __init__(
        self,
        place: str | Path,
        *arguments: str,
        home: Path,
        size: tuple[int, int] = (80, 24),
        agent: str = "kim",
    ) -> None:
        self.place = str(place)
        self.home = home
        self.agent = agent
        argv = [sys.executable, "-m", "callintake", "--db", self.place, *arguments]
        super().__init__(argv, environment(home, agent), *size)

    def ticket(self, number: str) -> dict[str, Any]:
        """The ticket of that number, as `callintake tickets show --json` tells it."""
        ticket: dict[str, Any] = self.ask("tickets", "show", number)
        return ticket

    def calls(self) -> list[dict[str, Any]]:
        """Every call, as `callintake calls list --json` tells it."""
        calls: list[dict[str, Any]] = self.ask("calls", "list")
        return calls

    def kept_notes(self) -> list[str]:
        """The notes of every call that was begun and not ended, as they are in the database."""
        store = open_store(self.place)
        with store.reading() as session:
            notes = [draft.notes for draft in open_drafts(session, self.agent)]
        store.close()
        return notes

    def ask(self, *command: str) -> Any:
        """What a command says of this desk in JSON."""
        shown = subprocess.run(
            [sys.executable, "-m", "callintake", "--db", self.place, *command, "--json"],
            env=environment(self.home, self.agent),
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=True,
        )
        return json.loads(shown.stdout)
