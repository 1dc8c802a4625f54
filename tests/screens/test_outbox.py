"""The outbox on the screen: what is dead is said, looked at, tried again with a reason, or settled (P9)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from callintake.domain.view import View
from callintake.notifications import desk_courier
from callintake.screens import outbox as outbox_screen
from callintake.screens.outbox import OutboxScreen
from callintake.services import outbox
from callintake.store.database import open_store
from callintake.widgets import outbox_warning
from tests.notifications.desk import apply, desk_text, drain
from tests.notifications.servers import MailServer, mail_server
from tests.screens.conftest import Open, at, in_desk, seen, settled, until
from tests.services.acting import raise_open

ALL = str(list(View).index(View.ALL) + 1)
"""The key of the view that has every ticket."""


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look often, so that nobody waits."""
    for module in (desk_courier, outbox_screen, outbox_warning):
        monkeypatch.setattr(module, "LOOK_EVERY", 0.1)


@pytest.fixture
def mail() -> Iterator[MailServer]:
    """A mail server that does not know the department."""
    with mail_server() as server:
        server.rcpt["field@example.com"] = "550 no such user [@click=app.quit]x"
        yield server


@pytest.fixture
def number(desk_file: Path, mail: MailServer) -> str:
    """The number of a ticket whose message is dead."""
    store = open_store(str(desk_file))
    apply(store, desk_text(mail.port))
    with store.transaction() as session:
        number = raise_open(session)
    assert drain(store).dead == 1
    store.close()
    return number


async def test_a_dead_message_is_said_in_the_queue_and_tried_again_with_a_reason(
    open_app: Open, number: str, mail: MailServer, desk_file: Path
) -> None:
    async with open_app() as pilot:
        await until(pilot, lambda: "messages: 1 dead; y shows them" in seen(pilot))
        await pilot.press("y")
        await until(pilot, lambda: "550 no such user [@click=app.quit]x" in seen(pilot))
        mail.rcpt.clear()
        await pilot.press("t")
        await until(pilot, lambda: "what is put right?" in seen(pilot))
        await pilot.press(*"mailbox", "enter")
        await until(pilot, lambda: "✓ sent" in seen(pilot))
        await pilot.press("x")
        await until(pilot, lambda: "message 1 is sent, not dead" in seen(pilot))
        await pilot.press("t")
        await until(pilot, lambda: "message 1 was sent" in seen(pilot))
        assert [taken.recipients for taken in mail.taken] == [["field@example.com"]]
        await pilot.press("escape")
        await until(pilot, lambda: "messages: 1 dead" not in seen(pilot))
    [message] = in_desk(desk_file, outbox.list_messages)
    assert message.state == "sent"


async def test_a_dead_message_is_settled_and_leaves_the_open_ones(open_app: Open, number: str, desk_file: Path) -> None:
    async with open_app() as pilot:
        await pilot.press("y")
        await until(pilot, lambda: "✗ dead" in seen(pilot))
        await pilot.press("x")
        await until(pilot, lambda: "how were they told instead?" in seen(pilot))
        await pilot.press(*"phoned", "enter")
        await until(pilot, lambda: "✓ settled" in seen(pilot))
        await pilot.press("a")
        await until(pilot, lambda: "Every message was sent." in seen(pilot))
        await at(pilot, OutboxScreen)
    [message] = in_desk(desk_file, outbox.list_messages)
    assert message.settled == "phoned"


async def test_a_ticket_says_what_became_of_its_messages(open_app: Open, number: str) -> None:
    async with open_app() as pilot:
        await pilot.press(ALL)
        await until(pilot, lambda: "✗ Field services email" in seen(pilot))
        await pilot.press("enter")
        await settled(pilot)
        await until(pilot, lambda: "(550 no such user [@click=app.quit]x)" in seen(pilot))


async def test_the_outbox_of_a_desk_that_tells_nobody_says_what_to_do(open_app: Open) -> None:
    async with open_app() as pilot:
        await pilot.press("y")
        await until(pilot, lambda: "the desk file says who hears of what" in seen(pilot))
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(pilot.app.screen, OutboxScreen))


async def test_an_open_desk_sends_a_code_when_enter_is_pressed_in_verify(
    open_app: Open, desk_file: Path, mail: MailServer
) -> None:
    from tests.services.acting import raise_waiting

    mail.rcpt.clear()
    store = open_store(str(desk_file))
    apply(store, desk_text(mail.port) + "[verification]\nemail_codes = true\nnumber_days = 0\n")
    with store.transaction() as session:
        raise_waiting(session)
    store.close()
    async with open_app() as pilot:
        await pilot.press(ALL)
        await until(pilot, lambda: "Amara Okafor" in seen(pilot))
        await pilot.press("v")
        await until(pilot, lambda: "code by e-mail" in seen(pilot).replace("\xa0", " "))
        pilot.app.screen.query_one("#method").focus()
        await pilot.press("c", "o")
        await until(pilot, lambda: "Enter sends a code" in seen(pilot))
        await pilot.press("tab", "enter")
        await until(pilot, lambda: bool(mail.taken))
        await until(pilot, lambda: "A code went to" in seen(pilot))
    assert [taken.recipients for taken in mail.taken] == [["amara.okafor@northgatedental.example.com"]]
