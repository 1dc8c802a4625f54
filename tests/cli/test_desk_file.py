"""The desk file from the command line: written out, compared, applied by a lead, refused line by line."""

import io
import sys
from pathlib import Path

import pytest

from callintake.domain.desk_file import parse_desk_file
from callintake.domain.routing import BUILT_IN
from tests.cli.conftest import Run, ticket
from tests.notifications.desk import desk_text

LOOSER = "[verification]\nlock_failures = 5\nlock_hours = 48\n"
SHOWN = ["! looser  verification: lock_failures 3 → 5", "          verification: lock_hours 24 → 48"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A desk file that changes two things."""
    path = tmp_path / "desk.toml"
    path.write_text(LOOSER, encoding="utf-8")
    return path


def test_what_is_exported_is_in_force_and_changes_nothing(cli: Run, file: Path) -> None:
    exported = cli("desk", "export")
    assert (exported.status, exported.err) == (0, "")
    assert exported.out.startswith("# In force: the desk that comes built in\n")
    assert parse_desk_file(exported.out) == BUILT_IN
    file.write_text(exported.out, encoding="utf-8")
    assert cli("desk", "apply", str(file)).out == "nothing changes: these rules are in force already\n"


def test_a_desk_file_is_applied_and_its_difference_shown(cli: Run, file: Path) -> None:
    result = cli("desk", "apply", str(file))
    assert (result.status, result.err) == (0, "")
    assert result.out.splitlines() == [*SHOWN, "desk file 1 is in force: 2 changes, 1 of them looser"]
    exported = cli("desk", "export").out
    assert exported.startswith("# In force: desk file 1, applied by kim on 20")
    assert parse_desk_file(exported).verification.lock_failures == 5


def test_a_rehearsal_shows_the_difference_and_changes_nothing(cli: Run, file: Path, desk_file: Path) -> None:
    before = desk_file.read_bytes()
    result = cli("desk", "apply", "--dry-run", str(file), "--agent", "anybody")
    assert result.status == 0
    summary = "2 changes, 1 of them looser; nothing was applied. To apply just this: --compared-with 0"
    assert result.out.splitlines() == [*SHOWN, summary]
    assert desk_file.read_bytes() == before


def test_a_file_that_was_compared_with_another_is_refused(cli: Run, file: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    other.write_text("region = 'NO'", encoding="utf-8")
    assert cli("desk", "apply", str(other), "--compared-with", "0").status == 0
    result = cli("desk", "apply", str(file), "--compared-with", "0")
    assert (result.status, result.out) == (1, "")
    assert "desk file 1, applied by kim, is in force by now" in result.complaint
    assert cli("desk", "apply", str(file), "--compared-with", "1").status == 0


def test_who_is_no_lead_applies_nothing(cli: Run, file: Path) -> None:
    result = cli("desk", "apply", str(file), "--agent", "jo")
    assert (result.status, result.out) == (1, "")
    assert "only a lead applies a desk file" in result.complaint
    assert parse_desk_file(cli("desk", "export").out) == BUILT_IN


def test_every_problem_is_printed_with_its_place_and_nothing_is_applied(cli: Run, file: Path) -> None:
    file.write_text('region = "XX"\n\n[verification]\nlock_failures = 0\nlocks = 1\n', encoding="utf-8")
    result = cli("desk", "apply", str(file))
    assert result.status == 1
    assert [line.partition(":")[0] for line in result.out.splitlines()] == [
        "line 1, region",
        "line 4, verification, lock_failures",
        "line 5, verification, locks",
    ]
    assert result.complaint == f"callintake: {file}: 3 problems; nothing was applied\n"
    assert parse_desk_file(cli("desk", "export").out) == BUILT_IN


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"a = [", "it is not TOML"),
        (b"region = 'J\xe9'", "is not UTF-8 text (byte 12)"),
        (b"#" * (256 * 1024 + 1), "it is longer than 256 KiB"),
        (b"a = " + b"[" * 200_000, "it is nested too deeply"),
        (b"region = '\x1b]52;c;eA==\x07'", "it is not TOML"),
        (b'region = "\\u001b]52;c;eA==\\u0007"', "line 1, region: there is a hidden character in it (U+001B)"),
    ],
    ids=["no TOML", "no UTF-8", "too long", "too deep", "raw escape", "escape"],
)
def test_what_is_no_desk_file_is_one_plain_line(cli: Run, file: Path, data: bytes, said: str) -> None:
    file.write_bytes(data)
    result = cli("desk", "apply", str(file))
    assert (result.status, result.out) == (1, "")
    assert said in result.complaint
    assert result.complaint.removesuffix("\n").isprintable()


def test_a_file_that_is_not_there_is_one_plain_line(cli: Run, tmp_path: Path) -> None:
    assert "can't be read" in cli("desk", "apply", str(tmp_path / "none.toml")).complaint


def test_no_desk_is_made_for_a_desk_file(bare: Run, file: Path, tmp_path: Path) -> None:
    desk = tmp_path / "none" / "desk.db"
    for args in (["export"], ["apply", str(file)], ["apply", "--dry-run", str(file)]):
        result = bare("--db", str(desk), "desk", *args)
        assert (result.status, result.out) == (1, "")
        assert result.complaint
    assert not desk.parent.exists()


def test_a_desk_file_comes_from_standard_input(cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    class Piped:
        buffer = io.BytesIO("\ufeffregion = 'NO'\r\n".encode())

    monkeypatch.setattr(sys, "stdin", Piped())
    assert cli("desk", "apply", "-").out.splitlines()[0].strip() == "region none → “NO”"


def test_an_export_is_a_desk_file_on_terminals_of_few_characters(
    cli: Run, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text("classification = 'Vertraulich – nur für uns 😀'", encoding="utf-8")
    assert cli("desk", "apply", str(file)).status == 0
    written = io.BytesIO()
    stream = io.TextIOWrapper(written, encoding="ascii")
    with monkeypatch.context() as patched:
        patched.setattr(sys, "stdout", stream)
        cli("desk", "export")
        stream.flush()
    desk = parse_desk_file(written.getvalue().decode("ascii"))
    assert desk.classification == "Vertraulich – nur für uns 😀"
    assert desk.categories == BUILT_IN.categories


def test_tickets_of_a_category_taken_out_are_shown_and_verified(cli: Run, file: Path, raised: str) -> None:
    head, *rest = cli("desk", "export").out.split("[[categories]]\n")
    kept = [one for one in rest if not one.startswith('name = "printing"')]
    file.write_text("[[categories]]\n".join([head, *kept]), encoding="utf-8")
    assert "category printing removed" in cli("desk", "apply", str(file)).out
    assert cli("tickets", "show", raised, "--json").json["category"] == "printing"
    assert [one["number"] for one in cli("tickets", "list", "--json").json] == [raised]
    contact = "amara.okafor@northgatedental.example.com"
    verified = cli("tickets", "verify", raised, "--method", "callback", "--contact", contact, "--outcome", "verified")
    assert (verified.status, verified.err) == (0, "")
    assert cli("tickets", "claim", raised).status == 3
    assert ticket()["category"] == "printing"


def test_how_messages_will_read_by_new_templates_is_shown_before_they_are_in_force(cli: Run, tmp_path: Path) -> None:
    template = '[notify.templates]\nsubject = "{priority}, {category}"\nmessage = ["Due {due}"]\n'
    path = tmp_path / "desk.toml"
    path.write_text(f"{desk_text(25, webhooks=(('slack', 'FIELD_CHAT'),))}{template}", encoding="utf-8")
    shown = cli("desk", "apply", "--dry-run", str(path)).out
    assert "--- Field services, e-mail about an invented ticket: 1001-9 high, printing\n" in shown
    assert "--- Field services, instant message about an invented ticket\n1001-9 is for Field services\n\nDue " in shown
    assert "notify: template of the subject none → “{priority}, {category}”" in shown
    cli("desk", "apply", str(path))
    preview = cli("notify", "preview", "Field services", "--example")
    assert preview.status == 0
    assert "Subject: 1001-9 high, printing\n" in preview.out
    assert "about an invented ticket" not in cli("desk", "apply", str(path)).out
