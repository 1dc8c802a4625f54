"""Questions that are asked between two keys, put to the driver as they are."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

_VALUE = re.compile(r":([a-z_0-9]+)")


@lru_cache(maxsize=256)
def _as_psycopg_has_it(sql: str) -> str:
    return _VALUE.sub(r"%(\1)s", sql)


def rows_of(session: Session, sql: str, given: Mapping[str, Any]) -> Sequence[Any]:
    """Return the rows that a statement of ours finds, as the database has them; a value in it is written `:name`.

    What is asked between two keys goes to the driver as it is: on the way through the layers above it would cost more
    than the answer does.

    Raises:
        DBAPIError: whatever the driver raises, wrapped as SQLAlchemy wraps it.
    """
    connection = session.connection()
    dialect = connection.dialect
    if dialect.name != "sqlite":
        sql = _as_psycopg_has_it(sql)
    cursor = connection.connection.cursor()
    try:
        cursor.execute(sql, given)
        return cursor.fetchall()
    except dialect.loaded_dbapi.Error as error:
        raise DBAPIError.instance(
            sql, None, error, dialect.loaded_dbapi.Error, hide_parameters=True, dialect=dialect
        ) from error
    finally:
        cursor.close()
