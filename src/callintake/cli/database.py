"""`db`: care of the database."""

import argparse
from typing import TYPE_CHECKING

from callintake.cli.opening import config_of, opened
from callintake.cli.output import say
from callintake.cli.parser import Commands, Parser
from callintake.domain.errors import Refused

if TYPE_CHECKING:
    from callintake.store.database import Store

_SHOWN = 20


def add_commands(parser: Parser, commands: Commands) -> None:
    """Add the care of the database."""
    group, verbs = parser.group(commands, "db", "care of the database")
    group.command(verbs, "info", info, "what the database is, and how it is kept")
    group.command(verbs, "check", check, "look for damage; nothing is changed")
    group.command(verbs, "upgrade", upgrade, "bring the schema to what this program needs")


def info(args: argparse.Namespace) -> int:
    """Print what the database is."""
    import sqlalchemy as sa

    from callintake.domain.view import Filter, View
    from callintake.services.queue import count
    from callintake.store.database import schema_revision

    with opened(config_of(args), upgrade=False) as store:
        said = {"place": store.place, "kind": store.dialect, "schema": schema_revision(store) or "none"}
        if store.dialect == "sqlite":
            said |= sqlite_facts(store)
        else:
            with store.reading() as session:
                said["server"] = str(session.connection().execute(sa.text("SHOW server_version")).scalar())
        with store.reading() as session:
            said["tickets"] = str(count(session, Filter(View.ALL)))
    for name, value in said.items():
        say(f"{name:<14}{value}")
    return 0


def sqlite_facts(store: "Store") -> dict[str, str]:
    """Return which SQLite keeps the file, in which journal mode, and why in that one."""
    import sqlite3

    from sqlalchemy import text

    from callintake.store.database import plain_errors, wal_is_safe

    with plain_errors(), store.reader.connect() as connection:
        mode = str(connection.execute(text("PRAGMA journal_mode")).scalar())
    why = (
        "this SQLite keeps a write-ahead log safely"
        if wal_is_safe()
        else "SQLite 3.7.0 to 3.51.2 can corrupt a write-ahead log, so a rollback journal is used"
    )
    return {"sqlite": sqlite3.sqlite_version, "journal": f"{mode}: {why}"}


def check(args: argparse.Namespace) -> int:
    """Look through the whole database.

    Raises:
        Refused: it is damaged.
    """
    from sqlalchemy import text

    from callintake.store.database import plain_errors

    with opened(config_of(args), upgrade=False) as store:
        if store.dialect != "sqlite":
            with plain_errors(), store.reader.connect() as connection:
                connection.execute(text("SELECT count(*) FROM ticket JOIN event ON event.ticket_id = ticket.id"))
            say("the database answers; its own tools look for damage")
            return 0
        with plain_errors(), store.reading() as session:
            connection = session.connection()
            damage = [str(row[0]) for row in connection.execute(text("PRAGMA integrity_check"))]
            orphans = [f"{row[0]} row {row[1]} points to no {row[2]}"
                       for row in connection.execute(text("PRAGMA foreign_key_check"))]  # fmt: skip
    found = [line for line in damage if line != "ok"] + orphans
    for line in found[:_SHOWN]:
        say(line)
    if found:
        raise Refused(f"the database is damaged ({len(found)} findings): keep a copy, and restore it from a backup")
    say("no damage found")
    return 0


def upgrade(args: argparse.Namespace) -> int:
    """Bring the schema to its newest revision."""
    from callintake.store.database import parse_place, schema_revision

    config = config_of(args)
    # An empty PostgreSQL database is how a shared desk begins; a file that is not there is a slip of the pen.
    shared = parse_place(config.db).get_backend_name() != "sqlite"
    with opened(config, create=shared) as store:
        say(f"schema {schema_revision(store)}")
    return 0
