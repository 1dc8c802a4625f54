"""A contact whole: what is on file, what it is worth today, and what happened lately."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from callintake.domain.contact import Contact, NumberOnFile
from callintake.domain.detail import TicketLine
from callintake.domain.method import Method


@dataclass(frozen=True, slots=True)
class Failure:
    """An attempt to verify somebody as this contact that failed."""

    at: datetime
    method: Method
    agent: str


@dataclass(frozen=True, slots=True)
class ContactDetail:
    """One contact, with what callers can be verified by, their tickets, and failed attempts of late."""

    contact: Contact
    today: date
    number_days: int
    """Days that a number must have been on file before it counts (P4)."""
    has_pin: bool = False
    has_totp: bool = False
    is_locked: bool = False
    email_counts: bool = False
    """Whether codes may go to the e-mail address."""
    failures: tuple[Failure, ...] = ()
    """The newest first."""
    tickets: tuple[TicketLine, ...] = ()

    def counts_from(self, number: NumberOnFile) -> date | None:
        """Return the day from which on a number counts, or None where it does already."""
        if number.counts(self.today, self.number_days) is None:
            return None
        return number.since + timedelta(days=self.number_days)

    @property
    def email_counts_from(self) -> date | None:
        """The day from which on a code may go to the e-mail address; None where it may already, or never does."""
        if not self.email_counts or self.contact.email is None:
            return None
        since = self.contact.email_since or self.today
        begins = since + timedelta(days=self.number_days)
        return begins if begins > self.today else None
