"""Calls as records: each from its first second, whatever became of it (P2)."""

from callintake.domain.detail import CallRecord
from callintake.domain.number import ticket_number
from callintake.store.tables import CallRow


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
