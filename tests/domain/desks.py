"""Desks that somebody might write a file for: whatever names, texts and numbers they like."""

from typing import Any

from hypothesis import strategies as st

from callintake.domain.desk_numbers import RETENTION, TARGETS, VERIFICATION, NumberSetting
from callintake.domain.notify_rules import MESSENGERS, PERSONAL, Listeners, NotifyRules, Security, Smtp, Webhook
from callintake.domain.routing import ASSET_PATTERN, OTHER, Category, Desk, Targets
from callintake.domain.text import clean_block, clean_line, fold, words
from callintake.domain.ticket import Priority
from callintake.domain.verification_rules import VerificationRules

_CHARS = st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"]) | st.sampled_from("\"'\\#[]={}.é")
LINES = st.text(_CHARS, min_size=1, max_size=30).map(clean_line).filter(bool)
_NAMES = LINES.filter(lambda name: bool(words(name)))
_RIGHTS = (
    _NAMES.map(lambda name: clean_line(name.casefold().replace(";", "x")))
    .filter(lambda name: name == name.casefold() and bool(words(name)))
    .filter(lambda name: fold(name) != OTHER)
)
_SNIPPETS = st.lists(st.text(_CHARS, min_size=1, max_size=30).map(clean_block).filter(str.strip), max_size=4).map(tuple)
_QUESTIONS = st.lists(LINES, max_size=4).map(tuple)


def _numbers(settings: tuple[NumberSetting, ...]) -> dict[str, st.SearchStrategy[int]]:
    return {setting.key: st.integers(setting.least, setting.most) for setting in settings}


@st.composite
def _targets(draw: st.DrawFn) -> Targets:
    minutes = sorted(draw(st.tuples(*_numbers(TARGETS).values())))
    return Targets(*minutes)


_SECRETS = st.sampled_from(["NETWORK_SLACK", "TEAMS_2", "W"])
_ADDRESSES = st.lists(
    st.sampled_from(["network@example.com", "ops+desk@example.org", "post@bücher.example.com"]), unique=True
).map(tuple)
_HOSTS = st.lists(st.sampled_from(["hooks.slack.com", "*.example.com", "chat.example.net"]), unique=True).map(tuple)


@st.composite
def _notify(draw: st.DrawFn, departments: tuple[str, ...]) -> NotifyRules:
    smtp = draw(
        st.none()
        | st.builds(
            Smtp,
            st.sampled_from(["mail.example.com", "127.0.0.1", "::1"]),
            st.integers(1, 65535),
            st.just("desk@example.com"),
            st.sampled_from([Security.STARTTLS, Security.TLS]),
            st.none() | LINES,
            _SECRETS,
        )
    )
    webhooks = st.lists(st.builds(Webhook, st.sampled_from(MESSENGERS), _SECRETS), max_size=3, unique=True).map(tuple)
    emails = st.just(()) if smtp is None else _ADDRESSES
    listeners = [Listeners(department, draw(emails), draw(webhooks)) for department in departments]
    return NotifyRules(
        smtp,
        tuple(one for one in listeners if one.emails or one.webhooks),
        draw(_HOSTS),
        draw(st.lists(st.sampled_from(["127.0.0.1", "chat.example.net"]), unique=True).map(tuple)),
        draw(st.sets(st.sampled_from(PERSONAL)).map(lambda told: tuple(one for one in PERSONAL if one in told))),
        smtp is not None and draw(st.booleans()),
        None if smtp is None else draw(st.sampled_from([None, "lead@example.com"])),
    )


@st.composite
def desks(draw: st.DrawFn) -> Desk:
    """A desk that a desk file can be written of."""
    departments = tuple(draw(st.lists(_NAMES, min_size=1, max_size=4, unique_by=fold)))
    names = draw(st.lists(_RIGHTS, max_size=4, unique_by=fold))
    names.insert(draw(st.integers(0, len(names))), OTHER)
    categories = tuple(
        Category(
            name,
            draw(st.sampled_from(departments)),
            draw(st.sampled_from(Priority)),
            draw(st.booleans()),
            draw(st.booleans()),
            draw(_QUESTIONS),
            draw(st.none() | LINES),
            draw(_SNIPPETS),
        )
        for name in names
    )
    rules: dict[str, Any] = {key: draw(numbers) for key, numbers in _numbers(VERIFICATION).items()}
    return Desk(
        departments,
        categories,
        VerificationRules(**rules, email_codes=draw(st.booleans())),
        draw(st.sampled_from([None, "security@example.com", "ops+desk@example.org"])),
        draw(_SNIPPETS),
        draw(st.sampled_from([ASSET_PATTERN, r"ND-\d{4}", "[A-Z\"']{2}(?:x|\\\\)"])),
        draw(_targets()),
        draw(LINES),
        draw(st.none() | st.integers(RETENTION.least, RETENTION.most)),
        draw(st.sampled_from([None, "GB", "NO"])),
        draw(_notify(departments)),
    )
