"""The queue's questions against the same questions put to the database's own driver, at every size, in one run.

Run: python bench/queue_pages.py [FOLDER] [SIZE ...]. Makes a desk of each size in the folder, unless it is there. With
CALLINTAKE_BENCH_POSTGRES=URL_OF_A_SERVER the same on databases of that server.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.many_tickets import COMMON, RARE, fill

from callintake.domain.view import Filter, View, place_of
from callintake.services.counting import view_counts
from callintake.services.demand import DUE, OPEN
from callintake.services.lines import SELECTED
from callintake.services.queue import queue_page
from callintake.services.searching import HITS, found
from callintake.store.database import Store, open_store

ROUNDS = 60
_LIVE = "status IN ('new', 'open', 'pending') AND (snoozed_until IS NULL OR snoozed_until <= {mark})"
Question = tuple[Callable[[Any], object], Callable[[Any], object]]


def questions(store: Store) -> dict[str, Question]:
    """Each question as the program asks it, of a session, and as a driver's cursor is asked it."""
    is_sqlite = store.dialect == "sqlite"
    mark = "?" if is_sqlite else "%s"
    with store.reading() as session:
        first = queue_page(session, Filter(View.OPEN))
    place = place_of(first[-1], Filter().sort)
    live = _LIVE.format(mark=mark)
    page = f"SELECT {SELECTED} FROM ticket WHERE {live}"

    def at(days: float) -> object:
        """The time as the driver takes it."""
        moment = datetime.now(UTC) + timedelta(days=days)
        return f"{moment:%Y-%m-%d %H:%M:%S.%f}" if is_sqlite else moment

    match = "ticket_search MATCH ?" if is_sqlite else "words @@ CAST(%s AS tsquery)"
    hits = f"SELECT rowid FROM ticket_search WHERE {match} ORDER BY rowid DESC LIMIT {HITS + 1}"
    marks = ", ".join([mark] * (HITS + 1))

    def asked(statement: str, *given: object) -> Callable[[Any], object]:
        return lambda cursor: cursor.execute(statement, (at(0), *given)).fetchall()

    def searched(word: str) -> Callable[[Any], object]:
        term = f'"{word}"' if is_sqlite else f"'{word}'"

        def ask(cursor: Any) -> object:
            serials = [row[0] for row in cursor.execute(hits, (term,)).fetchall()]
            if len(serials) < HITS:
                # As it may be the beginning of another word.
                beginning = f"{term}*" if is_sqlite else f"{term}:*"
                serials = [row[0] for row in cursor.execute(hits, (beginning,)).fetchall()]
            some = marks if len(serials) == HITS + 1 else ", ".join([mark] * len(serials))
            return cursor.execute(
                f"SELECT {SELECTED} FROM ticket WHERE id IN ({some}) ORDER BY id DESC", serials
            ).fetchall()

        return ask

    kind = "status, department, owner, is_open, is_incomplete"
    asleep = (
        f"SELECT status, coalesce(department, ''), coalesce(owner, ''), {OPEN}, missing_reason IS NOT NULL, count(*)"
        " FROM ticket WHERE status IN ('new', 'open', 'pending') AND"
        f" snoozed_until > {mark} GROUP BY 1, 2, 3, 4, 5"
    )

    def counted(cursor: Any) -> None:
        cursor.execute(f"SELECT {kind}, sum(n) FROM ticket_count GROUP BY {kind}").fetchall()
        cursor.execute(asleep, (at(0),)).fetchall()
        due = f"SELECT count(*) FROM (SELECT 1 FROM ticket WHERE {live} AND {DUE} <= {mark} LIMIT 1000) AS held"
        cursor.execute(due, (at(0), at(1 / 24))).fetchall()

    return {
        "first page": (
            lambda session: queue_page(session, Filter(View.OPEN)),
            asked(f"{page} ORDER BY priority, id LIMIT 100"),
        ),
        "next page": (
            lambda session: queue_page(session, Filter(View.OPEN), place),
            asked(f"{page} AND (priority, id) > ({mark}, {mark}) ORDER BY priority, id LIMIT 100", *place),
        ),
        "jump to the end": (
            lambda session: queue_page(session, Filter(View.OPEN), backwards=True),
            asked(f"{page} ORDER BY priority DESC, id DESC LIMIT 100"),
        ),
        "end of all": (
            lambda session: queue_page(session, Filter(View.ALL), backwards=True),
            lambda cursor: cursor.execute(
                f"SELECT {SELECTED} FROM ticket ORDER BY priority DESC, id DESC LIMIT 100"
            ).fetchall(),
        ),
        "counts": (lambda session: view_counts(session, "kim"), counted),
        "rare word": (lambda session: found(session, Filter(View.ALL, query=RARE)), searched(RARE)),
        "common word": (lambda session: found(session, Filter(View.ALL, query=COMMON)), searched(COMMON)),
    }


def measure(store: Store) -> dict[str, tuple[float, float]]:
    """Return the medians of each question in ms: the program's, and the driver's, taken in turns."""
    figures = {}
    raw = store.engine.raw_connection()
    cursor = raw.cursor()
    for name, (ours, theirs) in questions(store).items():
        taken: tuple[list[float], list[float]] = ([], [])
        with store.reading() as session:
            for _ in range(ROUNDS):
                for times, ask, where in zip(taken, (ours, theirs), (session, cursor), strict=True):
                    begun = time.perf_counter()
                    ask(where)
                    times.append((time.perf_counter() - begun) * 1000)
        figures[name] = statistics.median(taken[0]), statistics.median(taken[1])
    raw.close()
    return figures


def place_for(folder: Path, size: int) -> str:
    """Return where the desk of a size is; it is made where it is not there yet."""
    server = os.environ.get("CALLINTAKE_BENCH_POSTGRES")
    if server is None:
        place = folder / f"{size}.db"
        if not place.exists():
            fill(str(place), size)
        return str(place)
    import psycopg

    url, name = server.rstrip("/"), f"bench_{size}"
    with psycopg.connect(f"{url}/postgres", autocommit=True) as connection:
        there = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone()
        if not there:
            connection.execute(f"CREATE DATABASE {name}")
    if not there:
        fill(f"{url}/{name}", size)
    return f"{url}/{name}"


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp())
    sizes = [int(size) for size in sys.argv[2:]] or [1_000, 100_000, 1_000_000]
    at: dict[int, dict[str, tuple[float, float]]] = {}
    for size in sizes:
        store = open_store(place_for(folder, size))
        at[size] = measure(store)
        store.close()
    print(f"{'':16}" + "".join(f"{size:>24,}" for size in sizes) + "   growth")
    print(f"{'':16}" + f"{'ours  driver  ratio':>24}" * len(sizes))
    for name in at[sizes[0]]:
        cells = "".join(
            f"{ours:10.2f}{theirs:8.2f}{ours / theirs:6.2f}" for ours, theirs in (at[s][name] for s in sizes)
        )
        print(f"{name:16}{cells}{at[sizes[-1]][name][0] / at[sizes[0]][name][0]:9.2f}", flush=True)


if __name__ == "__main__":
    main()
