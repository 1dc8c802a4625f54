"""Who a claim is about: the contact that was picked, or one who is named alike (P4)."""

from sqlmodel import Session, col, select

from callintake.domain.contact import Contact
from callintake.domain.text import clean_line, fold, words
from callintake.domain.verification import Claim
from callintake.services import directory
from callintake.services.finding import contacts_of
from callintake.services.lock import is_locked
from callintake.store.tables import ContactRow, OrganizationRow


def contact_of(session: Session, claim: Claim) -> Contact | None:
    """Return the contact that was picked for a claim, if one was.

    Raises:
        NotFound: there is no such contact any more.
    """
    return None if claim.contact_id is None else directory.contact_by_id(session, claim.contact_id)


def watched_namesake(session: Session, claim: Claim) -> Contact | None:
    """Return who of the directory a claim names without picking them, if they are locked or want two methods.

    Otherwise a name that is typed would get around both.
    """
    name, organization = clean_line(claim.name), clean_line(claim.organization)
    if claim.contact_id is not None or not words(name) or not organization:
        return None
    rows = session.exec(
        select(ContactRow)
        .join(OrganizationRow, col(OrganizationRow.id) == col(ContactRow.organization_id))
        .where(OrganizationRow.folded == fold(organization))
        .where(col(ContactRow.words).startswith(" ".join(words(name)), autoescape=True))
        .order_by(col(ContactRow.id))
    ).all()
    named = [contact for contact in contacts_of(session, rows) if contact.is_named(name, organization)]
    locked = (contact for contact in named if is_locked(session, contact.id))
    return next(locked, None) or next((contact for contact in named if contact.vip), None)
