"""A desk with many tickets, made in one go for measuring: 3% of them live, some words rare and one in most of them."""

import random
import sys
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from callintake.domain.number import FIRST_SERIAL
from callintake.services import agents
from callintake.store.database import open_store
from callintake.store.migrations import counting

LIVE, AT_LEAST = 0.03, 300
"""So many of all tickets are live, but enough for more than a page."""
COMMON, RARE = "printer", "quokka"
"""A word of two tickets in three, and one of seven tickets whatever their number."""
_SAID = (
    "label desk camden offline since nine people waiting cable door scanner login mailbox screen blue slow again floor"
    " invoice customs tablet update shift backup switch port greeting hearing certificate expired phone handset"
)
_PEOPLE = ("Amara Okafor", "Tom Lindqvist", "Priya Raman", "Declan O'Brien", "Mei-Ling Zhao", "Ingrid Sørensen")
_BATCH = 20_000


def fill(place: str, how_many: int, seed: int = 1) -> None:
    """Make a desk at a path or URL, and put tickets into it as weeks of work would leave them, past the services."""
    store = open_store(place)
    with store.transaction() as session:
        agents.sign_in(session, "kim")
    chance, begun = random.Random(seed), datetime.now(UTC) - timedelta(days=365)
    rare = {how_many * part // 7 for part in range(7)}
    connection = store.engine.raw_connection()
    cursor = connection.cursor()
    is_sqlite = store.dialect == "sqlite"
    guards = []
    if is_sqlite:
        # Nothing is lost with it but time.
        for pragma in ("synchronous = OFF", "journal_mode = MEMORY", "cache_size = -1000000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'ticket'")
        guards = cursor.fetchall()
        for name, _ in guards:
            cursor.execute(f"DROP TRIGGER {name}")
    else:
        cursor.execute("ALTER TABLE ticket DISABLE TRIGGER USER")
    mark = "?" if is_sqlite else "%s"
    columns = (
        "id, version, subject, description, category, priority, status, department, owner, identity, authorization_,"
        " name, organization, email, phone, raised_by, created_at, updated_at, due_at"
    ).replace("authorization_", '"authorization"')
    insert = f"INSERT INTO ticket ({columns}) VALUES ({', '.join([mark] * 19)})"
    words = mark if is_sqlite else f"array_to_tsvector(string_to_array({mark}, ' '))"
    index = f"INSERT INTO ticket_search (rowid, words) VALUES ({mark}, {words})"
    for start in range(0, how_many, _BATCH):
        rows, indexed = [], []
        for place_ in range(start, min(start + _BATCH, how_many)):
            row, found = _ticket(place_, how_many, chance, begun, is_rare=place_ in rare)
            rows.append(row)
            indexed.append((row[0], found))
        cursor.executemany(insert, rows)
        cursor.executemany(index, indexed)
        connection.commit()
    cursor.execute("DELETE FROM ticket_count")
    cursor.execute(counting.fill())
    for _, statement in guards:
        cursor.execute(statement)
    if not is_sqlite:
        cursor.execute("ALTER TABLE ticket ENABLE TRIGGER USER")
        cursor.execute("SELECT setval('ticket_id_seq', (SELECT max(id) FROM ticket))")
    connection.commit()
    if is_sqlite:
        cursor.execute("ANALYZE")
    else:
        connection.driver_connection.autocommit = True
        cursor.execute("VACUUM ANALYZE")
    connection.close()
    store.close()


@lru_cache(maxsize=1)
def _texts() -> list[list[str]]:
    chance = random.Random(2)
    return [chance.choices(_SAID.split(), k=60) for _ in range(1000)]


def _ticket(
    place: int, how_many: int, chance: random.Random, begun: datetime, *, is_rare: bool
) -> tuple[tuple[Any, ...], str]:
    serial = FIRST_SERIAL + place
    said = list(chance.choice(_texts()))
    if chance.random() < 2 / 3:
        said[chance.randrange(60)] = COMMON
    if is_rare:
        said[0] = RARE
    # The live ones are mostly, but not all, of late.
    is_live = chance.random() < max(LIVE, AT_LEAST / how_many)
    name, priority = chance.choice(_PEOPLE), chance.choice((0, 1, 2, 2, 2, 3))
    at = begun + timedelta(days=365) * (place / how_many)
    is_open = chance.random() < 0.8
    row = (
        *(serial, 1, " ".join(said[:8]), "\n".join(" ".join(said[line : line + 6]) for line in range(0, 60, 6))),
        *("printing", priority, chance.choice(("new", "open", "pending")) if is_live else "closed"),
        chance.choice(("Field services", "Network", "Billing")) if is_open else None,
        chance.choice(("kim", "jo", None)) if is_open else None,
        *("verified" if is_open else "unverified", "authorized" if is_open else "pending"),
        *(name, "Northgate Dental Group", f"{place}@northgate.example.com", f"+44207946{place % 10000:04}", "kim"),
        *(f"{moment:%Y-%m-%d %H:%M:%S.%f}" for moment in (at, at + timedelta(minutes=5), at + timedelta(days=1))),
    )
    words = dict.fromkeys(f"{serial} {name} northgate dental group {' '.join(said)}".lower().replace("'", " ").split())
    return row, " ".join(words)


if __name__ == "__main__":
    fill(sys.argv[1], int(sys.argv[2]))
