"""Triage: when a ticket is looked at again, and how it ends; each verb one transaction (P5, P8)."""

from datetime import datetime

from sqlmodel import Session

from callintake.domain.detail_json import stamp
from callintake.domain.errors import Refused
from callintake.domain.lease import LEASE
from callintake.domain.number import ticket_number
from callintake.domain.text import clean_line
from callintake.domain.ticket import Status, status_after_reopening
from callintake.services.changes import put, require_live, require_not_merged, status_now, ticket_to_change
from callintake.services.gates import gate_of_row
from callintake.services.history import now
from callintake.services.tickets import set_status
from callintake.store.tables import TicketRow


def pend(session: Session, number: str, agent: str, version: int | None = None, *, until: datetime | None) -> None:
    """Let a ticket wait for somebody: until a time, when it is open again by itself, or for good.

    Raises:
        Refused: it is done, or that time is over.
        GateShut: the caller is not confirmed as authorized.
    """
    _require_ahead(until)
    row = ticket_to_change(session, number, agent, version)
    if status_now(row) is Status.PENDING and until != row.waits_until:
        # It waits already; only until when is another.
        gate_of_row(row).require_open("waiting", ticket_number(row.id))
        columns = {"waits_until": until, **_leased(row, until)}
        put(session, row, "waits", agent, columns, until=stamp(until) or "for good")
        return
    set_status(session, number, Status.PENDING, agent, until=until)


def snooze(session: Session, number: str, agent: str, version: int | None = None, *, until: datetime | None) -> None:
    """Take a ticket out of sight until a time; None is back at once. Nothing is done about it, so no gate is asked.

    Raises:
        Refused: it is done, that time is over, or there is nothing to bring back.
    """
    _require_ahead(until)
    row = ticket_to_change(session, number, agent, version)
    require_live(row)
    if until is None:
        if row.snoozed_until is None or row.snoozed_until <= now():
            raise Refused(f"{ticket_number(row.id)} is in sight")
        put(session, row, "woken", agent, {"snoozed_until": None})
        return
    put(session, row, "snoozed", agent, {"snoozed_until": until, **_leased(row, until)}, until=stamp(until))


def resolve(session: Session, number: str, agent: str, version: int | None = None) -> None:
    """Say that what was asked for is done.

    Raises:
        Refused: it was done already.
        GateShut: the caller is not confirmed as authorized.
    """
    set_status(session, number, Status.RESOLVED, agent, version)


def reopen(session: Session, number: str, agent: str, version: int | None = None) -> Status:
    """Take up a ticket again that was done, and return its status: open, or new where it waits for its gate.

    Raises:
        Refused: it is not done, or was merged.
    """
    row = ticket_to_change(session, number, agent, version)
    require_not_merged(row)
    before = status_now(row)
    after = status_after_reopening(ticket_number(row.id), before, gate_of_row(row))
    put(session, row, "status", agent, {"status": after.value}, before=before.value, after=after.value)
    return after


def close_unverified(session: Session, number: str, why: str, agent: str, version: int | None = None) -> None:
    """End a ticket whose caller was never confirmed, with the reason: the one ending behind a shut gate (P5).

    Raises:
        Refused: there is no reason, it is done, or its gate is open.
    """
    row = ticket_to_change(session, number, agent, version)
    require_live(row)
    if gate_of_row(row).open:
        raise Refused(f"the gate of {ticket_number(row.id)} is open: resolve or close it")
    set_status(session, number, Status.CLOSED, agent, reason=why)


def _require_ahead(until: datetime | None) -> None:
    if until is not None and until <= now():
        raise Refused(f"{clean_line(until.isoformat(' ', 'minutes'))} is over: give a time to come")


def _leased(row: TicketRow, until: datetime | None) -> dict[str, datetime | None]:
    """Nobody loses a ticket because it sleeps: a claim holds on from when it is back."""
    return {} if row.leased_until is None or until is None else {"leased_until": until + LEASE}
