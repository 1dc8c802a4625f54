"""What a contact is after an entry, what that changes, and which of it a lead alone may change (P4)."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from callintake.domain.contact import Contact, NumberOnFile
from callintake.domain.contact_entry import Entry
from callintake.domain.errors import Refused
from callintake.domain.phone import format_phone
from callintake.domain.text import elide, fold, phone_words, words

PROVING = ("organization", "e-mail", "e-mail since", "numbers", "since", "may request", "approves", "vip")
"""What opens gates: what is called back or written to, who may ask, and whose colleagues may say yes."""
NOBODY = Contact(0, "", "")
"""Whom an entry about somebody who is not on file yet is applied to."""
_CHANGES = dict[str, list[Any]]
_LISTS = ("may request", "approves")
_SHOWN = 60
"""Characters of a text that are told of a change."""


def applied(contact: Contact, entry: Entry, moment: datetime, *, by_lead: bool) -> Contact:
    """Return a contact as an entry has it; what is new is on file since today, unless a lead says otherwise.

    NOBODY is one that is not on file yet.
    """
    changed = {fact: value for fact in ("name", "vip", "notes") if (value := getattr(entry, fact)) is not None}
    # However it is written, it is the same organization.
    if entry.organization is not None and fold(entry.organization) != fold(contact.organization):
        changed["organization"] = entry.organization
    for rights in ("may_request", "approves"):
        # Their order says nothing.
        if (said := getattr(entry, rights)) is not None and set(said) != set(getattr(contact, rights)):
            changed[rights] = said
    email, since = contact.email, contact.email_since
    if entry.email is not None and (entry.email or None) != email:
        email = entry.email or None
        since = moment.date() if email else None
    if by_lead and email and entry.email_since is not None:
        since = entry.email_since
    numbers = contact.numbers if entry.numbers is None else _numbers(contact, entry, moment, by_lead=by_lead)
    return replace(contact, **changed, email=email, email_since=since, numbers=numbers)


def _numbers(contact: Contact, entry: Entry, moment: datetime, *, by_lead: bool) -> tuple[NumberOnFile, ...]:
    """The numbers that an entry names, those on file already first: with the day and the moment they came with."""
    said = dict(zip(entry.numbers or (), entry.days if by_lead else (), strict=False))
    kept = []
    for number in contact.numbers:
        if number.e164 in (entry.numbers or ()):
            day = said.get(number.e164, number.since)
            # A day that was moved is as good as a number that was written: not during the call it is to serve (P4).
            kept.append(number if day == number.since else NumberOnFile(number.e164, day, moment))
    there = {number.e164 for number in kept}
    new = [
        NumberOnFile(e164, said.get(e164, moment.date()), moment) for e164 in entry.numbers or () if e164 not in there
    ]
    return (*kept, *new)


def differences(before: Contact, after: Contact) -> _CHANGES:
    """Return what is different, each fact with what it was and what it is, in JSON types for the history."""
    if before == after:
        return {}
    old, new = _facts(before), _facts(after)
    changes = {fact: [old[fact], new[fact]] for fact in new if old[fact] != new[fact]}
    days = {number.e164: number.since.isoformat() for number in before.numbers}
    moved = {
        number.e164: number.since.isoformat()
        for number in after.numbers
        if days.get(number.e164, number.since.isoformat()) != number.since.isoformat()
    }
    if moved:
        changes["since"] = [{e164: days[e164] for e164 in moved}, moved]
    return changes


def _facts(contact: Contact) -> dict[str, Any]:
    return {
        "name": contact.name,
        "organization": contact.organization,
        "e-mail": contact.email,
        "e-mail since": contact.email_since.isoformat() if contact.email_since else None,
        "numbers": [number.e164 for number in contact.numbers],
        "may request": list(contact.may_request),
        "approves": list(contact.approves),
        "vip": contact.vip,
        "notes": contact.notes,
    }


def check_may(name: str, changes: _CHANGES, *, by_lead: bool) -> None:
    """Refuse a change of what proves something by anybody but a lead.

    Raises:
        Refused: with all that a lead alone may change (P4).
    """
    proving = [fact for fact in PROVING if fact in changes]
    if proving and not by_lead:
        raise Refused(f"{name}: only a lead may change {' and '.join(proving)} of a contact on file (P4)")


def told(changes: _CHANGES) -> list[str]:
    """Return changes in words: `phone +44 20 7946 0112 → +44 20 7946 0666`, `may request +access`."""
    return [_told(fact, before, after) for fact, (before, after) in changes.items()]


def _told(fact: str, before: Any, after: Any) -> str:
    if fact in _LISTS:
        given = [f"+{word}" for word in after if word not in before]
        return " ".join([fact, *given, *(f"−{word}" for word in before if word not in after)])
    if fact == "since":
        return "; ".join(f"{format_phone(e164)} since {before[e164]} → {day}" for e164, day in after.items())
    if fact == "numbers":
        return f"phone {_numbers_told(before, after)}"
    return f"{fact} {_value(before)} → {_value(after)}"


def _numbers_told(before: list[str], after: list[str]) -> str:
    if not set(before) & set(after):
        return f"{_value(before)} → {_value(after)}"
    new, gone = [one for one in after if one not in before], [one for one in before if one not in after]
    said = [f"{word} {_value(numbers)}" for word, numbers in (("with", new), ("without", gone)) if numbers]
    return ", ".join(said)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(format_phone(e164) for e164 in value) or "none"
    return elide(" ".join(str(value).split()), _SHOWN) if value else "none"


def found_by(contact: Contact) -> list[str]:
    """Return the words that a contact is found by."""
    said = words(f"{contact.name} {contact.organization} {contact.email or ''}")
    return [*said, *(word for number in contact.numbers for word in phone_words(number.e164))]
