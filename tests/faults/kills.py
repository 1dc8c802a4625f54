"""Kills the real program while somebody types, and counts what was lost.

Run it by itself for the long soak: python -m tests.faults.kills [KILLS] [SIGNAL]
"""

import random
import shutil
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from callintake.services.drafts import open_drafts, take_spooled
from callintake.store.database import open_store
from callintake.store.spool import Spool
from tests.conftest import call_script
from tests.terminal.desk import DeskTerminal

AT_ONCE = 2
"""Programs typed into at the same time."""
SECONDS_PER_KEY = 0.03
AGENT = "kim"


@dataclass(frozen=True)
class Kill:
    """What one kill did."""

    typed: int
    lost: int
    oldest_lost: float
    """Seconds before the kill at which the oldest lost key was pressed; 0 where none was lost."""
    integrity: str
    left_within: float
    """Seconds from the signal to the end of the program."""


def text_of_scripts() -> str:
    """What is heard in the scripts, line by line, to be typed."""
    return "".join(f"{heard}\n" for name in ("01", "02", "03", "08") for _second, heard in call_script(name)["heard"])


def kill_once(seed: int, number: signal.Signals, template: Path) -> Kill:
    """Type until a random instant, end the program there, and look what the database has."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "desk.db"
        shutil.copy(template, place)
        pressed: list[tuple[float, str]] = []
        with DeskTerminal(place, "new", home=Path(folder), agent=AGENT) as terminal:
            terminal.wait_for("Live notes")
            until = time.monotonic() + chance.uniform(0.05, 2.5)
            for key in text_of_scripts():
                if time.monotonic() >= until:
                    break
                terminal.send(b"\r" if key == "\n" else key.encode())
                pressed.append((time.monotonic(), key))
                time.sleep(SECONDS_PER_KEY)
            killed = time.monotonic()
            terminal.kill(number)
            terminal.wait_exit(10)
            left = time.monotonic() - killed
        return _lost(place, pressed, killed, left)


def _lost(place: Path, pressed: list[tuple[float, str]], killed: float, left: float) -> Kill:
    store = open_store(str(place))
    with store.transaction() as session:
        # As the next start does it: what the database could not take yet lies beside it.
        take_spooled(session, Spool(place.parent / "unsaved").drafts(), AGENT)
    with store.reading() as session:
        kept = "".join(draft.notes for draft in open_drafts(session, AGENT))
        integrity = str(session.connection().exec_driver_sql("PRAGMA integrity_check").scalar())
    store.close()
    typed = "".join(key for _at, key in pressed)
    assert typed.startswith(kept), f"kept what was not typed: {kept[-40:]!r}"
    lost = len(typed) - len(kept)
    return Kill(len(typed), lost, killed - pressed[-lost][0] if lost else 0.0, integrity, left)


def kill_many(seeds: Iterable[int], number: signal.Signals) -> list[Kill]:
    """Kill once for each seed, a few programs at a time."""
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(AT_ONCE) as pool:
        template = Path(folder) / "desk.db"
        open_store(str(template)).close()
        return list(pool.map(lambda seed: kill_once(seed, number, template), seeds))


def report(kills: list[Kill]) -> str:
    """The figures, one a line."""
    ages = [kill.oldest_lost * 1000 for kill in kills]
    return "\n".join(
        [
            f"kills                      {len(kills)}",
            f"characters typed           {sum(kill.typed for kill in kills)}",
            f"characters lost            {sum(kill.lost for kill in kills)}",
            f"oldest lost key, median    {statistics.median(ages):.0f} ms",
            f"oldest lost key, worst     {max(ages):.0f} ms",
            f"integrity failures         {sum(kill.integrity != 'ok' for kill in kills)}",
            f"slowest leaving            {max(kill.left_within for kill in kills):.2f} s",
        ]
    )


if __name__ == "__main__":
    how_many = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    print(report(kill_many(range(how_many), signal.Signals[sys.argv[2] if len(sys.argv) > 2 else "SIGKILL"])))
