"""A call about a ticket that is there already: added to it, instead of raising another (P2, P8)."""

from sqlmodel import Session

from callintake.domain.call import Disposition
from callintake.domain.detail import Ticket
from callintake.domain.draft import CallDraft
from callintake.services import reading, tickets
from callintake.services.drafts import end_call, save_draft


def add_follow_up(session: Session, draft: CallDraft, number: str, agent: str) -> Ticket:
    """Add a call's notes to a ticket, end the call, and return the ticket as it is then.

    Notes are accepted whatever the gate and the status; an attempt that was made during the call counts for the
    ticket from now on, if it is about the same person.

    Raises:
        Refused: nothing was noted.
        NotFound: there is no such ticket, or the call has ended already.
    """
    text, offsets = draft.check_description()
    save_draft(session, draft, agent)
    serial = tickets.add_note(session, number, text, agent, offsets=offsets, call_id=draft.call_id)
    end_call(session, draft.call_id, Disposition.FOLLOW_UP_ADDED, agent, ticket_id=serial)
    if draft.attempts:
        tickets.refresh_gate(session, number, agent)
    return reading.ticket(session, number)
