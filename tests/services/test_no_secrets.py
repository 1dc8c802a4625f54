"""Secrets are planted wherever the program takes one, and are then looked for wherever it shows or leaves anything.

Its rows, logs, errors and records are looked through in `test_concealed`; here it is the program as a whole: what
every command prints and exports, what lies in its files, and what other programs on the machine can see of it.
"""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pyotp
import pytest

from callintake import app
from callintake.cli import main
from callintake.config import Config
from callintake.domain.method import Method
from callintake.domain.number import ticket_number
from callintake.running import keep_crash
from callintake.services import credentials, drafts, raising, redaction, tickets, verification
from callintake.services.history import acting_at
from callintake.store.database import open_store
from tests.conftest import LEAD, REGION
from tests.services.acting import call_from
from tests.services.test_credentials import NOON, STEP, amara
from tests.services.test_redaction import WHY, kept

WHO = "Amara Okafor"
PIN, WRONG = "purple elephant 40719", "yellow giraffe 99017"
MAIL_PASSWORD = "9fKq2mmQx77"
HOOK_TOKEN = "xo" + "xb-407190814711-zQ73kfHookTokenQ9"
PROC = Path("/proc")


@dataclass(frozen=True)
class Desk:
    """A desk in which every secret there can be was typed, and the ticket about it."""

    file: Path
    ticket: str
    key: str
    codes: tuple[str, ...]

    @property
    def secrets(self) -> tuple[str, ...]:
        """Everything that nothing may show."""
        return (PIN, WRONG, self.key, MAIL_PASSWORD, HOOK_TOKEN, *self.codes)

    def found(self, shown: str) -> list[str]:
        """Those secrets that a text shows."""
        return [secret for secret in self.secrets if secret in shown]


@pytest.fixture
def desk(desk_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk with a PIN and an app on file, said right and wrong, and with secrets noted that were redacted."""
    for name in ("DB", "AGENT", "CONFIG"):
        monkeypatch.delenv(f"CALLINTAKE_{name}", raising=False)
    for name in ("DATA", "CONFIG", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / "home" / name.lower()))
    store = open_store(str(desk_file))
    with store.transaction() as session:
        contact_id = amara(session)
        credentials.set_pin(session, contact_id, PIN, LEAD)
        with acting_at(NOON):
            uri = credentials.enroll_totp(session, contact_id, LEAD)
            key = "".join(credentials.key_of(uri))
            confirmed = pyotp.TOTP(key).at(NOON)
            credentials.confirm_totp(session, contact_id, uri, confirmed, LEAD)
        draft = call_from(session, WHO, notes="label printer offline")
        with acting_at(NOON + 2 * STEP):
            code = pyotp.TOTP(key).at(NOON + 2 * STEP)
            for method, said in ((Method.PIN, WRONG), (Method.PIN, PIN), (Method.TOTP, code)):
                verification.record_attempt(session, draft.claim, method, None, LEAD, call_id=draft.call_id, said=said)
    for notes in (f"smtp password is {MAIL_PASSWORD}", f"smtp password is {MAIL_PASSWORD}\nhook token {HOOK_TOKEN}"):
        draft = draft.with_(notes=notes)
        with store.transaction() as session:
            drafts.save_draft(session, draft, LEAD)
    with store.transaction() as session:
        number = ticket_number(raising.raise_ticket(session, draft, LEAD, REGION))
        tickets.add_note(session, number, f"said again: pw {MAIL_PASSWORD}, token {HOOK_TOKEN}", LEAD)
    with store.transaction() as session:
        redaction.redact_description(session, number, None, WHY, LEAD)
        redaction.redact_note(session, number, 1, None, WHY, LEAD)
    store.close()
    return Desk(desk_file, number, key, (confirmed, code))


def commands(desk: Desk, folder: Path) -> dict[str, list[str]]:
    """What there is to print and to export."""
    return {
        "tickets": ["tickets", "list", "--view", "all"],
        "tickets in JSON": ["tickets", "list", "--view", "all", "--json"],
        "tickets in CSV": ["tickets", "list", "--view", "all", "--csv"],
        "tickets found by the secret": ["tickets", "list", "--view", "all", "--search", MAIL_PASSWORD],
        "the ticket": ["tickets", "show", desk.ticket],
        "the ticket in JSON": ["tickets", "show", desk.ticket, "--json"],
        "contacts": ["contacts", "list"],
        "contacts in JSON": ["contacts", "list", "--json"],
        "the contact": ["contacts", "show", WHO],
        "the contact in JSON": ["contacts", "show", WHO, "--json"],
        "calls": ["calls", "list"],
        "calls in JSON": ["calls", "list", "--json"],
        "the report": ["report", "calls"],
        "the report in JSON": ["report", "calls", "--json"],
        "the report in a page": ["report", "calls", "--html", str(folder / "report.html")],
        "agents": ["agents", "list", "--json"],
        "the database": ["db", "info"],
        "a check of it": ["db", "check"],
        "the doctor": ["doctor", "--json"],
    }


def test_no_command_prints_or_exports_one(desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shown, leaky = "", []
    for what, command in commands(desk, tmp_path).items():
        capsys.readouterr()
        status = main(["--db", str(desk.file), "--agent", LEAD, *command])
        printed = "".join(capsys.readouterr())
        assert status in (0, 1), (what, printed)
        leaky += [(what, desk.found(printed))] if desk.found(printed) else []
        shown += printed
    assert leaky == []
    assert desk.ticket in shown
    assert "[redacted: password]" in shown
    assert desk.found((tmp_path / "report.html").read_text(encoding="utf-8")) == []


def test_no_file_of_the_desk_holds_one_but_the_database_the_key_of_the_app(desk: Desk, tmp_path: Path) -> None:
    for secret in desk.secrets:
        places = kept(desk.file, secret)
        if secret == desk.key:
            assert places == [f"{desk.file.name}: 1"]
        elif secret not in desk.codes:
            # Six digits alone may be anything: a time, an id.
            assert places == [], secret
    data = desk.file.read_bytes()
    assert data.count(b"$argon2id$") == 1
    others = [path for path in tmp_path.rglob("*") if path.is_file() and not path.name.startswith(desk.file.name)]
    assert [path for path in others if desk.found(path.read_text(encoding="utf-8", errors="replace"))] == []


def test_a_report_of_a_crash_holds_none(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    running = app.CallintakeApp(Config(db=str(desk.file), agent=LEAD))
    monkeypatch.setattr(running, "bell", lambda: None)
    monkeypatch.setattr(running, "_close_messages_no_wait", lambda: None)

    def mistaken(said: str, key: str) -> None:
        raise ValueError(f"no such thing: {said} {key}")

    try:
        mistaken(PIN, desk.key)
    except ValueError:
        running._fatal_error()
    left = keep_crash(running.crash or "")
    report = Path(left.removeprefix("the report is in "))
    assert "mistaken" in report.read_text(encoding="utf-8")
    assert desk.found(report.read_text(encoding="utf-8")) == []
    assert report.stat().st_mode & 0o077 == 0


def seen_by_others(process: int) -> bytes:
    """What other programs can see of a process: its arguments and its environment."""
    return b"".join((PROC / str(process) / what).read_bytes() for what in ("cmdline", "environ"))


def unread(pipe: IO[bytes]) -> int:
    """How many bytes in a pipe nobody has read yet."""
    import fcntl
    import termios

    count = bytearray(4)
    fcntl.ioctl(pipe, termios.FIONREAD, count)
    return int.from_bytes(count, sys.byteorder)


def test_a_pin_that_is_set_is_in_no_arguments_and_no_environment(desk_file: Path, tmp_path: Path) -> None:
    pin = "green walrus 31415"
    command = [sys.executable, "-m", "callintake", "--db", str(desk_file), "--agent", LEAD, "contacts", "set-pin", WHO]
    environment = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment | {"HOME": str(tmp_path), "PYTHONUTF8": "1"},
    ) as process:
        assert process.stdin is not None
        process.stdin.write(pin.encode() + b"\n")
        process.stdin.flush()
        if PROC.is_dir():
            # It reads to the end of its input, which has not come yet; nothing of what it has read may show meanwhile.
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline and (left := unread(process.stdin)):
                assert pin.encode() not in seen_by_others(process.pid)
                time.sleep(0.01)
            assert left == 0
            time.sleep(0.3)
            seen = seen_by_others(process.pid)
            assert b"set-pin" in seen
            assert pin.encode() not in seen
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert out.decode() == f"{WHO}: PIN set\n"
    assert pin not in (out + err).decode()
    assert kept(desk_file, pin) == []
    store = open_store(str(desk_file))
    with store.reading() as session:
        assert credentials.has(session, amara(session), credentials.PIN)
    store.close()
