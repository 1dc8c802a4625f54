"""Real servers on loopback that take messages, or do what servers do when they don't."""

import json
import socket
import ssl
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Mail:
    """One e-mail as a server took it."""

    sender: str
    recipients: list[str]
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        """The message as a mail program reads it."""
        read = message_from_bytes(self.raw, policy=policy.default)
        assert isinstance(read, EmailMessage)
        return read


@dataclass
class MailServer:
    """What a mail server took, and how it answers."""

    port: int
    taken: list[Mail] = field(default_factory=list)
    rcpt: dict[str, str] = field(default_factory=dict)
    """What it says to a recipient instead of yes."""
    data: str = "250 taken"
    signed_in: list[str] = field(default_factory=list)
    users: dict[str, str] = field(default_factory=dict)
    hold: threading.Event | None = None
    """While it is not set, the answer to DATA does not come."""

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if answer := self.rcpt.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 yes"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        import asyncio

        if self.hold is not None:
            await asyncio.to_thread(self.hold.wait, 30)
            return "451 too late"
        if self.data.startswith("250"):
            assert isinstance(envelope.original_content, bytes)
            self.taken.append(Mail(envelope.mail_from or "", list(envelope.rcpt_tos), envelope.original_content))
        return self.data

    def sign_in(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, login: Any) -> AuthResult:
        """Whether a user is known by a password."""
        known = self.users.get(login.login.decode()) == login.password.decode()
        self.signed_in += [login.login.decode()] * known
        return AuthResult(success=known, handled=known)

    def ids(self) -> list[str]:
        """The Message-IDs of what it took; no property, as the server reads all properties at each connection."""
        return [mail.message["Message-ID"] for mail in self.taken]


@contextmanager
def mail_server(
    tls: ssl.SSLContext | None = None, *, implicit: bool = False, user: tuple[str, str] | None = None
) -> Iterator[MailServer]:
    """A real SMTP server; with a context it offers STARTTLS and insists on it, or speaks TLS from the start."""
    server = MailServer(free_port(), users=dict([user] if user else []))
    options: dict[str, Any] = {}
    if tls is not None:
        options |= {"ssl_context": tls} if implicit else {"tls_context": tls, "require_starttls": True}
    if user is not None:
        # It takes what is TLS from the start for no TLS, and warns of passwords there.
        options |= {"authenticator": server.sign_in, "auth_required": not implicit, "auth_require_tls": not implicit}
    controller = Controller(server, hostname="127.0.0.1", port=server.port, enable_SMTPUTF8=True, timeout=30, **options)
    controller.start()
    try:
        yield server
    finally:
        if server.hold is not None:
            server.hold.set()
        controller.stop()


@contextmanager
def talker(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that does to every connection what it is told, on a port."""
    listener = socket.create_server(("127.0.0.1", 0))
    stop = threading.Event()

    def serve() -> None:
        while not stop.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=attend, args=(connection,), daemon=True).start()

    def attend(connection: socket.socket) -> None:
        with connection:
            try:
                talk(connection)
            except OSError:
                return

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        stop.set()
        # Closing alone leaves the thread waiting in accept.
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def says_nothing(connection: socket.socket) -> None:
    """Take the connection, and never say a word."""
    connection.recv(1 << 16)
    connection.recv(1 << 16)


def closes(connection: socket.socket) -> None:
    """Hear what is said, and hang up."""
    connection.recv(1 << 10)


def greets_with(line: bytes) -> Callable[[socket.socket], None]:
    """Say one line, and wait."""

    def talk(connection: socket.socket) -> None:
        connection.sendall(line + b"\r\n")
        connection.recv(1 << 16)

    return talk


def drops_tls(connection: socket.socket) -> None:
    """Offer STARTTLS, and hang up in the middle of it."""
    connection.sendall(b"220 here\r\n")
    connection.recv(1 << 10)
    connection.sendall(b"250-here\r\n250 STARTTLS\r\n")
    connection.recv(1 << 10)
    connection.sendall(b"220 go on\r\n")
    connection.recv(1 << 10)


def offers_no_tls(connection: socket.socket) -> None:
    """Be a mail server of the last century."""
    connection.sendall(b"220 here\r\n")
    connection.recv(1 << 10)
    connection.sendall(b"250 here\r\n")
    connection.recv(1 << 10)


@dataclass
class Posted:
    """One message as a messenger took it."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """What was posted."""
        return json.loads(self.body)


class Messenger(ThreadingHTTPServer):
    """Takes what is posted; `answers` are what it does in turn, the last again and again."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.taken: list[Posted] = []
        self.refused: list[Posted] = []
        self.answers: deque[tuple[int | str, dict[str, str]]] = deque([(200, {})])

    @property
    def address(self) -> str:
        """The address of a webhook here, with a token in it."""
        return f"http://127.0.0.1:{self.server_address[1]}/hook/tokentoken"


class _Handler(BaseHTTPRequestHandler):
    server: Messenger

    def do_POST(self) -> None:
        posted = Posted(self.path, dict(self.headers), self.rfile.read(int(self.headers["Content-Length"])))
        answers = self.server.answers
        answer, headers = answers.popleft() if len(answers) > 1 else answers[0]
        is_taken = answer == "slow body" or (isinstance(answer, int) and 200 <= answer < 300)
        (self.server.taken if is_taken else self.server.refused).append(posted)
        if answer == "close":
            self.close_connection = True
            return
        if answer == "slow head":
            time.sleep(3)
            return
        self.send_response(200 if answer == "slow body" else int(answer))
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "2")
        self.end_headers()
        if answer == "slow body":
            self.wfile.flush()
            time.sleep(3)
        try:
            self.wfile.write(b"ok")
        except OSError:
            self.close_connection = True

    do_GET = do_POST  # a redirect that is followed would come as one

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def messenger() -> Iterator[Messenger]:
    """A real HTTP server that takes messages."""
    server = Messenger()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
