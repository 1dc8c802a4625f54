"""Whose a ticket is: claimed with a lease, given, taken over, put back; every giving passes the gate (P5, P8)."""

from datetime import datetime

from sqlmodel import Session

from callintake.domain.errors import Conflict, Refused
from callintake.domain.lease import LEASE, has_run_out, held_in_words, renewed
from callintake.domain.number import serial_of, ticket_number
from callintake.domain.ticket import Status
from callintake.services import agents
from callintake.services.changes import put, require_live, ticket_to_change
from callintake.services.gates import gate_of_row, held_ticket
from callintake.services.history import now
from callintake.store.tables import TicketRow


def claim(session: Session, number: str, agent: str, version: int | None = None) -> None:
    """Make a ticket one's own, for as long as one works on it; of one's own, only the lease is renewed.

    A claim that has run out (`LEASE` after its owner last did something) gives way to another.

    Raises:
        Conflict: somebody else has it; the message says who, and for how long yet.
        GateShut: the caller is not confirmed as authorized.
    """
    row = ticket_to_change(session, number, agent, version)
    if row.owner and row.owner != agent and not has_run_out(row.leased_until, now()):
        held = held_in_words(row.owner, row.leased_until, now())
        raise Conflict(f"{ticket_number(row.id)} is {row.owner}'s already ({held}); take it over if you must")
    require_live(row)
    gate_of_row(row).require_open("claiming it", ticket_number(row.id))
    if row.owner == agent:
        row.leased_until = renewed(row.leased_until, now())
        return
    _give(session, row, agent, agent, "claimed", now() + LEASE)


def assign(session: Session, number: str, to: str, agent: str, version: int | None = None) -> None:
    """Give a ticket to an agent of this desk, who keeps it until they put it back: what is given has no lease.

    Raises:
        NotFound: nobody of that name works here.
        GateShut: the caller is not confirmed as authorized.
    """
    row = ticket_to_change(session, number, agent, version)
    require_live(row)
    gate_of_row(row).require_open("assigning it", ticket_number(row.id))
    _give(session, row, agents.agent_named(session, to), agent, "assigned", None)


def take_over(session: Session, number: str, agent: str, version: int | None = None) -> None:
    """Make a ticket one's own that somebody else has, on record.

    Raises:
        Refused: nobody has it, or one has it oneself.
        GateShut: the caller is not confirmed as authorized.
    """
    row = ticket_to_change(session, number, agent, version)
    require_live(row)
    if row.owner in (None, agent):
        raise Refused(f"{ticket_number(row.id)} is {'yours already' if row.owner else 'nobody’s: claim it'}")
    gate_of_row(row).require_open("taking it over", ticket_number(row.id))
    _give(session, row, agent, agent, "taken over", now() + LEASE)


def release(session: Session, number: str, agent: str, version: int | None = None) -> None:
    """Put a ticket back for others to claim: one's own, one whose claim has run out, or as a lead anybody's.

    Raises:
        Refused: nobody has it.
        Conflict: somebody else has it.
    """
    row = ticket_to_change(session, number, agent, version)
    if row.owner is None:
        raise Refused(f"nobody has {ticket_number(row.id)}")
    if row.owner != agent and not has_run_out(row.leased_until, now()) and not agents.is_lead(session, agent):
        raise Conflict(f"{ticket_number(row.id)} is {row.owner}'s: {row.owner} or a lead puts it back")
    put(session, row, "released", agent, {"owner": None, "leased_until": None}, before=row.owner)


def renew(session: Session, number: str, agent: str) -> datetime | None:
    """Let one's claim hold on while one works, and return until when it does; None is for good, or not one's own.

    Nothing about the ticket changes by that: it stays of its version, and the history is silent.
    """
    row = held_ticket(session, serial_of(number))
    if row.owner != agent:
        return None
    row.leased_until = renewed(row.leased_until, now())
    return row.leased_until


def _give(session: Session, row: TicketRow, to: str, agent: str, kind: str, until: datetime | None) -> None:
    columns: dict[str, object] = {"owner": to, "leased_until": until}
    if row.status == Status.NEW:
        columns["status"] = Status.OPEN.value
    put(session, row, kind, agent, columns, before=row.owner, owner=to)
