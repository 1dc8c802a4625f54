"""Calls and their report from the command line: none is lost, and nothing typed in one is obeyed by a reader."""

import base64
import hashlib
import io
import re
import secrets
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from callintake.cli.output import printable
from callintake.domain.call import Channel, Direction, Disposition
from callintake.domain.draft import new_draft
from callintake.domain.report import Section
from callintake.domain.text import clean_line
from callintake.services import agents, drafts
from callintake.services.history import acting_at
from callintake.services.report_page import report_page
from callintake.store.database import Store, open_store
from callintake.store.tables import CallRow
from tests.cli.conftest import Run, raise_one, small_files
from tests.conftest import corpus

NOW = datetime.now(UTC)
LEFT, GOING, MISSED, ENDED = (digit * 32 for digit in "abcd")
MARKUP = [
    "<script>alert(1)</script>",
    "</td></tr></table><img src=x onerror=alert(1)>",
    "</style><style>body{display:none}</style>",
    "<!--",
    "-->",
    "]]>",
    "\" onload='alert(1)' x=\"",
    "&lt;b&gt;&#60;b&#62;&amp;lt;b",
    "<svg/onload=alert(1)>",
    "</title><meta http-equiv=refresh content=0;url=https://example.com>",
    "<a href=javascript:alert(1)>x</a>",
    "\x00<\x00b>",
    "<\u2028b onclick=x>",
]
TAGS = {"html", "head", "meta", "title", "style", "body", "p", "h1", "h2", "bdi", "div", "table", "thead", "tbody"}
TAGS |= {"tr", "th", "td"}


@pytest.fixture
def store(desk_file: Path) -> Iterator[Store]:
    """The desk that the commands work on."""
    store = open_store(str(desk_file))
    yield store
    store.close()


@pytest.fixture
def calls(store: Store) -> None:
    """One call left behind, one in progress, one missed, one that ended."""
    fill(store)


def fill(store: Store, text: str = "Zebra offline", number: str = "020 7946 0112", reason: str = "florist") -> None:
    with store.transaction() as session:
        agents.sign_in(session, "jonas")
        for call_id, days, agent in ((LEFT, 3.0, "kim"), (GOING, 0.0, "jonas"), (ENDED, 5.0, "kim")):
            at = NOW - timedelta(days=days)
            with acting_at(at):
                draft = new_draft(at, Channel.CELL, number).with_(call_id=call_id, notes=text)
                drafts.save_draft(session, draft, agent)
        with acting_at(NOW - timedelta(days=5) + timedelta(seconds=75)):
            drafts.end_call(session, ENDED, Disposition.WRONG_NUMBER, "kim", reason=reason)
        session.add(
            CallRow(
                id=MISSED,
                started_at=NOW - timedelta(days=1),
                channel=Channel.THREECX,
                direction=Direction.INBOUND,
                caller_number=clean_line(number),
            )
        )


@pytest.mark.usefixtures("calls")
class TestListing:
    """`calls list`"""

    def test_every_call_is_there_the_newest_first(self, cli: Run) -> None:
        listed = cli("calls", "list", "--json").json
        assert [call["id"] for call in listed] == [GOING, MISSED, LEFT, ENDED]
        ended = listed[-1]
        assert (ended["disposition"], ended["reason"], ended["talk_seconds"]) == ("wrong number", "florist", 75)
        assert (ended["ticket"], ended["caller_number"], ended["agent"]) == (None, "020 7946 0112", "kim")
        assert all(call["started_at"].endswith("Z") for call in listed)

    def test_for_people_it_says_how_each_ended_or_stands(self, cli: Run, tmp_path: Path) -> None:
        number = raise_one(cli, tmp_path)
        assert cli("tickets", "follow-up", number, "rang again", "--from", "+442079460112").out == ""
        head, new, *lines = cli("calls", "list").out.splitlines()
        assert " ".join(head.split()) == "Call Started Channel Number Agent Talk Disposition Ticket Reason"
        assert "+44 20 7946 0112" in new
        assert f"follow-up added  {number}" in new
        for line, said in zip(lines, ("in progress", "missed", "left behind", "wrong number"), strict=True):
            assert said in line
        assert lines[-1].endswith("florist")
        assert "01:15" in lines[-1]

    @pytest.mark.parametrize(
        ("args", "ids"),
        [
            (["--open"], [GOING, MISSED, LEFT]),
            (["--since", "2d"], [GOING, MISSED]),
            (["--since", "25h"], [GOING, MISSED]),
            (["--since", "2999-01-01"], []),
            (["--since", "1999-12-31"], [GOING, MISSED, LEFT, ENDED]),
            (["--limit", "2"], [GOING, MISSED]),
            (["--limit", "1", "--open", "--since", "4d"], [GOING]),
        ],
    )
    def test_some_of_them_are_asked_for(self, cli: Run, args: list[str], ids: list[str]) -> None:
        assert [call["id"] for call in cli("calls", "list", "--json", *args).json] == ids
        assert [line[:8] for line in cli("calls", "list", *args).out.splitlines()[1:]] == [one[:8] for one in ids]

    def test_it_says_when_it_does_not_show_all_and_reads_by_pages(
        self, cli: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        whole = cli("calls", "list", "--json").json
        monkeypatch.setattr("callintake.cli.calls._PAGE", 1)
        assert cli("calls", "list", "--json").json == whole
        monkeypatch.setattr("callintake.cli.calls._ON_SCREEN", 3)
        result = cli("calls", "list")
        assert len(result.out.splitlines()) == 4
        assert "the newest 3 calls; more with --limit" in result.complaint
        assert cli("calls", "list", "--limit", "4").err == ""

    @pytest.mark.parametrize(
        "since", ["", "yesterday", "7", "7m", "-7d", "2026-02-30", "2026-1-1", "20261101", "999999d", "٧d", "1\x1b[2Jd"]
    )
    def test_what_is_no_day_is_wrong_usage(self, cli: Run, since: str) -> None:
        for command in ("calls list", "report calls"):
            result = cli(*command.split(), f"--since={since}")
            assert result.status == 2
            assert "such as 2026-11-01" in result.complaint


@pytest.mark.usefixtures("calls")
class TestDiscarding:
    """`calls discard`"""

    def test_a_call_left_behind_is_ended_for_a_reason(self, cli: Run) -> None:
        result = cli("calls", "discard", "aaaa", "--why", "rang the wrong desk")
        assert (result.status, result.out, result.err) == (0, "", "")
        (call,) = [one for one in cli("calls", "list", "--json").json if one["id"] == LEFT]
        assert (call["disposition"], call["reason"], call["talk_seconds"]) == ("dropped", "rang the wrong desk", 0)
        assert [one["id"] for one in cli("report", "calls", "--json").json["unaccounted"]] == [MISSED]
        assert "ended already" in cli("calls", "discard", "aaaa", "--why", "again").complaint

    @pytest.mark.parametrize(
        ("given", "why", "said"),
        [
            ("aaaa", " ", "needs a reason"),
            ("aaa", "x", "is no call"),
            ("aaa%", "x", "is no call"),
            ("eeee", "x", "there is no call"),
            ("dddd", "x", "ended already: wrong number"),
            ("bbbb", "x", "jonas is in that call right now"),
        ],
    )
    def test_what_is_refused_changes_nothing(self, cli: Run, given: str, why: str, said: str) -> None:
        before = cli("calls", "list", "--json").json
        result = cli("calls", "discard", given, "--why", why)
        assert (result.status, result.out) == (1, "")
        assert said in result.complaint
        assert cli("calls", "list", "--json").json == before

    def test_a_reason_is_needed_to_begin_with(self, cli: Run) -> None:
        assert cli("calls", "discard", "aaaa").status == 2

    def test_an_auditor_and_who_leads_nobody_discard_nothing_of_others(
        self, cli: Run, bare: Run, desk_file: Path
    ) -> None:
        discard = ["--db", str(desk_file), "--agent", "jonas", "calls", "discard", "aaaa", "--why", "x"]
        assert "a lead may" in bare(*discard).complaint
        assert cli("agents", "role", "jonas", "auditor").status == 0
        assert "auditor" in bare(*discard).complaint
        assert len(cli("report", "calls", "--json").json["unaccounted"]) == 2


class TestFollowUp:
    """`tickets follow-up`"""

    def test_a_call_about_a_ticket_is_recorded_and_its_words_are_found(self, cli: Run, raised: str) -> None:
        result = cli("tickets", "follow-up", raised, "blinking\namber", "--channel", "3cx", "--from", "020 7946 0112")
        assert (result.status, result.out, result.err) == (0, "", "")
        shown = cli("tickets", "show", raised, "--json").json
        assert [note["text"] for note in shown["notes"]] == ["blinking\namber"]
        (call,) = shown["calls"]
        assert (call["channel"], call["caller_number"], call["agent"]) == ("3cx", "020 7946 0112", "kim")
        assert (call["disposition"], call["ticket"], call["talk_seconds"]) == ("follow-up added", raised, 0)
        assert shown["notes"][0]["call_id"] == call["id"]
        assert [line["number"] for line in cli("tickets", "list", "--json", "--search", "amber").json] == [raised]
        assert cli("report", "calls", "--json").json["unaccounted"] == []

    def test_standard_input_is_taken_too(self, cli: Run, raised: str, monkeypatch: pytest.MonkeyPatch) -> None:
        stdin: Any = io.TextIOWrapper(io.BytesIO("Siân again".encode()))
        monkeypatch.setattr("sys.stdin", stdin)
        assert cli("tickets", "follow-up", raised, "-").status == 0
        assert cli("tickets", "show", raised, "--json").json["notes"][0]["text"] == "Siân again"

    @pytest.mark.parametrize(
        ("number", "text", "said"),
        [("1001-9", " ", "nothing is noted"), ("1001-8", "x", "can't be right"), ("1002-4", "x", "there is no ticket")],
    )
    def test_what_is_refused_leaves_no_call(self, cli: Run, raised: str, number: str, text: str, said: str) -> None:
        result = cli("tickets", "follow-up", number, text)
        assert (result.status, result.out) == (1, "")
        assert said in result.complaint
        assert cli("calls", "list", "--json").json == []
        assert cli("tickets", "show", raised, "--json").json["notes"] == []


@pytest.mark.usefixtures("calls")
class TestReport:
    """`report calls`"""

    def test_it_names_the_calls_that_nobody_accounts_for_and_what_to_do(self, cli: Run) -> None:
        result = cli("report", "calls")
        assert (result.status, result.err) == (0, "")
        lines = result.out.splitlines()
        assert lines[0] == "Protected | Internal Use"
        assert re.fullmatch(r"Made: \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ by kim", lines[2])
        assert "Calls without ticket and reason: 2" in lines
        assert lines.index("Calls without ticket and reason: 2") < lines.index("Calls by disposition: 4")
        assert "  cccccccc: call back, then: callintake calls discard cccccccc --why TEXT" in lines
        assert "  aaaaaaaa: kim resumes it at the desk, or: callintake calls discard aaaaaaaa --why TEXT" in lines
        assert "Calls in progress: 1" in lines

    def test_what_it_says_to_do_does_it(self, cli: Run) -> None:
        for command in re.findall(r"callintake (calls discard .*) --why TEXT", cli("report", "calls").out):
            assert cli(*command.split(), "--why", "called back").status == 0
        result = cli("report", "calls")
        assert "Calls without ticket and reason: 0\nnone\n" in result.out
        assert result.status == 0

    def test_in_json_it_is_one_document(self, cli: Run) -> None:
        report = cli("report", "calls", "--json").json
        assert (report["classification"], report["made_by"], report["since"]) == (
            "Protected | Internal Use",
            "kim",
            None,
        )
        assert [(one["id"], one["state"]) for one in report["unaccounted"]] == [
            (MISSED, "missed"),
            (LEFT, "left behind"),
        ]
        assert [one["id"] for one in report["in_progress"]] == [GOING]
        left = report["unaccounted"][1]
        assert (left["typed_characters"], left["draft_open"]) == (len("Zebra offline"), True)
        assert left["saved_at"] == left["started_at"]
        assert report["counts"]["by_disposition"] == {"not stated": 3, "wrong number": 1}
        assert report["counts"]["by_channel"] == {"cell": 3, "3cx": 1}
        assert report["counts"]["by_agent"] == {"kim": 2, "": 1, "jonas": 1}
        assert report["counts"]["average_seconds"] == {"talk": 75.0, "hold": 0.0, "wrap_up": 0.0}

    def test_it_is_about_the_time_asked_for(self, cli: Run) -> None:
        report = cli("report", "calls", "--json", "--since", "2d").json
        assert [one["id"] for one in report["unaccounted"]] == [MISSED]
        assert report["counts"]["total"] == 2
        day = (NOW - timedelta(days=4)).strftime("%Y-%m-%d")
        report = cli("report", "calls", "--json", "--since", day).json
        assert (report["since"], report["counts"]["total"]) == (f"{day}T00:00:00Z", 3)
        assert f"from {day}T00:00:00Z on" in cli("report", "calls", "--since", day).out

    def test_it_changes_nothing(self, cli: Run, store: Store, desk_file: Path, tmp_path: Path) -> None:
        store.close()
        before = desk_file.read_bytes()
        for form in ([], ["--json"], ["--html", str(tmp_path / "report.html")]):
            assert cli("report", "calls", *form).status == 0
        assert desk_file.read_bytes() == before

    def test_a_page_is_written_for_its_owner_alone_and_over_nothing(self, cli: Run, tmp_path: Path) -> None:
        file = tmp_path / "report.html"
        result = cli("report", "calls", "--html", str(file))
        assert (result.status, result.out, result.err) == (0, "", "")
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        before = file.read_bytes()
        assert "exists: name a new file" in cli("report", "calls", "--html", str(file)).complaint
        assert file.read_bytes() == before
        link = tmp_path / "link.html"
        link.symlink_to(tmp_path / "elsewhere.html")
        assert cli("report", "calls", "--html", str(link)).status == 1
        assert not (tmp_path / "elsewhere.html").exists()

    @pytest.mark.parametrize("name", ["nowhere/report.html", ".", "a\0b", "\udcff", "x" * 5000])
    def test_a_file_that_can_not_be_made_is_refused_in_one_line(
        self, cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
    ) -> None:
        monkeypatch.chdir(tmp_path)
        result = cli("report", "calls", "--html", name)
        if result.status:
            assert "internal error" not in result.complaint
        else:
            # A file system may take any bytes.
            assert name == "\udcff"

    def test_of_a_page_that_can_not_be_written_nothing_is_left(self, cli: Run, tmp_path: Path) -> None:
        folder = tmp_path / "reports"
        folder.mkdir()
        with small_files(1000):
            result = cli("report", "calls", "--html", str(folder / "report.html"))
        assert (result.status, result.out) == (1, "")
        assert "can't be written: File too large; there is nothing of it" in result.complaint
        assert list(folder.iterdir()) == []

    def test_the_classification_is_that_of_the_desk_file(self, cli: Run, tmp_path: Path) -> None:
        desk, page = tmp_path / "desk.toml", tmp_path / "report.html"
        desk.write_text('classification = "Secret <of> the desk"')
        assert cli("desk", "apply", str(desk)).status == 0
        assert cli("report", "calls").out.startswith("Secret <of> the desk\n")
        assert cli("report", "calls", "--json").json["classification"] == "Secret <of> the desk"
        assert cli("report", "calls", "--html", str(page)).status == 0
        assert '<p class="classification">Secret &lt;of&gt; the desk</p>' in page.read_text("utf-8")

    def test_json_and_a_page_exclude_each_other(self, cli: Run) -> None:
        assert cli("report", "calls", "--json", "--html", "x").status == 2


class Page(HTMLParser):
    """A page as a browser takes it: its elements, their attributes, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text: list[str] = []
        self.other: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def handle_comment(self, data: str) -> None:
        self.other.append(data)

    handle_pi = unknown_decl = handle_comment


def page_of(cli: Run, file: Path, *args: str) -> Page:
    assert cli(*args, "report", "calls", "--html", str(file)).status == 0
    return Page(file.read_text(encoding="utf-8"))


@pytest.mark.usefixtures("calls")
def test_the_page_needs_nothing_else_and_says_what_it_is(cli: Run, tmp_path: Path) -> None:
    page = page_of(cli, tmp_path / "report.html")
    assert set(page.tags) == TAGS
    assert page.other == []
    attributes = {name for name, _ in page.attributes}
    assert attributes == {"lang", "charset", "http-equiv", "content", "name", "class", "scope", "dir"}
    (policy,) = [value for _, value in page.attributes if value and value.startswith("default-src")]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    body = [text for text in page.text[page.text.index("Protected | Internal Use") :] if text.strip()]
    assert body[1] == "Report of calls"
    assert " by kim" in body[3]
    assert "kim resumes it at the desk, or: callintake calls discard aaaaaaaa --why TEXT" in body
    style = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "prefers-color-scheme: dark" in style
    assert "@media print" in style
    assert "url(" not in style


def test_the_policy_lets_its_own_style_through(cli: Run, tmp_path: Path) -> None:
    page_of(cli, tmp_path / "report.html")
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    style = text.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"&#x27;sha256-{digest}&#x27;" in text


def test_nothing_typed_is_obeyed_by_a_terminal_or_a_browser(cli: Run, store: Store, tmp_path: Path) -> None:
    values = [*MARKUP, *(case.values[0][:5000] for where in ("cli", "notes", "log") for case in corpus(where))]
    with store.transaction() as session:
        for value in values:
            type_everywhere(session, value)
    for args in (["calls", "list", "--limit", "1000"], ["report", "calls"]):
        for form in ([], ["--json"]):
            result = cli(*args, *form)
            assert (result.status, result.err) == (0, "")
            assert result.out == printable(result.out)
            assert len(result.json if form else result.out.splitlines()) >= (5 if form else 3 * len(values))
    reasons = {call["reason"] for call in cli("calls", "list", "--json").json}
    assert reasons >= {clean_line(f"said {value}") for value in values}
    page = page_of(cli, tmp_path / "report.html")
    assert set(page.tags) == TAGS
    assert page.other == []
    assert not any(name.startswith("on") or name in ("src", "href", "style") for name, _ in page.attributes)
    text = "".join(page.text)
    assert text == printable(text)
    assert [value for value in values if clean_line(value)[:20].strip() not in text] == []


def type_everywhere(session: Session, value: str) -> None:
    """Two calls with a text in every place, and one that another program wrote, which cleans nothing."""
    at = NOW - timedelta(days=1)
    for ends in (True, False):
        draft = new_draft(at, Channel.CELL, value).with_(notes=value, name=value)
        with acting_at(at):
            drafts.save_draft(session, draft, "kim")
            if ends:
                drafts.end_call(session, draft.call_id, Disposition.REFUSED, "kim", reason=f"said {value}")
    # Neither database keeps these.
    raw = value.encode("utf-8", "ignore").decode().replace("\0", "")
    row = CallRow(id=secrets.token_hex(16), started_at=at, channel=Channel.CELL, direction=Direction.INBOUND)
    row.caller_number = row.dialled_number = row.agent = raw
    session.add(row)
    session.flush()


def test_who_made_it_is_no_markup_either(bare: Run, desk_file: Path, tmp_path: Path) -> None:
    def run(*args: str) -> Any:
        return bare("--db", str(desk_file), "--agent", "<b onclick=x>kim", *args)

    page = page_of(run, tmp_path / "report.html")
    assert "b" not in page.tags
    assert any("<b onclick=x>kim" in text for text in page.text)


def test_a_page_cleans_whatever_it_is_given() -> None:
    dirty = "x\x1b\u202e<i>"
    page = Page("".join(report_page(dirty, dirty, [(dirty, dirty)], [Section(dirty, [dirty], [[dirty]], [dirty])])))
    assert set(page.tags) <= TAGS
    assert page.text.count("x<i>") == 7
    assert "".join(page.text) == printable("".join(page.text))
