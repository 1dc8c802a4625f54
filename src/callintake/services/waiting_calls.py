"""Calls that are on the line and that nobody at the desk has taken: which there are, and how one is taken (P1)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from callintake.domain.call import Channel, Direction, Disposition
from callintake.domain.call_event import RINGS_FOR, EventKind
from callintake.domain.draft import CallDraft
from callintake.domain.errors import Conflict
from callintake.domain.report import QUIET_ON_LINE, SHORT_ID
from callintake.domain.waiting_call import WaitingCall
from callintake.services import drafts
from callintake.services.finding import names_by_number
from callintake.services.history import now, record
from callintake.store.tables import CallEventRow, CallRow

_SHOWN = 20
"""Calls that wait, at most, that anybody is told of."""


def waiting_calls(session: Session, extension: str = "", lines: Mapping[str, str] | None = None) -> list[WaitingCall]:
    """Return the calls that ring or are talked in, and that nobody at the desk has taken, the one that waits longest
    first; with an extension only those that may be for it."""
    at = now()
    query = (
        select(CallRow)
        .where(
            col(CallRow.disposition).is_(None),
            col(CallRow.callback_cleared_at).is_(None),
            col(CallRow.ended_at).is_(None),
            col(CallRow.started_at) > at - QUIET_ON_LINE,
            CallRow.agent == "",
        )
        .order_by(col(CallRow.started_at), col(CallRow.id))
        .limit(_SHOWN * 5)
    )
    rings = [row for row in session.exec(query) if row.answered_at is not None or row.started_at > at - RINGS_FOR]
    here = [row for row in rings if _is_for(row, extension)]
    rows = here[:_SHOWN]
    names = names_by_number(session, [_other_end(row) for row in rows])
    return [_waiting(row, names.get(_other_end(row), ()), lines or {}) for row in rows]


def ended_on_phone(session: Session, call_ids: Sequence[str]) -> dict[str, datetime]:
    """Return which of some calls have been hung up or transferred, as a phone told, and when it did."""
    over = (EventKind.HANG_UP.value, EventKind.TRANSFER.value, EventKind.REPORT.value)
    query = (
        select(CallEventRow.call_id, CallEventRow.at)
        .where(col(CallEventRow.call_id).in_(call_ids), col(CallEventRow.kind).in_(over))
        .order_by(col(CallEventRow.at).desc())
    )
    return dict(session.exec(query).all()) if call_ids else {}


def goes_on_in(session: Session, call_id: str, draft: CallDraft, agent: str) -> None:
    """A caller rings back while the draft of their call is still open: this call goes on in that one.

    Raises:
        Conflict: somebody else has taken it.
    """
    _take(session, call_id, agent)
    drafts.save_draft(session, draft, agent)
    reason = f"the caller is back: goes on in call {draft.call_id[:SHORT_ID]}"
    drafts.end_call(session, call_id, Disposition.TRANSFERRED, agent, reason=reason)


def take_call(session: Session, draft: CallDraft, agent: str) -> None:
    """Take a call that waits into a draft.

    Raises:
        Conflict: somebody else has taken it.
    """
    _take(session, draft.call_id, agent)
    drafts.save_draft(session, draft, agent)


def _take(session: Session, call_id: str, agent: str) -> None:
    taken = session.execute(
        sa.update(CallRow)
        .where(col(CallRow.id) == call_id, col(CallRow.agent) == "", col(CallRow.disposition).is_(None))
        .values(agent=agent)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        row = session.get(CallRow, call_id, populate_existing=True)
        raise Conflict(f"{(row.agent if row else '') or 'somebody'} has taken this call, or it has ended")
    record(session, "call taken", agent, call_id=call_id)


def _is_for(row: CallRow, extension: str) -> bool:
    """Whether a call may be for an extension: it rings there, or nobody tells where, and nobody else answered."""
    if not extension:
        return True
    if row.answered_by:
        return row.answered_by == extension
    return not row.users or extension in row.users


def _other_end(row: CallRow) -> str:
    number = row.caller_number if row.direction == Direction.INBOUND else row.dialled_number
    return number.partition(";")[0]


def _waiting(row: CallRow, contacts: tuple[str, ...], lines: Mapping[str, str]) -> WaitingCall:
    inbound = row.direction == Direction.INBOUND
    return WaitingCall(
        row.id,
        Direction(row.direction),
        Channel(row.channel),
        row.caller_number if inbound else row.dialled_number,
        row.started_at,
        row.answered_at,
        row.announced or "",
        contacts,
        lines.get(row.dialled_number if inbound else row.caller_number, row.queue or ""),
    )
