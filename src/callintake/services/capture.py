"""What is done during a call that is more than typing: each in one transaction with what was typed before it."""

from sqlmodel import Session

from callintake.domain.detail import Ticket
from callintake.domain.draft import CallDraft
from callintake.domain.number import ticket_number
from callintake.domain.verification import Attempt, Method, Outcome
from callintake.services import reading
from callintake.services.drafts import save_draft
from callintake.services.raising import raise_ticket
from callintake.services.verification import record_attempt


def attempt_verification(
    session: Session,
    draft: CallDraft,
    method: Method,
    outcome: Outcome,
    agent: str,
    *,
    number: str | None = None,
    reason: str = "",
) -> Attempt:
    """Record an attempt to verify the caller of a draft.

    Raises:
        Refused: it could prove nothing, as it stands.
    """
    save_draft(session, draft, agent)
    return record_attempt(
        session, draft.claim, method, outcome, agent, call_id=draft.call_id, number=number, reason=reason
    )


def raise_and_read(session: Session, draft: CallDraft, agent: str, region: str) -> Ticket:
    """Raise the ticket of a call, and return it as it is then.

    Raises:
        Refused: a contact detail can't be right or is missing without a reason, or nothing was noted.
    """
    return reading.ticket(session, ticket_number(raise_ticket(session, draft, agent, region)))
