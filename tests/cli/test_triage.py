"""Triage from the command line: one ticket or many, told beforehand and afterwards; exit 3 for the gate (P5, P8)."""

import io
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run, raise_one


def opened(cli: Run, folder: Path, **changes: Any) -> str:
    number = raise_one(cli, folder, **changes)
    assert cli("tickets", "verify", number, "--method", "callback", "--contact", "1").status == 0
    return number


def shown(cli: Run, number: str) -> dict[str, Any]:
    found: dict[str, Any] = cli("tickets", "show", number, "--json").json
    return found


def test_of_many_tickets_each_is_told_and_the_gate_exits_3(cli: Run, raised: str, tmp_path: Path) -> None:
    one, other = opened(cli, tmp_path), opened(cli, tmp_path)
    preview = cli("tickets", "claim", one, raised, other, "--preview")
    assert preview.status == 0
    assert preview.out.splitlines() == [
        f"{one}  would be done: claimed (owner kim)",
        f"{raised}  would be refused: {raised}: claiming it refused, the gate is shut (identity not verified)",
        f"{other}  would be done: claimed (owner kim)",
        "2 would be done, 1 refused, 1 of them by the gate",
    ]
    assert shown(cli, one)["owner"] is None
    result = cli("tickets", "claim", one, raised, other, "--json")
    assert (result.status, result.complaint) == (3, "callintake: 1 of 3 tickets were refused, and are as they were\n")
    assert [(told["number"], told["done"], told["gate"]) for told in result.json] == [
        (one, True, False),
        (raised, False, True),
        (other, True, False),
    ]
    assert [shown(cli, number)["owner"] for number in (one, raised, other)] == ["kim", None, "kim"]


def test_what_is_refused_for_another_reason_exits_1(cli: Run, tmp_path: Path) -> None:
    number = opened(cli, tmp_path)
    assert cli("tickets", "release", number, "1001-8").status == 1


def test_tickets_are_meant_by_what_is_searched_for_or_by_standard_input(
    cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    zebra, other = raise_one(cli, tmp_path, description="zebra printer"), raise_one(cli, tmp_path)
    assert cli("tickets", "priority", "high", "--search", "zebra").status == 0
    assert (shown(cli, zebra)["priority"], shown(cli, other)["priority"]) == ("high", "normal")
    assert cli("tickets", "priority", "low", "--view", "gated").out.splitlines()[-1].startswith("2 done, 0 refused")
    stdin: Any = io.TextIOWrapper(io.BytesIO(f"{zebra}\n{other} {zebra}".encode()))
    monkeypatch.setattr("sys.stdin", stdin)
    assert cli("tickets", "priority", zebra, "--json", "low").status == 0
    assert cli("tickets", "priority", "--json", zebra, other, "low").status == 0
    result = cli("tickets", "priority", "-", "critical")
    assert result.out.splitlines() == [
        f"{zebra}  priority (low → critical)",
        f"{other}  priority (low → critical)",
        "2 done, 0 refused, 0 of them by the gate",
    ]
    assert "which tickets?" in cli("tickets", "claim").complaint
    assert cli("tickets", "claim", "--search", "nothing like it").out == "no ticket is meant\n"


def test_an_agent_is_the_last_word_or_an_option(cli: Run, bare: Run, desk_file: Path, tmp_path: Path) -> None:
    one, other = opened(cli, tmp_path), opened(cli, tmp_path)
    assert bare("--db", str(desk_file), "--agent", "jo", "tickets", "snooze", one, "1 min").status == 0
    assert cli("tickets", "assign", one, other, "jo").status == 0
    assert [shown(cli, number)["owner"] for number in (one, other)] == ["jo", "jo"]
    assert cli("tickets", "assign", one, other, "--to", "kim").status == 0
    assert cli("tickets", "assign", one, "jo").out == ""
    assert [shown(cli, number)["owner"] for number in (one, other)] == ["jo", "kim"]
    assert cli("tickets", "assign", one).status == 0
    assert shown(cli, one)["owner"] == "kim"


def test_a_ticket_changes_hands_waits_sleeps_and_ends(cli: Run, bare: Run, desk_file: Path, tmp_path: Path) -> None:
    def jo(*args: str) -> int:
        return bare("--db", str(desk_file), "--agent", "jo", "tickets", *args).status

    number = opened(cli, tmp_path)
    assert jo("claim", number) == 0
    assert "is jo's already (jo has it for 3 h yet)" in cli("tickets", "claim", number).complaint
    assert cli("tickets", "take-over", number).status == 0
    assert jo("release", number) == 1
    assert cli("tickets", "pending", number, "--until", "2 h").status == 0
    assert cli("tickets", "snooze", number, "2 d").status == 0
    ticket = shown(cli, number)
    assert (ticket["status"], ticket["owner"]) == ("pending", "kim")
    assert ticket["snoozed_until"] > ticket["waits_until"] > ticket["created_at"]
    assert cli("tickets", "wake", number).status == 0
    assert cli("tickets", "status", number, "resolved").status == 0
    assert cli("tickets", "reopen", number).out == f"{number} is open\n"
    assert cli("tickets", "undo", number).out == "undone: status (resolved → open)\n"
    assert shown(cli, number)["status"] == "resolved"
    assert "is undone already" in cli("tickets", "undo", number).complaint


@pytest.mark.parametrize("when", ["soon", "1999-01-01", "0 min", ""])
def test_a_time_that_is_none_is_refused_before_anything_is_done(cli: Run, raised: str, when: str) -> None:
    before = shown(cli, raised)
    assert cli("tickets", "snooze", raised, when).status == 1
    assert shown(cli, raised) == before


def test_a_ticket_that_was_never_confirmed_is_closed_with_the_reason(cli: Run, raised: str) -> None:
    assert cli("tickets", "close-unverified", raised).status == 2
    assert "give the reason" in cli("tickets", "status", raised, "closed").complaint
    assert cli("tickets", "close-unverified", raised, "--why", "nobody was reached").status == 0
    ticket = shown(cli, raised)
    assert (ticket["status"], ticket["history"][-1]["data"]["reason"]) == ("closed", "nobody was reached")
    assert cli("tickets", "reopen", raised).out == f"{raised} is new\n"


def test_a_duplicate_shows_where_it_went_and_is_read_there(cli: Run, tmp_path: Path) -> None:
    into, number = opened(cli, tmp_path), opened(cli, tmp_path, description="again: label printer")
    waiting = raise_one(cli, tmp_path, requester={"name": "Jane Doe", "organization": "Acme",
                        "email": "jane@acme.example.com", "phone": "020 7946 0777"})  # fmt: skip
    assert cli("tickets", "merge", waiting, into).status == 3
    assert cli("tickets", "merge", number, into).status == 0
    assert (shown(cli, number)["status"], shown(cli, number)["merged_into"]) == ("merged", into)
    assert [one["number"] for one in shown(cli, into)["merged"]] == [number]
    text = cli("tickets", "show", into).out
    assert f"Merged into this: {number}" in text
    assert "again: label printer" in text
    assert f"Merged into  {into}" in cli("tickets", "show", number).out


def test_a_part_is_split_off_and_its_number_printed(cli: Run, raised: str) -> None:
    made = cli("tickets", "split", raised, "and the badge", "--subject", "Badge", "--category", "access")
    ticket = shown(cli, made.out.strip())
    assert (ticket["subject"], ticket["category"], ticket["split_from"]) == ("Badge", "access", raised)
    assert cli("tickets", "split", raised, "and a chair", "--json").json["split_from"] == raised


def test_a_text_read_at_an_older_version_is_not_overtaken(cli: Run, raised: str) -> None:
    seen = str(shown(cli, raised)["version"])
    assert cli("tickets", "subject", raised, "Zebra", "--seen", seen).status == 0
    result = cli("tickets", "subject", raised, "Giraffe", "--seen", seen)
    assert result.status == 1
    assert "was changed by somebody else meanwhile" in result.complaint
    assert cli("tickets", "subject", raised, "Giraffe").status == 0
    assert cli("tickets", "correct", raised, "--note", "1", "not a zebra").status == 0
    assert cli("tickets", "correct", raised, "--description", "two printers").status == 0
    assert [note["text"].splitlines()[0] for note in shown(cli, raised)["notes"]] == [
        "The subject was: Label printer offline",
        "The subject was: Zebra",
        "Correction of note 1:",
        "Correction of the description:",
    ]
