"""Messages through Apprise, the real one, to a real server: sent, failed, or never let out (P9)."""

import asyncio
import io
import logging
import socket
import sys
import threading
from collections.abc import Iterator

import pytest

from callintake.domain.delivery import Outcome, Verdict
from callintake.domain.notify_rules import Medium, NotifyRules
from callintake.domain.secrets import Concealed
from callintake.notifications import through_apprise as module
from callintake.notifications.courier import deliver, reach_of
from callintake.notifications.through_apprise import through_apprise
from callintake.services.desk_rules import rules_in_force
from callintake.store.database import Store
from tests.notifications.desk import apply, desk_text, drain, states
from tests.notifications.notices import claimed, desk, ticket
from tests.notifications.servers import Messenger, messenger, talker
from tests.notifications.test_webhook import PINGS, problems
from tests.services.acting import raise_open

# Its plug-ins are loaded at their first use, with all that they bring.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
LOOPBACK = NotifyRules(private_hosts=("127.0.0.1",))
TOKEN = "tokentoken"


@pytest.fixture
def chat() -> Iterator[Messenger]:
    """A server that takes what Apprise posts."""
    with messenger() as server:
        yield server


def address(chat: Messenger, more: str = "") -> Concealed:
    """An address that Apprise knows, with a token in it."""
    return Concealed(f"json://127.0.0.1:{chat.server_address[1]}/{TOKEN}{more}")


def sent_to(to: Concealed, rules: NotifyRules = LOOPBACK, seconds: float = 10.0) -> Outcome:
    """What comes of a message to an address."""
    return asyncio.run(through_apprise(to, "1001-9", "1001-9 is for Network", rules, seconds))


def test_a_message_arrives_with_the_number_first(chat: Messenger) -> None:
    assert sent_to(address(chat)) == Outcome(Verdict.SENT, "apprise says that JSON took it")
    [posted] = chat.taken
    assert (posted.json["title"], posted.json["message"]) == ("1001-9", "1001-9 is for Network")


@pytest.mark.parametrize("answer", [302, 400, 401, 404, 429, 500])
def test_what_the_other_side_did_not_take_is_failed_and_no_redirect_is_followed(chat: Messenger, answer: int) -> None:
    chat.answers.clear()
    chat.answers.append((answer, {"Location": f"http://127.0.0.1:{chat.server_address[1]}/elsewhere"}))
    chat.answers.append((200, {}))
    outcome = sent_to(address(chat, "?redirect=yes&verify=no&optional=yes&retry=3&wait=0.01"))
    assert outcome == Outcome(Verdict.AGAIN, f"apprise says that JSON did not take it ({answer})")
    assert chat.taken == []


def test_one_that_closes_or_is_not_there_or_does_not_answer_is_failed(chat: Messenger) -> None:
    chat.answers.clear()
    chat.answers.append(("close", {}))
    assert sent_to(address(chat)).verdict is Verdict.AGAIN
    chat.answers.append(("slow head", {}))
    chat.answers.popleft()
    assert sent_to(address(chat), seconds=1.0).verdict is Verdict.AGAIN
    nobody = Concealed(f"json://127.0.0.1:9/{TOKEN}")
    assert sent_to(nobody).said == "apprise says that JSON did not take it"


def test_nobody_waits_for_a_service_that_hangs_when_the_program_is_left() -> None:
    left = threading.Event()

    def hangs(connection: socket.socket) -> None:
        connection.recv(1 << 10)
        left.wait(60)

    with talker(hangs) as port:
        outcome = sent_to(Concealed(f"json://127.0.0.1:{port}/{TOKEN}?rto=60"), seconds=0.5)
        left.set()
    assert outcome == Outcome(Verdict.AGAIN, "apprise was not done within 0.5 s")


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ("json://127.0.0.1:9/tokentoken", "127.0.0.1 is not among allowed_hosts in the desk file"),
        ("jsons://127.0.0.1:9/tokentoken", "127.0.0.1 is not among allowed_hosts in the desk file"),
        ("json://chat.example.com/tokentoken", "apprise is to reach chat.example.com in the clear"),
        ("jsons://localhost/tokentoken", "localhost is at a private address, and not among private_hosts"),
        ("tgram://123456789:tokentoken-tokentoken/12315544/", "tgram is not among apprise_services"),
        ("ntfy://tokentoken", "ntfy is not among apprise_services"),
        ("mailto://jo:tokentoken@chat.example.com", "e-mail goes by [smtp] of the desk file"),
        ("tokentoken", "the secret is no address that apprise knows"),
        ("nothing://tokentoken", "the secret is no address that apprise knows"),
        ("file:///tokentoken", "the secret is no address that apprise knows"),
        ("json://", "the secret is no address that apprise knows"),
    ],
)
def test_what_may_not_go_out_does_not_and_the_address_is_not_told(to: str, said: str) -> None:
    rules = NotifyRules(allowed_hosts=("chat.example.com", "localhost"))
    outcome = sent_to(Concealed(to), rules)
    assert outcome.verdict is Verdict.NEVER
    assert outcome.said.startswith(said)
    assert TOKEN not in outcome.said


def test_a_service_whose_host_apprise_knows_goes_where_the_desk_file_names_it() -> None:
    rules = NotifyRules(apprise_services=("tgram",))
    service = module._service(Concealed("tgram://123456789:tokentoken-tokentoken/12315544/"), rules, 1.0)
    assert module.host_of(service) is None
    assert (service.redirects, service.verify_certificate) == (False, True)


def test_nothing_is_logged_and_no_address_least_of_all(chat: Messenger, capfd: pytest.CaptureFixture[str]) -> None:
    chat.answers.clear()
    chat.answers.append((404, {}))
    root, written = logging.getLogger(), logging.StreamHandler(io.StringIO())
    before = root.level
    root.addHandler(written)
    root.setLevel(logging.DEBUG)
    try:
        sent_to(address(chat))
    finally:
        root.removeHandler(written)
        root.setLevel(before)
    told = f"{written.stream.getvalue()}{''.join(capfd.readouterr())}"
    assert TOKEN not in told
    assert "Failed to send" not in told


def test_what_somebody_said_pings_nobody_and_leads_nowhere(chat: Messenger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLINTAKE_SECRET_FIELD_ANY", address(chat))
    rules = desk(private_hosts=("127.0.0.1",), personal=("subject", "name"))
    outcome = asyncio.run(deliver(claimed(ticket(PINGS), Medium.APPRISE, "FIELD_ANY", rules=rules)))
    assert outcome.verdict is Verdict.SENT
    [posted] = chat.taken
    assert list(problems(Medium.APPRISE, posted.json["message"])) == []


def test_a_department_hears_by_it_from_the_outbox(
    store: Store, chat: Messenger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALLINTAKE_SECRET_FIELD_ANY", address(chat))
    apply(store, desk_text(webhooks=(("apprise", "FIELD_ANY"),)))
    with store.transaction() as session:
        number = raise_open(session)
    assert drain(store).sent == 1
    assert states(store) == [("FIELD_ANY", "sent")]
    assert chat.taken[0].json["message"].startswith(f"{number} is for Field services\n")


def test_without_the_extra_its_messages_wait_for_a_desk_that_has_it(
    store: Store, monkeypatch: pytest.MonkeyPatch, chat: Messenger
) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    monkeypatch.setattr(module.importlib.util, "find_spec", lambda _name: None)
    monkeypatch.setenv("CALLINTAKE_SECRET_FIELD_ANY", address(chat))
    monkeypatch.setenv("CALLINTAKE_SECRET_FIELD_CHAT", chat.address)
    apply(store, desk_text(webhooks=(("apprise", "FIELD_ANY"), ("generic", "FIELD_CHAT"))))
    with store.transaction() as session:
        raise_open(session)
        assert reach_of(rules_in_force(session).notify).webhooks == {"FIELD_CHAT"}
    assert drain(store).sent == 1
    assert states(store) == [("FIELD_ANY", "pending"), ("FIELD_CHAT", "sent")]
    said = sent_to(address(chat))
    assert said == Outcome(Verdict.AGAIN, "apprise is not installed here: pip install 'callintake[apprise]'")
