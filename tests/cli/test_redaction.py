"""`tickets redact`: a secret is taken out of what was noted, and stands nowhere afterwards."""

import io
from pathlib import Path

import pytest

from tests.cli.conftest import Run, raise_one

SECRET = "zq73kfhunter"
WHY = ["--why", "a password was noted"]


@pytest.fixture
def noted(cli: Run, tmp_path: Path) -> str:
    """The number of a ticket with a secret in its description, and in its second note."""
    number = raise_one(cli, tmp_path, description=f"printer offline, pw {SECRET}")
    assert cli("tickets", "note", number, "rang again").status == 0
    assert cli("tickets", "note", number, f"her password is {SECRET}\nand {SECRET} again").status == 0
    return number


def given(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))


def test_a_note_loses_what_is_given_on_standard_input(cli: Run, noted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, f"{SECRET}\n")
    result = cli("tickets", "redact", noted, "--note", "2", "--text", "-", *WHY)
    assert (result.status, result.err) == (0, "")
    assert result.out == "redacted in 2 places; the same stands in the description, the subject\n"
    notes = [note["text"] for note in cli("tickets", "show", noted, "--json").json["notes"]]
    assert notes == ["rang again", "her password is [redacted: password]\nand [redacted: password] again"]


def test_without_a_text_all_that_looks_like_a_secret_goes_and_nothing_is_left_in_the_file(
    cli: Run, noted: str, desk_file: Path
) -> None:
    assert cli("tickets", "redact", noted, "--note", "2", *WHY).status == 0
    result = cli("tickets", "redact", noted, "--description", *WHY)
    assert result.out == "redacted in 2 places\n"
    shown = cli("tickets", "show", noted)
    assert "printer offline, pw [redacted: password]" in shown.out
    for args in (["tickets", "show", noted], ["tickets", "show", noted, "--json"], ["tickets", "list", "--json"]):
        assert SECRET not in cli(*args).out
    assert SECRET.encode() not in desk_file.read_bytes()


def test_the_history_tells_who_did_it_where_and_why(cli: Run, noted: str) -> None:
    cli("tickets", "redact", noted, "--description", *WHY)
    event = cli("tickets", "show", noted, "--json").json["history"][-2]
    assert (event["kind"], event["agent"], event["data"]["place"]) == ("redacted", "kim", "description")
    assert (event["data"]["length"], event["data"]["reason"]) == (len(SECRET), "a password was noted")


@pytest.mark.parametrize(
    ("args", "status", "complaint"),
    [
        (["--note", "3", *WHY], 1, "there is no note 3"),
        (["--note", "1", *WHY], 1, "nothing there looks like a secret"),
        (["--note", "2", "--text", "elsewhere", *WHY], 1, "not there"),
        (["--note", "2", "--text", "  ", *WHY], 1, "3 characters at least"),
        (["--note", "2", "--why", " "], 1, "Give a reason"),
        (["--note", "2"], 2, "--why"),
        (WHY, 2, "--note --description"),
        (["--note", "2", "--description", *WHY], 2, "not allowed with"),
        (["--note", "0", *WHY], 2, "--note"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(
    cli: Run, noted: str, args: list[str], status: int, complaint: str
) -> None:
    before = cli("tickets", "show", noted, "--json").json
    result = cli("tickets", "redact", noted, *args)
    assert result.status == status
    assert complaint in result.complaint
    assert cli("tickets", "show", noted, "--json").json == before


def test_only_the_author_and_a_lead_may(bare: Run, noted: str, desk_file: Path) -> None:
    result = bare("--db", str(desk_file), "--agent", "jo", "tickets", "redact", noted, "--note", "2", *WHY)
    assert result.status == 1
    assert "kim wrote that" in result.complaint
    assert SECRET not in result.complaint
