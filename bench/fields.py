"""From a Tab to the echo of what is typed after it, in the fields of a call, against inputs that do nothing else.

Run: python bench/fields.py [TABS]. Both programs run at once in pseudo-terminals of 120x40, and are typed to in turn.
Each time a Tab and a word are sent in one go, as by somebody who knows the way; it is there once the word has come out
again. Absolute times mean nothing.
"""

import argparse
import os
import random
import statistics
import string
import sys
import tempfile
import time
from pathlib import Path

from bare_form import FIELDS
from echo import HERE, MARK, Pair, Program, percentile

WORD = 5
PAUSE = 0.25
"""Seconds between an echo and the next Tab."""


def words(count: int) -> list[str]:
    """Return so many words that nobody says, the same ones each time."""
    chance = random.Random(count)
    return ["".join(chance.sample(string.ascii_lowercase, WORD)) for _ in range(count)]


def measure(pair: Pair, tabs: int) -> tuple[list[float], list[float]]:
    """Return the seconds of each Tab in our fields and in the bare ones."""
    for program in (pair.ours, pair.bare):
        pair.until(program, MARK)
    pair.wait(2.0)
    pair.ours.send("\x1b[17~")
    pair.wait(1.0)
    times: dict[Program, list[float]] = {pair.ours: [], pair.bare: []}
    for word in words(tabs):
        for program in (pair.ours, pair.bare):
            program.forget()
            began = time.perf_counter()
            program.send(f"\t{word}")
            times[program].append(pair.until(program, word.encode()) - began)
            pair.wait(PAUSE)
    return times[pair.ours][FIELDS:], times[pair.bare][FIELDS:]


def main() -> None:
    parser = argparse.ArgumentParser(description="Tab to echo in the fields of a call, against bare inputs.")
    parser.add_argument("tabs", nargs="?", type=int, default=200, help="Tabs in each program")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        env = {**os.environ, "HOME": name, "TERM": "xterm-256color", "TEXTUAL_ANIMATIONS": "none"}
        ours = [sys.executable, "-m", "callintake", "--db", str(Path(name) / "desk.db"), "--agent", "kim", "new"]
        with Program(ours, env) as program, Program([sys.executable, str(HERE / "bare_form.py")], env) as floor:
            mine, bare = measure(Pair(program, floor), given.tabs)
    for title, times in (("fields of a call", mine), ("bare inputs", bare)):
        median, slowest = statistics.median(times) * 1000, percentile(times, 0.95) * 1000
        print(f"{title:<18}{len(times):>5} tabs   median {median:6.1f} ms   95th percentile {slowest:6.1f} ms")
    print(f"ratio of medians {statistics.median(mine) / statistics.median(bare):.2f}")


if __name__ == "__main__":
    main()
