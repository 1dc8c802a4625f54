"""Every way in which a mail server or a messenger fails, through a whole desk: what became of the message?

python -m tests.faults.deliveries
"""

import os
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from callintake.domain.notice import NoticeEvent
from callintake.services import agents
from callintake.services.raising import add_ticket
from callintake.services.telling import tell_department
from callintake.store.database import Store, open_store
from callintake.store.tables import TicketRow
from tests.conftest import LEAD
from tests.notifications.desk import DEPARTMENT, apply, desk_text, drain, rows
from tests.notifications.servers import (
    MailServer,
    drops_tls,
    greets_with,
    mail_server,
    messenger,
    says_nothing,
    talker,
)
from tests.services.acting import given_ticket

PATIENCE = 2.0
"""Seconds that a try may take here."""
RETRY = {"Retry-After": "600"}
ANSWERS: dict[str, tuple[int | str, dict[str, str]]] = {
    "200": (200, {}),
    "302": (302, {"Location": "http://127.0.0.1:9/"}),
    "400": (400, {}),
    "401": (401, {}),
    "404": (404, {}),
    "429, Retry-After 600": (429, RETRY),
    "500": (500, {}),
    "a slow body": ("slow body", {}),
    "a slow head": ("slow head", {}),
    "a closed connection": ("close", {}),
}
TALKS: dict[str, tuple[Callable[[socket.socket], None], str]] = {
    "hangs before the banner": (says_nothing, "none"),
    "hangs up": (lambda _connection: None, "none"),
    "421 at the banner": (greets_with(b"421 come back later"), "none"),
    "drops TLS": (drops_tls, "starttls"),
}
SAID = {"421 at the end": "421 later", "450 at the end": "450 later", "550 at the end": "550 no", "takes it": "250 yes"}


@dataclass(frozen=True)
class Fate:
    """What became of one message."""

    fault: str
    arrived: bool
    state: str
    tries: int
    outcome: str

    @property
    def is_true(self) -> bool:
        """Whether it is said to be sent only if it arrived, and else is tried again or said to be dead."""
        return self.arrived if self.state == "sent" else self.state in ("failed", "dead")


def write(store: Store) -> None:
    """Write a ticket of which the department is told."""
    with store.transaction() as session:
        row = session.get_one(TicketRow, add_ticket(session, given_ticket(), LEAD, "GB"))
        tell_department(session, row, NoticeEvent.ROUTED, DEPARTMENT)


def messengers(store: Store, patience: float, kind: str = "generic") -> Iterator[Fate]:
    """Let a department hear by messengers of which each fails in its own way."""
    with ExitStack() as stack:
        chats = {}
        for place, (fault, answer) in enumerate(ANSWERS.items()):
            chats[f"CHAT_{place}"] = (fault, chat := stack.enter_context(messenger()))
            chat.answers[0] = answer
            os.environ[f"CALLINTAKE_SECRET_CHAT_{place}"] = (
                chat.address if kind == "generic" else chat.address.replace("http:", "json:")
            )
        apply(store, desk_text(webhooks=tuple((kind, name) for name in chats)))
        write(store)
        drain(store, seconds=patience)
        for row in rows(store):
            fault, chat = chats[row.recipient]
            yield Fate(f"{kind} messenger: {fault}", bool(chat.taken), row.state, row.tries, row.outcome or "")


def by_apprise(store: Store, patience: float) -> Iterator[Fate]:
    """The same by Apprise, whose plug-ins are loaded before: that takes longer than some patience."""
    import apprise

    apprise.Apprise.instantiate("json://127.0.0.1")
    yield from messengers(store, patience, "apprise")


@contextmanager
def failing_mail() -> Iterator[Iterator[tuple[str, int, str, MailServer | None]]]:
    """Mail servers of which each fails in its own way: its fault, port and security, and what it took."""
    with ExitStack() as stack:

        def servers() -> Iterator[tuple[str, int, str, MailServer | None]]:
            for fault, (talk, security) in TALKS.items():
                yield fault, stack.enter_context(talker(talk)), security, None
            for fault, said in SAID.items():
                server = stack.enter_context(mail_server())
                server.data = said
                yield fault, server.port, "none", server
            server = stack.enter_context(mail_server())
            server.hold = threading.Event()
            yield "hangs after DATA", server.port, "none", server

        yield servers()


def mail_servers(store: Store, patience: float) -> Iterator[Fate]:
    """Let a department hear by mail servers of which each fails in its own way; the last refuses one of three."""
    with failing_mail() as servers:
        for fault, port, security, server in servers:
            apply(store, desk_text(port, smtp=f'security = "{security}"'))
            write(store)
            drain(store, seconds=patience)
            row = rows(store)[-1]
            arrived = server is not None and bool(server.taken)
            yield Fate(f"mail server: {fault}", arrived, row.state, row.tries, row.outcome or "")
    emails = ("a@example.com", "b@example.com", "c@example.com")
    with mail_server() as server:
        server.rcpt["b@example.com"] = "550 no such user"
        apply(store, desk_text(server.port, emails=emails))
        write(store)
        drain(store, seconds=patience)
        taken = {mail.recipients[0] for mail in server.taken}
        for row in rows(store)[-3:]:
            fault = f"mail server: refuses b of three, {row.recipient[0]}"
            yield Fate(fault, row.recipient in taken, row.state, row.tries, row.outcome or "")


def all_fates(patience: float = PATIENCE) -> list[Fate]:
    """What became of a message in each way of failing."""
    fates = []
    for faults in (messengers, by_apprise, mail_servers):
        with tempfile.TemporaryDirectory() as folder:
            store = open_store(str(Path(folder) / "desk.db"))
            with store.transaction() as session:
                agents.sign_in(session, LEAD)
            fates += list(faults(store, patience))
            store.close()
    return fates


if __name__ == "__main__":
    fates = all_fates()
    for fate in fates:
        arrived = "arrived" if fate.arrived else "did not"
        print(f"{fate.fault:<36} {arrived:<8} {fate.state:<7} {fate.tries}  {fate.outcome}")
    print(
        f"{len(fates)} messages, {sum(not fate.is_true for fate in fates)} of them lost or said to be what they are not"
    )
