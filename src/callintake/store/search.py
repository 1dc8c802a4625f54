"""Search by words, with one meaning on every database: each word of the query begins a word of the text."""

import sqlalchemy as sa
from sqlmodel import Session

from callintake.domain.text import query_readings

TICKETS = "ticket_search"
CONTACTS = "contact_search"
_LARGEST = 1_000_000
"""Bytes of words under which one row is found."""


def index(session: Session, table: str, row: int, words: list[str]) -> None:
    """Put the words under which a row is found in place of those it had."""
    session.execute(sa.text(f"DELETE FROM {table} WHERE rowid = :row"), {"row": row})
    distinct = _within_reach(words)
    if session.get_bind().dialect.name == "sqlite":
        insert, value = f"INSERT INTO {table} (rowid, words) VALUES (:row, :words)", " ".join(distinct)
    else:
        insert = f"INSERT INTO {table} (rowid, words) VALUES (:row, array_to_tsvector(string_to_array(:words, ' ')))"
        value = " ".join(distinct)
    session.execute(sa.text(insert), {"row": row, "words": value})


def sweep(session: Session, table: str) -> None:
    """Let words that were taken out of the index vanish from its pages too; SQLite keeps them until it merges these.

    Its `secure-delete` would do so at once, but makes an index that an SQLite before 3.42 can't read any more.
    PostgreSQL lets go of them when it vacuums, which no transaction can.
    """
    if session.get_bind().dialect.name == "sqlite":
        session.execute(sa.text(f"INSERT INTO {table} ({table}) VALUES ('optimize')"))


def _within_reach(words: list[str]) -> list[str]:
    """Return the different words, the first so many of them: beyond a megabyte PostgreSQL loses words in silence."""
    distinct, size = [], 0
    for word in dict.fromkeys(words):
        size += len(word.encode()) + 1
        if size > _LARGEST:
            break
        distinct.append(word)
    return distinct


def newest(session: Session, table: str, query: str, limit: int, before: int | None = None) -> list[int]:
    """Return the newest rows that a query finds, before one of them; none where it has no word to look for."""
    readings = query_readings(query)
    if not readings:
        return []
    if session.get_bind().dialect.name == "sqlite":
        match, condition = _either(readings, " AND ", " OR ", '"{}"*'), "words MATCH :match"
    else:
        match, condition = _either(readings, " & ", " | ", "'{}':*"), "words @@ CAST(:match AS tsquery)"
    if before is not None:
        condition += " AND rowid < :before"
    statement = sa.text(f"SELECT rowid FROM {table} WHERE {condition} ORDER BY rowid DESC LIMIT :limit")
    given = {"match": match, "limit": limit} | ({} if before is None else {"before": before})
    return list(session.execute(statement, given).scalars())


def _either(readings: list[list[str]], and_: str, or_: str, word_of: str) -> str:
    return or_.join(f"({and_.join(word_of.format(word) for word in words)})" for words in readings)
