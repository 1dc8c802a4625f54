"""The desk as the screens have it: nothing typed is lost, nothing waits for the disk, and failures are told (P3)."""

import asyncio
import json
import sqlite3
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlmodel import Session

from callintake.domain.draft import CallDraft, new_draft
from callintake.domain.errors import Refused
from callintake.services import drafts
from callintake.services.agents import list_agents, sign_in
from callintake.services.desk import Desk
from callintake.services.history import now
from callintake.store.database import DatabaseRefused, open_store
from callintake.store.spool import Spool
from tests.conftest import LEAD, REGION


class Ears:
    """What is told of saving."""

    def __init__(self) -> None:
        self.heard: list[tuple[int, str | None]] = []
        self._heard = threading.Semaphore(0)

    def __call__(self, revision: int, why_not: str | None) -> None:
        self.heard.append((revision, why_not))
        self._heard.release()

    def wait(self) -> tuple[int, str | None]:
        assert self._heard.acquire(timeout=10)
        return self.heard[-1]


def on_file(path: Path, draft: CallDraft) -> CallDraft:
    store = open_store(str(path))
    with store.reading() as session:
        found = drafts.load_draft(session, draft.call_id)
    store.close()
    return found


async def test_what_is_typed_before_the_desk_is_open_is_saved_once_it_is(desk_file: Path) -> None:
    desk, ears = Desk(str(desk_file), "Jo ", REGION), Ears()
    draft = new_draft(now())
    for letter in "printer":
        draft = draft.with_(notes=draft.notes + letter)
        desk.drafts.keep(draft, ears)
    assert ears.heard == []
    desk.open()
    desk.open()
    await desk.ready()
    assert ears.wait() == (draft.revision, None)
    assert desk.agent == "Jo"
    assert desk.close()
    assert on_file(desk_file, draft) == draft


async def test_closing_saves_what_waits_and_says_so(desk_file: Path) -> None:
    desk, ears = Desk(str(desk_file), LEAD, REGION), Ears()
    desk.open()
    draft = new_draft(now())
    for _ in range(200):
        draft = draft.with_(notes=draft.notes + "x")
        desk.drafts.keep(draft, ears)
    assert desk.close()
    assert ears.heard[-1] == (draft.revision, None)
    assert on_file(desk_file, draft) == draft


async def test_a_desk_never_opened_has_saved_nothing_and_says_so(desk_file: Path) -> None:
    desk = Desk(str(desk_file), LEAD, REGION)
    assert desk.close()
    desk = Desk(str(desk_file), LEAD, REGION)
    desk.drafts.keep(new_draft(now()), Ears())
    assert not desk.close()


async def test_a_desk_that_can_not_be_opened_says_why_to_whoever_asks(tmp_path: Path) -> None:
    (tmp_path / "desk.db").write_text("dear diary")
    desk, ears = Desk(str(tmp_path / "desk.db"), LEAD, REGION), Ears()
    desk.open()
    desk.drafts.keep(new_draft(now()).with_(notes="x"), ears)
    with pytest.raises(DatabaseRefused, match="not a database"):
        await desk.ready()
    with pytest.raises(DatabaseRefused, match="not a database"):
        await desk.ask(list_agents)
    revision, why_not = ears.wait()
    assert revision == 1
    assert "not a database" in (why_not or "")
    desk.close()


async def test_a_verb_that_is_refused_changes_nothing_and_the_desk_goes_on(desk_file: Path) -> None:
    desk = Desk(str(desk_file), LEAD, REGION)
    desk.open()
    with pytest.raises(Refused, match="needs a name"):
        await desk.change(sign_in, "")
    assert await desk.change(sign_in, "ann") == "ann"
    assert await desk.ask(list_agents) == [("ann", "agent"), ("kim", "lead")]
    desk.close()


async def test_changes_asked_for_at_once_are_made_one_after_another(desk_file: Path) -> None:
    desk = Desk(str(desk_file), LEAD, REGION)
    desk.open()
    names = [f"agent {number:02}" for number in range(20)]
    assert await asyncio.gather(*(desk.change(sign_in, name) for name in names)) == names
    assert [name for name, _ in await desk.ask(list_agents)] == [*names, LEAD]
    desk.close()


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """A database that another program keeps to itself."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    yield
    other.rollback()
    other.close()


def spooled(desk_file: Path) -> list[str]:
    """The notes that lie beside a database."""
    paths = (desk_file.parent / "unsaved").glob("*.json")
    return [json.loads(path.read_text(encoding="utf-8"))["notes"] for path in paths]


def wait_until_spooled(desk_file: Path, notes: str) -> None:
    deadline = time.monotonic() + 10
    while spooled(desk_file) != [notes]:
        assert time.monotonic() < deadline, spooled(desk_file)
        time.sleep(0.005)


async def test_an_older_draft_never_takes_the_place_of_a_newer_one_in_the_spool(
    desk_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, ears = Desk(str(desk_file), LEAD, REGION), Ears()
    desk.open()
    await desk.ready()
    failing, fail = threading.Event(), threading.Event()

    def save_draft(*_: object) -> None:
        failing.set()
        assert fail.wait(10)
        raise Refused("the disk is full")

    monkeypatch.setattr(drafts, "save_draft", save_draft)
    older = new_draft(now()).with_(notes="older")
    newer = older.with_(notes="newer")
    desk.drafts.keep(older, ears)
    assert failing.wait(10)
    # As the screen does, when the first has been waiting for too long.
    desk.drafts.keep(newer, ears)
    desk.drafts.spool(newer.call_id)
    wait_until_spooled(desk_file, "newer")
    fail.set()
    assert ears.wait() == (older.revision, "the disk is full")
    desk.close()
    assert spooled(desk_file) == ["newer"]


async def test_an_older_draft_that_is_saved_leaves_a_newer_one_in_the_spool_until_that_is_saved(
    desk_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, ears = Desk(str(desk_file), LEAD, REGION), Ears()
    desk.open()
    await desk.ready()
    older = new_draft(now()).with_(notes="older")
    newer = older.with_(notes="newer")
    begun, may_end = threading.Semaphore(0), threading.Semaphore(0)
    really_save = drafts.save_draft

    def save_draft(session: Session, draft: CallDraft, agent: str) -> bool:
        begun.release()
        assert may_end.acquire(timeout=10)
        return really_save(session, draft, agent)

    monkeypatch.setattr(drafts, "save_draft", save_draft)
    desk.drafts.keep(older, ears)
    assert begun.acquire(timeout=10)
    desk.drafts.keep(newer, ears)
    desk.drafts.spool(newer.call_id)
    wait_until_spooled(desk_file, "newer")
    may_end.release()
    assert ears.wait() == (older.revision, None)
    assert begun.acquire(timeout=10)
    assert spooled(desk_file) == ["newer"]
    may_end.release()
    assert ears.wait() == (newer.revision, None)
    assert desk.close()
    assert spooled(desk_file) == []


async def test_what_the_database_took_a_moment_ago_is_not_spooled(desk_file: Path) -> None:
    desk, ears = Desk(str(desk_file), LEAD, REGION), Ears()
    desk.open()
    draft = new_draft(now()).with_(notes="saved")
    desk.drafts.keep(draft, ears)
    assert ears.wait() == (draft.revision, None)
    desk.drafts.spool(draft.call_id)
    assert not desk.drafts.has_spooled
    assert desk.close()
    assert spooled(desk_file) == []


async def test_what_the_database_does_not_take_in_time_is_spooled_up_to_the_last_key(desk_file: Path) -> None:
    for leave in (lambda desk: desk.save_now(0.3), lambda desk: desk.close()):
        desk = Desk(str(desk_file), LEAD, REGION)
        desk.open()
        await desk.ready()
        draft = new_draft(now())
        with locked(desk_file):
            for letter in "printer":
                draft = draft.with_(notes=draft.notes + letter)
                desk.drafts.keep(draft, Ears())
            leave(desk)
            assert "printer" in spooled(desk_file)
            assert desk.drafts.has_spooled
        desk.close()


async def test_what_lies_beside_one_desk_is_not_taken_in_by_another_of_the_same_folder(desk_file: Path) -> None:
    ours = Desk(str(desk_file), LEAD, REGION)
    draft = new_draft(now()).with_(notes="printer")
    ours.drafts.keep(draft, Ears())
    ours.close()
    for place in (desk_file.with_name("another.db"), desk_file):
        desk = Desk(str(place), LEAD, REGION)
        desk.open()
        await desk.ready()
        assert desk.close()
        assert spooled(desk_file) == ["printer"] * (place != desk_file)
    assert on_file(desk_file, draft).notes == "printer"


async def test_where_nothing_takes_what_is_typed_nobody_is_told_that_it_lies_somewhere(
    desk_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk_file.with_name("unsaved").write_text("in the way")
    monkeypatch.setattr(tempfile, "tempdir", str(desk_file.with_name("unsaved")))
    desk = Desk(str(desk_file), LEAD, REGION)
    desk.drafts.keep(new_draft(now()).with_(notes="printer"), Ears())
    assert not desk.close()
    assert not desk.drafts.has_spooled
    assert desk.drafts.has_lost


async def test_a_spool_that_failed_for_one_revision_takes_the_next_and_leaves_nothing_once_that_is_saved(
    desk_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, ears = Desk(str(desk_file), LEAD, REGION), Ears()
    first = new_draft(now()).with_(notes="pri")
    desk.drafts.keep(first, ears)
    wait_until_spooled(desk_file, "pri")
    with monkeypatch.context() as patch:
        patch.setattr(Spool, "_put", lambda *_: False)
        second = first.with_(notes="print")
        desk.drafts.keep(second, ears)
        assert desk._spooler.drain(10)
        assert desk.drafts.has_lost
    assert spooled(desk_file) == ["pri"]
    third = second.with_(notes="printer")
    desk.drafts.keep(third, ears)
    wait_until_spooled(desk_file, "printer")
    assert not desk.drafts.has_lost
    desk.open()
    assert ears.wait() == (third.revision, None)
    assert desk.close()
    assert spooled(desk_file) == []
    assert on_file(desk_file, third).notes == "printer"


async def test_an_older_revision_that_is_tried_again_never_overtakes_a_newer_one(desk_file: Path) -> None:
    desk, ears = Desk(str(desk_file), LEAD, REGION), Ears()
    older = new_draft(now()).with_(notes="pri")
    newer = older.with_(notes="printer")
    desk.drafts.keep(newer, ears)
    desk.drafts.keep(older, ears)
    desk.open()
    await desk.ready()
    assert ears.wait() == (newer.revision, None)
    assert desk.close()
    assert on_file(desk_file, newer).notes == "printer"
