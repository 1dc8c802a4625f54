"""Look-ups that are bounded however much is in the database, for what is answered between two keys."""

import json
from collections.abc import Iterable, Sequence
from string import ascii_lowercase, digits

from sqlmodel import Session

from callintake.store.rows import rows_of
from callintake.store.search import CONTACTS

_BEGINNING = 64
"""Characters of a contact's words that a name typed is compared with on PostgreSQL."""
_TRIED, _OFTEN = 100, 2
"""Of so many of the newest rows so many hold what is common, on PostgreSQL."""
_RARE = 2000
"""What at most so many rows hold is rare: they are fetched and sorted."""
_FOLLOWING = f"{ascii_lowercase}{digits}æðøþđħıłœ"
"""What follows the first letter of nearly every word in Latin script, once folded."""


def holding(
    session: Session, table: str, choices: Iterable[Sequence[str]], limit: int, before: int | None = None
) -> list[int]:
    """Return the newest rows, before one of them, that hold all words of one of the choices; a word ending in `*` may
    be the start of one.
    """
    match = _any_of(session, choices)
    if not match:
        return []
    condition = _matches(session, table)
    given: dict[str, object] = {"match": match, "limit": limit}
    earlier = ""
    if before is not None:
        earlier, given["before"] = "AND rowid < :before", before
    newest = f"SELECT rowid FROM {table} WHERE {condition} {earlier} ORDER BY rowid DESC LIMIT :limit"
    if _is_sqlite(session):
        return _ids(session, newest, **given)
    # PostgreSQL can't know how rare a word is, or what begins so. What is common is found soonest from the newest row
    # on; what is rare, by fetching all rows that hold it. Which it is, some of the newest rows tell.
    rare = (
        f"WITH some_of_newest AS (SELECT rowid, words FROM {table} WHERE true {earlier} ORDER BY rowid DESC"
        f" LIMIT {_TRIED}), often AS MATERIALIZED (SELECT count(*) >= {_OFTEN} AS is_so FROM some_of_newest"
        f" WHERE {condition}), held AS MATERIALIZED (SELECT rowid FROM {table} WHERE {condition} {earlier}"
        f" AND NOT (SELECT is_so FROM often) LIMIT {_RARE + 1})"
        " SELECT rowid, (SELECT count(*) FROM held) AS n FROM held"
        f" UNION ALL SELECT NULL, {_RARE + 1} FROM often WHERE is_so ORDER BY 1 DESC NULLS FIRST LIMIT :limit"
    )
    rows = rows_of(session, rare, given)
    if rows and rows[0][1] > _RARE:
        return _ids(session, newest, **given)
    return [row[0] for row in rows]


def contacts_holding(session: Session, choices: Sequence[Sequence[str]], limit: int) -> list[int]:
    """Return some contacts that hold all words of one of the choices, whichever are found first."""
    found = _matching(session, CONTACTS, _any_of(session, choices), limit)
    (word, *more), *others = choices
    if len(found) < limit and _is_sqlite(session) and len(word) == 2 and word.endswith("*") and not (more or others):
        # As few words begin with that letter, it costs little to look for those whose second letter is a rare one.
        return _matching(session, CONTACTS, _begun(word[0]), limit)
    return found


def contacts_beginning(session: Session, words: Sequence[str], limit: int) -> list[int]:
    """Return some contacts whose words begin with these, in this order, the last perhaps unfinished."""
    if not words:
        return []
    beginning = " ".join(words)
    if not _is_sqlite(session):
        return _ids(
            session,
            f"SELECT id FROM contact WHERE left(words, {_BEGINNING}) LIKE :beginning LIMIT :limit",
            beginning=f"{beginning[:_BEGINNING]}%",
            limit=limit,
        )
    begun = _begun_with_letter(beginning) if len(beginning) == 1 else [_begun(beginning)]
    return _matching(session, CONTACTS, " OR ".join(f"^ {term}" for term in begun), limit)


def contacts_by_ends(session: Session, pairs: Sequence[tuple[str, str]], limit: int) -> list[int]:
    """Return some contacts whose words begin with the first of a pair and hold its second."""
    if _is_sqlite(session):
        return _matching(
            session, CONTACTS, " OR ".join(f'(^ "{first}" AND "{second}")' for first, second in pairs), limit
        )
    # Where a word stands is not known to the index there; each pair is one look-up in it, not a part of one condition.
    return _ids(
        session,
        "SELECT DISTINCT rowid FROM unnest(CAST(:firsts AS text[]), CAST(:queries AS text[])) AS pair(first, query)"
        " CROSS JOIN LATERAL (SELECT rowid FROM contact_search WHERE words @@ CAST(query AS tsquery) LIMIT 100) AS hit"
        " WHERE (SELECT split_part(words, ' ', 1) FROM contact WHERE id = rowid) = first LIMIT :limit",
        firsts=[first for first, _ in pairs],
        queries=[f"'{first}' & '{second}'" for first, second in pairs],
        limit=limit,
    )


def organizations_beginning(session: Session, beginning: str, limit: int) -> list[str]:
    """Return the names of organizations that begin with this, compared as folded text, in order."""
    condition = (
        "folded >= :beginning AND folded < :beginning || char(1114111)"
        if _is_sqlite(session)
        else "starts_with(folded, :beginning)"
    )
    query = f"SELECT name FROM organization WHERE {condition} ORDER BY folded LIMIT :limit"
    return _names(session, query, beginning=beginning, limit=limit)


def organizations_by_first_word(session: Session, words: Sequence[str], limit: int) -> list[str]:
    """Return the names of some organizations whose first word, folded, is one of these, or `the` and one."""
    # What follows a word in a name, a blank or a sign, comes before "0"; what makes it longer comes after.
    if _is_sqlite(session):
        return _names(
            session,
            "SELECT name FROM json_each(:words) AS word CROSS JOIN organization"
            " WHERE folded >= word.value AND folded < word.value || '0' LIMIT :limit",
            words=json.dumps(words),
            limit=limit,
        )
    return _names(
        session,
        "SELECT name FROM organization WHERE substring(folded, :first) = ANY(:words) LIMIT :limit",
        first="^(?:the )?[^ -/]*",
        words=list(words),
        limit=limit,
    )


def _any_of(session: Session, choices: Iterable[Sequence[str]]) -> str:
    if _is_sqlite(session):
        return " OR ".join(f"({' AND '.join(map(_sqlite_term, words))})" for words in choices if words)
    return " | ".join(f"({' & '.join(map(_postgres_term, words))})" for words in choices if words)


def _sqlite_term(word: str) -> str:
    bare = word.removesuffix("*")
    if bare == word:
        return f'"{word}"'
    return f"({' OR '.join(_begun_with_letter(bare))})" if len(bare) == 1 else _begun(bare)


def _begun(bare: str) -> str:
    return f'"{bare}"*'


def _begun_with_letter(letter: str) -> list[str]:
    """Terms for the words that begin with one letter: the index has beginnings of two and three letters, and without
    it every word of the directory that begins with the letter would be gone through."""
    if not letter.isascii():
        return [_begun(letter)]
    return [f'"{letter}"', *(_begun(letter + following) for following in _FOLLOWING)]


def _postgres_term(word: str) -> str:
    bare = word.removesuffix("*")
    return f"'{bare}'" if bare == word else f"'{bare}':*"


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def _matching(session: Session, table: str, match: str, limit: int) -> list[int]:
    if not match:
        return []
    sql = f"SELECT rowid FROM {table} WHERE {_matches(session, table)} LIMIT :limit"
    return _ids(session, sql, match=match, limit=limit)


def _matches(session: Session, table: str) -> str:
    return f"{table} MATCH :match" if _is_sqlite(session) else "words @@ CAST(:match AS tsquery)"


def _ids(session: Session, query: str, **given: object) -> list[int]:
    return [row[0] for row in rows_of(session, query, given)]


def _names(session: Session, query: str, **given: object) -> list[str]:
    return [row[0] for row in rows_of(session, query, given)]
