"""Options, exit status and what a mistake prints."""

import argparse
import os
import subprocess
import sys
from pathlib import Path

import pytest

from callintake import __version__
from callintake.cli import main
from callintake.cli.command_line import MODULES, build_parser
from callintake.cli.parser import Parser, command_in
from callintake.config import Config
from tests.cli.conftest import Run


def _python(*args: str, **environment: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [sys.executable, *args], capture_output=True, timeout=60, env=os.environ | environment, check=False
    )


@pytest.mark.parametrize("place", ["before", "between", "after"])
def test_an_option_means_the_same_before_and_after_the_command(bare: Run, desk_file: Path, place: str) -> None:
    options = ["--db", str(desk_file), "--agent", "kim"]
    args = {
        "before": [*options, "agents", "list", "--json"],
        "between": ["agents", *options, "list", "--json"],
        "after": ["agents", "list", "--json", *options],
    }[place]
    assert bare(*args).json == [{"name": "kim", "role": "lead"}]


def test_the_later_of_two_options_counts(bare: Run, desk_file: Path) -> None:
    assert bare("--db", "/nowhere/desk.db", "agents", "list", "--db", str(desk_file)).status == 0


def test_an_option_wins_over_the_environment_and_that_over_the_file(
    bare: Run, desk_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = tmp_path / "config.toml"
    settings.write_text('db = "/nowhere/of/the/file.db"\n', encoding="utf-8")
    assert "of/the/file" in bare("--config", str(settings), "db", "info").complaint
    monkeypatch.setenv("CALLINTAKE_DB", "/nowhere/of/the/environment.db")
    assert "of/the/environment" in bare("--config", str(settings), "db", "info").complaint
    assert bare("--config", str(settings), "--db", str(desk_file), "db", "info").status == 0


@pytest.mark.parametrize(
    "args",
    [
        ["nonsense"],
        ["tickets"],
        ["tickets", "list", "--view", "nonsense"],
        ["tickets", "list", "--limit", "0"],
        ["tickets", "list", "--limit", "9" * 5000],
        ["tickets", "list", "--json", "--csv"],
        ["tickets", "show"],
        ["tickets", "status", "1001-9", "verified"],
        ["tickets", "verify", "1001-9", "--method", "birthday"],
        ["tickets", "list", "--\x1b]2;PWNED\x07"],
        ["--db", "", "tickets", "list"],
        ["--ag", "kim", "tickets", "list"],
    ],
    ids=lambda args: " ".join(args)[:40].replace("\x1b", "").replace("\x07", ""),
)
def test_wrong_usage_is_one_line_and_exits_2(bare: Run, args: list[str]) -> None:
    result = bare(*args)
    assert result.status == 2
    assert result.out == ""
    assert "\x1b" not in result.complaint
    assert "--help" in result.complaint


def test_the_version_and_the_help_exit_0(bare: Run) -> None:
    assert bare("--version").out == f"callintake {__version__}\n"
    assert "tickets" in bare("--help").out
    assert "\x1b" not in bare("tickets", "verify", "--help").out


@pytest.mark.parametrize(
    ("args", "caller"), [([], None), (["queue"], None), (["new", "--from", "020 7946 0112"], "020 7946 0112")]
)
def test_the_desk_opens_where_it_was_asked_to(
    monkeypatch: pytest.MonkeyPatch, args: list[str], caller: str | None
) -> None:
    opened = []
    monkeypatch.setattr("callintake.running.open_desk", lambda config, draft=None: opened.append((config, draft)) or 7)
    assert main(["--db", "/some/desk.db", *args, "--agent", "kim"]) == 7
    ((config, draft),) = opened
    assert isinstance(config, Config)
    assert (config.db, config.agent) == ("/some/desk.db", "kim")
    assert (draft.caller_number if draft else None) == caller


@pytest.mark.parametrize("args", [[], ["queue"], ["new", "--from", "+442079460112", "--name", "Amara"]])
def test_the_way_to_the_first_frame_imports_nothing_heavy(args: list[str]) -> None:
    code = f"""
import sys, callintake.running
from callintake.cli import main
callintake.running.open_desk = lambda config, draft=None: 0
assert main({["--db", "/nowhere/desk.db", *args]!r}) == 0
heavy = {{"sqlmodel", "sqlalchemy", "alembic", "pydantic", "phonenumbers", "email_validator", "httpx", "urllib3",
         "http.client", "requests", "stdnum"}}
print(sorted(heavy & set(sys.modules)))
"""
    done = _python("-c", code)
    assert (done.stdout, done.stderr) == (b"[]\n", b"")


def test_what_nobody_foresaw_is_one_line_without_what_people_said(cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object) -> None:
        raise RuntimeError("the secret is 4711")

    monkeypatch.setattr("callintake.services.agents.list_agents", fail)
    result = cli("agents", "list")
    assert result.status == 1
    assert "RuntimeError" in result.complaint
    assert "4711" not in result.err


def test_an_interrupt_exits_130_without_a_word(cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("callintake.services.agents.list_agents", interrupt)
    assert cli("agents", "list").status == 130


def test_python_m_says_what_is_wrong_in_one_line_and_exits_1(tmp_path: Path) -> None:
    done = _python("-m", "callintake", "--db", str(tmp_path / "none.db"), "db", "info")
    assert done.returncode == 1
    assert done.stderr.startswith(b"callintake: there is no database at ")
    assert done.stderr.count(b"\n") == 1


def test_a_reader_that_has_seen_enough_is_no_error(desk_file: Path) -> None:
    code = "import sys; from callintake.cli import main; sys.exit(main(sys.argv[1:]))"
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-c", code, "--db", str(desk_file), "contacts", "list", "--json"],
        stdout=writer,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_output_that_can_not_be_written_is_one_line_and_exits_1(desk_file: Path) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "callintake", "--db", str(desk_file), "agents", "list"],
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.startswith(b"callintake: ")
    assert done.stderr.count(b"\n") == 1


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_names_are_printed_in_an_encoding_that_lacks_them(desk_file: Path, form: list[str]) -> None:
    done = _python("-m", "callintake", "--db", str(desk_file), "contacts", "list", *form, PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.isascii()
    assert (rb"Jos\u00e9" if form else rb"Jos\xe9") in done.stdout


def _commands(parser: Parser) -> dict[str, Parser]:
    (actions,) = (action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    return dict(actions.choices)


def test_every_command_is_parsed_by_itself_as_among_all() -> None:
    among_all = _commands(build_parser())
    assert list(among_all) == [command for commands in MODULES.values() for command in commands]
    for command, parser in among_all.items():
        assert _commands(build_parser(command))[command].format_help() == parser.format_help()


@pytest.mark.parametrize("args", [["--help", "tickets"], ["nonsense"], ["--", "tickets"], ["--nonsense", "tickets"]])
def test_what_is_no_command_by_itself_knows_of_all(bare: Run, args: list[str]) -> None:
    result = bare(*args)
    said = result.out + result.err
    assert "contacts" in said or "--help" in said
    assert command_in(args) in (None, "nonsense")


@pytest.mark.parametrize(
    ("args", "command"),
    [
        (["tickets", "list"], "tickets"),
        (["--db", "tickets", "ring", "--from=1"], "ring"),
        (["--db=x", "--agent", "queue", "doctor"], "doctor"),
        (["--db"], None),
        ([], None),
    ],
)
def test_the_command_is_known_before_anything_is_parsed(args: list[str], command: str | None) -> None:
    assert command_in(args) == command
