"""`report queue`: the figures of the dashboard, in words, in JSON, and as a page that needs nothing else."""

import stat
from pathlib import Path

import pytest

from tests.cli.conftest import Run, raise_one
from tests.cli.test_calls import TAGS, Page

DRAWN = {"svg", "rect", "text", "line", "details", "summary"}


@pytest.fixture
def number(cli: Run, tmp_path: Path) -> str:
    """A ticket, on a desk whose departments are named to do harm, and its mark too."""
    desk = tmp_path / "desk.toml"
    desk.write_text(
        "classification = '<b>Internal'\n[[departments]]\nname = '<i onload=x>Desk & [b]'\n"
        "[[categories]]\nname = 'other'\ndepartment = '<i onload=x>Desk & [b]'\n"
    )
    assert cli("desk", "apply", str(desk)).status == 0
    return raise_one(cli, tmp_path, category="other", description="<script>alert(1)</script>")


def test_the_report_has_the_figures_in_words(cli: Run, number: str) -> None:
    result = cli("report", "queue", "--since", "7d")
    assert (result.status, result.err) == (0, "")
    assert result.out.startswith("<b>Internal\nReport of the queue\nMade: ")
    for said in (
        "Open by status: 1, 0 of them overdue",
        "not routed             ███",
        "Gate shut: 1",
        "█ today  ░ usual",
        "Verified at the first attempt: –",
        "none in trouble",
        number,
    ):
        assert said in result.out, said
    head = result.out[: result.out.index("The oldest 10")]
    assert all(len(line) <= 80 for line in head.splitlines())


def test_the_document_has_the_same_figures(cli: Run, number: str) -> None:
    document = cli("report", "queue", "--json").json
    assert (document["report"], document["classification"], document["made_by"]) == ("queue", "<b>Internal", "kim")
    assert document["open"]["by_status"] == {"new": 1, "open": 0, "pending": 0}
    assert document["open"]["by_department"] == {"<i onload=x>Desk & [b]": 0, "not routed": 1}
    assert document["open"]["gate_shut"] == {
        "total": 1,
        "by_age": {"under 1 h": 1, "1 to 24 h": 0, "1 to 3 d": 0, "over 3 d": 0},
    }
    assert (len(document["calls"]["today"]), len(document["calls"]["usual"])) == (24, 24)
    assert document["first_verification"] == {"tried": 0, "verified": 0, "rate": None}
    assert [one["number"] for one in document["oldest"]] == [number]


def test_the_page_draws_them_and_holds_nothing_that_runs_or_comes_from_elsewhere(
    cli: Run, number: str, tmp_path: Path
) -> None:
    file = tmp_path / "queue.html"
    assert cli("report", "queue", "--html", str(file)).status == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    page = Page(file.read_text("utf-8"))
    assert set(page.tags) <= TAGS | DRAWN
    assert page.tags.count("svg") == 4
    assert not any(name in ("src", "href", "style") or name.startswith("on") for name, _ in page.attributes)
    assert page.text.count("<b>Internal") == 1
    for said in (number, "<script>alert(1)</script>", "<i onload=x>Desk & [b]", "today", "usual"):
        assert said in page.text, said


def test_an_empty_desk_has_a_report_and_nothing_is_changed(cli: Run, desk_file: Path) -> None:
    before = desk_file.read_bytes()
    assert cli("report", "queue").status == 0
    assert desk_file.read_bytes() == before
    assert cli("report", "queue", "--since", "yesterday").status == 2
