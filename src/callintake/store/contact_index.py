"""Many contacts put into the index at once: one by one they would cost more than all else of an import."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlmodel import Session

from callintake.store.search import CONTACTS


def index_new(session: Session, words: Mapping[int, Sequence[str]]) -> None:
    """Put contacts that are in no index yet into it, each by its id with the words that it is found by.

    The words of a contact are few, so none of them need be left out (compare `search.index`).
    """
    if not words:
        return
    value = (
        ":words" if session.get_bind().dialect.name == "sqlite" else "array_to_tsvector(string_to_array(:words, ' '))"
    )
    rows = [{"row": contact, "words": " ".join(dict.fromkeys(said))} for contact, said in words.items()]
    session.execute(sa.text(f"INSERT INTO {CONTACTS} (rowid, words) VALUES (:row, {value})"), rows)
