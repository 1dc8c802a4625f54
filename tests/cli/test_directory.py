"""The directory and the agents from the command line."""

from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.conftest import DATA


def test_a_directory_is_imported_once_and_unchanged_the_second_time(bare: Run, tmp_path: Path) -> None:
    desk = ["--db", str(tmp_path / "new.db"), "--agent", "kim"]
    first = bare(*desk, "contacts", "import", str(DATA / "directory.csv"))
    assert (first.status, first.out) == (0, "added 10, changed 0, unchanged 0, left out 0\n")
    second = bare(*desk, "contacts", "import", str(DATA / "directory.csv"))
    assert second.out == "added 0, changed 0, unchanged 10, left out 0\n"


def test_a_rehearsal_changes_nothing(cli: Run, desk_file: Path, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("name,organization,email\nNew Person,New Org,new@new.example.com\n", encoding="utf-8")
    before = desk_file.read_bytes()
    result = cli("contacts", "import", "--dry-run", str(file))
    assert (result.status, result.out) == (0, "would be added 1, changed 0, unchanged 0, left out 0\n")
    assert cli("contacts", "show", "new@new.example.com").status == 1
    assert desk_file.read_bytes() == before


def test_a_rehearsal_makes_no_desk(bare: Run, tmp_path: Path) -> None:
    desk = tmp_path / "none" / "desk.db"
    assert bare("--db", str(desk), "contacts", "import", "--dry-run", str(DATA / "directory.csv")).status == 0
    assert not desk.parent.exists()


def test_lines_that_can_not_be_right_are_left_out_and_named(cli: Run, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_bytes(
        "\ufeffname,organization,email,phone,phone_since\r\n"
        "Zoë Byrne,\"Byrne, Sons\n& Co\",zoe@byrne.example.com,020 7946 0500,2024-01-02\r\n"
        "No Mail,Org,not an address,,\r\n"
        "Bad Day,Org,day@org.example.com,020 7946 0501,yesterday\r\n"
        "Bad Phone,Org,phone@org.example.com,12,\r\n".encode()
    )  # fmt: skip
    result = cli("contacts", "import", str(file))
    assert result.status == 0
    lines = result.out.splitlines()
    assert [line.partition(" left")[0] for line in lines[:-1]] == ["line 4", "line 5", "line 6"]
    assert lines[-1] == "added 1, changed 0, unchanged 0, left out 3"
    assert cli("contacts", "show", "zoe@byrne.example.com", "--json").json["organization"] == "Byrne, Sons & Co"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"name|organization|email\nA|B|a@b.example.com\n",
        b"name,organization,email\nA,B,nonsense\n",
        b"name,organization,email\n",
        b"name,organization,email\nJos\xe9,B,a@b.example.com\n",
        b'name,organization,email\n"' + b"x" * 200_000,
        b"name,organization,email\nA,B,a\x00@b.example.com\n",
        b"\x00" * 100,
    ],
    ids=lambda data: repr(data[:40]),
)
def test_a_file_of_which_nothing_can_be_taken_is_refused(cli: Run, tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "people.csv"
    file.write_bytes(data)
    result = cli("contacts", "import", str(file))
    assert result.status == 1
    assert "internal error" not in result.complaint
    assert len(cli("contacts", "list", "--json").json) == 10


def test_each_line_that_changed_something_is_named_with_what(cli: Run, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    lines = (DATA / "directory.csv").read_text(encoding="utf-8").splitlines()
    lines[1] = lines[1].replace("0112", "0119").replace("support;access", "support;billing")
    lines.append("New Person,New Org,new@new.example.com,,,wizard,")
    lines.append("New Person,New Org,NEW@new.example.com,,,,")
    file.write_text("\n".join(lines), encoding="utf-8")
    said = [
        "line 2 would be changed: Amara Okafor: phone +44 20 7946 0112 → +44 20 7946 0119;"
        " may request +billing −access",
        "line 12 would be added: New Person (may request “wizard”: no such category)",
        "line 13 left out: the same e-mail address as on line 12",
        "would be added 1, changed 1, unchanged 9, left out 1",
    ]
    assert cli("contacts", "import", str(file), "--dry-run").out.splitlines() == said
    done = [line.replace("would be ", "") for line in said]
    assert cli("contacts", "import", str(file)).out.splitlines() == done
    again = cli("contacts", "import", str(file)).out.splitlines()
    assert again == [done[2], "added 0, changed 0, unchanged 11, left out 1"]
    every = cli("contacts", "import", str(file), "--verbose").out.splitlines()
    assert [line.partition(":")[0] for line in every[:-1]] == [
        *(f"line {line} unchanged" for line in range(2, 13)),
        "line 13 left out",
    ]
    assert "line 4 unchanged: Priya Raman (Phone +441632960201: possible, but" in "\n".join(every)


def test_a_report_in_json_is_one_document(cli: Run, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("name;organization;email;vip;fax\nNew;Org;new@new.example.com;yes;1\n", encoding="utf-8")
    report = cli("contacts", "import", str(file), "--json", "--verbose", "--dry-run").json
    assert {key: report[key] for key in ("dry_run", "added", "changed", "unchanged", "left_out")} == {
        "dry_run": True,
        "added": 1,
        "changed": 0,
        "unchanged": 0,
        "left_out": 0,
    }
    assert [note.partition(": ")[2] for note in report["notes"]] == [
        "the columns are between semicolons",
        "left out, as nothing is known of these columns: fax",
    ]
    assert report["lines"] == [
        {
            "line": 2,
            "last_line": 2,
            "outcome": "added",
            "name": "New",
            "email": "new@new.example.com",
            "changes": {},
            "warnings": [],
            "hints": [],
            "why": None,
        }
    ]
    assert cli("contacts", "import", str(file), "--json").json["lines"] == []
    file.write_text(file.read_text(encoding="utf-8").replace("yes", "no"), encoding="utf-8")
    (line,) = cli("contacts", "import", str(file), "--json").json["lines"]
    assert line["changes"] == {"vip": {"before": True, "after": False}}


def test_a_report_in_json_tells_the_lines_left_out_when_that_is_all(cli: Run, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("name,organization,email\nA,B,nonsense\nC,D,\n", encoding="utf-8")
    result = cli("contacts", "import", str(file), "--json")
    assert result.status == 1
    assert "nothing was imported; 2 lines were left out" in result.complaint
    assert [line["line"] for line in result.json["lines"]] == [2, 3]


JOSE = "name;organization;email\r\nJosé;Ángel & Söhne;jose@angel.example.com\r\n"


@pytest.mark.parametrize(
    ("data", "options"),
    [
        (JOSE.encode("utf-8"), []),
        (JOSE.encode("utf-8-sig"), []),
        (JOSE.encode("utf-16"), []),
        (JOSE.replace(";", "\t").encode("utf-16"), []),
        (JOSE.encode("windows-1252"), ["--encoding", "windows-1252"]),
        (JOSE.replace("\r\n", "\r").encode("utf-8"), []),
    ],
    ids=["utf-8", "bom", "utf-16", "unicode text", "windows-1252", "old mac"],
)
def test_a_file_as_excel_writes_it_is_read(cli: Run, tmp_path: Path, data: bytes, options: list[str]) -> None:
    file = tmp_path / "people.csv"
    file.write_bytes(data)
    assert cli("contacts", "import", *options, str(file)).status == 0
    jose = cli("contacts", "show", "jose@angel.example.com", "--json").json
    assert (jose["name"], jose["organization"]) == ("José", "Ángel & Söhne")


def test_a_file_in_another_encoding_is_refused_by_the_line_and_with_what_to_do(cli: Run, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    lines = [f"A{number},B,a{number}@b.example.com" for number in range(2000)]
    lines.insert(1000, "José,B,j@b.example.com")
    file.write_bytes("\n".join(["name,organization,email", *lines]).encode("windows-1252"))
    refused = cli("contacts", "import", str(file))
    assert "is not UTF-8 text (line 1002)" in refused.complaint
    assert "--encoding; windows-1252" in refused.complaint
    assert len(cli("contacts", "list", "--json").json) == 10


@pytest.mark.parametrize("name", ["nonsense", "hex", "rot13", "", "\x1b[2J"])
def test_what_is_no_encoding_is_wrong_usage(cli: Run, name: str) -> None:
    result = cli("contacts", "import", f"--encoding={name}", str(DATA / "directory.csv"))
    assert result.status == 2
    assert "\x1b" not in result.err


def test_a_file_is_checked_whole_before_any_of_it_is_taken(cli: Run, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    lines = [f"A{number},B,a{number}@b.example.com" for number in range(1200)]
    file.write_text("\n".join(["name,organization,email", *lines, "x" * 200_000]), encoding="utf-8")
    assert "line 1202 is no CSV" in cli("contacts", "import", str(file)).complaint
    file.write_text("\n".join(["name,organization,email", *lines, "x" * 2_000_000]), encoding="utf-8")
    assert "line 1202 is longer than any" in cli("contacts", "import", str(file)).complaint
    assert len(cli("contacts", "list", "--json").json) == 10


def test_what_comes_on_standard_input_or_passes_by_once_is_imported(
    cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import io
    import os
    import threading

    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"name,organization,email\nA,B,a@b.example.com\n")))
    assert cli("contacts", "import", "-").out == "added 1, changed 0, unchanged 0, left out 0\n"
    if not hasattr(os, "mkfifo"):
        return
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(b"name,organization,email\nC,D,c@d.example.com\n",))
    writer.start()
    assert cli("contacts", "import", str(pipe)).out == "added 1, changed 0, unchanged 0, left out 0\n"
    writer.join()


def test_a_rehearsal_holds_up_nobody_and_signs_nobody_in(bare: Run, desk_file: Path) -> None:
    import sqlite3

    with sqlite3.connect(desk_file) as connection:
        connection.execute("BEGIN IMMEDIATE")
        result = bare(
            "--db",
            str(desk_file),
            "--agent",
            "newcomer",
            "contacts",
            "import",
            "--dry-run",
            str(DATA / "directory.csv"),
        )
        assert result.status == 0, result.err
        assert connection.execute("SELECT count(*) FROM agent").fetchone() == (1,)
    connection.close()


def test_an_import_that_breaks_off_says_from_where_it_goes_on(
    cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from callintake.domain.errors import Refused
    from callintake.services.importing import Import

    file = tmp_path / "people.csv"
    lines = [f"A{number},B,a{number}@b.example.com" for number in range(5)]
    file.write_text("\n".join(["name,organization,email", *lines]), encoding="utf-8")
    write, parts = Import.write, []

    def write_one(self: Import, session: object, read: object, *, dry_run: bool = False) -> None:
        parts.append(read)
        if len(parts) == 2:
            raise Refused("the database is busy")
        write(self, session, read, dry_run=dry_run)  # type: ignore[arg-type]

    monkeypatch.setattr("callintake.services.importing.PART", 2)
    monkeypatch.setattr(Import, "write", write_one)
    result = cli("contacts", "import", str(file))
    assert (result.status, result.out) == (1, "")
    assert "the database is busy; what stands before line 4 is imported" in result.complaint
    assert cli("contacts", "import", str(file)).out.endswith("added 3, changed 0, unchanged 2, left out 0\n")


def test_a_contact_is_found_by_id_address_and_name(cli: Run) -> None:
    by_name = cli("contacts", "show", "Priya", "--json").json
    assert by_name["email"] == "priya.raman@halcyonfreight.example.net"
    assert by_name["numbers"] == [{"phone": "+441632960201", "since": "2023-11-08"}]
    assert by_name["vip"]
    assert cli("contacts", "show", str(by_name["id"]), "--json").json == by_name
    assert cli("contacts", "show", by_name["email"], "--json").json == by_name
    text = cli("contacts", "show", "Priya").out
    assert "+44 1632 960201, on file since 2023-11-08" in text
    assert "several" in cli("contacts", "show", "Tom").complaint
    assert "nobody" in cli("contacts", "show", "Nobody Atall").complaint
    assert cli("contacts", "show", "9" * 30).status == 1


def test_the_directory_is_listed_by_name(cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [contact["name"] for contact in cli("contacts", "list", "--json").json]
    assert names == sorted(names)
    assert len(names) == 10
    monkeypatch.setattr("callintake.cli.contacts._PAGE", 3)
    assert [contact["name"] for contact in cli("contacts", "list", "--json").json] == names
    assert [contact["name"] for contact in cli("contacts", "list", "--json", "--limit", "7").json] == names[:7]
    assert len(cli("contacts", "list", "--limit", "3").out.splitlines()) == 4


def test_a_lead_alone_changes_roles_and_one_lead_remains(cli: Run, bare: Run, desk_file: Path) -> None:
    as_jonas = ["--db", str(desk_file), "--agent", "jonas"]
    assert "only a lead" in bare(*as_jonas, "agents", "role", "kim", "agent").complaint
    assert cli("agents", "list", "--json").json == [{"name": "kim", "role": "lead"}]
    assert "only lead" in cli("agents", "role", "kim", "agent").complaint
    assert "no role" in cli("agents", "role", "kim", "boss").complaint
    assert cli("agents", "role", "nobody", "lead").status == 1
