"""What a messenger is told: the number first, nobody pinged, nothing to click, and of people what the desk allows."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from callintake.domain.notify_rules import WEBHOOKS, Medium
from callintake.notifications.render import instant_message
from callintake.notifications.webhook import payload
from tests.notifications.notices import claimed, desk, everything, ticket
from tests.notifications.test_email import all_hostile

PINGS = (
    "<!here> <!channel> <!everyone> <@U012AB3CD> <!subteam^S012AB3CD> @channel @here @all @everyone @jo "
    "<users/all> <users/123> <at>Jo</at> <https://evil.example|the desk> [the desk](https://evil.example) "
    "https://evil.example/x evil.example jo@evil.example ![x](https://evil.example/x.png) **bold** `code`"
)


def posted(said: str, medium: Medium) -> Iterator[Any]:
    """The JSON of a message of every kind."""
    for one in everything(said, medium):
        yield json.loads(payload(medium, instant_message(one.notice)))


def texts(value: Any) -> Iterator[str]:
    """Every text in it that a messenger shows."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from texts(one)
    elif isinstance(value, dict):
        for name, one in value.items():
            if name not in ("$schema", "contentType", "facts"):
                yield from texts(one)


def problems(medium: Medium, text: str) -> Iterator[str]:
    """What in a text would ping, or could be clicked."""
    yield from re.findall(r"@\w+", text)
    yield from re.findall(r"\w+://\S+", text)
    yield from re.findall(r"\w+\.(?:com|example|org|net)\b", text)
    if medium in (Medium.SLACK, Medium.GOOGLECHAT):
        yield from re.findall(r"<[!@#\w/]\S*", text)
    if medium is Medium.MATTERMOST:
        yield from re.findall(r"(?<!\\)[\[\]`_]", text)
        yield from re.findall(r"<[!@#\w/]\S*", text)
    if medium is Medium.TEAMS:
        yield from re.findall(r"<at>", text)


@pytest.mark.parametrize("said", [PINGS, *all_hostile()])
def test_nothing_anybody_said_pings_or_can_be_clicked(said: str) -> None:
    for medium in WEBHOOKS:
        for message in posted(said, medium):
            shown = {**message, "opening": ""} if medium is Medium.GENERIC else message
            for text in texts(shown):
                assert list(problems(medium, text)) == [], (medium, text)


def test_slack_shows_the_text_as_plain_text_and_escapes_the_three_signs() -> None:
    slack = json.loads(payload(Medium.SLACK, instant_message(claimed(ticket("a < b & c > d")).notice)))
    assert {block["text"]["type"] for block in slack["blocks"]} == {"plain_text"}
    assert "a &lt;" in slack["text"]
    assert "&amp; c &gt; d" in slack["text"]
    assert "<" not in slack["text"]


def test_teams_gets_an_adaptive_card_that_mentions_nobody() -> None:
    card = json.loads(payload(Medium.TEAMS, instant_message(claimed(ticket(PINGS)).notice)))
    [attachment] = card["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert "msteams" not in attachment["content"]
    assert {block["type"] for block in attachment["content"]["body"]} == {"RichTextBlock"}


@pytest.mark.parametrize("medium", WEBHOOKS)
def test_the_number_comes_first(medium: Medium) -> None:
    message = json.loads(payload(medium, instant_message(claimed(ticket()).notice)))
    shown = [text for text in texts(message) if "1001-9" in text]
    assert shown
    assert all(re.match(r"[*]{0,2}1001-9", text) for text in shown)


@pytest.mark.parametrize("medium", WEBHOOKS)
@pytest.mark.parametrize("personal", [(), ("organization",), ("subject", "phone")])
def test_of_a_person_a_messenger_is_told_what_the_desk_file_allows_alone(
    medium: Medium, personal: tuple[str, ...]
) -> None:
    from callintake.domain.contact import Requester

    requester = Requester("Jane Doe", "Acme", "jane@acme.example.com", "+442079460777", None, None)
    about = ticket("nothing", subject="she is ill", description="her notes", requester=requester)
    said = payload(medium, instant_message(claimed(about, medium, rules=desk(personal=personal)).notice)).decode()
    plain = said.replace("\u200b", "").replace("\\", "")
    told = {"name": "Jane Doe", "organization": "Acme", "email": "jane@", "phone": "7946 0777", "subject": "she is ill"}
    assert {name for name, value in told.items() if value in plain} == set(personal)
    assert "her notes" not in plain
