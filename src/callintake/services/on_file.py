"""The secrets on file: hashed, compared and read so that no log, message or row shows them (P4)."""

from functools import lru_cache
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlmodel import Session, col

from callintake.domain.errors import NotFound, Refused
from callintake.domain.secrets import Concealed
from callintake.services.history import now
from callintake.store.tables import ContactRow, CredentialRow

if TYPE_CHECKING:
    from argon2 import PasswordHasher

MEMORY_KIB, PASSES, LANES = 19 * 1024, 2, 1
"""Argon2id as OWASP asks for at least. More would not save a PIN of few digits from who has the database, and each
comparison holds up the one writer, which saves what is typed meanwhile."""
NOBODYS = f"$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}${'A' * 22}${'A' * 43}"
"""Compared with where there is nothing on file, so that it takes as long; no text is known to have this hash."""


class ConcealedText(sa.TypeDecorator[str]):
    """A column whose values are concealed as they are read: SQLAlchemy logs whole rows at its lowest level."""

    impl = sa.Text
    cache_ok = True

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> Concealed | None:
        return None if value is None else Concealed(value)


def hold(session: Session, contact_id: int) -> None:
    """Let nobody else use or change the credentials of a contact before this transaction is over.

    Raises:
        NotFound: there is no such contact.
    """
    held = session.execute(sa.select(col(ContactRow.id)).where(col(ContactRow.id) == contact_id).with_for_update())
    if held.scalar_one_or_none() is None:
        raise NotFound(f"no contact {contact_id} in the directory")


def is_there(session: Session, contact_id: int, kind: str) -> bool:
    """Whether a contact has a credential of a kind; the secret itself is not read."""
    query = sa.select(col(CredentialRow.kind)).where(*_is(contact_id, kind))
    return session.execute(query).scalar_one_or_none() is not None


def secret_of(session: Session, contact_id: int, kind: str) -> Concealed | None:
    """Return the hash or the key on file, if there is one."""
    query = sa.select(sa.type_coerce(CredentialRow.secret, ConcealedText)).where(*_is(contact_id, kind))
    secret = session.execute(query).scalar_one_or_none()
    return None if secret is None else Concealed(secret)


def keep(session: Session, contact_id: int, kind: str, secret: str) -> bool:
    """Put a hash or a key on file, and return whether there was one; never through a row, which would be read back."""
    values = {"secret": secret, "since": now()}
    changed = session.execute(sa.update(CredentialRow).where(*_is(contact_id, kind)).values(values))
    if changed.rowcount:  # type: ignore[attr-defined]
        return True
    session.execute(sa.insert(CredentialRow).values(contact_id=contact_id, kind=kind, **values))
    return False


def remove(session: Session, contact_id: int, kind: str) -> bool:
    """Take a credential off file, and return whether there was one."""
    removed = session.execute(sa.delete(CredentialRow).where(*_is(contact_id, kind)))
    return bool(removed.rowcount)  # type: ignore[attr-defined]


def hashed(secret: str) -> str:
    """Return the Argon2id hash of a secret."""
    return hasher().hash(secret)


def matches(stored: str | None, said: str) -> bool:
    """Whether what was said has the hash on file; with none on file it takes as long to say no.

    Raises:
        Refused: what is on file is no hash.
    """
    from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

    try:
        return hasher().verify(stored or NOBODYS, said) and stored is not None
    except VerifyMismatchError:
        return False
    except (VerificationError, InvalidHashError):
        raise Refused("what is on file for this contact is damaged: a lead sets it anew") from None


@lru_cache(maxsize=1)
def hasher() -> "PasswordHasher":
    """Return what makes and compares the hashes of this program."""
    from argon2 import PasswordHasher, Type

    return PasswordHasher(PASSES, MEMORY_KIB, LANES, type=Type.ID)


def _is(contact_id: int, kind: str) -> tuple[sa.ColumnElement[bool], ...]:
    return col(CredentialRow.contact_id) == contact_id, col(CredentialRow.kind) == kind
