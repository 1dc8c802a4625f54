"""Where the database is, whether it may be used, and how its connections are set."""

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlmodel import Session

from callintake.domain.errors import Refused
from callintake.services import agents
from callintake.store.database import (
    APPLICATION_ID,
    HEAD,
    DatabaseRefused,
    Store,
    open_store,
    parse_place,
    schema_revision,
    wal_is_safe,
)
from callintake.store.tables import AgentRow
from tests.postgres import PostgresCluster


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file in a folder, side files of SQLite included."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_new_desk_is_its_owners_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        open_store(str(tmp_path / "a" / "desk" / "desk.db")).close()
    finally:
        os.umask(before)
    assert mode(tmp_path / "a" / "desk" / "desk.db") == 0o600
    assert mode(tmp_path / "a" / "desk") == 0o700


def test_a_connection_is_set_for_power_cuts_and_for_other_writers(desk_file: Path) -> None:
    store = open_store(str(desk_file))
    with store.engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in (
                *("synchronous", "foreign_keys", "recursive_triggers", "application_id", "trusted_schema"),
                *("journal_mode", "busy_timeout"),
            )
        }
    store.close()
    assert pragmas == {
        "synchronous": 3,
        "foreign_keys": 1,
        "recursive_triggers": 1,
        "application_id": APPLICATION_ID,
        "trusted_schema": 0,
        "journal_mode": "wal" if wal_is_safe() else "truncate",
        "busy_timeout": 5000,
    }


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        *(((3, 7, 0), False), ((3, 40, 1), False), ((3, 44, 5), False), ((3, 44, 6), True), ((3, 45, 0), False)),
        *(((3, 50, 6), False), ((3, 50, 7), True), ((3, 50, 8), True), ((3, 51, 0), False), ((3, 51, 2), False)),
        *(((3, 51, 3), True), ((3, 52, 0), True), ((4, 0, 0), True)),
    ],
)
def test_write_ahead_is_used_only_where_its_race_is_mended(version: tuple[int, ...], safe: bool) -> None:
    assert wal_is_safe(version) is safe


def sign_in_and_fail(session: Session, name: str) -> None:
    agents.sign_in(session, name)
    raise RuntimeError("no")


def add_impossible_agent(session: Session) -> None:
    lead = session.get(AgentRow, "kim")
    assert lead is not None
    session.add(AgentRow(name="Secret Person", role="no such role", created_at=lead.created_at))
    session.flush()


def test_a_transaction_is_kept_whole_or_leaves_nothing(store: Store) -> None:
    with store.transaction() as session:
        agents.sign_in(session, "kept")
    with pytest.raises(RuntimeError, match="no"), store.transaction() as session:
        sign_in_and_fail(session, "gone")
    with store.reading() as session:
        assert session.get(AgentRow, "kept")
        assert session.get(AgentRow, "gone") is None


def test_a_reader_sees_one_moment_and_keeps_no_writer_waiting(store: Store) -> None:
    with store.transaction() as session:
        agents.sign_in(session, "early")
    with store.reading() as reading, store.reading() as other:
        assert agents.is_lead(reading, "early") is agents.is_lead(other, "early") is False


def test_an_error_of_the_database_says_nothing_of_what_people_typed(store: Store) -> None:
    with pytest.raises(DatabaseRefused) as refusal, store.transaction() as session:
        add_impossible_agent(session)
    assert "Secret" not in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert refusal.value.__cause__ is None


@pytest.mark.parametrize(
    ("place", "backend", "database"),
    [
        ("/tmp/x/desk.db", "sqlite", "/tmp/x/desk.db"),
        ("sqlite:////tmp/x/desk.db", "sqlite", "/tmp/x/desk.db"),
        ("/tmp/50% off/é #1?.db", "sqlite", "/tmp/50% off/é #1?.db"),
        ("postgresql://u:p%40ss@h:5432/db", "postgresql", "db"),
        ("postgres://h/db", "postgresql", "db"),
        ("postgresql+psycopg://h/db", "postgresql", "db"),
    ],
)
def test_a_place_is_a_path_or_an_address(place: str, backend: str, database: str) -> None:
    url = parse_place(place)
    assert (url.get_backend_name(), url.database) == (backend, database)


def test_a_path_begins_at_home_or_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert parse_place("~/desk.db").database == parse_place("desk.db").database == str(tmp_path / "desk.db")
    assert parse_place("sqlite:///desk.db").database == str(tmp_path / "desk.db")


@pytest.mark.parametrize(
    "place",
    [
        *("mysql://u:hunter2@h/db", "http://127.0.0.1:5432/", "file:///etc/passwd", "postgresql://u:hunter2@h:no/db"),
        *("postgresql://u:hunter2@h:99999/db", "sqlite://", "sqlite:///:memory:", "postgresql://u:hun/ter2@h:x/db"),
        *("://", "x://", "postgresql://[::1"),
    ],
)
def test_an_address_that_is_none_is_refused_without_its_password(place: str) -> None:
    with pytest.raises(DatabaseRefused) as refusal:
        parse_place(place)
    assert "hun" not in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_server_that_does_not_answer_is_refused_without_its_password() -> None:
    with pytest.raises(DatabaseRefused, match="does not answer") as refusal:
        open_store("postgresql://desk:hunter2@127.0.0.1:1/desk")
    assert "hunter2" not in str(refusal.value)
    assert "\n" not in str(refusal.value)


def foreign(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE photos (id INTEGER)")
        connection.commit()


def rewritten(path: Path, change: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(change)


def damaged(path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[:100] + b"\xff" * (len(whole) - 100))


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:100])


UNUSABLE: dict[str, tuple[Callable[[Path], object], str]] = {
    "empty": (lambda path: path.write_bytes(b""), "is empty"),
    "text": (lambda path: path.write_text("dear diary\n" * 100), "is not a database"),
    "short": (lambda path: path.write_bytes(b"SQLite format 3\x00"), "is not a database"),
    "of another program": (lambda path: (path.unlink(), foreign(path)), "of another program"),
    "newer": (lambda path: rewritten(path, "UPDATE alembic_version SET version_num = '9999'"), "newer callintake"),
    "without a schema": (lambda path: rewritten(path, "DROP TABLE alembic_version"), "no callintake schema"),
    "damaged": (damaged, "damaged|malformed|not a database"),
    "cut off": (cut_off, "damaged|malformed|not a database|no callintake schema"),
}


@pytest.mark.parametrize("kind", UNUSABLE)
def test_a_file_that_can_not_be_used_is_refused_and_left_as_it_was(kind: str, desk_file: Path) -> None:
    spoil, reason = UNUSABLE[kind]
    spoil(desk_file)
    before = contents(desk_file.parent)
    with pytest.raises(DatabaseRefused, match=reason) as refusal:
        open_store(str(desk_file))
    assert "\n" not in str(refusal.value)
    assert contents(desk_file.parent) == before


def test_opening_and_reading_a_desk_changes_none_of_its_bytes(desk_file: Path) -> None:
    before = contents(desk_file.parent)
    store = open_store(str(desk_file))
    with store.reading() as session:
        assert agents.is_lead(session, "kim")
    store.close()
    assert contents(desk_file.parent) == before


def test_a_missing_desk_is_made_only_where_that_is_allowed(tmp_path: Path) -> None:
    with pytest.raises(DatabaseRefused, match="there is no database at"):
        open_store(str(tmp_path / "desk.db"), create=False)
    assert not list(tmp_path.iterdir())


def test_a_folder_is_no_desk(tmp_path: Path) -> None:
    with pytest.raises(DatabaseRefused, match="is a folder"):
        open_store(str(tmp_path))
    (tmp_path / "file").write_text("x")
    for name in ("file/desk.db", "x" * 300, "nul\x00", "\ud800"):
        with pytest.raises(DatabaseRefused) as refusal:
            open_store(str(tmp_path / name))
        assert "\n" not in str(refusal.value)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.skipif(not Path("/proc/version").exists(), reason="needs a folder where even root makes no file")
def test_a_desk_that_can_not_be_made_is_refused() -> None:
    with pytest.raises(DatabaseRefused, match=r"no database can be made at /proc/desk\.db"):
        open_store("/proc/desk.db")


def test_an_older_desk_is_not_brought_up_where_that_is_not_allowed(desk_file: Path) -> None:
    rewritten(desk_file, "UPDATE alembic_version SET version_num = '0000'")
    before = contents(desk_file.parent)
    with pytest.raises(DatabaseRefused, match="callintake db upgrade"):
        open_store(str(desk_file), upgrade=False)
    assert contents(desk_file.parent) == before


READ_ONLY = """
import os, sys
from callintake.domain.errors import Refused
from callintake.store.database import open_store
open_store(sys.argv[2]).close()
if os.geteuid() == 0:  # Nothing is read-only for root, so somebody else has to try.
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
try:
    open_store(sys.argv[1])
except Refused as refusal:
    print(refusal)
"""


@pytest.fixture
def common_folder() -> Iterator[Path]:
    """A folder that everybody may enter; pytest's own are the user's alone."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)
        Path(folder).chmod(0o700)


@pytest.mark.parametrize(
    ("file", "folder", "reason"),
    [
        (0o444, 0o777, "is read-only here"),
        (0o666, 0o555, "is read-only here"),
        (0o200, 0o777, "can't be read: Permission denied"),
        (0o666, 0o000, "can't be reached: Permission denied"),
    ],
)
def test_a_desk_without_the_permissions_it_needs_is_refused_and_left_as_it_was(
    file: int, folder: int, reason: str, desk_file: Path, common_folder: Path
) -> None:
    desk = Path(shutil.copy(desk_file, common_folder))
    before = contents(common_folder)
    desk.chmod(file)
    common_folder.chmod(folder)
    tried = subprocess.run(
        [sys.executable, "-c", READ_ONLY, desk, desk_file], capture_output=True, text=True, check=False
    )
    common_folder.chmod(0o700)
    desk.chmod(0o600)
    assert reason in tried.stdout, tried.stderr
    assert contents(common_folder) == before


def test_a_desk_at_its_head_is_opened_without_migrations(place: str) -> None:
    code = "import sys; from callintake.store.database import open_store; open_store(sys.argv[1]).close(); "
    code += "print('alembic' in sys.modules)"
    tried = subprocess.run([sys.executable, "-c", code, place], capture_output=True, text=True, check=True)
    assert tried.stdout == "False\n"


OPENING = """
import sys
import callintake.store.migrate
from callintake.domain.errors import Refused
from callintake.services.agents import sign_in
from callintake.store.database import open_store
print("ready", flush=True)
sys.stdin.readline()
try:
    store = open_store(sys.argv[1])
    with store.transaction() as session:
        sign_in(session, sys.argv[2])
    store.close()
except Refused as refusal:
    print("refused:", refusal)
else:
    print("open")
"""


def opened_at_once(place: str, by: int) -> list[str]:
    """Open a desk from several processes in the same moment; return what came of each."""
    others = [
        subprocess.Popen(
            [sys.executable, "-c", OPENING, place, f"agent {number}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for number in range(by)
    ]
    for other in others:
        assert other.stdout
        assert other.stdout.readline() == "ready\n"
    for other in others:
        assert other.stdin
        other.stdin.write("\n")
        other.stdin.flush()
    return [other.communicate(timeout=60)[0].strip() for other in others]


def test_a_new_file_opened_by_four_at_once_is_made_once_and_whole(tmp_path: Path) -> None:
    place = str(tmp_path / "desk.db")
    outcomes = opened_at_once(place, 4)
    assert all(outcome == "open" or outcome.startswith("refused: ") for outcome in outcomes), outcomes
    assert all("\n" not in outcome for outcome in outcomes), outcomes
    assert "open" in outcomes
    store = open_store(place)
    assert schema_revision(store) == HEAD
    with store.reading() as session:
        assert len(agents.list_agents(session)) == outcomes.count("open")
    store.close()


@pytest.mark.postgres
def test_a_new_shared_desk_opened_by_four_at_once_is_open_to_all(cluster) -> None:
    url = cluster.create_database()
    assert opened_at_once(url, 4) == ["open"] * 4
    store = open_store(url)
    with store.reading() as session:
        assert len(agents.list_agents(session)) == 4
        assert [role for _, role in agents.list_agents(session)].count("lead") == 1
    store.close()
    cluster.drop_database(url)


def test_every_refusal_of_a_database_is_one_that_people_are_told() -> None:
    assert issubclass(DatabaseRefused, Refused)


def test_a_password_with_an_at_sign_is_refused_and_not_repeated() -> None:
    with pytest.raises(DatabaseRefused, match="%-encoded") as refused:
        parse_place("postgresql://u:p@ss@h/db")
    assert "ss" not in str(refused.value).replace("address", "").replace("password", "")


@pytest.mark.postgres
def test_a_shared_database_of_another_program_is_left_as_it_was(cluster: PostgresCluster) -> None:
    import psycopg

    url = cluster.create_database()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE customer (id int)")
        with pytest.raises(DatabaseRefused, match="tables of another program"):
            open_store(url)
        connection.execute("CREATE TABLE alembic_version (version_num text)")
        connection.execute("INSERT INTO alembic_version VALUES ('ae1027a6acf')")
        with pytest.raises(DatabaseRefused, match="another program"):
            open_store(url)
        tables = connection.execute("SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'")
        assert tables.fetchone() == (2,)
    cluster.drop_database(url)
