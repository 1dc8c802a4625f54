"""The rows of contacts: written as `domain.contact_change` says they are to be, with what finds them."""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from callintake.domain.contact import Contact, NumberOnFile
from callintake.domain.contact_change import found_by
from callintake.domain.text import fold
from callintake.services.history import now
from callintake.store import search
from callintake.store.contact_index import index_new
from callintake.store.tables import ContactNumberRow, ContactRow, OrganizationRow


def add_contacts(session: Session, contacts: Sequence[Contact]) -> list[int]:
    """Put contacts on file that are not there yet, and return their ids in the same order.

    Each has an address of its own, or is the only one that has none.
    """
    if not contacts:
        return []
    organizations = _organizations(session, (contact.organization for contact in contacts))
    rows = [
        {
            "organization_id": organizations[fold(contact.organization)],
            **_columns(contact),
            "words": " ".join(found_by(contact)),
            "created_at": now(),
        }
        for contact in contacts
    ]
    # By their addresses: to have the ids in order, SQLite would be asked for each row by itself.
    insert = sa.insert(ContactRow).returning(col(ContactRow.email), col(ContactRow.id))
    made = dict(session.execute(insert, rows).all())
    ids = [made[contact.email] for contact in contacts]
    numbers = [_number(id_, number) for id_, contact in zip(ids, contacts, strict=True) for number in contact.numbers]
    if numbers:
        session.execute(sa.insert(ContactNumberRow), numbers)
    index_new(session, {id_: row["words"].split() for id_, row in zip(ids, rows, strict=True)})
    return ids


def rewrite_contact(session: Session, before: Contact, after: Contact) -> None:
    """Bring the rows of a contact to what it is now; a number that stays keeps its row."""
    organizations = _organizations(session, [after.organization])
    words = found_by(after)
    session.execute(
        sa.update(ContactRow)
        .where(col(ContactRow.id) == after.id)
        .values(organization_id=organizations[fold(after.organization)], **_columns(after), words=" ".join(words))
    )
    if before.numbers != after.numbers:
        _rewrite_numbers(session, before, after)
    search.index(session, search.CONTACTS, after.id, words)


def _columns(contact: Contact) -> dict[str, Any]:
    return {
        "name": contact.name,
        "email": contact.email,
        "may_request": list(contact.may_request),
        "approves": list(contact.approves) or None,
        "vip": contact.vip,
        "email_since": contact.email_since,
        "notes": contact.notes or None,
    }


def _number(contact_id: int, number: NumberOnFile) -> dict[str, Any]:
    return {
        "contact_id": contact_id,
        "e164": number.e164,
        "since": number.since,
        "recorded_at": number.recorded_at,
    }


def _rewrite_numbers(session: Session, before: Contact, after: Contact) -> None:
    kept = {number.e164 for number in after.numbers}
    there = {number.e164: number for number in before.numbers}
    of_contact = col(ContactNumberRow.contact_id) == after.id
    gone = [e164 for e164 in there if e164 not in kept]
    if gone:
        session.execute(sa.delete(ContactNumberRow).where(of_contact, col(ContactNumberRow.e164).in_(gone)))
    for number in after.numbers:
        if number.e164 not in there:
            session.execute(sa.insert(ContactNumberRow).values(**_number(after.id, number)))
        elif number != there[number.e164]:
            session.execute(
                sa.update(ContactNumberRow)
                .where(of_contact, col(ContactNumberRow.e164) == number.e164)
                .values(since=number.since, recorded_at=number.recorded_at)
            )


def _organizations(session: Session, names: Iterable[str]) -> dict[str, int]:
    """Return the ids of organizations by their folded names; those that are not there yet are added."""
    wanted: dict[str, str] = {}
    for name in names:
        wanted.setdefault(fold(name), name)
    ids = _organization_ids(session, wanted)
    missing = [{"name": name, "folded": folded} for folded, name in wanted.items() if folded not in ids]
    if missing:
        session.execute(sa.insert(OrganizationRow), missing)
        ids |= _organization_ids(session, [row["folded"] for row in missing])
    return ids


def _organization_ids(session: Session, folded: Iterable[str]) -> dict[str, int]:
    query = sa.select(OrganizationRow.folded, OrganizationRow.id).where(  # type: ignore[call-overload]
        col(OrganizationRow.folded).in_(list(folded))
    )
    return dict(session.execute(query).all())
