"""An e-mail has the headers that are meant and one recipient, whatever anybody said (P10, RFC 2047)."""

import json
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest

from callintake.domain.errors import Refused
from callintake.domain.notice import NoticeEvent
from callintake.domain.notify_rules import Medium
from callintake.notifications.email import HEADERS, compose
from tests.conftest import DATA, corpus
from tests.notifications.notices import claimed, everything, ticket

SENDER = "desk@example.com"
THREAD = {"In-Reply-To", "References"}


def all_hostile() -> list[Any]:
    """Every hostile input, each once, wherever it was meant for."""
    entries = json.loads((DATA / "bad_inputs.json").read_text("utf-8"))
    places = sorted({place for entry in entries for place in entry["where"].split(",")})
    return list({case.id: case for where in places for case in corpus(where)}.values())


def read(raw: bytes) -> EmailMessage:
    """A message as a mail program reads it."""
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def header_names(raw: bytes) -> list[str]:
    """The names of the headers that are there on the wire."""
    head = raw.partition(b"\r\n\r\n")[0]
    assert b"\n" not in head.replace(b"\r\n", b"")
    return [line.partition(b":")[0].decode() for line in head.split(b"\r\n") if line[:1] not in b" \t"]


@pytest.mark.parametrize("said", all_hostile())
def test_nothing_anybody_said_adds_a_header_or_a_recipient(said: str) -> None:
    for one in everything(said, Medium.EMAIL):
        raw = compose(one, SENDER)
        assert set(header_names(raw)) == set(HEADERS) - THREAD
        message = read(raw)
        assert [address.addr_spec for address in message["To"].addresses] == ["network@example.com"]
        assert message["Cc"] is None
        assert message["Bcc"] is None
        number = one.notice.about
        assert message["Subject"].startswith(f"{number} ")
        assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
        plain = message.get_body(("plain",))
        assert plain is not None
        assert plain.get_content().startswith(f"{number} ")


@pytest.mark.parametrize(
    "said",
    [
        "=?utf-8?q?=0ABcc=3A_x=40y.z?=",
        "=?utf-8?q?=0D=0ABcc:_x@y.z=0D=0A=0D=0Abody?=",
        "=?utf-8?b?CkJjYzogeEB5Lno=?=",
        "a\r\nBcc: x@y.z",
        "=?iso-8859-1?q?=0ASubject:_x?= =?utf-8?q?=0AX:_y?=",
    ],
)
def test_what_looks_like_an_encoded_word_stays_the_letters_it_is(said: str) -> None:
    raw = compose(claimed(ticket(said, category="printing")), SENDER)
    assert set(header_names(raw)) == set(HEADERS) - THREAD
    shown = read(raw)["Subject"]
    assert shown.startswith("1001-9 ")
    assert "\n" not in shown
    assert "=?" not in shown


@pytest.mark.parametrize("address", corpus("email"))
def test_an_address_is_one_recipient_or_refused(address: str) -> None:
    try:
        raw = compose(claimed(ticket(), recipient=address), SENDER)
    except Refused:
        return
    assert set(header_names(raw)) == set(HEADERS) - THREAD
    assert len(read(raw)["To"].addresses) == 1


def test_what_comes_later_about_a_ticket_follows_the_first_message_to_that_department() -> None:
    first = read(compose(claimed(ticket()), SENDER))
    later = read(compose(claimed(ticket(), event=NoticeEvent.RESOLVED, revision=2, by="jo"), SENDER))
    other = read(compose(claimed(ticket(), department="Billing"), SENDER))
    assert later["References"] == later["In-Reply-To"] == first["Message-ID"]
    assert later["Subject"] == first["Subject"]
    assert len({first["Message-ID"], later["Message-ID"], other["Message-ID"]}) == 3
    assert first["Message-ID"].startswith("<1001-9.")


def test_the_same_message_has_the_same_message_id_again() -> None:
    ids = {read(compose(claimed(ticket(said)), SENDER))["Message-ID"] for said in ("before", "after")}
    assert len(ids) == 1


def test_a_contact_is_told_nothing_of_what_was_asked_for() -> None:
    for event in (NoticeEvent.ACKNOWLEDGED, NoticeEvent.SENSITIVE):
        raw = compose(claimed(ticket("confidential"), event=event, department=None, category="access"), SENDER)
        text = read(raw).as_string()
        assert "confidential" not in text
        assert read(raw)["Subject"].startswith("1001-9 ")


def test_markup_in_what_was_said_is_letters_in_the_page() -> None:
    said = '<img src="https://evil.example/x.png"><a href="javascript:x">here</a>'
    page = read(compose(claimed(ticket(said)), SENDER)).get_body(("html",))
    assert page is not None
    assert "<img" not in page.get_content()
    assert "<a " not in page.get_content()
    assert "&lt;img" in page.get_content()


def test_a_name_with_other_letters_has_a_domain_in_ascii_on_the_wire() -> None:
    raw = compose(claimed(ticket(), recipient="post@bücher.example"), SENDER)
    assert b"To: post@xn--bcher-kva.example\r\n" in raw
