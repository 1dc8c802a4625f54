"""Care of the database: what can't be used is refused in one line, and left as it was."""

import json
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from callintake.store import database
from tests.cli.conftest import Run, ticket


def _flipped(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[16] ^= 0x40
    path.write_bytes(data)


def _foreign(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE ticket (id INTEGER)")
    connection.close()


def _newer(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()


def _ours_but_empty(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA application_id={database.APPLICATION_ID}")
    connection.close()


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


SPOILT: dict[str, tuple[Callable[[Path], object], str]] = {
    "truncated": (lambda path: path.write_bytes(path.read_bytes()[:5000]), "damaged"),
    "cut in its header": (lambda path: path.write_bytes(path.read_bytes()[:60]), "not a database"),
    "a bit of its header flipped": (_flipped, "not a database"),
    "first byte flipped": (lambda path: path.write_bytes(b"s" + path.read_bytes()[1:]), "not a database"),
    "of no length": (lambda path: path.write_bytes(b""), "empty"),
    "text": (lambda path: path.write_text("dear desk\n" * 100), "not a database"),
    "a folder": (_folder, "folder"),
    "of another program": (_foreign, "another program"),
    "of a newer program": (_newer, "newer"),
    "ours, without a schema": (_ours_but_empty, "no callintake schema"),
}


@pytest.mark.parametrize(
    "command", ["tickets list", "tickets add", "tickets note", "db info", "db check", "db upgrade"]
)
@pytest.mark.parametrize("spoilt", SPOILT)
def test_a_database_that_can_not_be_used_is_refused_and_left_as_it_was(
    cli: Run, desk_file: Path, tmp_path: Path, spoilt: str, command: str
) -> None:
    spoil, said = SPOILT[spoilt]
    spoil(desk_file)
    before = desk_file.read_bytes() if desk_file.is_file() else None
    result = cli(*_arguments(command, tmp_path))
    assert (result.status, result.out) == (1, "")
    assert said in result.complaint
    assert (desk_file.read_bytes() if desk_file.is_file() else None) == before
    assert [path.name for path in tmp_path.glob("desk.db*")] == ["desk.db"]


@pytest.mark.parametrize(
    "command", ["tickets list", "tickets note", "db info", "db check", "db upgrade", "agents list"]
)
def test_a_database_that_is_missing_is_not_made_by_what_only_reads(bare: Run, tmp_path: Path, command: str) -> None:
    missing = tmp_path / "folder" / "desk.db"
    result = bare("--db", str(missing), *_arguments(command, tmp_path))
    assert result.status == 1
    assert "there is no database at" in result.complaint
    assert not missing.parent.exists()


def test_without_a_desk_the_list_says_how_to_begin_one(bare: Run, home: Path) -> None:
    assert "there is no desk yet" in bare("tickets", "list").complaint
    assert not home.exists()


@pytest.mark.parametrize("command", ["tickets list", "tickets add", "db info"])
def test_a_read_only_database_is_refused_and_left_as_it_was(
    cli: Run, desk_file: Path, tmp_path: Path, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk_file.chmod(0o400)
    if os.access(desk_file, os.W_OK):
        # The superuser may write anywhere.
        monkeypatch.setattr(database.os, "access", lambda path, mode: mode != os.W_OK)
    before = desk_file.read_bytes()
    result = cli(*_arguments(command, tmp_path))
    assert result.status == 1
    assert "read-only" in result.complaint
    assert desk_file.read_bytes() == before


def test_a_folder_that_can_not_be_made_is_refused(bare: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    result = bare("--db", str(tmp_path / "file" / "desk.db"), *_arguments("tickets add", tmp_path))
    assert result.status == 1
    assert "internal error" not in result.complaint


@pytest.mark.parametrize(
    "place", ["a\0b", "\ud800", "~nobody-here/x", "x" * 5000, "mysql://u:secret@h/d", "://", "sqlite://"]
)
@pytest.mark.parametrize("command", ["db info", "tickets add"])
def test_a_place_that_can_be_none_is_refused_and_no_password_repeated(
    bare: Run, tmp_path: Path, place: str, command: str
) -> None:
    result = bare("--db", place, *_arguments(command, tmp_path))
    assert result.status == 1
    assert "internal error" not in result.complaint
    assert "secret" not in result.err


@pytest.mark.skipif(os.name != "posix", reason="pipes are files on POSIX only")
def test_a_pipe_is_no_database_and_is_not_waited_for(bare: Run, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "no file" in bare("--db", str(tmp_path / "pipe"), "db", "info").complaint


def test_a_first_start_that_fails_leaves_nothing_behind(
    bare: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = ["--db", str(tmp_path / "new.db")]
    with monkeypatch.context() as patched:
        patched.setattr("callintake.store.migrate.migrate", lambda engine: 1 / 0)
        assert bare(*desk, *_arguments("tickets add", tmp_path)).status == 1
    assert bare(*desk, *_arguments("tickets add", tmp_path)).status == 0


def test_a_desk_is_read_while_another_program_writes_to_it(cli: Run, desk_file: Path) -> None:
    writer = sqlite3.connect(desk_file, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    try:
        assert cli("tickets", "list", "--json").json == []
    finally:
        writer.close()


def test_reading_leaves_every_byte_in_place(cli: Run, desk_file: Path) -> None:
    before = desk_file.read_bytes()
    for command in (["tickets", "list"], ["contacts", "list"], ["db", "info"], ["db", "check"], ["doctor"]):
        assert cli(*command).status == 0
    assert desk_file.read_bytes() == before


def test_info_says_what_the_database_is(cli: Run, raised: str, desk_file: Path) -> None:
    said = dict(line.split(maxsplit=1) for line in cli("db", "info").out.splitlines())
    assert said["place"] == str(desk_file)
    assert (said["kind"], said["schema"], said["tickets"]) == ("sqlite", database.HEAD, "1")
    assert said["sqlite"] == sqlite3.sqlite_version
    assert said["journal"].startswith("wal:" if database.wal_is_safe() else "truncate:")


def test_damage_that_opens_all_the_same_is_found(cli: Run, desk_file: Path) -> None:
    assert cli("db", "check").out == "no damage found\n"
    with sqlite3.connect(desk_file) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'contact_number'").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    connection.close()
    data = bytearray(desk_file.read_bytes())
    data[page * size - 40 : page * size] = b"\xff" * 40
    desk_file.write_bytes(data)
    result = cli("db", "check")
    assert result.status == 1
    assert "damaged" in result.complaint


def test_a_row_that_points_nowhere_is_found(cli: Run, desk_file: Path) -> None:
    with sqlite3.connect(desk_file) as connection:
        connection.execute("INSERT INTO note (ticket_id, at, agent, text) VALUES (99, '2026-01-01', 'kim', 'x')")
    connection.close()
    result = cli("db", "check")
    assert result.status == 1
    assert "note row 1 points to no ticket" in result.out


class TestTheDoctor:
    """`doctor` looks, and changes nothing."""

    def test_a_desk_that_is_well_exits_0(self, cli: Run) -> None:
        result = cli("doctor", "--json")
        assert result.status == 0
        assert not result.json["broken"]
        what = {finding["what"]: finding for finding in result.json["findings"]}
        assert what["agent"]["said"] == "you are kim, lead"
        assert what["region"]["sign"] == "ok"
        assert {"Python", "characters", "SQLite", "desk", "journal", "e-mail", "phone numbers"} <= set(what)

    def test_without_a_desk_none_is_made(self, bare: Run, home: Path) -> None:
        result = bare("doctor")
        assert result.status == 0
        assert "made on first use" in result.out
        assert not home.exists()

    @pytest.mark.parametrize("spoilt", SPOILT)
    def test_a_spoilt_database_is_bad_and_exits_1(self, cli: Run, desk_file: Path, spoilt: str) -> None:
        SPOILT[spoilt][0](desk_file)
        before = desk_file.read_bytes() if desk_file.is_file() else None
        result = cli("doctor")
        assert (result.status, result.err) == (1, "")
        assert "BAD   desk" in result.out
        assert (desk_file.read_bytes() if desk_file.is_file() else None) == before

    @pytest.mark.parametrize("settings", ["nonsense", 'password = "4711"', 'region = "ZZ"', "db = 3"])
    def test_settings_that_can_not_be_right_are_bad(self, cli: Run, tmp_path: Path, settings: str) -> None:
        file = tmp_path / "config.toml"
        file.write_text(settings, encoding="utf-8")
        result = cli("--config", str(file), "doctor")
        assert result.status == 1
        assert "BAD" in result.out
        assert "mend:" in result.out
        assert "4711" not in result.out

    @pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
    def test_a_file_that_others_may_read_is_told_of(self, cli: Run, desk_file: Path) -> None:
        desk_file.chmod(0o644)
        result = cli("doctor")
        assert result.status == 0
        assert f"chmod 600 {desk_file}" in result.out
        assert stat.S_IMODE(desk_file.stat().st_mode) == 0o644

    def test_a_driver_that_is_not_there_is_bad(self, bare: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("callintake.cli.findings._has_psycopg", lambda: False)
        result = bare("--db", "postgresql://desk@127.0.0.1:1/desk", "doctor")
        assert result.status == 1
        assert "callintake[postgres]" in result.out


def test_two_programs_that_raise_at_once_both_succeed(desk_file: Path, tmp_path: Path) -> None:
    copy = shutil.copy(desk_file, tmp_path / "shared.db")
    command = [sys.executable, "-m", "callintake", "--db", str(copy), *_arguments("tickets add", tmp_path)]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]
    answers = [program.communicate(timeout=60) for program in both]
    assert sorted(out for out, _ in answers) == [b"1001-9\n", b"1002-4\n"]


def _arguments(command: str, folder: Path) -> list[str]:
    file = folder / "given.json"
    file.write_text(json.dumps(ticket()), encoding="utf-8")
    more = {"tickets add": [str(file)], "tickets note": ["1001-9", "text"]}.get(command, [])
    return [*command.split(), *more]
