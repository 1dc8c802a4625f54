"""The directory: organizations and contacts, with what is on file of them."""

from collections.abc import Mapping

import sqlalchemy as sa
from sqlmodel import Session, col, select

from callintake.domain.contact import Contact
from callintake.domain.contact_change import NOBODY, applied, check_may, differences, told
from callintake.domain.contact_entry import COLUMNS as CSV_COLUMNS
from callintake.domain.contact_entry import Ground, parse_entry, without_rights
from callintake.domain.errors import NotFound, Refused
from callintake.domain.routing import Desk
from callintake.domain.text import clean_line, fold
from callintake.domain.verification import Claim
from callintake.services.agents import check_may_change, is_lead
from callintake.services.contact_rows import add_contacts, rewrite_contact
from callintake.services.desk_rules import rules_in_force
from callintake.services.finding import contacts_of
from callintake.services.finding import find_contacts as find_contacts
from callintake.services.history import now, record
from callintake.services.importing import ImportReport, import_contacts
from callintake.store.tables import ContactRow, OrganizationRow

__all__ = [
    "CSV_COLUMNS",
    "ImportReport",
    "add_contact",
    "approvers_of",
    "change_contact",
    "contact_by_id",
    "contact_by_name",
    "find_contacts",
    "import_contacts",
    "list_contacts",
]

_MOST_COLLEAGUES = 1000
_BEYOND = 2**63
"""More than any id: both databases count in 64 bits."""


def list_contacts(
    session: Session, limit: int = 100, after: tuple[str, int] | None = None, *, backwards: bool = False
) -> list[Contact]:
    """Return the directory by name, the next after a `(name, id)`, or, backwards, those just before it; without one
    from the beginning, or the end.
    """
    order = [col(ContactRow.name), col(ContactRow.id)]
    query = select(ContactRow).order_by(*(column.desc() if backwards else column for column in order)).limit(limit)
    if after is not None:
        here = sa.tuple_(*order)
        query = query.where(here < after if backwards else here > after)
    rows = session.exec(query).all()
    return contacts_of(session, rows[::-1] if backwards else rows)


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
    category = rules.category_on_file(claim.category)
    if not category.sensitive:
        return colleagues
    named = [one for one in colleagues if category.name in one.approves]
    return named or [one for one in colleagues if category.name in one.may_request]


def change_contact(session: Session, contact_id: int, changes: Mapping[str, str], agent: str, region: str) -> list[str]:
    """Change what is on file of a contact, and return in words what changed and what to look at again.

    `changes` holds what was typed, by the names of the columns of a file; what is not in it stays. A number or an
    address that is new is on file since today. The history tells what was and what is.

    Raises:
        NotFound: there is no such contact.
        Refused: something can't be right, is somebody else's, or is for a lead alone to change (P4).
    """
    check_may_change(session, agent)
    session.exec(select(ContactRow.id).where(col(ContactRow.id) == contact_id).with_for_update())
    before = contact_by_id(session, contact_id)
    entry = parse_entry(changes, Ground(region, rules_in_force(session), now().date()))
    _check_address(session, entry.email, contact_id)
    by_lead = is_lead(session, agent)
    after = applied(before, entry, now(), by_lead=by_lead)
    changed = differences(before, after)
    check_may(before.name, changed, by_lead=by_lead)
    if changed:
        rewrite_contact(session, before, after)
        record(session, "contact changed", agent, contact_id=contact_id, changes=changed)
    return [*told(changed), *entry.warnings]


def add_contact(session: Session, typed: Mapping[str, str], agent: str, region: str) -> Contact:
    """Put somebody on file since today, and return them; rights a lead alone gives (P4).

    Raises:
        Refused: something can't be right, or they are on file already.
    """
    check_may_change(session, agent)
    desk, by_lead = rules_in_force(session), is_lead(session, agent)
    entry = parse_entry({"name": "", "organization": "", **typed}, Ground(region, desk, now().date()))
    _check_address(session, entry.email, None)
    new = applied(NOBODY, entry if by_lead else without_rights(entry, desk), now(), by_lead=by_lead)
    if new.email is None and (same := _namesake(session, new)) is not None:
        raise Refused(
            f"{new.name}, {new.organization} is on file already, as {same}: an e-mail address tells two apart"
        )
    (contact_id,) = add_contacts(session, [new])
    record(session, "contact added", agent, contact_id=contact_id, changes=differences(NOBODY, new))
    return contact_by_id(session, contact_id)


def _check_address(session: Session, email: str | None, contact_id: int | None) -> None:
    if not email:
        return
    rows = session.exec(select(ContactRow).where(col(ContactRow.email).in_({email, email.casefold()})))
    others = [contact for contact in contacts_of(session, rows) if contact.id != contact_id]
    if others:
        raise Refused(f"{email} is the address of {others[0].name}, {others[0].organization}, already")


def _namesake(session: Session, contact: Contact) -> int | None:
    """Return who has the same name in the same organization."""
    found = find_contacts(session, f"{contact.name} {contact.organization}", 50)
    return next((one.id for one in found if one.is_named(contact.name, contact.organization)), None)
