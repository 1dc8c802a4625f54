"""The numbers of verification: what a desk may set in its file (P4). The defaults are those of the field."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class VerificationRules:
    """How much proof, for how long, and what locks a contact."""

    sensitive_methods: int = 2
    """Methods of different classes for anything sensitive, one of them a callback or an approver."""
    number_days: int = 30
    """Days a number must have been on file before it counts (47 CFR 64.2003 has this for addresses of record)."""
    valid_minutes: int = 30
    """Minutes that a verification lasts within its call."""
    lock_failures: int = 3
    lock_hours: int = 24
    """So many failures per contact within so many hours, over all calls and agents, lock it."""
    suspicious_calls: int = 2
    """Calls with a failure for one contact, within the same hours, that make the next one suspicious."""
    email_codes: bool = False
    """Whether codes may go to the e-mail address on file: no out-of-band channel for NIST, so off."""
    code_minutes: int = 10

    @property
    def valid_for(self) -> timedelta:
        """How long a verification lasts within its call."""
        return timedelta(minutes=self.valid_minutes)
