"""Calls as records: each from its first second, whatever became of it (P2)."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from callintake.domain.call import Disposition
from callintake.domain.detail import CallRecord
from callintake.domain.draft_body import timer_of
from callintake.domain.errors import NotFound, Refused
from callintake.domain.number import ticket_number
from callintake.domain.report import NOT_STATED, CallCounts, CallReport, Standing, UnaccountedCall, standing_of
from callintake.domain.text import clean_line
from callintake.services import agents, drafts
from callintake.services.desk_rules import rules_in_force
from callintake.services.history import now
from callintake.store.tables import CallRow, DraftRow

_ID = re.compile(r"[0-9a-f]{4,32}")
_NAMED = 5
"""Calls that are named when more than one is meant."""


def call_record(row: CallRow) -> CallRecord:
    """Return a call as it is on record."""
    return CallRecord(
        id=row.id,
        started_at=row.started_at,
        ended_at=row.ended_at,
        channel=row.channel,
        direction=row.direction,
        caller_number=row.caller_number,
        dialled_number=row.dialled_number,
        agent=row.agent,
        disposition=row.disposition,
        reason=row.reason,
        talk_seconds=row.talk_seconds,
        hold_seconds=row.hold_seconds,
        wrap_up_seconds=row.wrap_up_seconds,
        ticket=ticket_number(row.ticket_id) if row.ticket_id is not None else None,
    )


def list_calls(
    session: Session,
    *,
    agent: str | None = None,
    since: datetime | None = None,
    only_open: bool = False,
    after: CallRecord | None = None,
    limit: int | None = None,
) -> list[CallRecord]:
    """Return the next calls after one, newest first; `only_open` keeps those whose ending nobody has stated."""
    query = select(CallRow).order_by(col(CallRow.started_at).desc(), col(CallRow.id).desc())
    if agent is not None:
        query = query.where(CallRow.agent == agent)
    if since is not None:
        query = query.where(col(CallRow.started_at) >= since)
    if only_open:
        query = query.where(col(CallRow.disposition).is_(None))
    if after is not None:
        earlier, same = col(CallRow.started_at) < after.started_at, col(CallRow.started_at) == after.started_at
        query = query.where(earlier | (same & (col(CallRow.id) < after.id)))
    return [call_record(row) for row in session.exec(query.limit(limit))]


def unaccounted_calls(
    session: Session, since: datetime | None = None, until: datetime | None = None
) -> list[UnaccountedCall]:
    """Return the calls begun from `since` to before `until` that ended in no ticket and no stated reason, newest first.

    Among them are those that are being taken right now; their standing tells.
    """
    query = (
        select(CallRow, DraftRow)
        .join(DraftRow, col(DraftRow.call_id) == col(CallRow.id), isouter=True)
        .where(col(CallRow.disposition).is_(None))
        .order_by(col(CallRow.started_at).desc(), col(CallRow.id).desc())
    )
    if since is not None:
        query = query.where(col(CallRow.started_at) >= since)
    if until is not None:
        query = query.where(col(CallRow.started_at) < until)
    return [_unaccounted(row, draft) for row, draft in session.exec(query)]


def _unaccounted(row: CallRow, draft: DraftRow | None) -> UnaccountedCall:
    call = call_record(row)
    saved_at = draft.saved_at if draft else None
    is_open = draft is not None and draft.closed_at is None
    on_line = draft is not None and _is_on_line(draft.body)
    standing = standing_of(call, saved_at, is_open=is_open, on_line=on_line, now=now())
    return UnaccountedCall(call, len(draft.body.get("notes", "")) if draft else 0, saved_at, is_open, standing)


def _is_on_line(body: dict[str, Any]) -> bool:
    try:
        return timer_of(body).state.is_on_line
    except (KeyError, TypeError, ValueError):
        return False


def call_counts(session: Session, since: datetime | None = None) -> CallCounts:
    """Return how many calls there were by how they ended, by channel and by agent, and how long they took."""
    begun = [] if since is None else [col(CallRow.started_at) >= since]
    dispositions = _tally(session, CallRow.disposition, begun)
    spent = (CallRow.talk_seconds, CallRow.hold_seconds, CallRow.wrap_up_seconds)
    averages = session.execute(sa.select(*(sa.func.avg(column) for column in spent)).where(*begun)).one()
    talk, hold, wrap_up = (None if value is None else float(value) for value in averages)
    return CallCounts(
        sum(dispositions.values()),
        dispositions,
        _tally(session, CallRow.channel, begun),
        _tally(session, CallRow.agent, begun),
        talk,
        hold,
        wrap_up,
    )


def _tally(session: Session, column: Any, conditions: Sequence[sa.ColumnElement[bool]]) -> dict[str, int]:
    """How many calls have which value in a column, the most first."""
    rows = session.execute(sa.select(column, sa.func.count()).where(*conditions).group_by(column)).all()
    counted = [(NOT_STATED if value is None else str(value), int(number)) for value, number in rows]
    return dict(sorted(counted, key=lambda one: (-one[1], one[0])))


def call_report(session: Session, since: datetime | None, agent: str) -> CallReport:
    """Return what became of the calls, and of which of them nobody knows (P2)."""
    calls, counts = tuple(unaccounted_calls(session, since)), call_counts(session, since)
    return CallReport(rules_in_force(session).classification, now(), agent, since, calls, counts)


def discard_call(session: Session, given: str, why: str, agent: str) -> None:
    """End an unfinished call that leads to no ticket; its text stays on record, and so does the reason (P2).

    The call is given by its id or the first digits of it. Nobody has talked in it since its draft was saved last.

    Raises:
        Refused: an auditor asks, there is no reason, more than one call is meant, it has ended already, or it is a
            colleague's: then only a lead may, and nobody while it is being taken.
        NotFound: there is no such call.
    """
    agents.check_may_change(session, agent)
    if not clean_line(why):
        raise Refused("a call without a ticket needs a reason: what was it about?")
    row = _call(session, given)
    if row.disposition is not None:
        raise Refused(f"that call has ended already: {row.disposition}; nothing was changed")
    draft = session.get(DraftRow, row.id, populate_existing=True)
    in_progress = _unaccounted(row, draft).standing is Standing.IN_PROGRESS
    if row.agent not in ("", agent):
        _check_colleagues(session, row.agent, agent, is_taken=in_progress and draft is not None)
    if draft is not None and not in_progress:
        _settle(session, row.id, draft.saved_at, agent)
    ended_at = row.ended_at
    drafts.end_call(session, row.id, Disposition.DROPPED, agent, reason=why)
    if ended_at is not None:
        # The phone knew better when it was over.
        session.execute(sa.update(CallRow).where(col(CallRow.id) == row.id).values(ended_at=ended_at))


def _call(session: Session, given: str) -> CallRow:
    """The one call whose id begins so."""
    prefix = given.strip().lower()
    if not _ID.fullmatch(prefix):
        raise Refused(f"“{given[:40]}” is no call: give 4 or more of the digits that `callintake calls list` shows")
    beginning = select(CallRow).where(col(CallRow.id).startswith(prefix)).order_by(col(CallRow.id)).limit(_NAMED)
    rows = session.exec(beginning.execution_options(populate_existing=True)).all()
    if not rows:
        raise NotFound(f"there is no call {prefix}")
    if len(rows) > 1:
        raise Refused(f"more than one call begins with {prefix}: {', '.join(row.id[:12] for row in rows)}; give more")
    return rows[0]


def _check_colleagues(session: Session, whose: str, agent: str, *, is_taken: bool) -> None:
    if not agents.is_lead(session, agent):
        raise Refused(f"that is {whose}'s call: {whose} or a lead may discard it")
    if is_taken:
        raise Refused(f"{whose} is in that call right now: what is typed in it would be lost")


def _settle(session: Session, call_id: str, at: datetime, agent: str) -> None:
    """Let a call that was left behind be over since its draft was saved last."""
    draft = drafts.load_draft(session, call_id)
    drafts.save_draft(session, replace(draft, timer=draft.timer.set_aside(at).hang_up(at)), agent)
