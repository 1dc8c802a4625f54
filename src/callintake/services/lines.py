"""Lines of the queue, made of rows only when somebody looks at them: a page costs what its rows cost."""

import operator
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, overload

from sqlmodel import Session

from callintake.domain.detail import TicketLine
from callintake.domain.gate import Authorization, Gate, Identity
from callintake.domain.ticket import Priority, Status, status_at
from callintake.services.history import now
from callintake.store.tables import TicketRow

NAMES = (
    *("id", "version", "subject", "category", "priority", "status", "department", "owner"),
    *("identity", "authorization", "suspicion", "break_glass"),
    *("name", "organization", "created_at", "updated_at", "due_at", "waits_until"),
)
"""The columns of a line, in the order that `line_of` takes them."""
LINE_COLUMNS = [getattr(TicketRow, name) for name in NAMES]
SELECTED = ", ".join(f'ticket."{name}"' for name in NAMES)


class Lines(Sequence[TicketLine]):
    """Lines of tickets, each made when it is first asked for."""

    def __init__(self, rows: Sequence[Any]) -> None:
        self._rows = rows
        self._made: dict[int, TicketLine] = {}

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, place: int) -> TicketLine: ...
    @overload
    def __getitem__(self, place: slice) -> "Lines": ...
    def __getitem__(self, place: int | slice) -> "TicketLine | Lines":
        if isinstance(place, slice):
            return Lines(self._rows[place])
        place = range(len(self._rows))[place]
        line = self._made.get(place)
        if line is None:
            line = self._made[place] = line_of(self._rows[place])
        return line

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and all(map(operator.eq, self, other))

    def __repr__(self) -> str:
        return f"Lines({list(self)!r})"


def line_of(row: Any) -> TicketLine:
    """Return the line in a row of the columns `NAMES`."""
    return TicketLine(
        serial=row[0],
        version=row[1],
        subject=row[2],
        category=row[3],
        priority=Priority(row[4]),
        # A ticket that waited is open again once its time has come, though nobody wrote that down.
        status=Status(row[5]) if row[17] is None else status_at(Status(row[5]), moment_of(row[17]), now()),
        department=row[6],
        owner=row[7],
        gate=Gate(
            Identity(row[8]),
            Authorization(row[9]),
            is_suspicious=row[10] is not None,
            is_broken=row[11] is not None,
        ),
        name=row[12],
        organization=row[13],
        created_at=moment_of(row[14]),
        updated_at=moment_of(row[15]),
        due_at=None if row[16] is None else moment_of(row[16]),
    )


def lines_of(rows: Iterable[Any]) -> list[TicketLine]:
    """Return the lines in rows of `LINE_COLUMNS`."""
    return [line_of(row) for row in rows]


def moment_of(value: str | datetime) -> datetime:
    """Return a time as the database gave it, text on SQLite."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def stored(moment: datetime, session: Session) -> str | datetime:
    """Return a time as it stands in the database, to be compared there."""
    moment = moment.astimezone(UTC)
    return f"{moment:%Y-%m-%d %H:%M:%S.%f}" if session.get_bind().dialect.name == "sqlite" else moment
