"""`tickets export`: what leaves is whole, marked, harmless, on record, and nobody else's to read (P11)."""

import csv
import hashlib
import io
import json
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import Session, select

from callintake.domain.csv_cell import value_of
from callintake.domain.detail_json import stamp, to_json
from callintake.domain.export import COLUMNS
from callintake.domain.text import printable
from callintake.services import reading, tickets
from callintake.services.history import now
from callintake.store.database import open_store
from callintake.store.tables import EventRow, NoteRow, TicketRow
from tests.cli.conftest import Run, small_files
from tests.cli.test_calls import TAGS, Page
from tests.conftest import corpus
from tests.services.acting import raise_open, raise_waiting

MARK = "Protected | Internal Use"
PLACES = ("export", "name", "notes", "subject", "org", "phone", "email")
BEGINS_A_FORMULA = tuple("=+-@\t\r＝＋－＠")
WORDS = ("subject", "description", "category", "name", "organization", "email", "phone", "phone_typed")
MORE_WORDS = ("missing_reason", "asset", "impact", "urgency", "raised_by", "suspicion")


@pytest.fixture
def session(desk_file: Path) -> Iterator[Session]:
    """A session on the desk that the commands work on."""
    store = open_store(str(desk_file))
    with Session(store.engine) as session:
        yield session
    store.close()


@pytest.fixture
def three(desk_file: Path) -> list[str]:
    """Three tickets: one that waits, one worked on, and one resolved."""
    store = open_store(str(desk_file))
    with store.transaction() as session:
        numbers = [raise_waiting(session), raise_open(session), raise_open(session, category="mail")]
        tickets.claim(session, numbers[1], "kim")
        tickets.add_note(session, numbers[1], 'first line\nsecond, with “quotes” "and" ; commas,', "kim")
        tickets.set_status(session, numbers[2], tickets.Status.RESOLVED, "kim")
    store.close()
    return numbers


def rows_of(file: Path) -> list[dict[str, str]]:
    """The rows of a CSV file as a program reads them."""
    return list(csv.DictReader(io.StringIO(file.read_bytes().decode("utf-8-sig"), newline="")))


def events(session: Session) -> list[EventRow]:
    return list(session.exec(select(EventRow).where(EventRow.kind == "tickets exported")))


def test_json_has_every_ticket_of_the_view_whole(cli: Run, three: list[str], session: Session, tmp_path: Path) -> None:
    file = tmp_path / "all.json"
    result = cli("tickets", "export", "--format", "json", "--view", "all", str(file))
    assert (result.status, result.out) == (0, f"3 tickets, {MARK}: {file}\n")
    document = json.loads(file.read_text("utf-8"))
    assert document.pop("exported_at") <= str(stamp(now()))
    assert document.pop("tickets") == [to_json(reading.ticket(session, number)) for number in three]
    assert document == {"classification": MARK, "exported_by": "kim", "view": "all"}
    assert cli("tickets", "show", three[1], "--json").json["notes"][0]["text"].startswith("first line\nsecond")


def test_a_view_leaves_out_what_is_not_in_it(cli: Run, three: list[str], tmp_path: Path) -> None:
    for view, there in (("all", three), ("open", three[:2]), ("gated", three[:1]), ("mine", three[1:2])):
        file = tmp_path / f"{view}.csv"
        assert cli("tickets", "export", "--format", "csv", "--view", view, str(file)).status == 0
        assert [row["number"] for row in rows_of(file)] == there
    assert cli("tickets", "export", "--format", "json", str(tmp_path / "open.json")).status == 0
    assert len(json.loads((tmp_path / "open.json").read_text("utf-8"))["tickets"]) == 2


def test_each_row_of_a_table_says_what_it_is_and_whose(cli: Run, three: list[str], tmp_path: Path) -> None:
    file = tmp_path / "all.csv"
    cli("tickets", "export", "--format", "csv", "--view", "all", str(file))
    rows = rows_of(file)
    assert {(row["classification"], row["exported_by"]) for row in rows} == {(MARK, "kim")}
    assert list(rows[0]) == ["classification", "exported_at", "exported_by", *COLUMNS]
    assert value_of(rows[1]["phone"]) == "+442079460112"
    assert 'first line\nsecond, with “quotes” "and" ; commas,' in rows[1]["notes"]
    assert (rows[0]["gate"], rows[0]["gate_reasons"], rows[1]["gate"]) == ("shut", "identity not verified", "open")
    assert file.read_bytes().count(b"\r\n") == 4


def test_a_spreadsheet_is_told_of_utf_8_where_that_is_asked_for(cli: Run, three: list[str], tmp_path: Path) -> None:
    for args, begins in (([], b"classification,"), (["--bom"], b"\xef\xbb\xbfclassification,")):
        file = tmp_path / f"{len(args)}.csv"
        assert cli("tickets", "export", "--format", "csv", *args, str(file)).status == 0
        assert file.read_bytes().startswith(begins)
        assert len(rows_of(file)) == 2
    refused = cli("tickets", "export", "--format", "json", "--bom", str(tmp_path / "x"))
    assert (refused.status, (tmp_path / "x").exists()) == (1, False)


def test_a_page_is_marked_and_needs_nothing_else(cli: Run, three: list[str], tmp_path: Path) -> None:
    file = tmp_path / "all.html"
    cli("tickets", "export", "--format", "html", "--view", "all", str(file))
    page = Page(file.read_text("utf-8"))
    assert set(page.tags) <= TAGS
    assert page.tags.count("tr") == 4
    assert page.text.count(MARK) == 1
    assert not any(name in ("src", "href", "style") or name.startswith("on") for name, _ in page.attributes)
    assert any("by kim" in text for text in page.text)
    assert any("first line\nsecond" in text for text in page.text)


def test_the_mark_is_that_of_the_desk_file(cli: Run, three: list[str], tmp_path: Path) -> None:
    desk = tmp_path / "desk.toml"
    desk.write_text('classification = "=Secret"')
    cli("desk", "apply", str(desk))
    for form in ("csv", "json", "html"):
        file = tmp_path / f"x.{form}"
        assert cli("tickets", "export", "--format", form, str(file)).out == f"2 tickets, =Secret: {file}\n"
        assert "=Secret" in file.read_text("utf-8")
    assert {row["classification"] for row in rows_of(tmp_path / "x.csv")} == {"'=Secret"}


def test_an_export_is_on_record_with_what_the_file_is_known_by(
    cli: Run, three: list[str], desk_file: Path, session: Session, tmp_path: Path
) -> None:
    file = tmp_path / "x.csv"
    cli("tickets", "export", "--format", "csv", "--view", "gated", str(file))
    (event,) = events(session)
    assert event.agent == "kim"
    assert event.data == {
        "view": "gated",
        "form": "csv",
        "tickets": 1,
        "classification": MARK,
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
    }


def test_a_file_is_for_its_owner_alone_and_over_nothing_unless_forced(
    cli: Run, three: list[str], tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    file = folder / "x.json"
    export = ("tickets", "export", "--format", "json")
    assert cli(*export, str(file)).status == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.chmod(0o644)
    before = file.read_bytes()
    assert "exists: name a new file" in cli(*export, str(file)).complaint
    assert file.read_bytes() == before
    assert cli(*export, "--force", "--view", "all", str(file)).status == 0
    assert len(json.loads(file.read_text("utf-8"))["tickets"]) == 3
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "it is a folder" in cli(*export, "--force", str(folder)).complaint
    assert cli(*export, str(folder / "nowhere" / "x")).status == 1
    assert [path.name for path in folder.iterdir()] == ["x.json"]


def test_of_a_file_that_can_not_be_written_nothing_is_left_nor_on_record(
    cli: Run, three: list[str], session: Session, tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    with small_files(900):
        result = cli("tickets", "export", "--format", "json", str(folder / "x.json"))
    assert result.status == 1
    assert "File too large; there is nothing of it" in result.complaint
    assert list(folder.iterdir()) == []
    assert events(session) == []


def test_hostile_text_in_every_column_harms_no_reader(cli: Run, session: Session, tmp_path: Path) -> None:
    values = list({case.values[0][:2000] for place in PLACES for case in corpus(place)})
    for value in values:
        hostile_ticket(session, value)
    session.commit()
    for form in ("csv", "json", "html"):
        result = cli("tickets", "export", "--format", form, "--view", "all", str(tmp_path / f"x.{form}"))
        assert (result.status, result.err) == (0, "")
    document = json.loads((tmp_path / "x.json").read_text("utf-8"))
    rows = rows_of(tmp_path / "x.csv")
    assert len(document["tickets"]) == len(rows) == len(values)
    for whole, row in zip(document["tickets"], rows, strict=True):
        assert not any(cell.lstrip().startswith(BEGINS_A_FORMULA) for cell in row.values())
        for name in ("subject", "description", "category", "missing_reason", "asset", "impact", "raised_by"):
            assert value_of(row[name]) == printable(whole[name]), name
        for name in ("name", "organization", "email", "phone", "phone_typed"):
            assert value_of(row[name]) == printable(whole["requester"][name] or ""), name
    page = Page((tmp_path / "x.html").read_text("utf-8"))
    assert set(page.tags) <= TAGS
    assert page.tags.count("tr") == len(values) + 1
    assert page.other == []
    for text in ("".join(page.text), *((tmp_path / f"x.{form}").read_text("utf-8") for form in ("csv", "json"))):
        assert printable(text).replace("\r", "") == text.replace("\r", "")


def hostile_ticket(session: Session, value: str) -> None:
    """A ticket with a text in every column that takes one, as a program writes it that cleans nothing."""
    # Neither database keeps these.
    raw = value.encode("utf-8", "ignore").decode().replace("\0", "")
    row = TicketRow(priority=2, status="new", identity="unverified", authorization="pending", created_at=now())
    row.updated_at = now()
    for name in (*WORDS, *MORE_WORDS):
        setattr(row, name, raw)
    session.add(row)
    session.flush()
    session.add(NoteRow(ticket_id=row.id, at=now(), agent=raw, text=raw))
    session.add(EventRow(ticket_id=row.id, at=now(), agent=raw, kind=raw, data={raw: value}))
    session.flush()


def test_a_killed_export_leaves_no_file_of_that_name(three: list[str], desk_file: Path, tmp_path: Path) -> None:
    target = tmp_path / "out" / "x.json"
    target.parent.mkdir()
    code = (
        "import sys, time; from callintake.domain import export; from callintake.cli import main\n"
        "line = export.to_json\n"
        "export.to_json = lambda ticket: (print('begun', flush=True), time.sleep(60), line(ticket))\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    args = ["--db", str(desk_file), "--agent", "kim", "tickets", "export", "--format", "json", str(target)]
    with subprocess.Popen([sys.executable, "-c", code, *args], stdout=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == b"begun\n"
        running.send_signal(signal.SIGKILL)
    assert not target.exists()
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in target.parent.iterdir())
