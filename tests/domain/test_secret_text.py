"""What looks like a secret in a note is found, itself alone, and what only speaks of one is not (P4)."""

import json
import time
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callintake.domain import secret_text
from callintake.domain.secret_text import SecretKind, SecretSpan, mark, redact, secrets_in, warning_of
from tests.conftest import DATA

LEAST_PRECISION, LEAST_RECALL = 0.98, 0.93
CORPUS: list[dict[str, Any]] = json.loads((DATA / "secret_lines.json").read_text(encoding="utf-8"))["lines"]
FACTS: dict[str, Any] = json.loads((DATA / "facts.json").read_text(encoding="utf-8"))
HOSTILE = json.loads((DATA / "bad_inputs.json").read_text(encoding="utf-8"))
WORDS = (
    *("password", "is", ":", "=", "'", '"', "hunter2", "PIN", "pin's", "4071", "four", "double", "otp", "code"),
    *("482 913", "secret", "JBSWY3DPEHPK3PXP", "4111 1111 1111 1111", "eyJhbGci.eyJzdWIi.c2ln", "from the app"),
    *("otpauth://totp/a?secret=A2", "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----", "\n", " ", "(", ")"),
    *(",", "é", "\u0301", "\ud800", "٣", "０"),
)
FIRST_SEEN = "password is hunter2"
HUNDRED_KIB = 100 * 1024


def found(text: str) -> list[tuple[str, str]]:
    return [(text[span.start : span.end], span.kind.value) for span in secrets_in(text)]


@pytest.mark.parametrize(
    ("text", "secret", "kind"),
    [
        (FIRST_SEEN, "hunter2", "password"),
        ("pw: Tr0ub4dor&3.", "Tr0ub4dor&3", "password"),
        ("pwd=letmein99", "letmein99", "password"),
        ("the password for her laptop is sunshine", "sunshine", "password"),
        ("passcode 4711", "4711", "PIN"),
        ("PIN 40719", "40719", "PIN"),
        ("her pin's 1234", "1234", "PIN"),
        ("pin four double one nine", "four double one nine", "PIN"),
        ("code from the app 123456", "123456", "code"),
        ("token xo" + "xb-12345-abcde", "xo" + "xb-12345-abcde", "token"),
        ("key AK" + "IAIOSFODNN7EXAMPLE here", "AK" + "IAIOSFODNN7EXAMPLE", "key"),
        ("otp secret jbsw y3dp ehpk 3pxp", "jbsw y3dp ehpk 3pxp", "key"),
        ("paid by 4111-1111-1111-1111 today", "4111-1111-1111-1111", "card number"),
    ],
)
def test_the_secret_alone_is_found_without_the_words_that_lead_to_it(text: str, secret: str, kind: str) -> None:
    assert found(text) == [(secret, kind)]


@pytest.mark.parametrize(
    "text",
    [
        *("password reset", "forgot her password", "PIN pad broken", "password expired", "pin 3 of the connector"),
        *("he did not say the password", "07700 900123", "ticket 4821-7", "ND-0441", "2026-05-01 12:33", "0x80070005"),
        *("order 4111111111111111", "IMEI 490154203237518", "4111 1111 1111 1112", "GB29 NWBK 6016 1331 9268 19"),
        *("error code 123456", "password is wrong", "password: ***", "text the PIN to 07700 900123", "pin four five"),
        "-----BEGIN CERTIFICATE-----",
    ],
)
def test_what_only_speaks_of_a_secret_is_none(text: str) -> None:
    assert found(text) == []


def test_few_secrets_are_missed_and_nearly_nothing_else_is_taken_for_one() -> None:
    count: Counter[str] = Counter()
    for entry in CORPUS:
        expected = {secret["text"] for secret in entry["secrets"]}
        got = {secret for secret, _ in found(entry["line"])}
        count.update(expected=len(expected), found=len(got), right=len(expected & got))
    assert len(CORPUS) >= 60
    assert count["right"] >= LEAST_PRECISION * count["found"], count
    assert count["right"] >= LEAST_RECALL * count["expected"], count


@pytest.mark.parametrize(
    "entry", [entry for entry in CORPUS if entry["batch"] == 1], ids=lambda entry: entry["line"][:40]
)
def test_every_secret_is_called_what_it_is(entry: dict[str, Any]) -> None:
    assert found(entry["line"]) == [(secret["text"], secret["kind"]) for secret in entry["secrets"]]


def test_nothing_in_what_callers_say_of_themselves_is_a_secret() -> None:
    heard = [*FACTS["lines"], *(entry for heard in FACTS["scripts"].values() for entry in heard)]
    assert [line for entry in heard for line in found(entry["line"])] == []


def test_a_private_key_is_one_secret_over_its_lines_also_where_its_end_was_not_pasted() -> None:
    head, body = "-----BEGIN PRIVATE" + " KEY-----", "\nMIIEpAIBAAKCAQEA7bq1\n3vBz9QmZ8kq2c5v6b7n8"
    tail = "\n-----END PRIVATE KEY-----"
    assert found(f"he pasted\n{head}{body}{tail}\nand rang off") == [(head + body + tail, "key")]
    assert found(f"he pasted\n{head}{body}\n\nand rang off") == [(head + body, "key")]


def test_a_mark_takes_the_place_of_the_secret_and_is_none_itself() -> None:
    text = "her PIN is 4071, she says"
    (span,) = secrets_in(text)
    redacted = redact(text, span)
    assert redacted == "her PIN is [redacted: PIN], she says"
    assert secrets_in(redacted) == ()
    assert [mark(kind) for kind in SecretKind if secrets_in(f"password is {mark(kind)}")] == []


def test_the_ends_of_lines_stay_where_a_secret_over_several_is_redacted() -> None:
    text = "one\nab\ncd\ntwo"
    assert redact(text, SecretSpan(4, 9, SecretKind.KEY)) == "one\n[redacted: key]\n\ntwo"


def test_the_warning_names_what_was_found_and_never_says_it() -> None:
    assert warning_of(()) is None
    text = "password is hunter2, PIN 4071, PIN 4072"
    warning = warning_of(secrets_in(text)) or ""
    assert warning.startswith("Looks like a password and PIN.")
    assert "hunter2" not in warning + repr(secrets_in(text))
    assert "407" not in warning


def _is_true_to(text: str) -> bool:
    spans = secrets_in(text)
    ends = [0, *(end for span in spans for end in (span.start, span.end)), len(text)]
    return ends == sorted(ends) and all(text[span.start : span.end].strip() for span in spans)


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_searched_and_every_secret_lies_in_it(text: str) -> None:
    assert _is_true_to(text)


@settings(deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=14))
def test_every_secret_lies_in_the_text_however_its_words_are_mixed(words: list[str]) -> None:
    assert _is_true_to(" ".join(words))
    assert _is_true_to("".join(words))


@pytest.mark.parametrize("entry", HOSTILE, ids=lambda entry: entry["id"])
def test_every_known_oddity_is_searched(entry: dict[str, Any]) -> None:
    if "value" in entry:
        assert _is_true_to(entry["value"] * entry.get("repeat", 1))


def test_only_the_line_that_changed_is_searched_again() -> None:
    text = "\n".join(f"{entry['line']} ({number})" for number in range(10) for entry in CORPUS)[: 64 * 1024]
    secrets_in(text)
    before = secret_text._in_piece.cache_info().misses
    secrets_in(text)
    assert secret_text._in_piece.cache_info().misses == before
    secrets_in(text.replace("\n", " and so on\n", 1))
    assert secret_text._in_piece.cache_info().misses == before + 1


def test_a_secret_far_along_a_line_is_found_wherever_the_line_is_cut() -> None:
    for before in range(1750, 2050, 7):
        assert found(f"{'x ' * (before // 2)}{FIRST_SEEN} and so on") == [("hunter2", "password")]


@pytest.mark.parametrize(
    "seed",
    [
        *("a", "1 ", "12 ", "pin ", "pin is ", "pin four ", "password ", "password for a b ", "passphrase is aa "),
        *("otp AAAA ", "eyJa.", "-eyJ", "://a:b", "AAAA ", "4111 ", "password is '", "login a/", "code from ", "\n"),
        *("set the password to ", "-----BEGIN PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----\n", "-----END "),
        *("token ", "123456-", "pw pw:", "a.", "\u0301"),
    ],
)
def test_hostile_text_costs_no_more_than_its_length(seed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secret_text, "_in_piece", secret_text._in_piece.__wrapped__)

    def work(size: int) -> float:
        text = (seed * (size // len(seed) + 1))[:size]
        began = time.thread_time()
        secrets_in(text)
        return time.thread_time() - began

    # Sixteen times the text is sixteen times the work, and on a busy machine two or three times that; a square would be
    # 256 times as much.
    whole = min(work(HUNDRED_KIB) for _ in range(2))
    assert whole < 5
    assert whole < 64 * min(work(HUNDRED_KIB // 16) for _ in range(3)) + 0.05
