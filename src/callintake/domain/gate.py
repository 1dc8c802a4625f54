"""The gate: no action on a request until the caller is confirmed as authorized (P5)."""

from dataclasses import dataclass
from enum import StrEnum

from callintake.domain.errors import GateShut


class Identity(StrEnum):
    """Whether the caller has been shown to be who they say (P4)."""

    UNVERIFIED = "unverified"
    VERIFIED = "verified"
    FAILED = "failed"
    LOCKED = "locked"


class Authorization(StrEnum):
    """Whether that person may ask for this."""

    PENDING = "pending"
    AUTHORIZED = "authorized"
    DENIED = "denied"
    NEEDS_APPROVAL = "needs approval"


_IDENTITY_REASONS = {
    Identity.UNVERIFIED: "identity not verified",
    Identity.FAILED: "verification failed",
    Identity.LOCKED: "locked after failed verifications: a lead unlocks",
}
_AUTHORIZATION_REASONS = {
    Authorization.PENDING: "not yet authorized: a second method is needed",
    Authorization.DENIED: "an approver said no",
    Authorization.NEEDS_APPROVAL: "needs an approver for this category",
}


@dataclass(frozen=True, slots=True)
class Gate:
    """The state of the gate, and why it is shut when it is."""

    identity: Identity = Identity.UNVERIFIED
    authorization: Authorization = Authorization.PENDING
    is_suspicious: bool = False
    """Marked by somebody, or by failures in several calls; it stays shut until a lead takes that back."""
    is_broken: bool = False
    """A lead has broken the glass: it is open without proof, and flagged for ever."""

    @property
    def open(self) -> bool:
        """Both results, and nothing else, open the gate; except that a lead breaks the glass."""
        confirmed = self.identity is Identity.VERIFIED and self.authorization is Authorization.AUTHORIZED
        return self.is_broken or (confirmed and not self.is_suspicious)

    @property
    def word(self) -> str:
        """Its state in one word of at most four letters, as a column has it."""
        if self.is_broken:
            return "GLAS"
        return "open" if self.open else "SUSP" if self.is_suspicious else "SHUT"

    @property
    def reasons(self) -> tuple[str, ...]:
        """What keeps it shut, the first to be mended first; empty when it is open."""
        if self.open:
            return ()
        if self.is_suspicious:
            return ("marked suspicious: a lead decides",)
        if self.identity is not Identity.VERIFIED:
            return (_IDENTITY_REASONS[self.identity],)
        return (_AUTHORIZATION_REASONS[self.authorization],)

    def require_open(self, action: str, subject: str) -> None:
        """Refuse an action on the request while the gate is shut.

        Raises:
            GateShut: with the action, what it was to be done to, and why not.
        """
        if not self.open:
            raise GateShut(f"{subject}: {action} refused, the gate is shut ({', '.join(self.reasons)})")
