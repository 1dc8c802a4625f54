"""What many tests need: a desk of their own on each database, and the people who call it."""

import json
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from callintake.services import agents, directory
from callintake.services.history import acting_at
from callintake.store.database import Store, open_store
from tests.memory import folder_in_memory
from tests.postgres import PostgresCluster, find_postgres

if (folder := folder_in_memory()) is not None:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", folder)

DATA = Path(__file__).parent / "data"
REGION = "GB"
LEAD = "kim"


@pytest.fixture(scope="session")
def cluster() -> Iterator[PostgresCluster]:
    """A throwaway PostgreSQL."""
    if find_postgres() is None:
        if os.environ.get("CALLINTAKE_NEEDS_POSTGRES"):
            pytest.fail("PostgreSQL's server binaries are not here, and no test of it may be skipped")
        pytest.skip("PostgreSQL's server binaries are not here")
    with PostgresCluster() as running:
        yield running


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk with the directory of the scripts and one lead, to be copied."""
    path = tmp_path_factory.mktemp("template") / "desk.db"
    _furnish(str(path))
    return path


@pytest.fixture(scope="session")
def postgres_template(cluster: PostgresCluster) -> str:
    """The same desk on PostgreSQL."""
    url = cluster.create_database()
    _furnish(url)
    return url


def _furnish(place: str) -> None:
    store = open_store(place)
    # Before any call of a test: a number that was written in its call proves nothing.
    with store.transaction() as session, acting_at(datetime(2025, 12, 1, 8, tzinfo=UTC)):
        agents.sign_in(session, LEAD)
        with (DATA / "directory.csv").open(encoding="utf-8") as lines:
            directory.import_contacts(session, lines, REGION, LEAD)
    store.close()


@pytest.fixture
def desk_file(sqlite_template: Path, tmp_path: Path) -> Path:
    """A furnished desk in an SQLite file of the test's own."""
    return Path(shutil.copy(sqlite_template, tmp_path / "desk.db"))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def place(request: pytest.FixtureRequest) -> Iterator[str]:
    """Where a furnished desk of the test's own is, on each database in turn."""
    if request.param == "sqlite":
        yield str(request.getfixturevalue("desk_file"))
        return
    running: PostgresCluster = request.getfixturevalue("cluster")
    url = running.create_database(template=request.getfixturevalue("postgres_template"))
    yield url
    running.drop_database(url)


@pytest.fixture
def store(place: str) -> Iterator[Store]:
    """A furnished desk of the test's own, open."""
    store = open_store(place)
    yield store
    store.close()


@pytest.fixture
def session(store: Store) -> Iterator[Session]:
    """One transaction on that desk."""
    with store.transaction() as session:
        yield session


def corpus(where: str) -> list[Any]:
    """The hostile inputs that belong in a place, each as a parameter under its id."""
    entries = json.loads((DATA / "bad_inputs.json").read_text(encoding="utf-8"))
    return [
        pytest.param(entry["value"] * entry.get("repeat", 1), id=entry["id"])
        for entry in entries
        if where in entry["where"].split(",") and "bytes_hex" not in entry
    ]


def call_script(name: str) -> dict[str, Any]:
    """The script of a call, by the start of its name."""
    path = next((DATA / "calls").glob(f"{name}*.json"))
    script: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return script
