"""A database as somebody finds it who goes around the program: the bare driver, none of our settings."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

RECORDS = ("ticket", "attempt", "event", "note")


class Raw:
    """A bare connection where every statement is a transaction of its own."""

    def __init__(self, connection: Any, errors: type[Exception], dialect: str) -> None:
        self._connection = connection
        self._errors = errors
        self.dialect = dialect

    def run(self, statement: str) -> list[tuple[Any, ...]]:
        """Return the rows of a statement, if it has any."""
        with closing(self._connection.cursor()) as cursor:
            cursor.execute(statement)
            return list(cursor.fetchall()) if cursor.description else []

    def refusal(self, statement: str) -> str | None:
        """Return what the database says no with, or None where it did as it was told."""
        try:
            self.run(statement)
        except self._errors as error:
            return str(error)
        return None

    def records(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return everything in the tables that are evidence."""
        return {
            table: [tuple(map(str, row)) for row in self.run(f"SELECT * FROM {table} ORDER BY id")] for table in RECORDS
        }


@contextmanager
def raw(place: str) -> Iterator[Raw]:
    """Connect to a desk's database without the program."""
    if "://" in place:
        import psycopg

        with psycopg.connect(place, autocommit=True) as connection:
            yield Raw(connection, psycopg.Error, "postgresql")
    else:
        with closing(sqlite3.connect(place, isolation_level=None)) as connection:
            yield Raw(connection, sqlite3.Error, "sqlite")
