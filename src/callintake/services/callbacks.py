"""Calls that are to be called back: nobody answered them, or a call ended so (P2)."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from callintake.domain.call import Channel, Direction, Disposition
from callintake.domain.callback import Callback
from callintake.domain.draft import CallDraft, new_draft
from callintake.domain.errors import Conflict, Refused
from callintake.domain.report import QUIET
from callintake.domain.text import clean_line
from callintake.services import agents, drafts
from callintake.services.calls import call_named, call_record
from callintake.services.finding import names_by_number
from callintake.services.history import now, record
from callintake.store.tables import CallRow, DraftRow

_MOST = 500


def _due(at: datetime) -> sa.ColumnElement[bool]:
    """Which calls are to be called back; the index `call_unsettled` has them."""
    unsettled = col(CallRow.callback_cleared_at).is_(None) & sa.text(
        "(call.disposition IS NULL OR call.disposition = 'callback due')"
    )
    untouched = sa.exists().where(col(DraftRow.call_id) == col(CallRow.id))
    rang_out = col(CallRow.ended_at).is_not(None) | (col(CallRow.started_at) < at - QUIET)
    missed = (
        col(CallRow.disposition).is_(None)
        & (col(CallRow.direction) == Direction.INBOUND.value)
        & (col(CallRow.agent) == "")
        & col(CallRow.answered_at).is_(None)
        & rang_out
        & ~untouched
    )
    return sa.and_(unsettled, missed | (col(CallRow.disposition) == Disposition.CALLBACK_DUE.value))


def list_callbacks(session: Session, limit: int = _MOST) -> list[Callback]:
    """Return the calls that are to be called back, the one that has waited longest first, with who it may be."""
    query = select(CallRow).where(_due(now())).order_by(col(CallRow.started_at), col(CallRow.id)).limit(limit)
    due = [call_record(row) for row in session.exec(query)]
    names = names_by_number(session, [call.number.partition(";")[0] for call in due])
    return [
        Callback(call, names.get(call.number.partition(";")[0], ()), call.callback_owner, call.reason or "")
        for call in due
    ]


def count_callbacks(session: Session) -> int:
    """Return how many calls are to be called back."""
    return int(session.execute(sa.select(sa.func.count()).select_from(CallRow).where(_due(now()))).scalar_one())


def due_among(session: Session, call_ids: Sequence[str]) -> set[str]:
    """Return which of some calls are to be called back."""
    return set(session.exec(select(CallRow.id).where(_due(now()), col(CallRow.id).in_(call_ids))))


def own_callback(session: Session, given: str, agent: str) -> None:
    """Take on to call back; the call is given by its id or the first digits of it.

    Raises:
        Refused: it is not to be called back, or an auditor asks.
        Conflict: a colleague has taken it on.
    """
    agents.check_may_change(session, agent)
    row = _due_row(session, given)
    if row.callback_owner not in (None, agent):
        raise Conflict(f"{row.callback_owner} calls back already")
    row.callback_owner = agent
    session.add(row)
    record(session, "callback owned", agent, call_id=row.id)


def clear_callback(session: Session, given: str, why: str, agent: str) -> None:
    """Say that a call needs no calling back any more, and why.

    Raises:
        Refused: there is no reason, it is not to be called back, or an auditor asks.
    """
    agents.check_may_change(session, agent)
    if not clean_line(why):
        raise Refused("a callback is cleared with a reason: what became of it?")
    _clear(session, _due_row(session, given), clean_line(why), agent)


def begin_callback(session: Session, given: str, agent: str) -> CallDraft:
    """Begin the call that calls somebody back, which clears the callback; return its draft, kept.

    Raises:
        Refused: it is not to be called back any more, or an auditor asks.
    """
    agents.check_may_change(session, agent)
    row = _due_row(session, given)
    draft = new_draft(now(), Channel(row.channel), call_record(row).number, direction=Direction.OUTBOUND)
    drafts.save_draft(session, draft, agent)
    _link(session, draft.call_id, row.id)
    _clear(session, row, f"called back by {agent}", agent)
    return draft


def called_back_by_phone(session: Session, number: str, call_id: str) -> None:
    """Clear the callbacks to a number that a phone tells is being called."""
    if not number:
        return
    query = select(CallRow).where(_due(now()), CallRow.caller_number == number)
    for row in session.exec(query).all():
        _link(session, call_id, row.id)
        _clear(session, row, "called back from the phone", "phone")


def _link(session: Session, call_id: str, calls_back: str) -> None:
    session.execute(sa.update(CallRow).where(col(CallRow.id) == call_id).values(calls_back=calls_back))


def _due_row(session: Session, given: str) -> CallRow:
    row = call_named(session, given)
    is_due = session.execute(sa.select(CallRow.id).where(_due(now()), col(CallRow.id) == row.id)).first()  # type: ignore[call-overload]
    if is_due is None:
        raise Refused(f"call {row.id[:8]} is not to be called back, or not any more; nothing was changed")
    return row


def _clear(session: Session, row: CallRow, why: str, agent: str) -> None:
    ended_at = row.ended_at
    if row.disposition is None:
        drafts.end_call(session, row.id, Disposition.DROPPED, agent, reason=why)
    session.execute(
        sa.update(CallRow)
        .where(col(CallRow.id) == row.id)
        .values(callback_cleared_at=now(), callback_owner=row.callback_owner or agent, ended_at=ended_at or now())
    )
    record(session, "callback cleared", agent, call_id=row.id, reason=why)
    session.expire(row)
