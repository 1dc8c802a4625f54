"""What a desk file changes, in words, and which of it asks for less proof than before (P4, P5)."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from callintake.domain.business_time import OpeningHours
from callintake.domain.desk_file_hours import settings_of
from callintake.domain.desk_numbers import RETENTION, TARGETS, VERIFICATION, NumberSetting
from callintake.domain.message_template import Templates
from callintake.domain.notify_rules import Listeners, NotifyRules, Security, Smtp
from callintake.domain.routing import Category, Desk
from callintake.domain.text import fold

LOOSER = "! looser"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is other than before."""

    words: str
    is_looser: bool = False

    def __str__(self) -> str:
        return f"{LOOSER}: {self.words}" if self.is_looser else self.words


def difference(before: Desk, after: Desk, on_tickets: Collection[str] = ()) -> tuple[Change, ...]:
    """Return what changes from one desk to another; nothing only where they are the same.

    `on_tickets` names categories that tickets have, whatever the desk before says: one that it does not know is as
    strict as can be, so that taking it in again may loosen it.
    """
    return tuple(
        chain(
            _security_address(before, after),
            _one("classification", before.classification, after.classification),
            _retention(before.retention_days, after.retention_days),
            _one("region", before.region, after.region),
            _one("asset_pattern", before.asset_pattern, after.asset_pattern),
            _lists("snippet", before.snippets, after.snippets),
            _numbers("verification", VERIFICATION, before.verification, after.verification),
            _switch("verification", "email_codes", before.verification.email_codes, after.verification.email_codes),
            _numbers("targets", TARGETS, before.targets, after.targets),
            _hours(before.hours, after.hours, "hours: ", "around the clock"),
            _lines(before.lines, after.lines),
            _smtp(before.notify.smtp, after.notify.smtp),
            _notify(before.notify, after.notify),
            _names("department", before.departments, after.departments),
            _listeners(before, after),
            _covers(before, after),
            _categories(before, after, {fold(name) for name in on_tickets}),
        )
    )


def _security_address(before: Desk, after: Desk) -> Iterator[Change]:
    """Somebody else is told, or nobody: either way those told so far are not."""
    was = before.security_address
    for change in _one("security_address", was, after.security_address):
        yield Change(change.words, is_looser=was is not None)


def _retention(before: int | None, after: int | None) -> Iterator[Change]:
    for change in _one(RETENTION.key, before, after):
        is_looser = after is not None and (before is None or RETENTION.is_loosened(before, after))
        yield Change(change.words, is_looser)


def _numbers(table: str, settings: tuple[NumberSetting, ...], before: object, after: object) -> Iterator[Change]:
    for setting in settings:
        was: int = getattr(before, setting.key)
        is_now: int = getattr(after, setting.key)
        if was != is_now:
            yield Change(f"{table}: {setting.key} {was} → {is_now}", setting.is_loosened(was, is_now))


def _hours(before: OpeningHours | None, after: OpeningHours | None, where: str, without: str) -> Iterator[Change]:
    """Yield what changes of opening hours; `without` any, it is open like that."""
    if before is None or after is None:
        if before is not after:
            yield Change(f"{where}{f'{without} → as follows' if before is None else f'as set → {without}'}")
        if after is None:
            return
    was, is_now = {} if before is None else settings_of(before), settings_of(after)
    for key in dict.fromkeys((*is_now, *was)):
        old, new = was.get(key, []), is_now.get(key, [])
        if key == "closed":
            yield from _lists("closed day", tuple(old), tuple(new), where)
        elif old != new:
            yield Change(f"{where}{key} {_said_all(old)} → {_said_all(new)}")


def _lines(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Change]:
    for dialled in dict.fromkeys((*after, *before)):
        yield from _one(dialled, before.get(dialled), after.get(dialled), "line ")


def _said_all(value: str | list[str]) -> str:
    return value if isinstance(value, str) else ", ".join(value) or "none"


def _switch(where: str, key: str, before: bool, after: bool, *, looser: bool = True) -> Iterator[Change]:
    """Yield a change of what is on or off; `looser` is the state that asks for less proof."""
    if before != after:
        yield Change(f"{where}: {key} {_said(before)} → {_said(after)}", after is looser)


def _one(key: str, before: object, after: object, where: str = "") -> Iterator[Change]:
    if before != after:
        yield Change(f"{where}{key} {_said(before)} → {_said(after)}")


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None else f"“{value}”" if isinstance(value, str) else str(value)


def _lists(what: str, before: tuple[str, ...], after: tuple[str, ...], where: str = "") -> Iterator[Change]:
    """Yield the lines that go and come, or that they are in another order."""
    gone, come = Counter(before) - Counter(after), Counter(after) - Counter(before)
    for text in gone.elements():
        yield Change(f"{where}{what} “{text}” removed")
    for text in come.elements():
        yield Change(f"{where}{what} “{text}” added")
    if [text for text in before if text in after] != [text for text in after if text in before]:
        yield Change(f"{where}{what}s are in another order")


def _names(what: str, before: tuple[str, ...], after: tuple[str, ...]) -> Iterator[Change]:
    was, is_now = {fold(name): name for name in before}, {fold(name): name for name in after}
    for key, name in was.items():
        if key not in is_now:
            yield Change(f"{what} “{name}” removed")
    for key, name in is_now.items():
        if key not in was:
            yield Change(f"{what} “{name}” added")
        elif was[key] != name:
            yield Change(f"{what} “{was[key]}” is written “{name}”")
    yield from _order(f"{what}s", list(was), list(is_now))


def _order(what: str, before: list[str], after: list[str]) -> Iterator[Change]:
    if [key for key in before if key in after] != [key for key in after if key in before]:
        yield Change(f"{what} are in another order")


def _smtp(before: Smtp | None, after: Smtp | None) -> Iterator[Change]:
    """Who takes the mail, and who can read it on the way, is who knows what is in it."""
    if before is None or after is None:
        was, is_now = ("none" if one is None else one.host for one in (before, after))
        yield from (Change(f"smtp: host {was} → {is_now}"),) if before is not after else ()
        return
    for key in ("host", "port", "security", "user", "password_from", "sender"):
        was, is_now = getattr(before, key), getattr(after, key)
        for change in _one("from" if key == "sender" else key, was, is_now, "smtp: "):
            yield Change(change.words, is_looser=is_now is Security.NONE)


def _notify(before: NotifyRules, after: NotifyRules) -> Iterator[Change]:
    """More hosts, or more told of people, leave more ways for what is said to get out."""
    for key in ("allowed_hosts", "private_hosts", "apprise_services", "personal"):
        for change in _lists(key, getattr(before, key), getattr(after, key), "notify: "):
            yield Change(change.words, is_looser=change.words.endswith(" added"))
    yield from _templates(before.templates, after.templates, "notify: ")
    yield from _one("acknowledge", before.acknowledge, after.acknowledge, "notify: ")
    yield from _one("breach_address", before.breach_address, after.breach_address, "notify: ")


def _listeners(before: Desk, after: Desk) -> Iterator[Change]:
    names = {fold(name): name for name in [*after.departments, *before.departments]}
    for name in names.values():
        was, is_now = before.notify.of(name), after.notify.of(name)
        where = f"department {name}: "
        yield from _lists("e-mail", was.emails, is_now.emails, where)
        yield from _lists("webhook", _in_words(was), _in_words(is_now), where)
        yield from _templates(was.templates, is_now.templates, where)


def _templates(before: Templates, after: Templates, where: str) -> Iterator[Change]:
    yield from _one("subject", before.subject, after.subject, f"{where}template of the ")
    for what, was, is_now in (
        ("e-mail", before.email, after.email),
        ("instant message", before.message, after.message),
    ):
        if (was is None) != (is_now is None):
            yield Change(f"{where}template of the {what} {'added' if was is None else 'removed'}")
        yield from _lists("line", was or (), is_now or (), f"{where}template of the {what}: ")


def _covers(before: Desk, after: Desk) -> Iterator[Change]:
    """Yield what changes of when departments are there, and who stands in."""
    names = {fold(name): name for name in [*after.departments, *before.departments]}
    for name in names.values():
        was, is_now = before.cover_of(name), after.cover_of(name)
        where = f"department {name}: "
        old, new = (None if one is None else one.hours for one in (was, is_now))
        yield from _hours(old, new, f"{where}hours: ", "always there")
        yield from _one("fallback", was and was.fallback, is_now and is_now.fallback, where)


def _in_words(listeners: Listeners) -> tuple[str, ...]:
    return tuple(f"{one.medium} from {one.address_from}" for one in listeners.webhooks)


def _categories(before: Desk, after: Desk, on_tickets: set[str]) -> Iterator[Change]:
    was = {fold(category.name): category for category in before.categories}
    is_now = {fold(category.name): category for category in after.categories}
    for key, category in was.items():
        if key not in is_now:
            # What was asked for under it will be asked for under another.
            yield Change(f"category {category.name} removed", category.sensitive or category.two_fold)
    for key, category in is_now.items():
        if key in was:
            yield from _category(was[key], category)
        else:
            yield from _added(category, is_on_tickets=key in on_tickets)
    yield from _order("categories", list(was), list(is_now))


def _added(category: Category, *, is_on_tickets: bool) -> Iterator[Change]:
    facts = f"to {category.department}, sensitive {_said(category.sensitive)}, two_fold {_said(category.two_fold)}"
    is_strict = category.sensitive and category.two_fold
    yield Change(f"category {category.name} added: {facts}", is_on_tickets and not is_strict)


def _category(before: Category, after: Category) -> Iterator[Change]:
    where = f"category {before.name}"
    if before.name != after.name:
        yield Change(f"{where} is written “{after.name}”")
    yield from _one("department", before.department, after.department, f"{where}: ")
    yield from _one("priority", before.priority.word, after.priority.word, f"{where}: ")
    yield from _switch(where, "sensitive", before.sensitive, after.sensitive, looser=False)
    yield from _switch(where, "two_fold", before.two_fold, after.two_fold, looser=False)
    yield from _lists("question", before.questions, after.questions, f"{where}: ")
    yield from _one("procedure", before.procedure, after.procedure, f"{where}: ")
    yield from _lists("snippet", before.snippets, after.snippets, f"{where}: ")
