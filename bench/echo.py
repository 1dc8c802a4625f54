"""Key to echo in Live notes, against a text area in an app that does nothing else.

Run: python bench/echo.py [--long] [KEYS] [CONTACTS]. Both programs run at once in pseudo-terminals of 120x40, and
blocks of keys go to one and the other in turn, the same keys with the same pauses. Ours saves, and looks through what
is typed in a directory of that many contacts. `--long` pastes 64 KiB of notes into both before. Absolute times mean
nothing.

An echo is there once the last characters typed come out again together. A blank and Enter show nothing, and the first
letters of a line are not yet unlike others: those are typed too, but not timed.
"""

import argparse
import json
import math
import os
import random
import re
import select
import shutil
import sqlite3
import statistics
import string
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import NamedTuple, Self

from ptyprocess import PtyProcess

HERE = Path(__file__).parent
MARK = b"Live notes"
BLOCK = 50
"""Keys to one program before it is the other's turn."""
WARM_UP = 40
PAUSE = (0.02, 0.12)
"""Seconds between an echo and the next key, at least and at most."""
LINE = 40
"""Characters after which a line ends with its word; both programs show 48 of them without wrapping."""
SUFFIX, SHORTEST_SUFFIX = 12, 4
"""Characters by which an echo is known, at most and at least."""
LONG = 64 * 1024
PATIENCE = 30.0
_CONTROL = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[PX^_][^\x1b]*\x1b\\|[ -/]*[0-~])")
_FIRST = ("Ada", "Ben", "Cara", "Dev", "Edda", "Finn", "Gwen", "Hugo", "Ines", "Jon", "Kaya", "Liam", "Mona", "Nils")
_SYLLABLES = ("bar", "col", "den", "fal", "gor", "hin", "kel", "lom", "mar", "nor", "pel", "quin", "rad", "sten", "tul")
_ENDINGS = ("by", "croft", "ford", "ham", "ley", "man", "mere", "sen", "ton", "well", "wick", "worth")
_KINDS = ("Analytics", "Bakery", "Clinic", "Freight", "Games", "Housing", "Library", "Motors", "Optics", "Timber")
_SAID = """the printer on third floor says paper jam but there is none laptop will not start after update password was
reset twice cannot open shared drive since this morning invoice program shows error caller asks for new phone please
call back before noon monitor stays black docking station vpn drops every hour"""


class Person(NamedTuple):
    """Somebody in the directory."""

    name: str
    organization: str
    email: str
    number: str


def people(count: int) -> Iterator[Person]:
    """Yield invented people, each with another address and number; their names come back, as names do."""
    surnames = [f"{one}{two}{end}".capitalize() for one, two, end in product(_SYLLABLES, _SYLLABLES, _ENDINGS)]
    for number in range(count):
        turn = number * 7919
        first, last = _FIRST[number % len(_FIRST)], surnames[turn % len(surnames)]
        place = surnames[(turn // 31) % 1500]
        organization = f"{place} {_KINDS[len(place + last) % len(_KINDS)]}"
        email = f"{first}.{last}{number}@{place}.example".lower()
        yield Person(f"{first} {last}", organization, email, f"+4420{70000000 + number:08d}")


def furnish(place: Path, count: int) -> None:
    """Make a desk with a directory of so many contacts, in one transaction."""
    import sqlalchemy as sa

    from callintake.domain.text import fold, phone_words, words
    from callintake.services import agents
    from callintake.services.history import now
    from callintake.store import search
    from callintake.store.database import open_store
    from callintake.store.tables import ContactNumberRow, ContactRow, OrganizationRow

    organizations: dict[str, int] = {}
    contacts, numbers, found_by = [], [], []
    for serial, one in enumerate(people(count), start=1):
        organization = organizations.setdefault(one.organization, len(organizations) + 1)
        said = [*words(f"{one.name} {one.organization} {one.email}"), *phone_words(one.number)]
        contacts.append(
            {
                "id": serial,
                "organization_id": organization,
                "name": one.name,
                "email": one.email,
                "may_request": [],
                "vip": False,
                "words": " ".join(said),
                "created_at": now(),
            }
        )
        numbers.append({"contact_id": serial, "e164": one.number, "since": now().date()})
        found_by.append({"row": serial, "words": " ".join(dict.fromkeys(said))})
    rows = [{"id": serial, "name": name, "folded": fold(name)} for name, serial in organizations.items()]
    store = open_store(str(place))
    with store.transaction() as session:
        agents.sign_in(session, "kim")
        session.execute(sa.insert(OrganizationRow), rows)
        session.execute(sa.insert(ContactRow), contacts)
        session.execute(sa.insert(ContactNumberRow), numbers)
        session.execute(sa.text(f"INSERT INTO {search.CONTACTS} (rowid, words) VALUES (:row, :words)"), found_by)
    store.close()


def desk_with(count: int, folder: Path) -> Path:
    """Return a desk of this run's own; its directory is made once and kept for the next run."""
    from callintake.store.database import HEAD

    kept = Path(tempfile.gettempdir()) / f"callintake-echo-{os.getuid()}" / f"{HEAD}-{count}.db"
    if not kept.exists():
        kept.parent.mkdir(mode=0o700, exist_ok=True)
        made = kept.with_suffix(f".{os.getpid()}")
        furnish(made, count)
        made.replace(kept)
    return Path(shutil.copy(kept, folder / "desk.db"))


class Typist:
    """Types lines as agents do, random letters and real words, now and then a fact that is to be found."""

    def __init__(self, seed: int, known: list[Person]) -> None:
        self._random = random.Random(seed)
        self._known = known
        self._said = _SAID.split()

    def keys(self) -> Iterator[str]:
        """Yield keys for ever; each line begins with letters that no other begins with."""
        while True:
            line = self._letters(SHORTEST_SUFFIX, 6)
            while len(line) < LINE:
                more = f"{line} {self._word()}"
                if len(more) > LINE + 8:
                    break
                line = more
            yield from f"{line}\n"

    def pause(self) -> float:
        """Return how long it takes to the next key."""
        return self._random.uniform(*PAUSE)

    def _letters(self, fewest: int, most: int) -> str:
        return "".join(self._random.choices(string.ascii_lowercase, k=self._random.randint(fewest, most)))

    def _word(self) -> str:
        kind = self._random.random()
        if kind < 0.45:
            return self._letters(3, 9)
        if kind < 0.9:
            return self._random.choice(self._said)
        one = self._random.choice(self._known)
        return self._random.choice([one.name, one.email, f"0{one.number[3:5]} {one.number[5:9]} {one.number[9:]}"])


class Program:
    """A program in a pseudo-terminal, and what was typed on the line it is at."""

    def __init__(self, argv: list[str], env: dict[str, str]) -> None:
        self._process = PtyProcess.spawn(argv, env=env, dimensions=(40, 120))
        os.set_blocking(self._process.fd, False)
        self._fresh = b""
        self._line = ""
        self.typed = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate(force=True)

    @property
    def fd(self) -> int:
        """Where its output comes from."""
        return self._process.fd

    def read(self) -> None:
        """Take in what it has written."""
        try:
            self._fresh += os.read(self.fd, 65536)
        except BlockingIOError:
            pass
        except OSError:
            raise SystemExit("a program has ended before the measurement did") from None

    def shows(self, what: bytes) -> bool:
        """Whether something is in what it has written lately."""
        return what in _CONTROL.sub(b"", self._fresh)

    def forget(self) -> None:
        """Look from now on at what is yet to be written."""
        self._fresh = b""

    def send(self, keys: str) -> None:
        """Send keys, however many."""
        self._write(keys.replace("\n", "\r").encode())
        self.typed += keys
        self._line = (self._line + keys).rpartition("\n")[2]

    def paste(self, text: str) -> None:
        """Paste whole lines."""
        self._write(b"\x1b[200~" + text.replace("\n", "\r").encode() + b"\x1b[201~")
        self.typed += text

    def _write(self, data: bytes) -> None:
        while data:
            _, writable, _ = select.select([], [self.fd], [], PATIENCE)
            if not writable:
                raise SystemExit("a program does not read what is typed")
            data = data[os.write(self.fd, data[:1024]) :]
            self.read()

    @property
    def echo(self) -> bytes | None:
        """What shows that the last key has arrived; None where nothing surely does."""
        is_told = len(self._line) >= SHORTEST_SUFFIX and not self._line[-1].isspace()
        return self._line[-SUFFIX:].encode() if is_told else None


class Pair:
    """Both programs; whichever is not typed to goes on running, and is read."""

    def __init__(self, ours: Program, bare: Program) -> None:
        self.ours = ours
        self.bare = bare

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        deadline = time.perf_counter() + seconds
        while (left := deadline - time.perf_counter()) > 0:
            self._read(left)

    def until(self, program: Program, what: bytes) -> float:
        """Return the moment at which a program has shown something.

        Raises:
            SystemExit: it does not.
        """
        deadline = time.perf_counter() + PATIENCE
        while not program.shows(what):
            if (left := deadline - time.perf_counter()) <= 0:
                raise SystemExit(f"waited for {what!r} in vain")
            self._read(left)
        return time.perf_counter()

    def type(self, program: Program, keys: list[str], pauses: list[float]) -> list[float]:
        """Type keys, and return the seconds after which those that are timed were echoed."""
        times = []
        for key, pause in zip(keys, pauses, strict=True):
            program.forget()
            began = time.perf_counter()
            program.send(key)
            if program.echo is not None:
                times.append(self.until(program, program.echo) - began)
            self.wait(pause)
        return times

    def _read(self, seconds: float) -> None:
        ready, _, _ = select.select([self.ours.fd, self.bare.fd], [], [], seconds)
        for program in (self.ours, self.bare):
            if program.fd in ready:
                program.read()


def measure(pair: Pair, typist: Typist, keys: int, pasted: str) -> list[tuple[list[float], list[float]]]:
    """Return the times of each pair of blocks, ours and those of the floor."""
    for program in (pair.ours, pair.bare):
        pair.until(program, MARK)
    pair.wait(2.0)
    if pasted:
        for program in (pair.ours, pair.bare):
            program.forget()
            program.paste(pasted)
            pair.until(program, pasted.rstrip("\n").rpartition("\n")[2].encode())
        pair.wait(3.0)
    stream = typist.keys()
    blocks = []
    sizes = [WARM_UP, *([BLOCK] * math.ceil(keys / BLOCK))]
    for number, size in enumerate(sizes):
        block = [next(stream) for _ in range(size)]
        pauses = [typist.pause() for _ in block]
        order = [pair.ours, pair.bare] if number % 2 else [pair.bare, pair.ours]
        taken = {program: pair.type(program, block, pauses) for program in order}
        blocks.append((taken[pair.ours], taken[pair.bare]))
    return blocks[1:]


def kept_notes(place: Path) -> str:
    """Return the notes of the one draft that was kept."""
    with sqlite3.connect(place) as connection:
        ((body,),) = connection.execute("SELECT body FROM draft")
    connection.close()
    return str(json.loads(body)["notes"])


def percentile(times: list[float], share: float) -> float:
    """Return the time within which that share of the keys was echoed."""
    return sorted(times)[max(math.ceil(len(times) * share) - 1, 0)]


def report(blocks: list[tuple[list[float], list[float]]]) -> None:
    """Print both programs' figures, and their ratios."""
    ours, bare = ([one for block in blocks for one in block[which]] for which in (0, 1))
    for title, times in (("Live notes", ours), ("a bare text area", bare)):
        median, slowest = statistics.median(times) * 1000, percentile(times, 0.99) * 1000
        print(f"{title:<18}{len(times):>5} keys   median {median:6.2f} ms   99th percentile {slowest:6.2f} ms")
    for title, of in (("median", statistics.median), ("99th percentile", lambda times: percentile(times, 0.99))):
        print(f"ratio of {title}s{'':<{18 - len(title)}}{of(ours) / of(bare):.2f}")
    ratios = sorted(statistics.median(mine) / statistics.median(floor) for mine, floor in blocks)
    middle = statistics.median(ratios)
    print(f"by pair of blocks: ratio of medians {middle:.2f}, from {ratios[0]:.2f} to {ratios[-1]:.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description="Key to echo in Live notes, against a bare text area.")
    parser.add_argument("keys", nargs="?", type=int, default=1000, help="keys to each program")
    parser.add_argument("contacts", nargs="?", type=int, default=100_000, help="contacts in the directory")
    parser.add_argument("--long", action="store_true", help="with 64 KiB of notes there already")
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1000, help="of what is typed")
    given = parser.parse_args()
    known = [one for one, _ in zip(people(given.contacts), range(200), strict=False)]
    typist = Typist(given.seed, known)
    pasted = ""
    if given.long:
        filling = Typist(given.seed + 1, known).keys()
        pasted = "".join(next(filling) for _ in range(LONG))
        pasted = pasted[: pasted.rindex("\n") + 1]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        place = desk_with(given.contacts, folder)
        env = {**os.environ, "HOME": name, "TERM": "xterm-256color", "TEXTUAL_ANIMATIONS": "none"}
        ours = [sys.executable, "-m", "callintake", "--db", str(place), "--agent", "kim", "new"]
        bare = [sys.executable, str(HERE / "bare_notes.py")]
        with Program(ours, env) as program, Program(bare, env) as floor:
            pair = Pair(program, floor)
            blocks = measure(pair, typist, given.keys, pasted)
            pair.wait(1.0)
        if kept_notes(place) != program.typed:
            raise SystemExit("what was typed is not what was kept: nothing was measured")
    report(blocks)


if __name__ == "__main__":
    main()
