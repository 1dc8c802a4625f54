"""A secret found in a text: where it is, and what kind of secret it looks like."""

from dataclasses import dataclass
from enum import StrEnum


class SecretKind(StrEnum):
    """What people call it; the value stands in the mark that takes its place."""

    PASSWORD = "password"  # noqa: S105
    PIN = "PIN"
    CODE = "code"
    TOKEN = "token"  # noqa: S105
    KEY = "key"
    CARD = "card number"
    OTHER = "secret"


@dataclass(frozen=True, slots=True)
class SecretSpan:
    """Where a secret is in a text; the secret itself is not in it, so that it is shown and logged nowhere."""

    start: int
    end: int
    kind: SecretKind
