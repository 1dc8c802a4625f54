"""The spool keeps drafts for their owner alone, wherever it can, and takes none from anybody else."""

import json
import os
import tempfile
from pathlib import Path

import pytest

from callintake.store.spool import Spool


@pytest.fixture
def temp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A temp folder of the test's own."""
    folder = tmp_path / "temp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def spool_in(folder: Path) -> Spool:
    return Spool(folder / "unsaved", "draft", "call_id")


def body(call_id: str, notes: str) -> dict[str, object]:
    return {"call_id": call_id, "notes": notes}


def test_the_latest_of_each_call_lies_there_until_it_is_removed(tmp_path: Path, temp: Path) -> None:
    spool = spool_in(tmp_path)
    assert spool.put("one", body("one", "a")) == tmp_path / "unsaved"
    spool.put("one", body("one", "ab"))
    spool.put("two", body("two", "c"))
    assert spool.bodies() == [body("one", "ab"), body("two", "c")]
    spool.remove("one")
    assert spool_in(tmp_path).bodies() == [body("two", "c")]
    assert list(temp.iterdir()) == []


def test_a_folder_that_takes_nothing_is_stood_in_for_by_one_in_the_temp_folder(tmp_path: Path, temp: Path) -> None:
    (tmp_path / "unsaved").write_text("in the way")
    spool = spool_in(tmp_path)
    folder = spool.put("one", body("one", "a"))
    assert folder is not None
    assert folder.parent == temp
    assert folder.stat().st_mode & 0o077 == 0
    assert spool_in(tmp_path).bodies() == [body("one", "a")]


def test_where_nothing_can_be_kept_that_is_said(tmp_path: Path, temp: Path) -> None:
    (tmp_path / "unsaved").write_text("in the way")
    temp.rmdir()
    temp.write_text("in the way")
    assert spool_in(tmp_path).put("one", body("one", "a")) is None


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="permissions are those of POSIX")
def test_a_folder_that_others_may_write_to_is_neither_used_nor_read(tmp_path: Path, temp: Path) -> None:
    (tmp_path / "unsaved").write_text("in the way")
    spool = spool_in(tmp_path)
    folder = spool.put("one", body("one", "a"))
    assert folder is not None
    folder.chmod(0o777)
    assert spool.bodies() == []
    assert spool.put("one", body("one", "ab")) is None


def test_what_is_no_draft_or_has_the_name_of_another_is_left_alone(tmp_path: Path, temp: Path) -> None:
    spool = spool_in(tmp_path)
    spool.put("one", body("one", "a"))
    for name, text in (
        ("two", "{"),
        ("three", "[]"),
        ("four", json.dumps(body("../../four", "elsewhere"))),
        ("five", "\udcff"),
    ):
        (tmp_path / "unsaved" / f"{name}.draft.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert spool.bodies() == [body("one", "a")]
