"""Messages by templates of the desk file: the number first whatever they say, and what callers said is inert (P10)."""

import json
from email import message_from_bytes, policy

import pytest

from callintake.domain.gate import Gate
from callintake.domain.message_template import PERSONAL, Templates
from callintake.domain.notice import NoticeEvent
from callintake.domain.notify_rules import WEBHOOKS, Listeners, Medium
from callintake.domain.routing import Desk
from callintake.notifications.email import HEADERS, compose
from callintake.notifications.preview import readings
from callintake.notifications.render import instant_message, letter
from callintake.notifications.webhook import payload
from tests.notifications.notices import claimed, desk, ticket
from tests.notifications.test_email import SENDER, THREAD, all_hostile, header_names
from tests.notifications.test_webhook import PINGS, problems, texts

DESK = Templates("{priority} {subject}", ("For {department}", "Asset {asset}", "{description}"), ("{category}, {due}",))
GLUED = Templates(
    "={subject}?={name}",
    ("@{name} {subject}", "https://{name}/{organization}", "{description}"),
    ("@{name} <!{subject}> <@{organization}>", "https://{name}", "[x]({subject}) {email} {phone}"),
)
"""What a desk file may say at worst: signs that mean something, right beside what somebody said."""


def by(templates: Templates, personal: tuple[str, ...] = PERSONAL) -> Desk:
    """A desk with templates."""
    return desk(templates=templates, personal=personal)


def test_an_e_mail_reads_as_its_template_after_the_number_and_what_happened() -> None:
    about = ticket("printer offline", description="It says offline.\nSince nine.", asset=None, department="Network")
    mail = letter(claimed(about, rules=by(DESK)).notice)
    assert mail.subject == "1001-9 high printer offline"
    assert mail.text.split("\n\n") == [
        "1001-9 is for Network",
        "For Network\nIt says offline.\nSince nine.",
        "Protected | Internal Use\n",
    ]


def test_an_instant_message_reads_as_its_template() -> None:
    message = instant_message(claimed(ticket("printing"), rules=by(DESK)).notice)
    assert message.text.split("\n\n")[:2] == ["1001-9 is for Network", "printing, 2026-11-23 09:30 UTC"]


@pytest.mark.parametrize(
    ("template", "subject"),
    [("{number} {priority}", "1001-9 high"), ("for {number}", "1001-9 for 1001-9"), ("{asset}", "1001-9 routed")],
)
def test_the_number_comes_first_once_whatever_a_template_says(template: str, subject: str) -> None:
    assert letter(claimed(ticket(asset=None), rules=by(Templates(template))).notice).subject == subject


def test_a_department_may_have_its_own() -> None:
    own = desk(templates=DESK, listeners=(Listeners("network", ("n@example.com",), (), Templates("{category}")),))
    assert letter(claimed(ticket("printing"), rules=own).notice).subject == "1001-9 printing"
    elsewhere = claimed(ticket("printing"), rules=own, department="Billing")
    assert letter(elsewhere.notice).subject == "1001-9 high printing"


def test_that_a_gate_is_shut_is_said_whatever_a_template_leaves_out() -> None:
    notice = claimed(ticket(gate=Gate()), rules=by(DESK)).notice
    for message in (letter(notice), instant_message(notice)):
        assert "SHUT, do nothing" in message.text


@pytest.mark.parametrize("event", [NoticeEvent.ACKNOWLEDGED, NoticeEvent.SENSITIVE])
def test_what_goes_to_contacts_has_no_template(event: NoticeEvent) -> None:
    notice = claimed(ticket("her words"), event=event, department=None, rules=by(DESK), category="access").notice
    assert "her words" not in f"{letter(notice).subject}{letter(notice).text}"


def test_what_is_allowed_no_longer_is_not_said_by_a_template_that_was() -> None:
    message = instant_message(claimed(ticket("Jane Doe"), rules=by(Templates(message=("For {name}",)), ())).notice)
    assert "Jane Doe" not in message.text


@pytest.mark.parametrize("said", [PINGS, *all_hostile()])
def test_what_somebody_said_is_inert_in_a_template_too(said: str) -> None:
    for medium in WEBHOOKS:
        one = claimed(ticket(said), medium, rules=by(GLUED))
        message = json.loads(payload(medium, instant_message(one.notice)))
        shown = {**message, "lines": []} if medium is Medium.GENERIC else message
        for text in texts(shown):
            assert list(problems(medium, text)) == [], (medium, text)


@pytest.mark.parametrize("said", ["?utf-8?q?=0ABcc=3A_x=40y.z", "a\r\nBcc: x@y.z", *all_hostile()])
def test_what_somebody_said_adds_no_header_in_a_template_either(said: str) -> None:
    raw = compose(claimed(ticket(said), rules=by(GLUED)), SENDER)
    assert set(header_names(raw)) == set(HEADERS) - THREAD
    subject = message_from_bytes(raw, policy=policy.default)["Subject"]
    assert subject.startswith("1001-9 ")
    assert "=?" not in subject


def test_how_messages_will_read_is_shown_of_a_ticket_that_never_was() -> None:
    rules = desk(templates=DESK, listeners=(Listeners("Network", ("n@example.com",)),))
    head, *rest = readings(rules, "Network")
    assert head.startswith("--- Network, e-mail about an invented ticket: 1001-9 high The label printer at the Camden")
    assert rest == [
        "1001-9 is for Network",
        "",
        "For Network",
        "Asset ND-0441",
        "Hi, it's Amara Okafor at Northgate Dental.",
        "The label printer at the Camden desk has stopped again, it says offline.",
        "",
        "Protected | Internal Use",
    ]
