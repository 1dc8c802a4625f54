"""The lease: how long a claim holds when nobody works on the ticket any more (P8)."""

from datetime import datetime, timedelta

from callintake.domain.call import age

LEASE = timedelta(hours=4)
"""A claim holds so long after its owner last did something with the ticket, or looked at it."""


def renewed(until: datetime | None, now: datetime) -> datetime | None:
    """Return until when a claim holds after its owner worked on it; None stays None: that was given, and holds."""
    return None if until is None else max(until, now + LEASE)


def has_run_out(until: datetime | None, now: datetime) -> bool:
    """Whether another may claim a ticket that somebody has."""
    return until is not None and until <= now


def held_in_words(owner: str, until: datetime | None, now: datetime) -> str:
    """Return who holds a ticket, and for how long yet: `jo has it for 3 h yet`."""
    if until is None:
        return f"{owner} has it"
    if has_run_out(until, now):
        return f"{owner} had it; that ran out {age((now - until).total_seconds())} ago"
    return f"{owner} has it for {age((until - now).total_seconds())} yet"
