"""`demo`: never the real desk, and only ever a new file."""

from pathlib import Path

import pytest

from callintake.config import Config
from tests.cli.conftest import Run


def test_a_new_file_is_filled_and_an_existing_one_left_alone(bare: Run, tmp_path: Path) -> None:
    desk = tmp_path / "demo.db"
    assert bare("demo", "--tickets", "5", "--calls", "1", "--db", str(desk), "--no-open", "--agent", "kim").status == 0
    assert len(bare("--db", str(desk), "tickets", "list", "--view", "all", "--json").json) == 5
    assert {"name": "kim", "role": "lead"} in bare("--db", str(desk), "agents", "list", "--json").json
    before = desk.read_bytes()
    assert "exists" in bare("demo", "--db", str(desk), "--no-open").complaint
    assert desk.read_bytes() == before


def test_a_demonstration_that_is_stopped_leaves_no_half_file(
    bare: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_args: object, **_kwargs: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("callintake.services.demo.fill", stop)
    assert bare("demo", "--db", str(tmp_path / "demo.db"), "--no-open").status == 130
    assert list(tmp_path.iterdir()) == []


def test_a_throwaway_desk_opens_on_the_queue_and_is_gone_afterwards(
    bare: Run, desk_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places: list[Path] = []

    def open_desk(config: Config) -> int:
        places.append(Path(config.db))
        return 0 if places[-1].is_file() else 9

    monkeypatch.setattr("callintake.running.open_desk", open_desk)
    monkeypatch.setenv("CALLINTAKE_DB", str(desk_file))
    before = desk_file.read_bytes()
    assert bare("demo", "--tickets", "3", "--calls", "0").status == 0
    assert desk_file.read_bytes() == before
    assert places[0] != desk_file
    assert not places[0].parent.exists()


@pytest.mark.parametrize("args", [["--no-open"], ["--no-open", "--db", "postgresql://desk@127.0.0.1:1/desk"]])
def test_a_demonstration_needs_a_file_of_its_own(bare: Run, args: list[str]) -> None:
    assert bare("demo", *args).status == 1
