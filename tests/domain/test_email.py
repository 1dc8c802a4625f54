"""E-mail addresses are normalized, or refused with the reason; nothing is asked of the network."""

import socket

import pytest

from callintake.domain.email import EmailRefused, parse_email
from tests.conftest import corpus

DOTS = "two periods in a row"
RESERVED = "special-use or reserved"
MANY = "invalid characters.*@"
EXPECTED = {
    "o'brien@example.com": "o'brien@example.com",
    "me+tag@example.com": "me+tag@example.com",
    "a@bücher.de": "a@bücher.de",
    "jose\u0301@example.com": "josé@example.com",
    "a@example.com\r\n": "a@example.com",
    "a@example.com\x85": "a@example.com",
    "a\u202e@example.com": "a@example.com",
    "a`id`@example.com": "a`id`@example.com",
    "a|b@example.com": "a|b@example.com",
}
REFUSED = {
    "a@foo.test": RESERVED,
    "a@x.invalid": RESERVED,
    "a@x.onion": RESERVED,
    '"quoted local"@example.com': "quoting",
    "a@[127.0.0.1]": "IP address",
    "a..b@example.com": DOTS,
    ".a@example.com": "start with a period",
    "a.@example.com": "period immediately before",
    "a@example..com": DOTS,
    "a@example.com\r\nBcc: x@y.z": MANY,
    "a@example.com, b@example.com": MANY,
    "a@example.com?cc=x@y.z": MANY,
    "a\x00@example.com": "hidden character",
    "\ud800@example.com": "something before the @",
    "": "must have an @",
    "a@b@c.com": MANY,
}


@pytest.mark.parametrize("typed", corpus("email"))
def test_every_known_oddity_is_kept_as_expected_or_refused_for_its_reason(typed: str) -> None:
    if len(typed) > 60:
        _check_length(typed)
    elif typed in EXPECTED:
        assert parse_email(typed) == EXPECTED[typed]
    else:
        with pytest.raises(EmailRefused, match=REFUSED[typed]):
            parse_email(typed)


def _check_length(typed: str) -> None:
    local, _, domain = typed.partition("@")
    if len(local) <= 64 and all(len(label) <= 63 for label in domain.split(".")) and len(domain) <= 253:
        assert parse_email(typed) == typed
    else:
        with pytest.raises(EmailRefused, match="too many"):
            parse_email(typed)


@pytest.mark.parametrize("address", EXPECTED.values())
def test_what_was_kept_is_taken_again_as_it_is(address: str) -> None:
    assert parse_email(address) == address


def test_the_domain_has_no_case_and_no_width() -> None:
    assert parse_email(" Amara.Okafor@NorthgateDental.Example.COM ") == "Amara.Okafor@northgatedental.example.com"
    assert parse_email("a@ｅｘａｍｐｌｅ.com") == "a@example.com"


def test_no_refusal_ends_in_a_full_stop_or_begins_with_a_capital() -> None:
    for typed in REFUSED:
        with pytest.raises(EmailRefused) as refusal:
            parse_email(typed)
        assert not str(refusal.value).endswith(".")
        assert str(refusal.value)[0].islower()


def test_nothing_is_asked_of_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_network(*_: object) -> None:
        raise AssertionError("an address was looked up")

    monkeypatch.setattr(socket, "getaddrinfo", no_network)
    monkeypatch.setattr(socket, "socket", no_network)
    assert parse_email("a@no-such-domain-anywhere.example.com")
