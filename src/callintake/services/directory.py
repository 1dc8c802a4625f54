"""The directory: organizations and contacts, with what is on file of them."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from callintake.domain.contact import Contact, parse_name
from callintake.domain.email import parse_email
from callintake.domain.errors import NotFound, Refused
from callintake.domain.phone import parse_phone
from callintake.domain.routing import Desk
from callintake.domain.text import clean_line, fold, phone_words, words
from callintake.domain.verification import Claim
from callintake.services.agents import is_lead
from callintake.services.finding import contacts_of
from callintake.services.finding import find_contacts as find_contacts
from callintake.services.history import now, record
from callintake.store import search
from callintake.store.tables import ContactNumberRow, ContactRow, OrganizationRow

CSV_COLUMNS = ("name", "organization", "email", "phone", "phone_since", "may_request", "vip")
_NEEDED = ("name", "organization", "email")
_MOST_COLLEAGUES = 1000
_BEYOND = 2**63
"""More than any id: both databases count in 64 bits."""


@dataclass
class ImportReport:
    """What an import did, or would do, line by line."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)
    """The lines that were left out, and why."""


def list_contacts(session: Session, limit: int = 100, after: tuple[str, int] | None = None) -> list[Contact]:
    """Return the directory by name, the next after a `(name, id)` where one is given."""
    query = select(ContactRow).order_by(ContactRow.name, col(ContactRow.id)).limit(limit)
    if after is not None:
        query = query.where(sa.tuple_(col(ContactRow.name), col(ContactRow.id)) > after)
    return contacts_of(session, session.exec(query).all())


def contact_by_id(session: Session, contact_id: int) -> Contact:
    """Return one contact.

    Raises:
        NotFound: there is none of that id.
    """
    row = session.get(ContactRow, contact_id) if 0 < contact_id < _BEYOND else None
    if row is None:
        raise NotFound(f"no contact {contact_id} in the directory")
    return contacts_of(session, [row])[0]


def contact_by_name(session: Session, given: str) -> Contact:
    """Return the one contact that an id, an e-mail address or other words can only mean.

    Raises:
        NotFound: none or several are meant; several are listed.
    """
    if given.isascii() and given.isdigit():
        return contact_by_id(session, int(given[:18]))
    found = find_contacts(session, given)
    exact = [contact for contact in found if contact.email and fold(contact.email) == fold(clean_line(given))]
    if len(exact or found) == 1:
        return (exact or found)[0]
    if not found:
        raise NotFound(f"nobody in the directory is “{clean_line(given)[:60]}”")
    people = "; ".join(f"{contact.id} {contact.name}, {contact.organization}" for contact in found)
    raise NotFound(f"several contacts may be meant, give the id: {people}")


def approvers_of(session: Session, claim: Claim, rules: Desk) -> list[Contact]:
    """Return who of the same organization may say yes for a caller to what they ask for; never the caller (P5).

    To something sensitive those may who are named for it, or else who may ask for it themselves; that somebody works
    there, anybody on file may say.
    """
    if claim.category is None or not clean_line(claim.organization):
        return []
    organization = fold(clean_line(claim.organization))
    rows = session.exec(
        select(ContactRow)
        .join(OrganizationRow, col(OrganizationRow.id) == col(ContactRow.organization_id))
        .where(OrganizationRow.folded == organization)
        .order_by(ContactRow.name, col(ContactRow.id))
        .limit(_MOST_COLLEAGUES)
    ).all()
    colleagues = [
        one
        for one in contacts_of(session, rows)
        if one.id != claim.contact_id and not one.is_named(claim.name, claim.organization)
    ]
    category = rules.category(claim.category)
    if not category.sensitive:
        return colleagues
    named = [one for one in colleagues if category.name in one.approves]
    return named or [one for one in colleagues if category.name in one.may_request]


def import_contacts(session: Session, lines: Iterable[str], region: str, agent: str) -> ImportReport:
    """Bring the directory up to a CSV file, keyed by e-mail address; lines that can't be right are left out.

    A number on file and a right open gates, so a lead alone changes those of a contact that is there (P4).

    Raises:
        Refused: it is no CSV file, or has not the columns `name`, `organization` and `email`.
    """
    reader = csv.DictReader(lines)
    report = ImportReport()
    for line in _lines(reader):
        try:
            outcome = _import_line(session, line, region, agent)
        except Refused as error:
            report.refused.append((reader.line_num, str(error)))
        else:
            setattr(report, outcome, getattr(report, outcome) + 1)
    record(
        session,
        "contacts imported",
        agent,
        added=report.added,
        changed=report.changed,
        refused=len(report.refused),
    )
    return report


def _lines(reader: "csv.DictReader[str]") -> Iterator[dict[str, str | None]]:
    try:
        missing = [name for name in _NEEDED if name not in (reader.fieldnames or ())]
        if missing:
            columns = ", ".join(CSV_COLUMNS)
            raise Refused(f"the first line must name the columns {columns}; not there: {', '.join(missing)}")
        yield from reader
    except csv.Error as error:
        raise Refused(f"line {reader.line_num + 1} is no CSV: {error}; nothing was imported") from None


def _import_line(session: Session, line: dict[str, str | None], region: str, agent: str) -> str:
    """Bring one contact up to a line; what has no column there is left as it is."""
    name, organization = parse_name(line["name"] or ""), parse_name(line["organization"] or "")
    email = parse_email(line["email"] or "")
    typed = (line.get("phone") or "").strip()
    phone = parse_phone(typed, region).e164 if typed else None
    since = _day(line.get("phone_since") or "") if is_lead(session, agent) else now().date()
    row = session.exec(select(ContactRow).where(ContactRow.email == email)).one_or_none()
    is_new = row is None
    if row is None:
        row = ContactRow(
            organization_id=0, name=name, email=email, email_since=now().date(), words="", created_at=now()
        )
    numbers = (
        [] if is_new else session.exec(select(ContactNumberRow).where(ContactNumberRow.contact_id == row.id)).all()
    )
    before = _facts(row, [number.e164 for number in numbers])
    row.name, row.organization_id = name, _organization(session, organization)
    if line.get("may_request") is not None:
        rights = (line["may_request"] or "").split(";")
        row.may_request = [clean_line(word).casefold() for word in rights if clean_line(word)]
    if line.get("vip") is not None:
        row.vip = (line["vip"] or "").strip().casefold() in ("yes", "true", "1", "y")
    on_file = [phone] if phone and phone not in before["numbers"] else before["numbers"]
    after = _facts(row, on_file)
    if not is_new and before == after:
        return "unchanged"
    proving = [fact for fact in ("numbers", "may request", "vip") if before[fact] != after[fact]]
    if not is_new and proving and not is_lead(session, agent):
        session.refresh(row)
        raise Refused(f"{name}: only a lead may change {' and '.join(proving)} of a contact on file (P4)")
    session.add(row)
    session.flush()
    if on_file != before["numbers"]:
        for number in numbers:
            session.delete(number)
        session.add(ContactNumberRow(contact_id=row.id, e164=on_file[0], since=since, recorded_at=now()))
    found_by = words(f"{name} {organization} {email}")
    row.words = " ".join([*found_by, *(word for number in on_file for word in phone_words(number))])
    session.flush()
    search.index(session, search.CONTACTS, row.id, row.words.split())
    changes = {fact: [before[fact], after[fact]] for fact in after if before[fact] != after[fact]}
    if not is_new:
        record(session, "contact changed", agent, contact_id=row.id, changes=changes)
    return "added" if is_new else "changed"


def _facts(row: ContactRow, numbers: list[str]) -> dict[str, Any]:
    """What of a contact is worth a line in the history when it changes."""
    return {
        "name": row.name,
        "organization": row.organization_id,
        "numbers": numbers,
        "may request": list(row.may_request),
        "vip": row.vip,
    }


def _day(text: str) -> date:
    if not text.strip():
        return now().date()
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Refused(f"phone_since “{clean_line(text)[:20]}” is not a day like 2024-02-01") from None


def _organization(session: Session, name: str) -> int:
    row = session.exec(select(OrganizationRow).where(OrganizationRow.folded == fold(name))).one_or_none()
    if row is None:
        row = OrganizationRow(name=name, folded=fold(name))
        session.add(row)
        session.flush()
    return row.id
