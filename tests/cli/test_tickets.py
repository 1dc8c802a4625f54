"""Tickets from the command line: the same gate, the same checks, one transaction."""

import csv
import io
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from callintake.domain.csv_cell import csv_cell
from tests.cli.conftest import Run, raise_one, ticket

ON_FILE = "amara.okafor@northgatedental.example.com"


def test_a_ticket_is_shown_in_the_json_of_the_contract(cli: Run, raised: str) -> None:
    shown = cli("tickets", "show", raised, "--json").json
    assert shown["number"] == raised
    assert (shown["status"], shown["department"], shown["owner"]) == ("new", None, None)
    assert shown["requester"]["phone"] == "+442079460112"
    assert shown["gate"] == {
        "open": False,
        "identity": "unverified",
        "authorization": "pending",
        "reasons": ["identity not verified"],
    }
    assert shown["created_at"].endswith("Z")


@pytest.mark.parametrize(
    "action", [["route", "Network"], ["claim"], ["assign", "kim"], ["status", "open"], ["status", "resolved"]]
)
def test_a_shut_gate_refuses_the_action_with_3_and_leaves_the_ticket_as_it_was(
    cli: Run, raised: str, action: list[str]
) -> None:
    before = cli("tickets", "show", raised, "--json").json
    verb, *rest = action
    result = cli("tickets", verb, raised, *rest)
    assert result.status == 3
    assert "gate is shut" in result.complaint
    assert cli("tickets", "show", raised, "--json").json == before


def test_a_note_is_accepted_while_the_gate_is_shut(cli: Run, raised: str) -> None:
    assert cli("tickets", "note", raised, "caller rang again").status == 0
    assert [note["text"] for note in cli("tickets", "show", raised, "--json").json["notes"]] == ["caller rang again"]


def test_a_callback_to_the_number_on_file_opens_the_gate_and_work_begins(cli: Run, raised: str) -> None:
    result = cli("tickets", "verify", raised, "--method", "callback", "--contact", ON_FILE)
    assert (result.status, result.out) == (0, f"{raised}: gate open\n")
    for action in (
        ["route", "field services"],
        ["claim"],
        ["release"],
        ["assign", "kim"],
        ["priority", "high"],
        ["status", "resolved"],
    ):
        assert cli("tickets", action[0], raised, *action[1:]).status == 0, action
    shown = cli("tickets", "show", raised, "--json").json
    assert (shown["department"], shown["owner"], shown["priority"]) == ("Field services", "kim", "high")
    assert shown["status"] == "resolved"
    assert [attempt["number"] for attempt in shown["attempts"]] == ["+442079460112"]


def test_a_callback_goes_only_to_a_number_on_file(cli: Run, raised: str) -> None:
    result = cli("tickets", "verify", raised, "--method", "callback", "--contact", "1", "--number", "020 7946 0999")
    assert result.status == 1
    assert "on file" in result.complaint
    assert cli("tickets", "show", raised, "--json").json["attempts"] == []


def test_a_callback_goes_to_the_contact_that_the_ticket_names(cli: Run, tmp_path: Path) -> None:
    contact = cli("contacts", "show", ON_FILE, "--json").json
    number = raise_one(cli, tmp_path, requester=ticket()["requester"] | {"contact_id": contact["id"]})
    assert cli("tickets", "verify", number, "--method", "callback").out == f"{number}: gate open\n"


def test_a_callback_without_a_contact_is_refused(cli: Run, raised: str) -> None:
    assert "no number on file" in cli("tickets", "verify", raised, "--method", "callback").complaint


def test_a_failed_attempt_is_kept_and_the_gate_stays_shut(cli: Run, raised: str) -> None:
    result = cli("tickets", "verify", raised, "--method", "callback", "--contact", ON_FILE, "--outcome", "failed")
    assert result.out == f"{raised}: GATE SHUT, verification failed\n"
    assert cli("tickets", "claim", raised).status == 3


def test_only_a_lead_vouches_and_only_with_a_reason(cli: Run, bare: Run, desk_file: Path, raised: str) -> None:
    verify = ["tickets", "verify", raised, "--method", "vouch"]
    assert "only a lead" in bare("--db", str(desk_file), "--agent", "jonas", *verify, "--reason", "knows").complaint
    assert "reason" in cli(*verify).complaint
    assert cli(*verify, "--reason", "shares an office with me").out == f"{raised}: gate open\n"


@pytest.mark.parametrize("wrong", ["1001-4", "1010-9", "nonsense", "9999-0", "9" * 5000, "\u0661\u0660\u0660\u0661-9"])
def test_a_number_that_is_misheard_or_unknown_is_refused(cli: Run, raised: str, wrong: str) -> None:
    assert raised == "1001-9"
    assert cli("tickets", "show", wrong).status == 1


def test_the_list_has_the_views_of_the_contract(cli: Run, raised: str, tmp_path: Path) -> None:
    open_one = raise_one(cli, tmp_path)
    cli("tickets", "verify", open_one, "--method", "callback", "--contact", ON_FILE)

    def numbers(*args: str) -> list[str]:
        return [line["number"] for line in cli("tickets", "list", "--json", *args).json]

    assert numbers() == numbers("--view", "all") == numbers("--view", "open") == [raised, open_one]
    assert numbers("--view", "gated") == [raised]
    assert numbers("--view", "unassigned") == [open_one]
    assert numbers("--view", "mine") == numbers("--view", "due") == numbers("--view", "incomplete") == []
    cli("tickets", "claim", open_one)
    assert numbers("--view", "mine") == [open_one]
    cli("tickets", "status", open_one, "resolved")
    assert numbers() == [raised]
    assert numbers("--status", "resolved") == [open_one]
    assert numbers("--search", "label prin") == [raised]
    assert numbers("--search", "020 7946 0112", "--view", "all") == [open_one, raised], "the newest first"
    assert numbers("--limit", "1", "--view", "all") == [raised]
    assert cli("tickets", "list", "--department", "nonsense").status == 1


def test_a_list_for_people_says_when_it_does_not_show_all(
    cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "many.json"
    file.write_text(json.dumps([ticket()] * 105), encoding="utf-8")
    assert len(cli("tickets", "add", str(file)).out.split()) == 105
    shown = cli("tickets", "list")
    assert (shown.status, len(shown.out.splitlines())) == (0, 101)
    assert "100 of 105" in shown.complaint
    monkeypatch.setattr("callintake.services.queue._LONG_PAGE", 10)
    assert len(cli("tickets", "list", "--json").json) == 105
    limited = cli("tickets", "list", "--json", "--limit", "103").json
    assert len({line["number"] for line in limited}) == len(limited) == 103


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", "\u200b=", "＝"])
def test_no_cell_begins_a_formula(cli: Run, tmp_path: Path, start: str) -> None:
    raise_one(cli, tmp_path, subject=f"{start}cmd|' /C calc'!A0")
    rows = list(csv.reader(io.StringIO(cli("tickets", "list", "--csv").out)))
    assert rows[0][0] == "number"
    assert rows[1][rows[0].index("subject")].startswith("'")
    assert csv_cell(f"{start}1+1").startswith("'")


def test_a_ticket_as_text_holds_what_was_said_and_done(cli: Run, tmp_path: Path) -> None:
    number = raise_one(
        cli, tmp_path, requester={"name": "Siân", "email": "s@cwm.example.org"}, missing_reason="in a hurry"
    )
    cli("tickets", "note", number, "first\nsecond")
    text = cli("tickets", "show", number).out
    for said in (number, "GATE SHUT: identity not verified", "Siân", "in a hurry", "first\n", "second", "raised"):
        assert said in text


class TestAdding:
    """`tickets add`: all of a file, or nothing."""

    @pytest.mark.parametrize(
        "text",
        [
            "\ufeff" + json.dumps(ticket()),
            json.dumps([ticket(), ticket()]),
            json.dumps(ticket(), indent=2),
            "\n" + json.dumps(ticket()) + "\n\n" + json.dumps(ticket()) + "\n",
            json.dumps(ticket(description="one\u2028two"), ensure_ascii=False) + "\r\n" + json.dumps(ticket()),
        ],
        ids=["bom", "array", "indented", "lines", "separators"],
    )
    def test_every_form_is_taken_and_each_number_printed(self, cli: Run, tmp_path: Path, text: str) -> None:
        file = tmp_path / "given.json"
        file.write_text(text, encoding="utf-8")
        result = cli("tickets", "add", str(file))
        assert result.status == 0
        assert result.out.split() == [line["number"] for line in cli("tickets", "list", "--json").json]

    @pytest.mark.parametrize("form", ["array", "lines"])
    def test_one_that_is_refused_stops_all_and_is_named(self, cli: Run, tmp_path: Path, form: str) -> None:
        bad = ticket(requester={"name": "Nobody"})
        file = tmp_path / "given.json"
        texts = [json.dumps(one) for one in (ticket(), ticket(), bad, ticket())]
        file.write_text(f"[{','.join(texts)}]" if form == "array" else "\n".join(texts), encoding="utf-8")
        result = cli("tickets", "add", str(file))
        assert (result.status, result.out) == (1, "")
        assert ("ticket 3: " if form == "array" else "line 3: ") in result.complaint
        assert cli("tickets", "list", "--json").json == []

    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b" \n ",
            b"{",
            b"null",
            b"[null]",
            b"NaN",
            b'{"description": Infinity}',
            b'{"requester": {"contact_id": ' + b"9" * 5000 + b"}}",
            b"1" * 5000,
            b"[" * 100_000,
            b'{"a":' * 100_000,
            b"\xff\xfe{\x00}\x00",
            b'{"description": "\xff"}',
            json.dumps(ticket()).encode() + b" x",
            json.dumps(ticket()).encode() + b"\n}",
            json.dumps([ticket()]).encode() + b"]",
            json.dumps(ticket()).replace("{", '{"subject": "a", "subject": "b", ', 1).encode(),
            json.dumps(ticket(requester="Amara")).encode(),
            json.dumps(ticket(description=["a"])).encode(),
            json.dumps(ticket(category={"a": 1})).encode(),
            json.dumps(ticket(priority=["high"])).encode(),
            json.dumps(ticket(subject=10**400)).encode(),
            json.dumps(ticket(description="")).encode(),
            json.dumps(ticket(category="nonsense")).encode(),
            json.dumps(ticket(requester=ticket()["requester"] | {"contact_id": 10**30})).encode(),
            json.dumps(ticket(requester=ticket()["requester"] | {"contact_id": 1.0})).encode(),
            json.dumps(ticket(requester=ticket()["requester"] | {"contact_id": True})).encode(),
        ],
        ids=lambda data: repr(data[:40]),
    )
    def test_what_is_no_ticket_is_refused_in_one_line(self, cli: Run, tmp_path: Path, data: bytes) -> None:
        file = tmp_path / "given.json"
        file.write_bytes(data)
        result = cli("tickets", "add", str(file))
        assert (result.status, result.out) == (1, "")
        assert "internal error" not in result.complaint
        assert len(result.complaint) < 500
        assert cli("tickets", "list", "--json").json == []

    @pytest.mark.parametrize("name", ["missing.json", ".", "a\0b", "\udcff", "x" * 5000])
    def test_a_file_that_can_not_be_read_is_refused_in_one_line(self, cli: Run, tmp_path: Path, name: str) -> None:
        result = cli("tickets", "add", str(tmp_path / name) if "\0" not in name else name)
        assert result.status == 1
        assert "internal error" not in result.complaint

    def test_standard_input_is_a_file_too(self, cli: Run, raised: str, monkeypatch: pytest.MonkeyPatch) -> None:
        _type(monkeypatch, json.dumps(ticket()).encode())
        assert cli("tickets", "add", "-").out == "1002-4\n"
        _type(monkeypatch, "since nine\nSiân too".encode())
        assert cli("tickets", "note", raised, "-").status == 0
        assert cli("tickets", "show", raised, "--json").json["notes"][0]["text"] == "since nine\nSiân too"

    def test_the_gate_of_what_is_given_is_not_believed(self, cli: Run, tmp_path: Path) -> None:
        gate = {"open": True, "identity": "verified", "authorization": "authorized"}
        number = raise_one(cli, tmp_path, gate=gate, status="resolved", owner="kim", department="Network")
        shown = cli("tickets", "show", number, "--json").json
        assert not shown["gate"]["open"]
        assert (shown["status"], shown["owner"], shown["department"]) == ("new", None, None)

    def test_a_first_ticket_makes_the_desk(self, bare: Run, tmp_path: Path) -> None:
        file = tmp_path / "one.json"
        file.write_text(json.dumps(ticket()), encoding="utf-8")
        assert bare("--db", str(tmp_path / "new" / "desk.db"), "tickets", "add", str(file)).out == "1001-9\n"

    def test_a_full_disk_raises_nothing(
        self, cli: Run, desk_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(*_args: object, **_kwargs: object) -> None:
            import sqlalchemy as sa

            raise sa.exc.OperationalError("", {}, sqlite3.OperationalError("database or disk is full"))

        file = tmp_path / "two.json"
        file.write_text(json.dumps([ticket(), ticket()]), encoding="utf-8")
        with monkeypatch.context() as patched:
            patched.setattr("callintake.services.raising.index_ticket", full)
            result = cli("tickets", "add", str(file))
        assert (result.status, result.out) == (1, "")
        assert "disk is full" in result.complaint
        assert cli("tickets", "list", "--json").json == []


def _type(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    stdin: Any = io.TextIOWrapper(io.BytesIO(data))
    monkeypatch.setattr("sys.stdin", stdin)
