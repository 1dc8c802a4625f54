"""The mail server as it is: what it takes is sent, whatever else happens is not, and says why (RFC 5321, RFC 3207)."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import trustme

from callintake.domain.delivery import Outcome, Verdict
from callintake.domain.notify_rules import Security, Smtp
from callintake.domain.secrets import Concealed
from callintake.notifications.email import compose
from callintake.notifications.smtp import send_mail
from tests.notifications.notices import claimed, ticket
from tests.notifications.servers import (
    MailServer,
    closes,
    drops_tls,
    greets_with,
    mail_server,
    offers_no_tls,
    says_nothing,
    talker,
)

PASSWORD = Concealed("correct horse battery")
SHORT = 0.4


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[trustme.CA, Path]:
    """Somebody who signs certificates, and the file that says so."""
    authority = trustme.CA()
    path = tmp_path_factory.mktemp("authority") / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return authority, path


def context(authority: trustme.CA, name: str = "127.0.0.1") -> ssl.SSLContext:
    """What a server with a certificate of that name speaks TLS by."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(made)
    return made


def send(
    port: int,
    security: Security = Security.NONE,
    *,
    user: str | None = None,
    recipient: str = "network@example.com",
    seconds: float = 10.0,
    password: Concealed | None = PASSWORD,
) -> Outcome:
    """Hand one message to the mail server on a port."""
    server = Smtp("127.0.0.1", port, "desk@example.com", security, user)
    message = compose(claimed(ticket(), recipient=recipient), server.sender)
    return asyncio.run(send_mail(server, password, recipient, message, seconds))


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_over_tls_the_user_signs_in_and_the_message_is_taken(
    authority: tuple[trustme.CA, Path], monkeypatch: pytest.MonkeyPatch, security: Security
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority[1]))
    is_implicit = security is Security.TLS
    with mail_server(context(authority[0]), implicit=is_implicit, user=("desk", PASSWORD)) as server:
        outcome = send(server.port, security, user="desk")
    assert outcome.verdict is Verdict.SENT, outcome.said
    assert server.signed_in == ["desk"]
    assert [mail.recipients for mail in server.taken] == [["network@example.com"]]


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
@pytest.mark.parametrize("wrong", ["nobody vouches for it", "it is another's"])
def test_a_server_whose_certificate_is_wrong_gets_neither_password_nor_message(
    authority: tuple[trustme.CA, Path], monkeypatch: pytest.MonkeyPatch, security: Security, wrong: str
) -> None:
    name = "127.0.0.1"
    if wrong == "it is another's":
        monkeypatch.setenv("SSL_CERT_FILE", str(authority[1]))
        name = "mail.example.com"
    with mail_server(context(authority[0], name), implicit=security is Security.TLS, user=("desk", PASSWORD)) as server:
        outcome = send(server.port, security, user="desk")
    assert outcome.verdict is Verdict.AGAIN
    assert "no private connection" in outcome.said or "certificate" in outcome.said.lower(), outcome.said
    assert (server.taken, server.signed_in) == ([], [])


def test_a_wrong_password_is_no_fault_of_the_message_and_is_said_nowhere(
    authority: tuple[trustme.CA, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority[1]))
    with mail_server(context(authority[0]), user=("desk", "another")) as server:
        outcome = send(server.port, Security.STARTTLS, user="desk")
    assert outcome.verdict is Verdict.AGAIN
    assert "535" in outcome.said
    assert PASSWORD not in outcome.said


@pytest.mark.parametrize(
    ("talk", "security", "said"),
    [
        (says_nothing, Security.NONE, "did not answer within 0.4 s"),
        (says_nothing, Security.TLS, "did not answer within 0.4 s"),
        (closes, Security.NONE, "127.0.0.1"),
        (greets_with(b"421 come back later"), Security.NONE, "421 come back later"),
        (greets_with(b"554 not you"), Security.NONE, "554 not you"),
        (drops_tls, Security.STARTTLS, "127.0.0.1"),
        (offers_no_tls, Security.STARTTLS, "127.0.0.1"),
    ],
)  # fmt: skip
def test_a_server_that_fails_before_the_message_is_tried_again(
    talk: Callable[[socket.socket], None], security: Security, said: str
) -> None:
    with talker(talk) as port:
        outcome = send(port, security, seconds=SHORT)
    assert outcome.verdict is Verdict.AGAIN, outcome.said
    assert said in outcome.said


def answers(server: MailServer, recipient: str, answer: str) -> None:
    """Let a server say that of a recipient, or at the end of the message."""
    if recipient:
        server.rcpt[recipient] = answer
    else:
        server.data = answer


@pytest.mark.parametrize("recipient", ["network@example.com", ""])
@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ("421 going down", Verdict.AGAIN),
        ("450 mailbox busy", Verdict.AGAIN),
        ("452 full", Verdict.AGAIN),
        ("550 no such user", Verdict.NEVER),
        ("552 too large", Verdict.NEVER),
        ("554 it is spam", Verdict.NEVER),
    ],
)
def test_what_a_server_says_to_a_message_decides_whether_it_is_tried_again(
    recipient: str, answer: str, verdict: Verdict
) -> None:
    with mail_server() as server:
        answers(server, recipient, answer)
        outcome = send(server.port)
        assert server.taken == []
    assert (outcome.verdict, outcome.said) == (verdict, answer)


def test_a_server_that_hangs_after_the_message_is_asked_again_and_never_counted_as_sent() -> None:
    with mail_server() as server:
        server.hold = threading.Event()
        outcome = send(server.port, seconds=SHORT)
        server.hold.set()
    assert (outcome.verdict, outcome.said) == (Verdict.AGAIN, "127.0.0.1 did not answer within 0.4 s")


def test_nobody_there_is_tried_again() -> None:
    from tests.notifications.servers import free_port

    assert send(free_port()).verdict is Verdict.AGAIN


@pytest.mark.parametrize(
    "address", ["nobody", "a b@example.com", "a@b@example.com", "a@example.com>\r\nRCPT TO:<b@example.com"]
)
def test_a_bad_address_is_refused_before_any_server_hears_of_it(address: str) -> None:
    server = Smtp("127.0.0.1", 1, "desk@example.com", Security.NONE)
    assert asyncio.run(send_mail(server, None, address, b"")).verdict is Verdict.NEVER


def test_an_address_in_other_letters_reaches_a_server_that_knows_them() -> None:
    with mail_server() as server:
        outcome = send(server.port, recipient="jörg@bücher.example")
    assert outcome.verdict is Verdict.SENT, outcome.said
    assert server.taken[0].recipients == ["jörg@xn--bcher-kva.example"]
