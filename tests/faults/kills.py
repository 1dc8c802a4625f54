"""Kills the real program while somebody types, and counts what was lost.

Run it by itself for the long soak: python -m tests.faults.kills [KILLS] [SIGNAL|CLOSE]
"""

import random
import shutil
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from callintake.services.desk_place import spool_of
from callintake.services.draft_keeper import DRAFTS
from callintake.services.drafts import open_drafts, take_spooled
from callintake.store.database import open_store
from tests.conftest import call_script
from tests.terminal.desk import DeskTerminal

Ending = signal.Signals | Literal["CLOSE"]
"""How a program is ended: by a signal, or by closing its terminal."""
AT_ONCE = 2
"""Programs typed into at the same time."""
SECONDS_PER_KEY = 0.03
STOPS = 0.04
"""How often the one who types stops after a key and waits for the header to say that it is saved."""
AT_REST = 5
"""One program in this many is ended at the very moment the header says so; the others while typing goes on."""
MAY_LOSE = 0.250
TOLD_EVERY = 100
"""How many kills of the long soak stand between two reports."""
AGENT = "kim"


@dataclass(frozen=True)
class Kill:
    """What one kill did."""

    typed: int
    lost: int
    acknowledged_lost: int
    """How much of that the header had shown as saved."""
    acknowledgements: int
    oldest_lost: float
    """Seconds before the kill at which the oldest lost key was pressed; 0 where none was lost."""
    at_rest: bool
    """Whether it came as the header said that everything is saved."""
    integrity: str
    left_within: float
    """Seconds from the signal to the end of the program."""


class Typist:
    """Types into a program, remembering what and when, and what the header said is saved."""

    def __init__(self, terminal: DeskTerminal) -> None:
        self.pressed: list[tuple[float, str]] = []
        self.acknowledged = 0
        """How many characters were typed when the header last said that all of them are saved."""
        self.acknowledgements = 0
        self._terminal = terminal

    def press(self, key: str) -> None:
        """Press one key, at the pace of somebody who types very fast."""
        self._terminal.send(b"\r" if key == "\n" else key.encode())
        self.pressed.append((time.monotonic(), key))
        time.sleep(SECONDS_PER_KEY)

    def wait_for_header(self) -> None:
        """Type a word that is not there yet, and wait until it is seen and the header says that it is saved."""
        mark = f"m{self.acknowledgements}."
        for key in f" {mark}":
            self._terminal.send(key.encode())
            self.pressed.append((time.monotonic(), key))
        self._terminal.wait_for(lambda screen: mark in screen and "saved 0 s ago" in screen)
        self.acknowledged = len(self.pressed)
        self.acknowledgements += 1


def text_of_scripts() -> str:
    """What is heard in the scripts, line by line, to be typed."""
    return "".join(f"{heard}\n" for name in ("01", "02", "03", "08") for _second, heard in call_script(name)["heard"])


def kill_once(seed: int, ending: Ending, template: Path) -> Kill:
    """Type until a random instant, end the program there, and look what the database has."""
    chance = random.Random(seed)
    at_rest = seed % AT_REST == 0
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "desk.db"
        shutil.copy(template, place)
        with DeskTerminal(place, "new", home=Path(folder), agent=AGENT) as terminal:
            typist = Typist(terminal)
            terminal.wait_for("Live notes")
            until = time.monotonic() + chance.uniform(0.05, 2.5)
            for key in text_of_scripts():
                if time.monotonic() >= until:
                    break
                typist.press(key)
                if chance.random() < STOPS:
                    typist.wait_for_header()
            if at_rest:
                typist.wait_for_header()
            if ending == "CLOSE":
                # With the terminal go the keys that were never read; no program can save those.
                terminal.wait_read()
            killed = time.monotonic()
            if ending == "CLOSE":
                terminal.hang_up()
            else:
                terminal.kill(ending)
            terminal.wait_exit(10)
            left = time.monotonic() - killed
        kept, integrity = _found(place)
    typed = "".join(key for _at, key in typist.pressed)
    assert typed.startswith(kept), f"kept what was not typed: {kept[-40:]!r}"
    lost = len(typed) - len(kept)
    return Kill(
        typed=len(typed),
        lost=lost,
        acknowledged_lost=max(typist.acknowledged - len(kept), 0),
        acknowledgements=typist.acknowledgements,
        oldest_lost=killed - typist.pressed[-lost][0] if lost else 0.0,
        at_rest=at_rest,
        integrity=integrity,
        left_within=left,
    )


def _found(place: Path) -> tuple[str, str]:
    """What the next start finds of the notes, and what SQLite says of the database."""
    store = open_store(str(place))
    with store.transaction() as session:
        # As the next start does it: what the database could not take yet lies beside it.
        take_spooled(session, spool_of(str(place), DRAFTS, "call_id").bodies(), AGENT)
    with store.reading() as session:
        kept = "".join(draft.notes for draft in open_drafts(session, AGENT))
        integrity = str(session.connection().exec_driver_sql("PRAGMA integrity_check").scalar())
    store.close()
    return kept, integrity


def kill_many(seeds: Iterable[int], ending: Ending) -> Iterator[Kill]:
    """Kill once for each seed, a few programs at a time."""
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(AT_ONCE) as pool:
        template = Path(folder) / "desk.db"
        open_store(str(template)).close()
        yield from pool.map(lambda seed: kill_once(seed, ending, template), seeds)


def ages_while_typing(kills: list[Kill]) -> list[float]:
    """Ages of the oldest lost keys, the youngest first, of the kills that came while typing went on."""
    return sorted(kill.oldest_lost for kill in kills if not kill.at_rest)


def report(kills: list[Kill]) -> str:
    """The figures, one a line."""
    ages = [age * 1000 for age in ages_while_typing(kills)] or [0.0]
    return "\n".join(
        [
            f"kills                      {len(kills)}",
            f"as the header said saved   {sum(kill.at_rest for kill in kills)} of these",
            f"characters typed           {sum(kill.typed for kill in kills)}",
            f"characters lost            {sum(kill.lost for kill in kills)}",
            f"oldest lost key, median    {statistics.median(ages):.0f} ms",
            f"oldest lost key, 95th      {ages[len(ages) * 95 // 100]:.0f} ms",
            f"oldest lost key, worst     {ages[-1]:.0f} ms",
            f"kills above {MAY_LOSE * 1000:.0f} ms         {sum(kill.oldest_lost > MAY_LOSE for kill in kills)}",
            f"saves the header told of   {sum(kill.acknowledgements for kill in kills)}",
            f"such saves lost            {sum(kill.acknowledged_lost > 0 for kill in kills)}",
            f"integrity failures         {sum(kill.integrity != 'ok' for kill in kills)}",
            f"slowest leaving            {max(kill.left_within for kill in kills):.2f} s",
        ]
    )


def ending_of(word: str) -> Ending:
    """The way of ending a program that a word names."""
    return "CLOSE" if word == "CLOSE" else signal.Signals[word]


if __name__ == "__main__":
    how_many = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    kills: list[Kill] = []
    for kill in kill_many(range(how_many), ending_of(sys.argv[2] if len(sys.argv) > 2 else "SIGKILL")):
        kills.append(kill)
        if len(kills) % TOLD_EVERY == 0 and len(kills) < how_many:
            print(report(kills), end="\n\n", flush=True)
    print(report(kills))
