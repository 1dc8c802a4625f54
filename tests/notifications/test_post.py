"""A webhook as it is: 2xx is delivery and nothing else is; only allowed hosts, at addresses that were looked at."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from callintake.domain.delivery import Outcome, Verdict
from callintake.domain.notify_rules import NotifyRules
from callintake.domain.secrets import Concealed
from callintake.notifications import post as posting
from callintake.notifications.post import post
from tests.notifications.servers import free_port, messenger

HERE = NotifyRules(private_hosts=("127.0.0.1",))
_V4 = ("127.0.0.1", "localhost", "10.0.0.8", "192.168.1.1", "169.254.169.254", "0.0.0.0")
PRIVATE = (*_V4, "[::1]", "[::ffff:127.0.0.1]", "[fd00::1]")
TOKEN = "tokentoken"


def send(address: str, rules: NotifyRules = HERE, seconds: float = 10.0) -> Outcome:
    """Post one message."""
    return asyncio.run(post(Concealed(address), b'{"text":"1001-9"}', "the-key", rules, seconds))


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (200, Verdict.SENT),
        (202, Verdict.SENT),
        (204, Verdict.SENT),
        (301, Verdict.AGAIN),
        (302, Verdict.AGAIN),
        (307, Verdict.AGAIN),
        (400, Verdict.NEVER),
        (401, Verdict.NEVER),
        (404, Verdict.NEVER),
        (408, Verdict.AGAIN),
        (410, Verdict.NEVER),
        (429, Verdict.AGAIN),
        (500, Verdict.AGAIN),
        (503, Verdict.AGAIN),
    ],
)
def test_what_a_messenger_answers_decides(status: int, verdict: Verdict) -> None:
    with messenger() as chat:
        chat.answers[0] = (status, {"Location": f"{chat.address}/elsewhere"})
        outcome = send(chat.address)
        assert len(chat.taken) == (verdict is Verdict.SENT)
        assert len(chat.taken) + len(chat.refused) == 1, "a redirect is not followed"
    assert outcome.verdict is verdict
    assert str(status) in outcome.said
    assert TOKEN not in outcome.said


def test_the_key_that_tells_copies_from_each_other_goes_along() -> None:
    with messenger() as chat:
        send(chat.address)
        [taken] = chat.taken
    assert taken.headers["Idempotency-Key"] == "the-key"
    assert taken.headers["Content-Type"].startswith("application/json")
    assert taken.path == f"/hook/{TOKEN}"


@pytest.mark.parametrize("form", ["seconds", "time"])
def test_a_messenger_that_asks_to_be_left_alone_is(form: str) -> None:
    with messenger() as chat:
        moment = datetime.now(UTC) + timedelta(seconds=7200)
        chat.answers[0] = (429, {"Retry-After": "7200" if form == "seconds" else format_datetime(moment, usegmt=True)})
        outcome = send(chat.address)
    assert outcome.retry_after is not None
    assert abs(outcome.retry_after - timedelta(seconds=7200)) < timedelta(seconds=30)
    state, wait = outcome.state(1)
    assert (state, wait) == ("failed", outcome.retry_after)


@pytest.mark.parametrize("given", ["soon", "-5", "", "9" * 30, "Mon, 99 Nov 2026 99:99:99 GMT"])
def test_nonsense_in_place_of_a_time_costs_nothing(given: str) -> None:
    with messenger() as chat:
        chat.answers[0] = (429, {"Retry-After": given})
        state, wait = send(chat.address).state(1)
    assert state == "failed"
    assert wait is not None
    assert timedelta(minutes=1) <= wait <= timedelta(days=1)


@pytest.mark.parametrize(
    ("answer", "said"), [("close", "can't be reached"), ("slow head", "did not answer within 0.5 s")]
)
def test_a_messenger_that_says_nothing_is_tried_again(answer: str, said: str) -> None:
    with messenger() as chat:
        chat.answers[0] = (answer, {})
        outcome = send(chat.address, seconds=0.5)
    assert outcome.verdict is Verdict.AGAIN
    assert said in outcome.said


def test_a_messenger_that_took_it_and_is_slow_to_say_more_is_not_waited_for() -> None:
    with messenger() as chat:
        chat.answers[0] = ("slow body", {})
        outcome = send(chat.address, seconds=2.0)
        assert len(chat.taken) == 1
    assert outcome.verdict is Verdict.SENT


def test_nobody_there_is_tried_again() -> None:
    assert send(f"http://127.0.0.1:{free_port()}/x").verdict is Verdict.AGAIN


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("https://evil.example.com/x", "is not among allowed_hosts"),
        ("https://hooks.slack.com@evil.example.com/x", "is not among allowed_hosts"),
        ("http://hooks.slack.com/services/x", "begins with https://"),
        ("ftp://127.0.0.1/x", "begins with https://"),
        ("not an address", "https://"),
        ("", "https://"),
        ("https://[::1/x", "no address"),
    ],
)
def test_what_is_not_an_allowed_address_is_never_asked(address: str, said: str) -> None:
    outcome = send(address)
    assert outcome.verdict is Verdict.NEVER
    assert said in outcome.said


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "10.0.0.8",
        "192.168.1.1",
        "169.254.169.254",
        "[::ffff:127.0.0.1]",
        "0.0.0.0",
        "[fd00::1]",
    ],
)
def test_a_private_address_is_refused_unless_its_host_is_named(host: str) -> None:
    rules = NotifyRules(allowed_hosts=(host.strip("[]"),))
    outcome = send(f"https://{host}/hook", rules)
    assert outcome.verdict is Verdict.NEVER
    assert "private address" in outcome.said


def test_a_connection_goes_to_the_address_that_was_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    with messenger() as chat:

        async def looked_at(_host: str, _port: int, *, is_private: bool) -> str:
            return "127.0.0.1"

        # A name that nobody knows: had it been looked up once more, there would be nothing to connect to.
        monkeypatch.setattr(posting, "looked_at", looked_at)
        address = chat.address.replace("127.0.0.1", "chat.invalid")
        outcome = send(address, NotifyRules(private_hosts=("chat.invalid",)))
        assert outcome.verdict is Verdict.SENT, outcome.said
        assert chat.taken[0].headers["Host"].startswith("chat.invalid:")


def test_no_log_has_the_address(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with messenger() as chat:
        send(chat.address)
    assert TOKEN not in caplog.text
