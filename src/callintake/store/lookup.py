"""Look-ups that are bounded however much is in the database, for what is answered between two keys."""

import json
from collections.abc import Iterable, Sequence
from string import ascii_lowercase, digits

import sqlalchemy as sa
from sqlmodel import Session

from callintake.store.search import CONTACTS

_BEGINNING = 64
"""Characters of a contact's words that a name typed is compared with on PostgreSQL."""


def holding(session: Session, table: str, choices: Iterable[Sequence[str]], limit: int) -> list[int]:
    """Return the newest rows that hold all words of one of the choices; a word ending in `*` may be the start of one.

    Not for a choice that nearly every row meets: on PostgreSQL all of them are looked at.
    """
    sqlite = _is_sqlite(session)
    match = _any_of(choices, sqlite=sqlite)
    if not match:
        return []
    condition = "words MATCH :match" if sqlite else "words @@ CAST(:match AS tsquery)"
    return _ids(
        session, f"SELECT rowid FROM {table} WHERE {condition} ORDER BY rowid DESC LIMIT :limit", match=match, limit=limit
    )


def contacts_holding(session: Session, choices: Iterable[Sequence[str]], limit: int) -> list[int]:
    """Return some contacts that hold all words of one of the choices, whichever are found first."""
    sqlite = _is_sqlite(session)
    match = _any_of(choices, sqlite=sqlite)
    if not match:
        return []
    condition = "words MATCH :match" if sqlite else "words @@ CAST(:match AS tsquery)"
    return _ids(session, f"SELECT rowid FROM {CONTACTS} WHERE {condition} LIMIT :limit", match=match, limit=limit)


def contacts_beginning(session: Session, words: Sequence[str], limit: int) -> list[int]:
    """Return some contacts whose words begin with these, in this order, the last perhaps unfinished."""
    if not words:
        return []
    if not _is_sqlite(session):
        beginning = " ".join(words)[:_BEGINNING]
        return _ids(
            session,
            f"SELECT id FROM contact WHERE left(words, {_BEGINNING}) LIKE :beginning LIMIT :limit",
            beginning=f"{beginning}%",
            limit=limit,
        )
    if len(words) == 1 and len(words[0]) == 1:
        match = " OR ".join(f'^ "{start}"*' for start in _longer(words[0]))
    else:
        match = f'^ "{" ".join(words)}"*'
    return _ids(
        session, f"SELECT rowid FROM {CONTACTS} WHERE words MATCH :match LIMIT :limit", match=match, limit=limit
    )


def contacts_by_ends(session: Session, pairs: Iterable[tuple[str, str]], limit: int) -> list[int]:
    """Return some contacts whose words begin with the first of a pair and hold its second."""
    if _is_sqlite(session):
        match = " OR ".join(f'(^ "{first}" AND "{second}")' for first, second in pairs)
        if not match:
            return []
        return _ids(
            session, f"SELECT rowid FROM {CONTACTS} WHERE words MATCH :match LIMIT :limit", match=match, limit=limit
        )
    pairs = list(pairs)
    match = _any_of(pairs, sqlite=False)
    if not match:
        return []
    return _ids(
        session,
        f"SELECT rowid FROM {CONTACTS} JOIN contact ON contact.id = rowid WHERE {CONTACTS}.words @@ CAST(:match AS"
        " tsquery) AND split_part(contact.words, ' ', 1) = ANY(:firsts) LIMIT :limit",
        match=match,
        firsts=[first for first, _ in pairs],
        limit=limit,
    )


def organizations_beginning(session: Session, words: Sequence[str], limit: int) -> list[str]:
    """Return the names of organizations whose first word, compared without case and accents, is one of these."""
    # What follows a word in a name, a blank or a sign, comes before "0"; a longer word's next letter comes after it.
    if _is_sqlite(session):
        query = (
            "SELECT name FROM json_each(:words) AS word CROSS JOIN organization"
            " WHERE folded >= word.value AND folded < word.value || '0' LIMIT :limit"
        )
        given: object = json.dumps(words)
    else:
        query = (
            "SELECT name FROM unnest(:words) AS word CROSS JOIN organization"
            " WHERE folded >= word COLLATE \"C\" AND folded < (word || '0') COLLATE \"C\" LIMIT :limit"
        )
        given = list(words)
    return [name for (name,) in session.execute(sa.text(query), {"words": given, "limit": limit})]


def _any_of(choices: Iterable[Sequence[str]], *, sqlite: bool) -> str:
    and_, or_ = (" AND ", " OR ") if sqlite else (" & ", " | ")
    term = _sqlite_term if sqlite else _postgres_term
    return or_.join(f"({and_.join(map(term, words))})" for words in choices if words)


def _sqlite_term(word: str) -> str:
    bare = word.removesuffix("*")
    if bare == word:
        return f'"{word}"'
    if len(bare) > 1:
        return f'"{bare}"*'
    return f"({' OR '.join(f'"{start}"*' for start in _longer(bare))})"


def _postgres_term(word: str) -> str:
    bare = word.removesuffix("*")
    return f"'{bare}'" if bare == word else f"'{bare}':*"


def _longer(letter: str) -> list[str]:
    """What a word that begins with a letter begins with; the index has beginnings of two letters, none of one."""
    return [letter + following for following in ascii_lowercase + digits]


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def _ids(session: Session, query: str, **given: object) -> list[int]:
    return list(session.execute(sa.text(query), given).scalars())
