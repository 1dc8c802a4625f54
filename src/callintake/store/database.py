"""Opening the database: where it is, what it is, and whether it may be used."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from callintake.domain.errors import GateShut, Refused
from callintake.store.migrations.triggers import GATE_SHUT, LOCKED

APPLICATION_ID = 0x43414C4C
"""Marks an SQLite file as ours (`CALL`)."""
HEAD = "0008"
"""The schema this program was written for; a test holds it to the newest migration."""
BUSY_SECONDS = 5.0
_SQLITE_MAGIC = b"SQLite format 3\x00"


class DatabaseRefused(Refused):
    """The database can't be used as it is; the message says why, and it was not touched."""


def wal_is_safe(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> bool:
    """Whether this SQLite is free of the WAL-reset race of 3.7.0 to 3.51.2, which can corrupt a file."""
    return version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)


@dataclass(frozen=True)
class Store:
    """An open database.

    Everything that changes it goes through `transaction`, which commits at its end or leaves nothing; reading goes
    through `reading`.
    """

    engine: Engine

    @cached_property
    def reader(self) -> Engine:
        """The engine whose transactions see one moment and take no write lock."""
        if self.dialect == "postgresql":
            return self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        return self.engine.execution_options(readonly=True)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session whose changes are kept together or not at all."""
        with plain_errors(), Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one moment and takes no write lock."""
        with plain_errors(), Session(self.reader, expire_on_commit=False) as session:
            yield session

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.engine.dialect.name

    @property
    def place(self) -> str:
        """Where the database is, without any password."""
        url = self.engine.url
        return url.database or "" if self.dialect == "sqlite" else url.render_as_string(hide_password=True)

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()


@contextmanager
def plain_errors() -> Iterator[None]:
    """Turn what a database says into one line for a person; bound values stay out of it."""
    try:
        yield
    except DBAPIError as error:
        raise _explained(error) from None


def _explained(error: DBAPIError) -> Refused:
    said = next(iter(str(error.orig or "").strip().splitlines()), type(error).__name__)
    if GATE_SHUT in said:
        return GateShut(f"the database refused it: {said}")
    if LOCKED in said:
        # A contact, not the database.
        return Refused(f"the database refused it: {said}")
    hints = {
        "readonly": "the database can't be written to: check the permissions of its file and folder",
        "full": "the disk is full: free some room and try again",
        "locked": "the database is busy with another program's work: try again",
        "malformed": "the database is damaged: restore it from a backup",
        "unable to open": "the database can't be opened: check the permissions of its file and folder",
        "disk I/O": "the disk reports an error: check it, and the permissions of the database's file and folder",
    }
    hint = next((hint for word, hint in hints.items() if word in said), None)
    return DatabaseRefused(hint or f"the database refused it: {said}")


def parse_place(place: str) -> URL:
    """Return the address in a path, a `sqlite:///…` or a `postgresql://…`.

    Raises:
        DatabaseRefused: it is another kind of address, or not one at all; a password in it is not repeated.
    """
    if "://" not in place:
        return _file_url(place)
    scheme = place.partition("://")[0]
    try:
        url = sa.make_url(place)
        if "@" in (url.host or ""):
            raise ValueError
        if url.port is not None and not 0 < url.port < 65536:
            raise ValueError
    except (sa.exc.ArgumentError, ValueError):
        raise DatabaseRefused(
            f"this {scheme[:20]} address can't be read: special characters in a password are %-encoded"
        ) from None
    if scheme == "sqlite":
        if not url.database or url.database == ":memory:":
            raise DatabaseRefused("a desk needs a file: sqlite:///path/to/desk.db")
        return _file_url(url.database)
    if scheme in ("postgresql", "postgres", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg")
    raise DatabaseRefused(f"{scheme[:20]}:// is no database that callintake knows: give a path or postgresql://…")


def remove_file(path: Path) -> None:
    """Remove an SQLite file that was just made, with its journals."""
    for suffix in ("", "-journal", "-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)


def _file_url(name: str) -> URL:
    try:
        path = Path(name).expanduser().absolute()
        usable = b"\0" not in os.fsencode(path)
    except (RuntimeError, UnicodeEncodeError):
        usable = False
    if not usable:
        raise DatabaseRefused(f"“{name[:60]}” can't be the name of a file")
    return URL.create("sqlite+pysqlite", database=str(path))


def open_store(place: str, *, create: bool = True, upgrade: bool = True) -> Store:
    """Open the database at a path or URL, making or upgrading it where that is allowed.

    Raises:
        DatabaseRefused: it is missing, foreign, damaged, read-only or of a newer program; it is left as it was.
    """
    url = parse_place(place)
    is_new = False
    if url.get_backend_name() == "sqlite":
        is_new = _check_file(Path(url.database or ""), create=create)
        engine = _sqlite_engine(url)
    else:
        engine = _postgres_engine(url)
    store = Store(engine)
    try:
        _bring_to_head(store, is_new=is_new, create=create, upgrade=upgrade)
    except BaseException:
        store.close()
        if is_new:
            # Ours, and nothing in it yet: left behind, it would be refused as empty the next time.
            remove_file(Path(url.database or ""))
        raise
    return store


def schema_revision(store: Store) -> str | None:
    """Return the schema's revision, or None where nothing has been made yet."""
    with plain_errors(), store.reader.connect() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()


def _bring_to_head(store: Store, *, is_new: bool, create: bool, upgrade: bool) -> None:
    revision = schema_revision(store)
    if revision == HEAD:
        return
    if revision is not None and not (len(revision) == len(HEAD) and revision.isdigit()):
        raise DatabaseRefused(f"{store.place} is a database of another program; it was left as it is")
    if revision is not None and revision > HEAD:
        raise DatabaseRefused(
            f"this database is of a newer callintake (schema {revision}, this one knows {HEAD}): upgrade the program"
        )
    if revision is None and not is_new and store.dialect == "sqlite":
        raise DatabaseRefused(f"{store.place} has no callintake schema in it: it was left as it is")
    if revision is None and not create:
        raise DatabaseRefused(f"there is no desk at {store.place} yet: open one there with `callintake`")
    if revision is not None and not upgrade:
        raise DatabaseRefused(f"the schema is {revision}, this program needs {HEAD}: run `callintake db upgrade`")
    if revision is None and store.dialect == "postgresql" and not _is_empty(store):
        raise DatabaseRefused(f"{store.place} holds tables of another program; give the desk a database of its own")
    from callintake.store.migrate import migrate

    with plain_errors():
        migrate(store.engine)


def _is_empty(store: Store) -> bool:
    """Whether a database is nobody's yet, or has become a desk meanwhile."""
    with plain_errors(), store.engine.connect() as connection:
        names = sa.inspect(connection).get_table_names()
    return not names or "alembic_version" in names


def _check_file(path: Path, *, create: bool) -> bool:
    """Refuse a file that is not ours; return whether it is still to be made."""
    try:
        exists, is_file = path.exists(), path.is_file()
    except OSError as error:
        raise DatabaseRefused(f"{path} can't be reached: {error.strerror}") from None
    if exists and not is_file:
        raise DatabaseRefused(f"{path} is {'a folder; name a file in it' if path.is_dir() else 'no file'}")
    if not exists:
        if not create:
            raise DatabaseRefused(f"there is no database at {path}")
        _make_file(path)
        return True
    try:
        with path.open("rb") as file:
            head = file.read(100)
    except OSError as error:
        raise DatabaseRefused(f"{path} can't be read: {error.strerror}") from None
    if not head:
        raise DatabaseRefused(f"{path} is empty: it was a database once, or never; move it away to start a new one")
    if not head.startswith(_SQLITE_MAGIC) or len(head) < 100:
        raise DatabaseRefused(f"{path} is not a database; it was left as it is")
    if int.from_bytes(head[68:72], "big") != APPLICATION_ID:
        raise DatabaseRefused(f"{path} is a database of another program; it was left as it is")
    if not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK):
        raise DatabaseRefused(f"{path} is read-only here: check the permissions of the file and its folder")
    return False


def _make_file(path: Path) -> None:
    """Make our file in its folder, for its owner alone; a path that exists is never made anew."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except OSError as error:
        raise DatabaseRefused(f"no database can be made at {path}: {error.strerror}") from None


def _sqlite_engine(url: URL) -> Engine:
    engine = sa.create_engine(url, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS})
    journal = "WAL" if wal_is_safe() else "TRUNCATE"

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        # Setting it writes to the file, which is left alone where it may turn out to be of no use.
        if connection.execute("PRAGMA application_id").fetchone() != (APPLICATION_ID,):
            connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
        # `synchronous` before `journal_mode`: in the other order power cuts lost commits.
        for pragma in (
            "synchronous=EXTRA",
            f"journal_mode={journal}",
            "foreign_keys=ON",
            "secure_delete=ON",
            "recursive_triggers=ON",
            "trusted_schema=OFF",
            "temp_store=MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A deferred transaction that reads before it writes fails at once when another writer came between.
        readonly = connection.get_execution_options().get("readonly")
        connection.exec_driver_sql("BEGIN" if readonly else "BEGIN IMMEDIATE")

    return engine


def _postgres_engine(url: URL) -> Engine:
    try:
        engine = sa.create_engine(url, hide_parameters=True, connect_args={"connect_timeout": 5}, pool_pre_ping=True)
    except ModuleNotFoundError:
        raise DatabaseRefused("PostgreSQL needs its driver: install callintake[postgres]") from None
    try:
        with engine.connect():
            return engine
    except (DBAPIError, ValueError) as error:
        where = url.render_as_string(hide_password=True)
        said = next(iter(str(getattr(error, "orig", None) or "").strip().splitlines()), type(error).__name__)
        raise DatabaseRefused(f"{where} does not answer: {said}") from None
