"""Finding people and organizations as one types: ranked, and in bounded time however large the directory is."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import sqlalchemy as sa
from sqlmodel import Session, col, select

from callintake.domain.contact import Contact, NumberOnFile
from callintake.domain.text import SEARCH_WORDS, WORD_LENGTH, clean_line, fold, query_readings, words
from callintake.store import lookup
from callintake.store.tables import ContactNumberRow, ContactRow, OrganizationRow

_CONSIDERED = 100
"""Matches that are ranked, of however many there are."""
_INDEXED_DIGITS = 7
_FEWEST_DIGITS = 6
_NUMBER = re.compile(r"\+?[\d\s().\-‐-―/·]+")


@dataclass(frozen=True, slots=True)
class _Person:
    """What of a contact is compared with what is typed; `words` is all that it is found by."""

    id: int
    name: str
    email: str | None
    organization: str
    words: str


def find_contacts(session: Session, typed: str, limit: int = 6) -> list[Contact]:
    """Return the contacts that what is typed may mean, best first.

    A number on file that ends in it, an e-mail address equal to it, a name that begins with it, a name whose words
    begin with its words, an organization that begins with it, and what is left. Of very many only some are ranked.
    """
    typed = clean_line(typed[: SEARCH_WORDS * WORD_LENGTH])
    readings = query_readings(typed)
    if not readings:
        return []
    called = _by_number(session, typed)
    said = readings[0]
    # Nobody's name begins with a number, but nearly every contact is found by some that begin alike.
    named = [] if said[0].isdecimal() else lookup.contacts_beginning(session, said, _CONSIDERED)
    likely = {*called, *_by_email(session, typed), *named}
    ranked = [(_rank(person, typed, said, called), person) for person in _people(session, likely)]
    if sum(rank <= _NAME_BEGINS for rank, _ in ranked) < limit:
        begun = [[_beginning(word) for word in reading] for reading in readings]
        others = {*lookup.contacts_holding(session, begun, _CONSIDERED), *_by_start_of_number(session, said)} - likely
        ranked += [
            (_rank(person, typed, said, called), person)
            for person in _people(session, others)
            if any(_holds(person.words.split(), reading) for reading in readings)
        ]
    ranked.sort(key=lambda pair: (pair[0], pair[1].name.casefold(), pair[1].id))
    return contacts_by_ids(session, [person.id for _, person in ranked[:limit]])


def contacts_with_number(session: Session, e164: str, limit: int = 6) -> list[Contact]:
    """Return the contacts with this number on file, by name."""
    on_file = sa.select(ContactNumberRow.contact_id).where(  # type: ignore[call-overload]
        col(ContactNumberRow.e164) == clean_line(e164)
    )
    rows = session.exec(
        select(ContactRow)
        .where(col(ContactRow.id).in_(on_file))
        .order_by(ContactRow.name, col(ContactRow.id))
        .limit(limit)
    )
    return contacts_of(session, rows)


def names_by_number(session: Session, numbers: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return who has each of some numbers on file, as name and organization, by name; in one question for all."""
    wanted = {number for number in numbers if number.startswith("+")}
    if not wanted:
        return {}
    query = (
        select(ContactNumberRow.e164, ContactRow.name, OrganizationRow.name)
        .join(ContactRow, col(ContactRow.id) == col(ContactNumberRow.contact_id))
        .join(OrganizationRow, col(OrganizationRow.id) == col(ContactRow.organization_id))
        .where(col(ContactNumberRow.e164).in_(wanted))
        .order_by(ContactRow.name, col(ContactRow.id))
    )
    found: dict[str, tuple[str, ...]] = {}
    for number, name, organization in session.exec(query):
        found[number] = (*found.get(number, ()), f"{name}, {organization}")
    return found


def find_organizations(session: Session, typed: str, limit: int = 4) -> list[str]:
    """Return the organizations whose name begins with what is typed, then those with words that do."""
    typed = clean_line(typed[: SEARCH_WORDS * WORD_LENGTH])
    said = words(typed)[:SEARCH_WORDS]
    if not said:
        return []
    names = lookup.organizations_beginning(session, fold(typed), limit)
    if len(names) < limit:
        folded = col(OrganizationRow.folded)
        held = sa.and_(*(folded.contains(word) for word in said))
        names += session.exec(select(OrganizationRow.name).where(held).limit(_CONSIDERED))
    ranked = {(not _begins(words(name), said), fold(name), name) for name in names if _holds(words(name), said)}
    return [name for _, _, name in sorted(ranked)[:limit]]


def contacts_of(session: Session, rows: Iterable[ContactRow]) -> list[Contact]:
    """Return the contacts in these rows, with their organizations and the numbers on file."""
    rows = list(rows)
    if not rows:
        return []
    ids = [row.id for row in rows]
    numbers: dict[int, list[NumberOnFile]] = {}
    on_file = session.exec(
        select(ContactNumberRow).where(col(ContactNumberRow.contact_id).in_(ids)).order_by(col(ContactNumberRow.id))
    )
    for number in on_file:
        numbers.setdefault(number.contact_id, []).append(NumberOnFile(number.e164, number.since, number.recorded_at))
    organizations: dict[int, str] = dict(
        session.execute(
            sa.select(OrganizationRow.id, OrganizationRow.name).where(  # type: ignore[call-overload]
                col(OrganizationRow.id).in_({row.organization_id for row in rows})
            )
        ).all()
    )
    return [
        Contact(
            id=row.id,
            name=row.name,
            organization=organizations[row.organization_id],
            email=row.email,
            numbers=tuple(numbers.get(row.id, ())),
            may_request=tuple(row.may_request),
            vip=row.vip,
            approves=tuple(row.approves or ()),
            email_since=row.email_since,
            notes=row.notes or "",
        )
        for row in rows
    ]


def contacts_by_ids(session: Session, ids: Sequence[int]) -> list[Contact]:
    """Return the contacts with these ids, in their order."""
    rows = session.exec(select(ContactRow).where(col(ContactRow.id).in_(ids)))
    return sorted(contacts_of(session, rows), key=lambda contact: ids.index(contact.id))


_NUMBER_ENDS, _EMAIL_IS, _NAME_BEGINS, _NAME_HOLDS, _ORGANIZATION_BEGINS, _OTHER = range(6)


def _rank(person: _Person, typed: str, said: list[str], called: set[int]) -> int:
    if person.id in called:
        return _NUMBER_ENDS
    if "@" in typed and person.email and fold(person.email) == fold(typed):
        return _EMAIL_IS
    name = _words(person.name)
    if _begins(name, said):
        return _NAME_BEGINS
    if _holds(name, said):
        return _NAME_HOLDS
    return _ORGANIZATION_BEGINS if _begins(_words(person.organization), said) else _OTHER


@lru_cache(4096)
def _words(name: str) -> list[str]:
    """The words of a name; those that are ranked for one letter are ranked for the next."""
    return words(name)


def _begins(name: list[str], said: list[str]) -> bool:
    """Whether a name begins with these words, the last perhaps unfinished."""
    last = len(said) - 1
    return len(name) > last and name[:last] == said[:last] and name[last].startswith(said[last])


def _holds(name: list[str], said: list[str]) -> bool:
    """Whether each of these words begins a word of a name."""
    return all(any(word.startswith(begun) for word in name) for begun in said)


def _beginning(word: str) -> str:
    """What is looked for when a word is typed: words it begins. So many numbers begin with the same four digits that
    the first three, whose words the index has together, are looked for and the rest is compared."""
    return f"{word[:3]}*" if word.isdigit() and len(word) < _INDEXED_DIGITS else f"{word}*"


def _by_start_of_number(session: Session, said: list[str]) -> list[int]:
    """The contacts with a number on file that begins with the one word typed, from the country code on."""
    if len(said) > 1 or not said[0].isdecimal():
        return []
    e164 = col(ContactNumberRow.e164)
    begun = sa.and_(e164 >= f"+{said[0]}", e164 < f"+{said[0]}:")
    return list(session.exec(select(ContactNumberRow.contact_id).where(begun).limit(_CONSIDERED)))


def _by_number(session: Session, typed: str) -> set[int]:
    """The contacts with a number on file that ends in the digits typed; numbers are indexed by their last seven."""
    typed = unicodedata.normalize("NFKC", typed)
    if not _NUMBER.fullmatch(typed.strip()):
        return set()
    digits = "".join(char for char in re.sub(r"\(0\)", "", typed) if char.isdigit())
    if len(digits) < _FEWEST_DIGITS:
        return set()
    if len(digits) < _INDEXED_DIGITS:
        before = _INDEXED_DIGITS - len(digits)
        choices = [[f"{number:0{before}}{digits}"] for number in range(10**before)]
    else:
        choices = [[digits], [digits.lstrip("0") or digits]]
    return set(lookup.contacts_holding(session, choices, _CONSIDERED))


def _by_email(session: Session, typed: str) -> list[int]:
    if "@" not in typed:
        return []
    return list(session.exec(select(ContactRow.id).where(col(ContactRow.email).in_({typed, typed.casefold()}))))


def _people(session: Session, ids: set[int]) -> list[_Person]:
    if not ids:
        return []
    query = (
        sa.select(  # type: ignore[call-overload]
            ContactRow.id, ContactRow.name, ContactRow.email, OrganizationRow.name, ContactRow.words
        )
        .join(OrganizationRow, col(OrganizationRow.id) == col(ContactRow.organization_id))
        .where(col(ContactRow.id).in_(ids))
    )
    return [_Person(*row) for row in session.execute(query)]
