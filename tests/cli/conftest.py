"""The command line run in this process, on a desk of the test's own."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from callintake.cli import main


@dataclass(frozen=True)
class Result:
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document on standard output."""
        return json.loads(self.out)

    @property
    def complaint(self) -> str:
        """The one line on standard error."""
        assert self.err.startswith("callintake: "), self.err
        assert self.err.count("\n") == 1, self.err
        assert self.err.endswith("\n")
        return self.err


Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A home of the test's own, so that nobody's desk or settings are found."""
    for name in ("DB", "AGENT", "CONFIG"):
        monkeypatch.delenv(f"CALLINTAKE_{name}", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in ("DATA", "CONFIG", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / "home" / name.lower()))
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    return tmp_path / "home"


@pytest.fixture
def bare(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command with just the arguments given."""

    def run(*args: str) -> Result:
        capsys.readouterr()
        status = main(list(args))
        captured = capsys.readouterr()
        return Result(status, captured.out, captured.err)

    return run


@pytest.fixture
def cli(bare: Run, desk_file: Path) -> Run:
    """Runs a command on a furnished desk, as its lead."""

    def run(*args: str) -> Result:
        return bare("--db", str(desk_file), "--agent", "kim", *args)

    return run


@pytest.fixture
def raised(cli: Run, tmp_path: Path) -> str:
    """The number of a ticket of somebody on file, its gate shut."""
    return raise_one(cli, tmp_path)


@contextmanager
def small_files(most: int) -> Iterator[None]:
    """Let the system refuse every file of more bytes than these, as a full disk does."""
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def ticket(**changes: Any) -> dict[str, Any]:
    """A ticket in JSON that nobody would refuse."""
    requester = {
        "name": "Amara Okafor",
        "organization": "Northgate Dental Group",
        "email": "amara.okafor@northgatedental.example.com",
        "phone": "020 7946 0112",
    }
    return {
        "requester": requester,
        "description": "Label printer offline\nsince nine",
        "category": "printing",
    } | changes


def raise_one(run: Run, folder: Path, **changes: Any) -> str:
    """Raise a ticket and return its number."""
    file = folder / "one.json"
    file.write_text(json.dumps(ticket(**changes)), encoding="utf-8")
    result = run("tickets", "add", str(file))
    assert result.status == 0, result.err
    return result.out.strip()
