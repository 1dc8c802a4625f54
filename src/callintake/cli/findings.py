"""What the doctor looks at; every look leaves things as they are."""

import argparse
import os
import shutil
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

from callintake.cli.delivery_findings import delivery_findings
from callintake.cli.finding import Finding, Sign
from callintake.cli.opening import config_of, opened
from callintake.config import Config
from callintake.domain.errors import Refused
from callintake.domain.text import clean_line

_COLUMNS, _LINES = 80, 24


def examine_all(args: argparse.Namespace) -> list[Finding]:
    """Return what was found, from the machine up to the desk."""
    findings = [_python(), *_terminal(), *_libraries()]
    try:
        config = config_of(args)
    except Refused as error:
        return [*findings, Finding(Sign.BAD, "settings", str(error), "mend the file, or name another with --config")]
    from callintake.cli.phone_findings import phone_findings

    return [*findings, _region(config), *_database(config), *phone_findings(config)]


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding(Sign.OK, "Python", f"{version}, {sys.implementation.name}")


def _terminal() -> Iterator[Finding]:
    if not (sys.stdin and sys.stdout and sys.stdin.isatty() and sys.stdout.isatty()):
        yield Finding(Sign.WARN, "terminal", "this is none, so the desk can't open here", "open it in a terminal")
    else:
        size = shutil.get_terminal_size()
        said = f"{size.columns}x{size.lines}"
        small = size.columns < _COLUMNS or size.lines < _LINES
        mend = f"make the window {_COLUMNS}x{_LINES} or larger" if small else ""
        yield Finding(Sign.WARN if small else Sign.OK, "terminal size", said, mend)
    yield _colour(os.environ.get("TERM", ""), os.environ.get("COLORTERM", ""))
    encoding = (getattr(sys.stdout, "encoding", None) or "none").casefold()
    if encoding.replace("-", "") == "utf8":
        yield Finding(Sign.OK, "characters", "UTF-8")
    else:
        yield Finding(Sign.WARN, "characters", f"{encoding}: names may look wrong", "set LANG to a UTF-8 locale")


def _colour(term: str, colorterm: str) -> Finding:
    if not term or term == "dumb":
        mend = "set TERM to what your terminal is, such as xterm-256color"
        return Finding(Sign.WARN, "colour", f"TERM is {clean_line(term) or 'not set'}", mend)
    if colorterm in ("truecolor", "24bit") or term.endswith("direct"):
        return Finding(Sign.OK, "colour", "16 million")
    return Finding(Sign.OK, "colour", f"{'256' if '256' in term else 'as many as ' + clean_line(term) + ' has'}")


def _libraries() -> Iterator[Finding]:
    from importlib.metadata import PackageNotFoundError, version

    for name, what in (
        ("textual", "screens"),
        ("sqlmodel", "database"),
        ("alembic", "schema upgrades"),
        ("email-validator", "e-mail"),
        ("phonenumbers", "phone numbers"),
        ("python-stdnum", "ticket numbers"),
    ):
        try:
            yield Finding(Sign.OK, what, f"{name} {version(name)}")
        except PackageNotFoundError:
            yield Finding(Sign.BAD, what, f"{name} is not installed", "install callintake again")


def _region(config: Config) -> Finding:
    try:
        from phonenumbers import SUPPORTED_REGIONS
    except ImportError:
        return Finding(Sign.BAD, "region", "phonenumbers can't be loaded", "install callintake again")
    if config.region in SUPPORTED_REGIONS:
        return Finding(Sign.OK, "region", f"numbers without a country code are of {config.region}")
    mend = 'write region = "GB", or yours, in the settings file'
    return Finding(Sign.BAD, "region", f"no country {config.region} is known to have numbers", mend)


def _database(config: Config) -> Iterator[Finding]:
    from callintake.store.database import parse_place

    try:
        url = parse_place(config.db)
    except Refused as error:
        yield Finding(Sign.BAD, "place", str(error), "name another with --db, or in the settings file")
        return
    if url.get_backend_name() == "sqlite":
        path = Path(url.database or "")
        yield _sqlite()
        yield from _permissions(path)
        if not os.path.lexists(path):
            mend = "open the desk once: `callintake`"
            yield Finding(Sign.OK, "desk", f"none yet at {path}; made on first use", mend)
            return
    elif not _has_psycopg():
        yield Finding(Sign.BAD, "PostgreSQL", "its driver is not installed", "install callintake[postgres]")
        return
    yield from _desk(config)


def _has_psycopg() -> bool:
    from importlib.util import find_spec

    return find_spec("psycopg") is not None


def _sqlite() -> Finding:
    import sqlite3

    from callintake.store.database import wal_is_safe

    if wal_is_safe():
        return Finding(Sign.OK, "SQLite", f"{sqlite3.sqlite_version}, write-ahead log")
    said = f"{sqlite3.sqlite_version}, rollback journal: its write-ahead log can corrupt a file"
    return Finding(Sign.OK, "SQLite", said, "nothing is wrong; SQLite 3.51.3 or newer saves a little faster")


def _permissions(path: Path) -> Iterator[Finding]:
    folder = next((parent for parent in path.parents if os.path.lexists(parent)), Path("/"))
    if not os.access(folder, os.W_OK | os.X_OK):
        yield Finding(Sign.BAD, "folder", f"{folder} can't be written to", "give yourself the right to, or use --db")
    elif os.path.lexists(path) and not os.access(path, os.R_OK | os.W_OK):
        yield Finding(Sign.BAD, "folder", f"{path} can't be written to", "give yourself the right to, or use --db")
    else:
        yield Finding(Sign.OK, "folder", f"{folder} can be written to")
    if os.name == "posix" and path.is_file() and stat.S_IMODE(path.stat().st_mode) & 0o077:
        yield Finding(Sign.WARN, "privacy", f"others on this machine may read {path}", f"chmod 600 {path}")


def _desk(config: Config) -> Iterator[Finding]:
    from callintake.services.agents import list_agents
    from callintake.store.database import schema_revision

    try:
        with opened(config, upgrade=False) as store:
            yield Finding(Sign.OK, "desk", f"{store.place}, schema {schema_revision(store)}")
            if store.dialect == "sqlite":
                from callintake.cli.database import sqlite_facts

                yield Finding(Sign.OK, "journal", sqlite_facts(store)["journal"])
            with store.reading() as session:
                roles = dict(list_agents(session))
                yield from delivery_findings(session)
    except Refused as error:
        yield Finding(Sign.BAD, "desk", str(error), "put right what it says, or name another database with --db")
        return
    name = clean_line(config.agent)[:80]
    if not name:
        yield Finding(Sign.BAD, "agent", "you have no name", "give one with --agent")
    elif name in roles:
        yield Finding(Sign.OK, "agent", f"you are {name}, {roles[name]}")
    else:
        role = "agent" if roles else "lead"
        yield Finding(Sign.OK, "agent", f"you are {name}; the desk adds you, as {role}, when you first open it")
    if roles and "lead" not in roles.values():
        yield Finding(Sign.BAD, "lead", "nobody leads this desk, so nobody may vouch", "restore a backup")
