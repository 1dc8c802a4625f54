"""Search by words, with one meaning on every database: each word of the query begins a word of the text."""

import sqlalchemy as sa
from sqlmodel import Session

from callintake.domain.text import query_words

TICKETS = "ticket_search"
CONTACTS = "contact_search"


def index(session: Session, table: str, row: int, words: list[str]) -> None:
    """Put the words under which a row is found in place of those it had."""
    session.execute(sa.text(f"DELETE FROM {table} WHERE rowid = :row"), {"row": row})
    distinct = sorted(set(words))
    if session.get_bind().dialect.name == "sqlite":
        insert, value = f"INSERT INTO {table} (rowid, words) VALUES (:row, :words)", " ".join(distinct)
    else:
        insert = f"INSERT INTO {table} (rowid, words) VALUES (:row, array_to_tsvector(string_to_array(:words, ' ')))"
        value = " ".join(distinct)
    session.execute(sa.text(insert), {"row": row, "words": value})


def matching(dialect: str, table: str, query: str) -> sa.TextClause | None:
    """Return a condition-ready subselect of the rows that a query finds; None where it has no word to look for."""
    words = query_words(query)
    if not words:
        return None
    if dialect == "sqlite":
        match = " ".join(f'"{word}"*' for word in words)
        return sa.text(f"SELECT rowid FROM {table} WHERE words MATCH :match").bindparams(match=match)
    match = " & ".join(f"'{word}':*" for word in words)
    return sa.text(f"SELECT rowid FROM {table} WHERE words @@ CAST(:match AS tsquery)").bindparams(match=match)
