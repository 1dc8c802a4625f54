"""Questions that are asked between two keys, put to the driver as they are."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlmodel import Session

_VALUE = re.compile(r":([a-z_0-9]+)")


@lru_cache(maxsize=256)
def _as_psycopg_has_it(sql: str) -> str:
    return _VALUE.sub(r"%(\1)s", sql)


def rows_of(session: Session, sql: str, given: Mapping[str, Any]) -> Sequence[Any]:
    """Return the rows that a statement of ours finds, as the database has them; a value in it is written `:name`.

    What is asked between two keys goes to the driver as it is: to be compiled first would cost more than the answer.
    """
    connection = session.connection()
    if connection.dialect.name != "sqlite":
        sql = _as_psycopg_has_it(sql)
    return connection.exec_driver_sql(sql, dict(given)).all()
