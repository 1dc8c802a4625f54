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
        b"name;organization;email\nA;B;a@b.example.com\n",
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
