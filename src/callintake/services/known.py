"""Who and what of the directory is named in notes, as somebody types them; nobody is chosen."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col

from callintake.domain.common_words import COMMON
from callintake.domain.fact import Fact, FactKind
from callintake.domain.heard_words import Heard, hear, length_of
from callintake.domain.text import words
from callintake.services.finding import contacts_by_ids
from callintake.store import lookup
from callintake.store.tables import ContactRow, OrganizationRow

_PAIRS = 100
_LISTED = 12
"""Contacts and organizations that are found in one text; more is a list that was pasted."""
_ROWS = 300
"""Rows that are looked at of those that the words of a text may mean; among more, a first name says too little."""
_SHORTEST_ALONE = 5


@dataclass(frozen=True, slots=True)
class _Mention:
    """An organization, by its name, and the words `first` to `last` that name it."""

    name: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class _Person:
    id: int
    name: str
    organization: str


_Span = tuple[int, int]
"""The first and the last of some words of the text, by their places."""


def known_in_text(session: Session, text: str) -> tuple[Fact, ...]:
    """Return the contacts and organizations of the directory that a text names, in the order of the text.

    A contact is named by first and last word of the name, next to each other, or by the first name on a line that
    names the organization, if nobody else there has it; an organization by the first two words of its name, or the
    first alone where it is written like a name and means one organization only. Of a long text its end is looked at.
    """
    heard = hear(text)
    if not heard:
        return ()
    mentions = _mentions(heard, lookup.organizations_by_first_word(session, _may_begin_one(heard), _ROWS))
    pairs = [*_said_together(heard, mentions), *_said_on_a_line(heard, mentions)]
    ids = lookup.contacts_by_ends(session, pairs[:_PAIRS], _ROWS)
    people = _people(session, ids)
    named = _by_name(heard, people)
    if len(ids) < _ROWS:
        named = {**_by_first_name(heard, mentions, people), **named}
    facts = [*_organization_facts(text, heard, mentions), *_contact_facts(session, text, heard, named)]
    return tuple(sorted(facts, key=lambda fact: (fact.at, fact.kind, fact.contact.id if fact.contact else 0)))


def _may_begin_one(heard: list[Heard]) -> list[str]:
    """Return what names of organizations may begin with; many begin with an article."""
    first = dict.fromkeys(one.word for one in heard if not one.is_filling)
    first.pop("the", None)
    return [begun for word in first for begun in (word, f"the {word}")]


def _lead(name: str) -> list[str]:
    """Return the words of an organization's name, without an article before it."""
    said = words(name)
    return said[1:] if said[:1] == ["the"] and len(said) > 1 else said


def _mentions(heard: list[Heard], names: list[str]) -> list[_Mention]:
    """Return where organizations are named; of those that begin alike, the ones that most of the words mean."""
    by_first: dict[str, dict[str, list[str]]] = {}
    for name in names:
        if lead := _lead(name):
            by_first.setdefault(lead[0], {})[name] = lead
    found: list[_Mention] = []
    for place, one in enumerate(heard):
        if found and place <= found[-1].last:
            continue
        candidates = by_first.get(one.word, {})
        lengths = {name: length_of(heard, place, lead) for name, lead in candidates.items()}
        longest = max(lengths.values(), default=0)
        if longest > 1:
            meant = not all(part.is_common for part in heard[place : place + 2])
        else:
            meant = len(candidates) == 1 and _names_alone(one)
        if meant:
            found += [
                _Mention(name, place, place + longest - 1) for name, length in lengths.items() if length == longest
            ]
    return found


def _names_alone(one: Heard) -> bool:
    return one.capital and len(one.word) >= _SHORTEST_ALONE and one.word.isalpha() and one.word not in COMMON


def _said_together(heard: list[Heard], mentions: list[_Mention]) -> list[tuple[str, str]]:
    """Return the words that stand next to each other and may be of a name, the last ones first."""
    taken = _taken(mentions)
    pairs: dict[tuple[str, str], None] = {}
    for place in range(len(heard) - 1, 0, -1):
        first, second = heard[place - 1], heard[place]
        if second.follows and not (first.is_filling or second.is_filling or {place - 1, place} <= taken):
            pairs[first.word, second.word] = None
    return list(pairs)


def _said_on_a_line(heard: list[Heard], mentions: list[_Mention]) -> list[tuple[str, str]]:
    """Return what may be a first name with the first word of the organization on its line, the last ones first."""
    taken = _taken(mentions)
    pairs: dict[tuple[str, str], None] = {}
    for mention in reversed(mentions):
        for place, one in enumerate(heard):
            if one.line == heard[mention.first].line and place not in taken and not one.is_common:
                pairs[one.word, heard[mention.first].word] = None
    return list(pairs)


def _by_name(heard: list[Heard], people: list[_Person]) -> dict[int, _Span]:
    """Return where people are named by first and last name, by their ids."""
    named = {}
    for person in people:
        spoken = _spoken(person.name)
        for place in range(len(heard)):
            length = next((len(said) for said in spoken if length_of(heard, place, said) == len(said)), 0)
            if length:
                named[person.id] = (place, place + length - 1)
                break
    return named


def _spoken(name: str) -> list[list[str]]:
    """Return the words that a person is named by: first and last name, or the whole."""
    parts = name.split()
    if len(parts) < 2:
        return []
    return [[*words(parts[0]), *words(parts[-1])], words(name)]


def _by_first_name(heard: list[Heard], mentions: list[_Mention], people: list[_Person]) -> dict[int, _Span]:
    """Return where those stand whose first name is on a line with their organization, and nobody else's there."""
    taken = _taken(mentions)
    first_names = [(person, words(person.name.split()[0])) for person in people]
    named: dict[int, _Span] = {}
    for mention in mentions:
        of_it = [(person, said) for person, said in first_names if person.organization == mention.name]
        for place, one in enumerate(heard):
            if one.line != heard[mention.first].line or place in taken:
                continue
            meant = [(person, said) for person, said in of_it if _is_first_name(heard, place, said, taken)]
            if len(meant) == 1:
                named.setdefault(meant[0][0].id, (place, place + len(meant[0][1]) - 1))
    return named


def _is_first_name(heard: list[Heard], place: int, name: list[str], taken: set[int]) -> bool:
    """Whether a first name stands at a place, and no last name after it, which would be somebody else's."""
    one, after = heard[place], place + len(name)
    if one.is_common or not name or length_of(heard, place, name) < len(name):
        return False
    if after == len(heard) or not heard[after].follows or after in taken:
        return True
    return not heard[after].capital if one.capital else heard[after].is_common


def _taken(mentions: list[_Mention]) -> set[int]:
    return {place for mention in mentions for place in range(mention.first, mention.last + 1)}


def _people(session: Session, ids: list[int]) -> list[_Person]:
    if not ids:
        return []
    query = (
        sa.select(ContactRow.id, ContactRow.name, OrganizationRow.name)  # type: ignore[call-overload]
        .join(OrganizationRow, col(OrganizationRow.id) == col(ContactRow.organization_id))
        .where(col(ContactRow.id).in_(ids))
    )
    return [_Person(*row) for row in session.execute(query)]


def _organization_facts(text: str, heard: list[Heard], mentions: list[_Mention]) -> list[Fact]:
    facts: dict[str, Fact] = {}
    for mention in mentions:
        start, end = heard[mention.first].start, heard[mention.last].end
        facts.setdefault(mention.name, Fact(FactKind.ORGANIZATION, mention.name, text[start:end], start))
    return list(facts.values())[-_LISTED:]


def _contact_facts(session: Session, text: str, heard: list[Heard], named: dict[int, _Span]) -> list[Fact]:
    last = sorted(named, key=lambda person: named[person])[-_LISTED:]
    facts = []
    for contact in contacts_by_ids(session, last) if last else ():
        first, final = named[contact.id]
        start, end = heard[first].start, heard[final].end
        facts.append(Fact(FactKind.CONTACT, contact.email or contact.name, text[start:end], start, contact=contact))
    return facts
