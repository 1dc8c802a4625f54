"""Hostile text through every argument and file: no traceback, no control byte, nothing that was not said."""

import json
import re
import sqlite3
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Result, Run, ticket
from tests.conftest import DATA, corpus

_OBEYED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff\U000e0000-\U000e0fff]"
)
_SAID_NO = (0, 1, 2)


def _check(result: Result) -> Result:
    for stream in (result.out, result.err):
        assert not _OBEYED.search(stream), ascii(stream[:200])
        assert "Traceback" not in stream
    assert "internal error" not in result.err
    assert result.status in _SAID_NO
    if result.status:
        assert result.out == ""
        assert len(result.complaint) < 1500
    return result


def _distinct(*places: str) -> list[Any]:
    """The inputs that belong in any of the places, each once."""
    return list({case.id: case for where in places for case in corpus(where)}.values())


@pytest.mark.parametrize("value", corpus("cli"))
def test_no_argument_reaches_the_terminal_as_it_is(
    cli: Run, bare: Run, raised: str, value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Some make a file of that name.
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    for args in (
        ["tickets", "note", raised, "--", value],
        ["tickets", "follow-up", raised, f"--from={value}", "--", value],
        ["tickets", "follow-up", raised, f"--channel={value}", "again"],
        ["tickets", "follow-up", "again", "--", value],
        ["calls", "list", f"--since={value}"],
        ["calls", "discard", f"--why={value}", "--", value],
        ["report", "calls", f"--since={value}"],
        ["report", "calls", f"--html={value}"],
        ["tickets", "export", "--format=json", "--", value],
        ["tickets", "list", f"--search={value}"],
        ["tickets", "list", f"--department={value}"],
        ["tickets", "show", "--", value],
        ["tickets", "assign", raised, "--", value],
        ["tickets", "route", raised, "--", value],
        ["tickets", "status", raised, "--", value],
        ["notify", "retry", f"--why={value}", "--", value],
        ["notify", "test", "--", value],
        ["tickets", "verify", raised, "--method=callback", f"--contact={value}"],
        ["tickets", "verify", raised, "--method=callback", "--contact=1", f"--number={value}"],
        ["tickets", "add", "--", value],
        ["contacts", "show", "--", value],
        ["contacts", "import", "--", value],
        ["agents", "role", "--", value, value],
        ["db", "info", f"--config={value}"],
        ["doctor", f"--agent={value}"],
        ["--", value],
        [f"--{value}"],
    ):
        _check_looking(cli(*args), args)
    _check(bare("db", "info", f"--db={value}"))
    _check(cli("tickets", "verify", raised, "--method=vouch", f"--reason={value}"))
    for args in (
        ["tickets", "show", raised],
        ["tickets", "show", raised, "--json"],
        ["tickets", "list", "--csv"],
        ["calls", "list"],
        ["calls", "list", "--json"],
        ["report", "calls"],
        ["report", "calls", "--json"],
    ):
        assert _check(cli(*args)).status == 0


def _check_looking(result: Result, args: list[str]) -> None:
    if "doctor" in args:
        # It tells what is broken on standard output.
        assert not _OBEYED.search(result.out + result.err)
        assert "internal error" not in result.err
        return
    if result.status == 3:
        assert "gate is shut" in result.complaint
        return
    if args[1:2] == ["undo"]:
        # It tells of each ticket.
        assert not _OBEYED.search(result.out + result.err)
        assert "internal error" not in result.err
        return
    _check(result)


@pytest.mark.parametrize("value", corpus("cli")[::3])
def test_no_argument_of_triage_reaches_the_terminal_as_it_is(cli: Run, raised: str, value: str) -> None:
    for args in (
        ["tickets", "pending", raised, f"--until={value}"],
        ["tickets", "snooze", raised, "--", value],
        ["tickets", "merge", raised, "--", value],
        ["tickets", "split", raised, f"--subject={value}", "--", value],
        ["tickets", "split", raised, f"--category={value}", "again"],
        ["tickets", "subject", raised, "--", value],
        ["tickets", "correct", raised, "--description", "--", value],
        ["tickets", "claim", f"--search={value}", "--preview"],
        ["tickets", "undo", "--", raised, value],
    ):
        _check_looking(cli(*args), args)
    assert _check(cli("tickets", "show", raised)).status == 0


@pytest.mark.parametrize("value", _distinct("name", "org", "notes", "subject", "body", "log"))
def test_no_text_of_a_ticket_reaches_the_terminal_as_it_is(cli: Run, tmp_path: Path, value: str) -> None:
    requester = ticket()["requester"]
    everywhere = requester | {"name": value, "organization": value}
    numbers = _add(cli, tmp_path, ticket(requester=everywhere, subject=value, description=value, missing_reason=value))
    # A name that is refused must not keep the other places from being tried.
    numbers = numbers or _add(cli, tmp_path, ticket(subject=value, description=value))
    numbers += _add(cli, tmp_path, ticket(requester=requester | {"email": "", "phone": value}, missing_reason=value))
    assert _add(cli, tmp_path, ticket(category=value, priority=value)) == []
    shown = _check(cli("tickets", "list", "--json", "--view", "all")).json
    assert sorted(line["number"] for line in shown) == numbers
    _check(cli("tickets", "list", "--csv"))
    for number in numbers:
        _check(cli("tickets", "show", number))
        _check_kept(_check(cli("tickets", "show", number, "--json")).json, value)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        pytest.param(field, *case.values, id=f"{field}-{case.id}")
        for field in ("phone", "email")
        for case in corpus(field)
    ],
)
def test_no_number_or_address_reaches_the_terminal_as_it_is(cli: Run, tmp_path: Path, field: str, value: str) -> None:
    given = ticket(requester=ticket()["requester"] | {field: value}, missing_reason="not said")
    for number in _add(cli, tmp_path, given):
        shown = _check(cli("tickets", "show", number, "--json")).json
        assert (shown["requester"][field] is None) == (field in shown["missing"])
        _check(cli("tickets", "show", number))


def _add(cli: Run, folder: Path, given: dict[str, Any]) -> list[str]:
    """The number under which a ticket was raised, if it was."""
    (folder / "one.json").write_text(json.dumps(given), encoding="utf-8")
    return _check(cli("tickets", "add", str(folder / "one.json"))).out.split()


def _check_kept(shown: dict[str, Any], value: str) -> None:
    """What is ordinary in a text that was accepted is still there, letter by letter."""
    assert unicodedata.is_normalized("NFC", shown["description"])
    if value.isprintable() and value.isascii() and shown["description"] != ticket()["description"]:
        assert shown["description"] == value.strip()


@pytest.mark.parametrize("value", _distinct("search", "phone", "email", "name"))
def test_every_search_finds_something_or_nothing(cli: Run, raised: str, value: str) -> None:
    assert _check(cli("tickets", "list", "--json", f"--search={value}")).status == 0
    _check(cli("contacts", "show", "--", value))


@pytest.mark.parametrize("value", corpus("cti"))
def test_what_phones_send_is_no_ticket(cli: Run, tmp_path: Path, value: str) -> None:
    (tmp_path / "given").write_bytes(value.encode("utf-8", "surrogatepass"))
    result = _check(cli("tickets", "add", str(tmp_path / "given")))
    assert result.status == 1


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(bytes.fromhex(entry["bytes_hex"]), id=entry["id"])
        for entry in json.loads((DATA / "bad_inputs.json").read_text(encoding="utf-8"))
        if "bytes_hex" in entry
    ],
)
def test_bytes_that_are_no_text_are_refused_or_cleaned(
    cli: Run, raised: str, tmp_path: Path, data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    import io

    (tmp_path / "given").write_bytes(data)
    assert _check(cli("tickets", "add", str(tmp_path / "given"))).status == 1
    assert _check(cli("contacts", "import", str(tmp_path / "given"))).status == 1
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
    _check(cli("tickets", "note", raised, "-"))
    _check(cli("tickets", "show", raised))


def test_bytes_in_an_argument_that_are_no_text_are_left_out(raised: str, desk_file: Path, cli: Run) -> None:
    import subprocess
    import sys

    command = [sys.executable.encode(), b"-m", b"callintake", b"--db", str(desk_file).encode(), b"tickets", b"note"]
    done = subprocess.run([*command, raised.encode(), b"caf\xe9 au lait"], capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert cli("tickets", "show", raised, "--json").json["notes"][0]["text"] == "caf au lait"


@pytest.mark.parametrize("value", ["A\x1b]52;c;ZXZpbA==\x07B", "A\x9b2JB", "=A\u202e\r\nB"])
def test_what_another_program_wrote_into_the_database_is_cleaned_on_its_way_out(
    cli: Run, raised: str, desk_file: Path, value: str
) -> None:
    with sqlite3.connect(desk_file) as connection:
        guards = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'ticket_update%'"
        for (guard,) in connection.execute(guards).fetchall():
            connection.execute(f"DROP TRIGGER {guard}")
        connection.execute("UPDATE ticket SET subject = ?1, description = ?1, name = ?1, raised_by = ?1", (value,))
        connection.execute("UPDATE contact SET name = ?1 WHERE id = 1", (value,))
        connection.execute("INSERT INTO agent VALUES (?1, 'agent', '2026-01-01 00:00:00')", (value,))
        connection.execute(
            "INSERT INTO note (ticket_id, at, agent, text) SELECT id, created_at, ?1, ?1 FROM ticket", (value,)
        )
        connection.execute(
            "INSERT INTO call (id, started_at, channel, direction, caller_number, dialled_number, agent, reason)"
            " VALUES (?1, '2026-01-01 00:00:00.000000', 'cell', 'inbound', ?1, ?1, ?1, ?1)",
            (value,),
        )
    connection.close()
    for args in (
        ["tickets", "list"],
        ["tickets", "list", "--json"],
        ["tickets", "list", "--csv"],
        ["tickets", "show", raised],
        ["tickets", "show", raised, "--json"],
        ["contacts", "list"],
        ["contacts", "show", "1"],
        ["agents", "list"],
        ["agents", "list", "--json"],
        ["calls", "list"],
        ["calls", "list", "--json"],
        ["report", "calls"],
        ["report", "calls", "--json"],
    ):
        result = _check(cli(*args))
        assert result.status == 0
        assert "A" in result.out
        assert "--json" not in args or result.json
    assert _check(cli("agents", "role", "nobody", "lead")).status == 1


def test_the_corpus_is_all_here() -> None:
    assert len(corpus("cli")) == 42
    assert len(corpus("search")) == 33
