"""What is on the desk already: the requester's tickets, and those that a new one may be a duplicate of."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

import sqlalchemy as sa
from sqlmodel import Session, col

from callintake.domain.common_words import SAID_OF_ANYTHING
from callintake.domain.contact import same_person
from callintake.domain.detail import TicketLine
from callintake.domain.errors import NotFound
from callintake.domain.number import serial_of, ticket_number
from callintake.domain.text import SEARCH_WORDS, clean_line, fold
from callintake.domain.text import words as words_of
from callintake.domain.ticket import Status
from callintake.services.demand import LIVE
from callintake.services.desk_rules import rules_in_force
from callintake.services.history import now
from callintake.services.lines import LINE_COLUMNS, lines_of
from callintake.store import lookup, search
from callintake.store.tables import TicketRow

RECENT = timedelta(days=30)
"""For so long after its last change a ticket that is done is still shown beside a new one."""
_FOUND = 200
"""Tickets looked at for each word, the newest."""
_LARGEST = 2**63 - 1
_SUBJECT = 500
"""Characters of a subject that are looked at."""
_TELLING = 4
"""Letters of the shortest word that tells what is wrong."""
_TERMS = 8


def ticket_line(session: Session, number: str) -> TicketLine:
    """Return the line of one ticket.

    Raises:
        WrongNumber: the number can't be right.
        NotFound: it is right, and there is no such ticket.
    """
    serial = serial_of(number)
    lines = _lines(session, [col(TicketRow.id) == serial], 1)
    if not lines:
        raise NotFound(f"there is no ticket {ticket_number(serial)}")
    return lines[0]


def tickets_of_requester(
    session: Session, contact_id: int | None, phone: str | None, name: str, organization: str, limit: int = 5
) -> list[TicketLine]:
    """Return the requester's live tickets, the newest first, then those done lately.

    They are those of the contact; where there are none, those of the same name and organization; and where there are
    none either, those from the same number that are not another person's.
    """
    found: list[TicketLine] = []
    if contact_id is not None and 0 < contact_id <= _LARGEST:
        found = _of(session, col(TicketRow.contact_id) == contact_id, limit)
    if not found and clean_line(name) and clean_line(organization):
        found = _of_name(session, name, organization, limit)
    if not found and phone:
        lines = _of(session, col(TicketRow.phone) == clean_line(phone), _FOUND)
        found = [line for line in lines if _may_be(line, name, organization)][:limit]
    return found


def likely_duplicates(session: Session, words: str, organization: str | None, limit: int = 3) -> list[TicketLine]:
    """Return live tickets that share telling words with a subject, as it grows: of the same organization first, then
    by how many they share. One asset tag is enough, of words it takes two.
    """
    tags, telling = _telling(words, rules_in_force(session).asset_pattern, organization or "")
    shared: Counter[int] = Counter()
    for tag in tags:
        shared.update(dict.fromkeys(lookup.holding(session, search.TICKETS, [tag], _FOUND), 2))
    for word in telling:
        shared.update(lookup.holding(session, search.TICKETS, [[word]], _FOUND))
    candidates = [serial for serial, count in shared.items() if count > 1]
    if not candidates:
        return []
    lines = _lines(session, [LIVE, col(TicketRow.id).in_(candidates)], len(candidates))
    own = fold(clean_line(organization or ""))
    lines.sort(key=lambda line: (not own or fold(line.organization or "") != own, -shared[line.serial], -line.serial))
    return lines[:limit]


def _telling(subject: str, asset_pattern: str, organization: str) -> tuple[list[list[str]], list[str]]:
    """Return the asset tags in a subject, each as its words, and the words that tell what is wrong, the last one
    as it may yet be finished; whose it is tells nothing of that."""
    subject = subject[:_SUBJECT]
    asset = re.compile(asset_pattern, re.IGNORECASE | re.ASCII)
    tags = {match[0].casefold(): None for match in asset.finditer(subject)}
    said = dict.fromkeys(words_of(asset.sub(" ", subject)))
    untelling = SAID_OF_ANYTHING.union(words_of(organization))
    telling = [word for word in said if len(word) >= _TELLING and word not in untelling][:_TERMS]
    if telling and telling[-1] == next(reversed(said)) and subject[-1].isalnum():
        telling[-1] += "*"
    return [words_of(tag) for tag in tags][:_TERMS], telling


def _of_name(session: Session, name: str, organization: str, limit: int) -> list[TicketLine]:
    said = [*words_of(name)[:SEARCH_WORDS], *words_of(organization)[:SEARCH_WORDS]]
    found = lookup.holding(session, search.TICKETS, [said], _FOUND)
    lines = _of(session, col(TicketRow.id).in_(found), _FOUND) if found else []
    return [line for line in lines if same_person(name, organization, line.name or "", line.organization or "")][:limit]


def _of(session: Session, condition: sa.ColumnElement[bool], limit: int) -> list[TicketLine]:
    """Return the live tickets that meet a condition, the newest first, then those done lately."""
    live = _lines(session, [condition, LIVE], limit)
    if len(live) == limit:
        return live
    done = col(TicketRow.status).in_([Status.RESOLVED, Status.CLOSED])
    lately = col(TicketRow.updated_at) >= now() - RECENT
    return live + _lines(session, [condition, done, lately], limit - len(live))


def _may_be(line: TicketLine, name: str, organization: str) -> bool:
    """Whether a ticket may be of somebody of this name, as far as either is known."""
    if not clean_line(name) or line.name is None:
        return True
    known = line.organization or ""
    return same_person(name, organization if clean_line(organization) and known else known, line.name, known)


def _lines(
    session: Session, conditions: Iterable[sa.ColumnElement[bool] | sa.TextClause], limit: int
) -> list[TicketLine]:
    query = sa.select(*LINE_COLUMNS).where(*conditions).order_by(col(TicketRow.id).desc()).limit(limit)
    return lines_of(session.execute(query))
