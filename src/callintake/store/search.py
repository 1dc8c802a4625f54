"""The words under which rows are found: kept beside them, to be asked for by `store.lookup`."""

import sqlalchemy as sa
from sqlmodel import Session

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
