"""Drafts: a capture in progress, kept as it is typed (P2, P3)."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select, update

from callintake.domain.call import NEEDS_NO_REASON, CallState, Channel, Direction, Disposition
from callintake.domain.draft import CallDraft
from callintake.domain.draft_body import from_body, timer_of, to_body
from callintake.domain.errors import NotFound, Refused
from callintake.domain.text import clean_line
from callintake.services import directory
from callintake.services.history import now, record
from callintake.services.verification import attempts_of_call
from callintake.store.tables import CallRow, DraftRow


def save_draft(session: Session, draft: CallDraft, agent: str) -> bool:
    """Keep a draft as it stands, and return whether it was kept.

    An older revision never replaces a newer one, and a draft from before its call had an ending none from after it.
    """
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    is_inbound = draft.direction is Direction.INBOUND
    number = {"caller_number" if is_inbound else "dialled_number": clean_line(draft.caller_number)}
    call = insert(CallRow).values(
        id=draft.call_id,
        started_at=draft.started_at,
        channel=draft.channel,
        direction=draft.direction,
        agent=agent,
        **{"caller_number": "", "dialled_number": "", **number},
    )
    overtaken = select(DraftRow.call_id).where(
        DraftRow.call_id == draft.call_id,
        (col(DraftRow.revision) > draft.revision) | col(DraftRow.closed_at).is_not(None),
    )
    session.execute(
        call.on_conflict_do_update(
            index_elements=["id"],
            set_={"channel": draft.channel, **number},
            where=~overtaken.exists(),
        )
    )
    kept = insert(DraftRow).values(call_id=draft.call_id, revision=draft.revision, body=to_body(draft), saved_at=now())
    may_follow = (col(DraftRow.revision) <= draft.revision) & col(DraftRow.closed_at).is_(None)
    if draft.ticket is None:
        has_ended = select(CallRow.id).where(CallRow.id == draft.call_id, col(CallRow.disposition).is_not(None))
        may_follow &= ~has_ended.exists()
    done = session.execute(
        kept.on_conflict_do_update(
            index_elements=["call_id"],
            set_={name: kept.excluded[name] for name in ("revision", "body", "saved_at")},
            where=may_follow,
        ).returning(col(DraftRow.call_id))
    )
    # PostgreSQL's count of rows is not known here.
    return done.first() is not None


def load_draft(session: Session, call_id: str) -> CallDraft:
    """Return the latest revision of a draft, with the attempts of its call.

    Raises:
        NotFound: there is none.
    """
    row = session.get(DraftRow, call_id)
    call = session.get(CallRow, call_id)
    if row is None or call is None:
        raise NotFound("there is no draft of that call")
    return replace(
        _from_body(session, row.body),
        call_id=call_id,
        started_at=call.started_at,
        channel=Channel(call.channel),
        caller_number=call.caller_number if call.direction == Direction.INBOUND else call.dialled_number,
        attempts=attempts_of_call(session, call_id),
        revision=row.revision,
    )


def open_drafts(session: Session, agent: str) -> list[CallDraft]:
    """Return the captures of an agent that were not ended, the oldest first.

    They are set aside since they were saved last: whatever came then, nobody talked any more.
    """
    query = (
        select(DraftRow.call_id, DraftRow.saved_at)
        .join(CallRow, col(CallRow.id) == col(DraftRow.call_id))
        .where(col(DraftRow.closed_at).is_(None), CallRow.agent == agent)
        .order_by(col(CallRow.started_at))
    )
    found = []
    for call_id, saved_at in session.exec(query).all():
        draft = load_draft(session, call_id)
        if draft.ticket is None:
            found.append(replace(draft, timer=draft.timer.set_aside(saved_at)))
    return found


def late_drafts(session: Session, agent: str) -> list[CallDraft]:
    """Return what an agent noted after a call had its ticket, and did not come to add to it."""
    query = (
        select(DraftRow.call_id)
        .join(CallRow, col(CallRow.id) == col(DraftRow.call_id))
        .where(col(DraftRow.closed_at).is_(None), CallRow.agent == agent, col(CallRow.ticket_id).is_not(None))
    )
    return [load_draft(session, call_id) for call_id in session.exec(query).all()]


def go_on_after_ticket(session: Session, draft: CallDraft, agent: str) -> CallDraft:
    """Keep a call's draft going for what is said after its ticket is there (P3); return it as it is then."""
    session.execute(update(DraftRow).where(col(DraftRow.call_id) == draft.call_id).values(closed_at=None))
    save_draft(session, draft, agent)
    return draft


def take_spooled(session: Session, bodies: list[dict[str, Any]], agent: str) -> list[str]:
    """Bring drafts that the database could not take into it, unless it has newer ones; return their calls."""
    taken = []
    for body in bodies:
        try:
            draft = _from_body(session, body)
        except (KeyError, TypeError, ValueError, Refused):
            continue
        save_draft(session, draft, agent)
        taken.append(draft.call_id)
    return taken


def end_call(
    session: Session,
    call_id: str,
    disposition: Disposition,
    agent: str,
    *,
    reason: str = "",
    ticket_id: int | None = None,
) -> None:
    """Say how a call ended, and close its draft, whose text stays on record.

    Raises:
        Refused: it ended in no ticket, and no reason is given (P2).
        NotFound: there is no such call, or it has ended already.
    """
    if disposition not in NEEDS_NO_REASON and not clean_line(reason):
        raise Refused("a call without a ticket needs a reason: what was it about?")
    at = now()
    changed = session.execute(
        update(CallRow)
        .where(col(CallRow.id) == call_id, col(CallRow.disposition).is_(None))
        .values(disposition=disposition, reason=clean_line(reason) or None, ticket_id=ticket_id)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise NotFound("that call is not open any more; nothing was changed")
    close_draft(session, call_id, at)
    record(
        session,
        "call ended",
        agent,
        call_id=call_id,
        ticket_id=ticket_id,
        disposition=disposition,
        reason=clean_line(reason) or None,
    )


def close_draft(session: Session, call_id: str, at: datetime) -> None:
    """Close a draft, whose text stays as it was typed last, and say how the time of its call was spent."""
    session.execute(update(DraftRow).where(col(DraftRow.call_id) == call_id).values(closed_at=at))
    session.execute(update(CallRow).where(col(CallRow.id) == call_id).values(**_time_spent(session, call_id, at)))


def _time_spent(session: Session, call_id: str, at: datetime) -> dict[str, Any]:
    row = session.get(DraftRow, call_id, populate_existing=True)
    if row is None:
        return {"ended_at": at}
    timer = timer_of(row.body)
    return {
        "ended_at": timer.hung_up_at or at,
        "talk_seconds": round(timer.seconds(CallState.TALKING, at)),
        "hold_seconds": round(timer.seconds(CallState.ON_HOLD, at)),
        "wrap_up_seconds": round(timer.seconds(CallState.WRAP_UP, at)),
    }


def _from_body(session: Session, body: dict[str, Any]) -> CallDraft:
    contact_id = body["contact_id"]
    return from_body(body, None if contact_id is None else directory.contact_by_id(session, contact_id))
