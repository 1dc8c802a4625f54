"""Desks that somebody might write a file for: whatever names, texts and numbers they like."""

from dataclasses import astuple, replace
from typing import Any

from hypothesis import strategies as st

from callintake.domain.business_time import MINUTES_OF_A_DAY, OpeningHours, Span
from callintake.domain.cover import Cover
from callintake.domain.desk_numbers import RETENTION, TARGETS, VERIFICATION, NumberSetting
from callintake.domain.message_template import PERSONAL, Templates
from callintake.domain.notify_rules import MESSENGERS, Listeners, NotifyRules, Security, Smtp, Webhook
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
_DIALLED = st.sampled_from(["+442079460100", "+4721234567", "880", "0"])
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
_WORDS = LINES.map(lambda line: line.replace("{", "{{").replace("}", "}}").replace("=?", "="))
_WORDINGS = st.none() | st.lists(
    st.sampled_from(["{number}: {due}", "{category} {{}}"]) | _WORDS, min_size=1, max_size=3
).map(tuple)
_TEMPLATES = st.builds(Templates, st.none() | st.sampled_from(["{priority}: {subject}"]) | _WORDS, _WORDINGS, _WORDINGS)
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
    told = [(department, draw(emails), draw(webhooks)) for department in departments]
    return NotifyRules(
        smtp,
        tuple(Listeners(*one, draw(_TEMPLATES)) for one in told if one[1] or one[2]),
        draw(_HOSTS),
        draw(st.lists(st.sampled_from(["127.0.0.1", "chat.example.net"]), unique=True).map(tuple)),
        draw(st.sets(st.sampled_from(PERSONAL)).map(lambda told: tuple(one for one in PERSONAL if one in told))),
        smtp is not None and draw(st.booleans()),
        None if smtp is None else draw(st.sampled_from([None, "lead@example.com"])),
        draw(st.sampled_from([(), ("tgram", "ntfy")])),
        draw(_TEMPLATES),
    )


@st.composite
def _covers(draw: st.DrawFn, departments: tuple[str, ...], notify: NotifyRules) -> tuple[Cover, ...]:
    """Some departments have hours, and some of those one further on that stands in: so they never go in a circle."""
    covers = []
    for place, department in enumerate(departments):
        if draw(st.booleans()):
            hearing = [name for name in departments[place + 1 :] if any(notify.of(name).targets())]
            hours = replace(draw(opening_hours()), around_the_clock=())
            covers.append(Cover(department, hours, draw(st.sampled_from([None, *hearing]))))
    return tuple(covers)


@st.composite
def _days(draw: st.DrawFn) -> tuple[Span, ...]:
    ends = sorted(draw(st.sets(st.integers(0, MINUTES_OF_A_DAY), max_size=6)))
    return tuple(Span(*pair) for pair in zip(ends[::2], ends[1::2], strict=False))


ZONES = st.sampled_from(["UTC", "Europe/London", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo"])
_CLOSED = st.sampled_from(["12-24", "02-29", "2026-12-31", "2027-05-03"])


@st.composite
def opening_hours(draw: st.DrawFn) -> OpeningHours:
    """When somebody might open a desk, some time of the week at least."""
    day, other = draw(_days().filter(bool)), draw(_days())
    week = (day, *draw(st.tuples(*[st.sampled_from([(), day, other])] * 6)))
    urgent = tuple(Priority)[: draw(st.integers(0, len(Priority)))]
    holidays = draw(st.sampled_from([None, "GB-SCT", "NO"]))
    return OpeningHours(draw(ZONES), week, holidays, tuple(draw(st.lists(_CLOSED, unique=True))), urgent)


def _is_reached(hours: OpeningHours, targets: Targets) -> bool:
    """Whether what is due is due within the year."""
    counted = [getattr(targets, one.word) for one in Priority if one not in hours.around_the_clock]
    return max(counted, default=0) <= hours.minutes_a_week * 366 // 7


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
    targets = draw(_targets())
    hours = draw(st.none() | opening_hours())
    if hours is not None and not _is_reached(hours, targets):
        targets = Targets(*[min(minutes, hours.minutes_a_week) for minutes in astuple(targets)])
    rules: dict[str, Any] = {key: draw(numbers) for key, numbers in _numbers(VERIFICATION).items()}
    notify = draw(_notify(departments))
    return Desk(
        departments,
        categories,
        VerificationRules(**rules, email_codes=draw(st.booleans())),
        draw(st.sampled_from([None, "security@example.com", "ops+desk@example.org"])),
        draw(_SNIPPETS),
        draw(st.sampled_from([ASSET_PATTERN, r"ND-\d{4}", "[A-Z\"']{2}(?:x|\\\\)"])),
        targets,
        draw(LINES),
        draw(st.none() | st.integers(RETENTION.least, RETENTION.most)),
        draw(st.sampled_from([None, "GB", "NO"])),
        hours,
        draw(st.dictionaries(_DIALLED, LINES, max_size=3)),
        notify,
        draw(_covers(departments, notify)),
    )
