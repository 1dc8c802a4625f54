"""A desk with so many tickets that it would take hours to live through: written straight into the tables.

Every gate is shut but for those that are done with, as the database would refuse others without their evidence.
"""

from datetime import UTC, datetime, timedelta
from itertools import islice

import sqlalchemy as sa

from callintake.services import agents
from callintake.store.database import open_store
from callintake.store.tables import CallRow, EventRow, NoteRow, TicketRow

_AT_ONCE = 5_000
_CATEGORIES = ("printing", "hardware", "software", "mail", "network", "telephony")
_TEXT = (
    "The label printer at reception says offline since nine, and three people can't print. The cable was changed, another "
    "socket tried; the display shows E-52. They need it before the delivery at noon, and can be called back any time. "
)


def fill(place: str, tickets: int, days: int = 365) -> None:
    """Make a desk with these tickets over the past days; three of a hundred are live."""
    store = open_store(place)
    began = datetime.now(UTC) - timedelta(days=days)
    with store.transaction() as session:
        agents.sign_in(session, "kim")
    for start in range(1001, 1001 + tickets, _AT_ONCE):
        serials = list(islice(range(start, 1001 + tickets), _AT_ONCE))
        at = {serial: began + timedelta(days=days) * ((serial - 1000) / (tickets + 1)) for serial in serials}
        with store.transaction() as session:
            session.execute(sa.insert(TicketRow), [_ticket(serial, at[serial]) for serial in serials])
            session.execute(sa.insert(CallRow), [_call(serial, at[serial]) for serial in serials])
            session.execute(sa.insert(NoteRow), [_note(serial, at[serial]) for serial in serials for _ in range(2)])
            session.execute(sa.insert(EventRow), [_event(serial, at[serial]) for serial in serials for _ in range(4)])
            done = [serial for serial in serials if serial % 33]
            session.execute(sa.update(TicketRow).where(sa.column("id").in_(done)).values(status="closed"))
    store.close()


def _ticket(serial: int, at: datetime) -> dict[str, object]:
    return {
        "id": serial,
        "version": 1,
        "subject": f"Label printer {serial} offline",
        "description": _TEXT * 2,
        "category": _CATEGORIES[serial % len(_CATEGORIES)],
        "priority": serial % 4,
        "status": "new",
        "identity": "unverified",
        "authorization": "pending",
        "name": "Ada Example",
        "organization": "Example Ltd",
        "email": "ada@example.com",
        "phone": "+442079460000",
        "phone_typed": "020 7946 0000",
        "raised_by": "kim",
        "created_at": at,
        "updated_at": at,
        "due_at": at + timedelta(days=1),
    }


def _call(serial: int, at: datetime) -> dict[str, object]:
    return {
        "id": f"{serial:032x}",
        "started_at": at,
        "ended_at": at + timedelta(minutes=6),
        "talk_seconds": 300,
        "hold_seconds": 0,
        "wrap_up_seconds": 60,
        "channel": "voip",
        "direction": "inbound",
        "caller_number": "+442079460000",
        "dialled_number": "+442079460001",
        "agent": "kim",
        "disposition": "ticket raised",
        "ticket_id": serial,
    }


def _note(serial: int, at: datetime) -> dict[str, object]:
    return {"ticket_id": serial, "at": at + timedelta(hours=1), "agent": "kim", "text": _TEXT}


def _event(serial: int, at: datetime) -> dict[str, object]:
    return {"ticket_id": serial, "at": at, "agent": "kim", "kind": "note", "data": {"missing": []}}
