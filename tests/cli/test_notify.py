"""The outbox from a script: what became of messages, sending them, and what a department would get (P9)."""

import io
import re
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from callintake.domain.business_time import WEEKDAYS
from callintake.domain.notify_rules import SMTP_PASSWORD
from callintake.services import outbox
from callintake.store.database import open_store
from callintake.store.tables import TicketRow
from tests.cli.conftest import Result, Run, raise_one
from tests.notifications.desk import desk_text
from tests.notifications.servers import MailServer, Messenger, mail_server, messenger

RCPT_DEAD = "dead@example.com"


@pytest.fixture
def mail() -> Iterator[MailServer]:
    """A mail server that knows one address too few."""
    with mail_server() as server:
        server.rcpt[RCPT_DEAD] = "550 no such user"
        yield server


@pytest.fixture
def chat(monkeypatch: pytest.MonkeyPatch) -> Iterator[Messenger]:
    """A messenger, whose address is a secret."""
    with messenger() as server:
        monkeypatch.setenv("CALLINTAKE_SECRET_FIELD_CHAT", server.address)
        yield server


@pytest.fixture
def number(cli: Run, mail: MailServer, chat: Messenger, tmp_path: Path) -> str:
    """The number of a ticket that three messages are about."""
    text = desk_text(mail.port, emails=("field@example.com", RCPT_DEAD), webhooks=(("mattermost", "FIELD_CHAT"),))
    apply(cli, tmp_path, text)
    number = raise_one(cli, tmp_path)
    assert (
        cli(
            "tickets", "verify", number, "--method", "vouch", "--reason", "my own voice", "--outcome", "verified"
        ).status
        == 0
    )
    assert cli("tickets", "route", number, "Field services").status == 0
    return number


def apply(cli: Run, folder: Path, text: str) -> Result:
    """Let a desk file be in force."""
    file = folder / "desk.toml"
    file.write_text(text, encoding="utf-8")
    applied = cli("desk", "apply", str(file))
    assert applied.status == 0, applied.err
    return applied


def test_what_is_due_is_sent_and_what_was_not_is_told(cli: Run, number: str, mail: MailServer, chat: Messenger) -> None:
    result = cli("notify", "send")
    assert (result.status, result.out) == (1, "2 sent, 0 failed, 1 dead\n")
    assert result.complaint == "callintake: 550 no such user\n"
    assert [taken.recipients for taken in mail.taken] == [["field@example.com"]]
    assert chat.taken[0].json["text"].startswith(f"**{number}**")
    assert cli("notify", "send").out == "0 sent, 0 failed, 0 dead\n"
    told = cli("tickets", "show", number, "--json").json["notifications"]
    assert {(one["channel"], one["recipient"], one["state"]) for one in told} == {
        ("email", "field@example.com", "sent"),
        ("email", RCPT_DEAD, "dead"),
        ("mattermost", "FIELD_CHAT", "sent"),
    }
    assert all(one["department"] == "Field services" and one["ticket"] == number for one in told)
    assert f"{RCPT_DEAD} (550 no such user)" in cli("tickets", "show", number).out


def test_messages_are_listed_with_why_they_were_not_sent(cli: Run, number: str) -> None:
    cli("notify", "send")
    rows = cli("notify", "list", "--json").json
    assert [row["state"] for row in rows] == ["sent", "dead", "sent"]
    assert rows[1]["outcome"] == "550 no such user"
    listed = cli("notify", "list", "--open")
    assert RCPT_DEAD in listed.out
    assert "field@example.com" not in listed.out
    assert listed.complaint == "callintake: messages: 1 dead\n"


def test_a_dead_message_is_retried_or_settled(cli: Run, number: str, mail: MailServer) -> None:
    cli("notify", "send")
    dead = str(cli("notify", "list", "--open", "--json").json[0]["id"])
    mail.rcpt.clear()
    assert cli("notify", "retry", dead, "--why", "the mailbox is there now").status == 0
    assert cli("notify", "send").out == "1 sent, 0 failed, 0 dead\n"
    assert "nothing is sent twice" in cli("notify", "retry", dead).complaint
    assert "is sent, not dead" in cli("notify", "settle", dead, "--why", "x").complaint


def test_what_can_not_be_sent_from_here_is_said(
    cli: Run, number: str, monkeypatch: pytest.MonkeyPatch, mail: MailServer
) -> None:
    mail.rcpt.clear()
    monkeypatch.delenv("CALLINTAKE_SECRET_FIELD_CHAT")
    result = cli("notify", "send")
    assert (result.status, result.out) == (1, "2 sent, 0 failed, 0 dead\n")
    assert "1 can't be sent from here" in result.err
    assert "FIELD_CHAT is not here" in result.err


def test_a_test_goes_to_every_address_of_a_department_and_into_no_outbox(
    cli: Run, number: str, mail: MailServer, chat: Messenger
) -> None:
    before = len(cli("notify", "list", "--json").json)
    result = cli("notify", "test", "field services")
    assert result.status == 1
    assert [line[:10].strip() for line in result.out.splitlines()] == ["✓ sent", "✗ NOT SENT", "✓ sent"]
    assert mail.taken[0].message["Subject"] == "test of callintake"
    assert len(chat.taken) == 1
    assert len(cli("notify", "list", "--json").json) == before


def test_a_preview_shows_what_would_go_and_no_secret(cli: Run, number: str, mail: MailServer, chat: Messenger) -> None:
    shown = cli("notify", "preview", "Field services", "--ticket", number).out
    assert f"Subject: {number} Label printer offline" in shown
    assert f'"text": "**{number}** is for Field services' in shown
    assert "tokentoken" not in shown
    assert (mail.taken, chat.taken) == ([], [])


@pytest.mark.parametrize(
    "args", [("test", "Network"), ("test", "nowhere"), ("preview", "Network", "--ticket", "1001-8"), ("retry", "77")]
)
def test_what_can_not_be_done_is_refused_in_one_line(cli: Run, args: tuple[str, ...]) -> None:
    result = cli("notify", *args)
    assert result.status == 1
    assert result.out == ""
    assert result.complaint


def test_another_department_is_told_by_a_command(cli: Run, number: str, mail: MailServer) -> None:
    assert cli("tickets", "notify", number, "network").status == 0
    cli("notify", "send")
    assert "network@example.com" in [taken.recipients[0] for taken in mail.taken]


def test_no_file_and_no_output_has_the_address_of_a_webhook(
    cli: Run, number: str, desk_file: Path, chat: Messenger
) -> None:
    chat.answers[0] = (500, {})
    outputs = [cli("notify", "send"), cli("notify", "list", "--json"), cli("doctor"), cli("desk", "export")]
    assert all("tokentoken" not in result.out + result.err for result in outputs)
    rows = sqlite3.connect(desk_file)
    assert "tokentoken" not in "\n".join(rows.iterdump())
    rows.close()


def test_no_file_no_output_and_no_export_has_the_password_of_the_mail_server(
    cli: Run, mail: MailServer, chat: Messenger, desk_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted = ("correct-horse-battery", "tokentoken")
    monkeypatch.setenv(f"CALLINTAKE_SECRET_{SMTP_PASSWORD}", planted[0])
    login = 'security = "starttls"\nuser = "desk"'
    apply(cli, tmp_path, desk_text(mail.port, webhooks=(("mattermost", "FIELD_CHAT"),), smtp=login))
    number = raise_one(cli, tmp_path)
    outputs = [
        cli("tickets", "verify", number, "--method", "vouch", "--reason", "my voice", "--outcome", "verified"),
        cli("tickets", "route", number, "Field services"),
        cli("notify", "send"),
    ]
    assert [message["state"] for message in cli("notify", "list", "--json").json if message["channel"] == "email"] == [
        "failed"
    ], "the server speaks no TLS, so it was not let in"
    exports = [tmp_path / f"all.{form}" for form in ("csv", "json", "html")]
    outputs += [cli("tickets", "export", "--format", file.suffix[1:], str(file)) for file in exports]
    for command in (
        ("notify", "list", "--json"),
        ("notify", "preview", "Field services"),
        ("tickets", "show", number, "--json"),
        ("report", "queue", "--json"),
        ("desk", "export"),
        ("doctor",),
    ):
        outputs.append(cli(*command))
    rows = sqlite3.connect(desk_file)
    told = [*(result.out + result.err for result in outputs), "\n".join(rows.iterdump())]
    rows.close()
    told += [file.read_text(encoding="utf-8") for file in exports]
    assert [secret for secret in planted for text in told if secret in text] == []


def test_the_doctor_says_which_secret_is_missing_and_which_file_is_open_to_others(
    cli: Run, number: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert re.search(r"ok +secret +FIELD_CHAT is in the environment", cli("doctor").out)
    monkeypatch.delenv("CALLINTAKE_SECRET_FIELD_CHAT")
    missing = cli("doctor")
    assert re.search(r"warn +secret +FIELD_CHAT is not here", missing.out)
    file = home / "config" / "callintake" / "secrets.toml"
    file.parent.mkdir(parents=True)
    file.write_text('FIELD_CHAT = "http://127.0.0.1/tokentoken"\n')
    file.chmod(0o644)
    told = cli("doctor")
    assert told.status == 1
    assert f"chmod 600 {file}" in told.out
    assert "tokentoken" not in told.out


def test_a_code_goes_by_mail_is_shown_to_nobody_at_the_desk_and_is_right_once(
    cli: Run, mail: MailServer, tmp_path: Path, desk_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply(cli, tmp_path, desk_text(mail.port) + "[verification]\nemail_codes = true\nnumber_days = 0\n")
    number = raise_one(cli, tmp_path)
    sent = cli("contacts", "send-code", "Amara Okafor")
    assert sent.status == 0, sent.err
    [letter] = mail.taken
    assert letter.recipients == ["amara.okafor@northgatedental.example.com"]
    body = letter.message.get_content()
    code = re.match(r"\d{6}$", body.splitlines()[0])
    assert code is not None
    assert code[0] not in sent.out + letter.message["Subject"]
    rows = sqlite3.connect(desk_file)
    assert code[0] not in "\n".join(rows.iterdump())
    rows.close()
    outcomes = []
    for _ in range(2):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(f"{code[0]}\n".encode())))
        cli("tickets", "verify", number, "--method", "email-code", "--contact", "Amara Okafor")
    outcomes = [attempt["outcome"] for attempt in cli("tickets", "show", number, "--json").json["attempts"]]
    assert outcomes == ["verified", "failed"]


def test_a_code_that_could_not_be_sent_is_void_and_said_so(cli: Run, mail: MailServer, tmp_path: Path) -> None:
    apply(cli, tmp_path, desk_text(mail.port) + "[verification]\nemail_codes = true\nnumber_days = 0\n")
    mail.data = "554 no"
    result = cli("contacts", "send-code", "Amara Okafor")
    assert (result.status, result.complaint) == (1, "callintake: the code was not sent: 554 no\n")
    [row] = cli("notify", "list", "--json").json
    assert (row["state"], row["settled"]) == ("dead", "the code is void")


def test_without_apprise_the_desk_file_and_the_doctor_say_what_to_install(
    cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from callintake.notifications import through_apprise

    file = tmp_path / "desk.toml"
    file.write_text(desk_text(webhooks=(("apprise", "FIELD_ANY"),)), encoding="utf-8")
    there = cli("desk", "apply", "--dry-run", str(file))
    assert there.err == ""
    monkeypatch.setattr(through_apprise, "is_installed", lambda: False)
    applied = cli("desk", "apply", str(file))
    assert applied.status == 0
    assert "pip install 'callintake[apprise]'" in applied.err
    assert "pip install 'callintake[apprise]'" in cli("doctor").out


def test_who_routes_a_ticket_outside_of_the_hours_is_told_so(cli: Run, number: str, tmp_path: Path) -> None:
    day = datetime.now(UTC) + timedelta(days=3)
    hours = f'[departments.hours]\nzone = "UTC"\n{WEEKDAYS[day.weekday()]} = ["08:00-18:00"]\n'
    text = desk_text(25).replace('name = "Network"\n', 'name = "Network"\nfallback = "Field services"\n', 1)
    apply(cli, tmp_path, text.replace("[[categories]]", f"{hours}[[categories]]", 1))
    routed = cli("tickets", "route", number, "network")
    assert (routed.status, routed.err) == (0, "")
    assert routed.out == f"Network is closed until {day:%a} 08:00 UTC; told as well: Field services\n"
    assert cli("tickets", "route", number, "Field services").out == ""


def test_without_a_mail_server_each_who_is_asked_says_what_to_do(cli: Run, tmp_path: Path, desk_file: Path) -> None:
    raise_one(cli, tmp_path)
    store = open_store(str(desk_file))
    with store.transaction() as session:
        serial = session.exec(select(TicketRow.id)).one()
        outbox.tell(session, "sensitive request", "amara@example.com", {}, ticket_id=serial)
    store.close()
    assert outbox.NO_MAIL_SERVER in cli("notify", "list").out
    sent = cli("notify", "send")
    assert sent.status == 1
    assert "1 can't be sent from here" in sent.err
    assert "name one in [smtp] of the desk file" in sent.err
    assert re.search(r"warn +mail server +none, and e-mails wait for one: 1", cli("doctor").out)
