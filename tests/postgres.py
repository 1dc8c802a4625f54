"""A PostgreSQL of the tests' own, made from the server's binaries and gone without a trace afterwards."""

import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from itertools import count
from pathlib import Path
from typing import Any, Self

from tests.memory import folder_in_memory

_USER = "callintake"
_START_TIMEOUT = 30.0
_STOP_TIMEOUT = 10.0
_ATTEMPTS = 5
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}


def find_postgres() -> Path | None:
    """Return the folder of PostgreSQL's server binaries: PATH's, `pg_config`'s or Debian's newest; else None.

    Always None on Windows, where `PostgresCluster` can't stop a server.
    """
    if os.name != "posix":
        return None
    return next((folder for folder in _candidates() if _has_server(folder)), None)


class PostgresCluster:
    """A running PostgreSQL on 127.0.0.1 that trusts everybody and keeps nothing safe: UTF-8, C locale, no fsync.

    Each process of a parallel test run can start its own. PostgreSQL refuses to run as root; under root the
    server runs as `postgres` or else `nobody`. As a context manager it stops when the block ends. `port` is where
    it listens, `folder` holds all its files.

    Raises:
        FileNotFoundError: `find_postgres` finds nothing.
        RuntimeError: the server doesn't start; the message holds what it said.
    """

    def __init__(self) -> None:
        binaries = find_postgres()
        if binaries is None:
            raise FileNotFoundError("PostgreSQL's server binaries are not here")
        self._numbers = count(1)
        self._process: subprocess.Popen[bytes] | None = None
        self.folder = Path(tempfile.mkdtemp(prefix="callintake-postgres-", dir=folder_in_memory()))
        self._identity = _unprivileged()
        try:
            if self._identity:
                shutil.chown(self.folder, self._identity["user"], self._identity["group"])
            self._initialize(binaries)
            self.port = self._start(binaries)
        except BaseException:
            self.stop()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def create_database(self, template: str | None = None) -> str:
        """Create a database and return its URL.

        Args:
            template: the URL of a database of this cluster to copy; nobody may be connected to it.
        """
        name = f"desk_{next(self._numbers)}"
        copied = f' TEMPLATE "{_name(template)}"' if template else ""
        self._execute(f'CREATE DATABASE "{name}"{copied}')
        return self._url(name)

    def drop_database(self, url: str) -> None:
        """Drop a database by its URL, along with any connections to it that are still open."""
        self._execute(f'DROP DATABASE IF EXISTS "{_name(url)}" WITH (FORCE)')

    def stop(self) -> None:
        """Stop the server and remove all its files; does nothing the second time."""
        if self._process is not None:
            # The "fast" shutdown, which disconnects whoever is still there instead of waiting for them.
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(_STOP_TIMEOUT)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    @property
    def _log(self) -> Path:
        return self.folder / "log"

    def _url(self, database: str) -> str:
        return f"postgresql://{_USER}@127.0.0.1:{self.port}/{database}"

    def _execute(self, statement: str) -> None:
        # Imported late, so that all tests of SQLite can be collected where psycopg isn't installed.
        import psycopg

        with psycopg.connect(self._url("postgres"), autocommit=True) as connection:
            connection.execute(statement)

    def _initialize(self, binaries: Path) -> None:
        encoding = ["-E", "UTF8", "--locale=C"]
        user = ["-U", _USER, "-A", "trust"]
        self._spawn(binaries / "initdb", "-D", self._data, *user, *encoding, "--no-sync").wait()
        if not (self._data / "PG_VERSION").exists():
            raise RuntimeError(f"initdb failed:\n{self._said()}")

    def _start(self, binaries: Path) -> int:
        for _ in range(_ATTEMPTS):
            # Somebody else may take the port before the server does; it then ends at once, and gets another.
            port = _free_port()
            settings = [f"-c{name}={value}" for name, value in _SETTINGS.items()]
            place: list[str | Path] = ["-D", self._data, "-k", self.folder, "-p", str(port)]
            self._process = self._spawn(binaries / "postgres", *place, *settings)
            deadline = time.monotonic() + _START_TIMEOUT
            while self._process.poll() is None:
                if self._ready():
                    return port
                if time.monotonic() > deadline:
                    raise RuntimeError(f"PostgreSQL isn't ready after {_START_TIMEOUT:g} s:\n{self._said()}")
                time.sleep(0.01)
            self._process = None
        raise RuntimeError(f"PostgreSQL ends as soon as it starts:\n{self._said()}")

    def _ready(self) -> bool:
        # As pg_ctl tells it. A connection could be answered by another cluster that has taken the port.
        try:
            return (self._data / "postmaster.pid").read_text().splitlines()[7].strip() == "ready"
        except (FileNotFoundError, IndexError):
            return False

    def _said(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace")

    def _spawn(self, *argv: str | Path) -> subprocess.Popen[bytes]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))}
        with self._log.open("ab") as log:
            return subprocess.Popen(
                argv,
                # A time zone given is one that initdb needn't search for.
                env={**kept, "LC_ALL": "C", "TZ": "UTC"},
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Ctrl+C at the tests must not stop the server under them before they have cleaned up.
                start_new_session=True,
                **self._identity,
            )


def _candidates() -> list[Path]:
    found = shutil.which("initdb")
    candidates = [Path(found).parent, Path(found).resolve().parent] if found else []
    if config := shutil.which("pg_config"):
        told = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=False).stdout.strip()
        candidates += [Path(told)] if told else []
    versions = Path("/usr/lib/postgresql").glob("*/bin")
    return candidates + sorted(versions, key=lambda folder: _numbers(folder.parent.name), reverse=True)


def _numbers(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version)]


def _has_server(folder: Path) -> bool:
    return all(shutil.which(name, path=str(folder)) for name in ("initdb", "postgres"))


def _unprivileged() -> dict[str, Any]:
    """Whom a process of the server must run as, as arguments of `Popen`: nobody else, except under root."""
    import pwd  # Windows hasn't got it

    if os.geteuid() != 0:
        return {}
    users = {user.pw_name: user for user in pwd.getpwall()}
    user = users.get("postgres") or users["nobody"]
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _name(url: str) -> str:
    return url.rpartition("/")[2]
