"""What may be merged: two tickets of one request, or of several whose callers are all confirmed (P5, P8)."""

from dataclasses import dataclass

from callintake.domain.errors import Refused
from callintake.domain.gate import Authorization, Gate, Identity
from callintake.domain.text import fold
from callintake.domain.ticket import Status
from callintake.domain.verification import Claim


@dataclass(frozen=True, slots=True)
class Side:
    """One of two tickets that are to be merged."""

    number: str
    claim: Claim
    gate: Gate


def status_of_merged(duplicate: Side, into: Side) -> Status:
    """Return what a duplicate becomes.

    The same person who asks for the same again is only documented twice: that needs no gate, and behind a shut one the
    duplicate is closed. Anything else is an action on both requests. What failed or is suspicious is not put away so:
    it stays, with its reason, until somebody decides.

    Raises:
        GateShut: it would be an action, and the gate of one of them is shut; or something failed on the duplicate.
    """
    if not is_same_request(duplicate.claim, into.claim):
        for side in (duplicate, into):
            side.gate.require_open("merging with another request", side.number)
        return Status.MERGED
    if duplicate.gate.open:
        return Status.MERGED
    if not _only_waits(duplicate.gate):
        duplicate.gate.require_open("merging", duplicate.number)
    return Status.CLOSED


def check_apart(duplicate: str, into: str) -> None:
    """Refuse to merge a ticket into itself.

    Raises:
        Refused: both are the same.
    """
    if duplicate == into:
        raise Refused(f"{duplicate} can't be merged into itself")


def is_same_request(one: Claim, other: Claim) -> bool:
    """Whether two tickets are of the same person and for the same kind of thing."""
    return fold(one.category or "") == fold(other.category or "") and one.is_about_same_person(other)


def _only_waits(gate: Gate) -> bool:
    """Whether a shut gate is merely not yet proved."""
    is_denied = gate.authorization is Authorization.DENIED
    return gate.identity in (Identity.UNVERIFIED, Identity.VERIFIED) and not is_denied and not gate.is_suspicious
