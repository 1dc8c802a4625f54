"""Bringing a schema to its newest revision; imported only when it is behind."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import text
from sqlalchemy.engine import Engine

_LOCK = 0x43414C4C
"""The key of PostgreSQL's advisory lock for bringing a schema up."""


def alembic_config() -> Config:
    """Return Alembic's settings: our migrations, no file."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    return config


def migrate(engine: Engine) -> None:
    """Run every migration that is missing, in one transaction: all of it or nothing."""
    config = alembic_config()
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            # Whoever comes second waits, and then finds nothing left to do; SQLite's transaction is such a lock.
            connection.execute(text("SELECT pg_advisory_xact_lock(:ours)"), {"ours": _LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
