"""What is done during a call that is more than typing: each in one transaction with what was typed before it."""

from dataclasses import replace
from typing import NamedTuple

from sqlmodel import Session

from callintake.domain.call import DOCUMENTED, Disposition
from callintake.domain.detail import Ticket
from callintake.domain.draft import CallDraft
from callintake.domain.number import ticket_number
from callintake.domain.text import clean_block, clean_line
from callintake.domain.ticket import Status
from callintake.domain.verification import Attempt, Method, Outcome
from callintake.services import drafts, reading, tickets
from callintake.services.follow_up import add_follow_up
from callintake.services.history import now, record
from callintake.services.lock import tries_left
from callintake.services.raising import raise_ticket
from callintake.services.suspicion import mark_call, suspicion_of
from callintake.services.verification import record_attempt


class Ticketed(NamedTuple):
    """A call that has its ticket, and the draft in which it goes on until it is left."""

    ticket: Ticket
    draft: CallDraft


class Attempted(NamedTuple):
    """An attempt, and what the caller stands like after it."""

    attempt: Attempt
    tries_left: int | None
    """How many attempts for the contact may still fail before it is locked; None for who is not on file."""
    suspicion: str | None

    @property
    def is_locked(self) -> bool:
        """Whether none more is taken."""
        return self.tries_left == 0

    @property
    def words(self) -> str:
        """What a failed attempt means, for the agent."""
        if self.is_locked:
            return "Not verified, and the contact is locked now: a lead unlocks it"
        left = f"; {self.tries_left} more and the contact is locked" if self.tries_left else ""
        return f"The caller is not verified; the failed attempt is on record{left}"


def attempt_verification(
    session: Session,
    draft: CallDraft,
    method: Method,
    outcome: Outcome | None,
    agent: str,
    *,
    number: str | None = None,
    reason: str = "",
    approver_id: int | None = None,
    said: str = "",
) -> Attempted:
    """Record an attempt to verify the caller of a draft; what they say is compared, and kept nowhere.

    Raises:
        Refused: it could prove nothing, as it stands.
    """
    drafts.save_draft(session, draft, agent)
    attempt = record_attempt(
        session,
        draft.claim,
        method,
        outcome,
        agent,
        call_id=draft.call_id,
        number=number,
        reason=reason,
        approver_id=approver_id,
        said=said,
    )
    left = tries_left(session, draft.contact.id) if draft.contact is not None else None
    return Attempted(attempt, left, suspicion_of(session, draft.call_id))


def mark_suspicious(session: Session, draft: CallDraft, why: str, agent: str) -> str:
    """Mark a call that is going on as suspicious, and return why."""
    drafts.save_draft(session, draft, agent)
    return mark_call(session, draft.call_id, why, agent)


def keep_redacted(session: Session, draft: CallDraft, kind: str, agent: str) -> None:
    """Keep a draft from which a secret was taken out, and that it was; never the secret."""
    drafts.save_draft(session, draft, agent)
    record(session, "redacted", agent, call_id=draft.call_id, what=kind)


def raise_and_go_on(session: Session, draft: CallDraft, agent: str, region: str) -> Ticketed:
    """Raise the ticket of a call, and keep a draft for what is said while its number is read out.

    Raises:
        Refused: a contact detail can't be right or is missing without a reason, or nothing was noted.
    """
    number = ticket_number(raise_ticket(session, draft, agent, region))
    return Ticketed(
        reading.ticket(session, number), drafts.go_on_after_ticket(session, draft.after_ticket(number), agent)
    )


def follow_up_and_go_on(session: Session, draft: CallDraft, number: str, agent: str) -> Ticketed:
    """Add a call to a ticket that is there, and keep a draft for what is said after that.

    Raises:
        Refused: nothing was noted.
        NotFound: there is no such ticket, or the call has ended already.
    """
    ticket = add_follow_up(session, draft, number, agent)
    return Ticketed(ticket, drafts.go_on_after_ticket(session, draft.after_ticket(ticket.number), agent))


def leave_call(session: Session, draft: CallDraft, agent: str) -> None:
    """Leave a call that has its ticket: what was noted since is added to that, and its time is counted."""
    assert draft.ticket is not None
    drafts.save_draft(session, draft, agent)
    if clean_block(draft.notes).strip():
        tickets.add_note(session, draft.ticket, draft.notes, agent, offsets=draft.offsets, call_id=draft.call_id)
    drafts.close_draft(session, draft.call_id, now())


def leave_late(session: Session, agent: str) -> None:
    """Leave the calls that had their ticket when the desk was ended before they were left."""
    for draft in drafts.late_drafts(session, agent):
        leave_call(session, draft, agent)


def end_as(
    session: Session, draft: CallDraft, disposition: Disposition, agent: str, region: str, *, reason: str
) -> Ticket | None:
    """End a call that has no ticket yet; what was noted stays on record, and so does why (P2).

    A request that was refused, or resolved on the call, is documented all the same: its ticket is returned (P3).

    Raises:
        Refused: there is no reason, or its ticket can't be raised as it stands.
        GateShut: it would be resolved for a caller who is not confirmed as authorized.
        NotFound: the call has ended already.
    """
    drafts.save_draft(session, draft, agent)
    if disposition not in DOCUMENTED or not clean_block(draft.notes).strip():
        drafts.end_call(session, draft.call_id, disposition, agent, reason=reason)
        return None
    if disposition is Disposition.REFUSED:
        # Who is refused need not have told the rest.
        draft = replace(draft, missing_reason=clean_line(draft.missing_reason) or reason)
    number = ticket_number(raise_ticket(session, draft, agent, region, ending=disposition, reason=reason))
    if disposition is Disposition.RESOLVED_ON_CALL:
        tickets.set_status(session, number, Status.RESOLVED, agent)
    return reading.ticket(session, number)
