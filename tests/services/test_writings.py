"""What is being written about a ticket outlives the program, for its writer alone (P3)."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from callintake.domain.writing import NOTE, Writing
from callintake.services.desk import Desk
from callintake.services.writings import Writings
from callintake.store.spool import Spool
from callintake.store.writer import SerialWriter
from tests.conftest import REGION

KIMS = Writing("1001-9", NOTE, "kim")
SUBJECT = Writing("1001-9", "subject", "kim", "", 3)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "unsaved"


@pytest.fixture
def writings(folder: Path) -> Iterator[Writings]:
    writer = SerialWriter()
    yield Writings(Spool(folder, "writing", "name"), writer)
    writer.close()


async def test_the_latest_of_each_text_is_there_until_it_is_dropped(writings: Writings) -> None:
    for text in ("r", "ra", "rang\x1b[31m"):
        writings.keep(KIMS, text)
    writings.keep(SUBJECT, "Printers")
    writings.keep(Writing("1002-7", NOTE, "kim"), "another")
    writings.keep(Writing("1001-9", NOTE, "jo"), "jo's own")
    assert await writings.find(KIMS) == Writing("1001-9", NOTE, "kim", "rang[31m")
    assert await writings.find(SUBJECT) == Writing("1001-9", "subject", "kim", "Printers", 3)
    said = [one.words for one in await writings.begun("kim")]
    assert sorted(said) == ["a correction of the subject on 1001-9", "a note on 1001-9", "a note on 1002-7"]
    writings.drop(KIMS)
    assert await writings.find(KIMS) is None
    assert [one.text for one in await writings.begun("kim", "1001-9")] == ["Printers"]


async def test_what_is_no_text_of_somebody_is_left_alone(writings: Writings, folder: Path) -> None:
    writings.keep(KIMS, "rang")
    await writings.begun("kim")
    for name, body in (("a", {"name": "a"}), ("b", {"name": "b", "number": 1, "version": "x"}), ("c", {"name": "d"})):
        (folder / f"{name}.writing.json").write_text(json.dumps(body))
    assert [one.text for one in await writings.begun("kim")] == ["rang"]
    assert Spool(folder, "draft", "call_id").bodies() == [], "no draft of a call is among them"


async def test_what_is_written_at_one_desk_is_not_offered_at_another_with_the_same_numbers(tmp_path: Path) -> None:
    ours, theirs = Desk(str(tmp_path / "a.db"), "kim", REGION), Desk(str(tmp_path / "b.db"), "kim", REGION)
    ours.writings.keep(KIMS, "rang")
    assert await ours.writings.find(KIMS) is not None
    assert await theirs.writings.begun("kim") == []
    theirs.writings.drop(KIMS)
    await theirs.writings.begun("kim")
    assert await ours.writings.find(KIMS) is not None
    ours.close()
    theirs.close()
