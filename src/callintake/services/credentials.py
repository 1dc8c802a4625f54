"""What contacts prove themselves by: compared with what a caller says, and never shown (P4)."""

from sqlmodel import Session

from callintake.domain.method import Method
from callintake.domain.verification_rules import VerificationRules
from callintake.store.tables import CredentialRow

PIN, TOTP = "pin", "totp"


def has(session: Session, contact_id: int, kind: str) -> bool:
    """Whether a contact has a PIN, or an app enrolled."""
    return session.get(CredentialRow, (contact_id, kind)) is not None


def compare(
    session: Session, contact_id: int, method: Method, said: str, rules: VerificationRules
) -> tuple[bool, str | None]:
    """Return whether what a caller says is right, and the address a code had gone to."""
    raise NotImplementedError
