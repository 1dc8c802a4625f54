"""The tickets that have waited longest, each with its age and how much of that the desk was open."""

from collections.abc import Hashable, Sequence
from datetime import UTC, datetime

from callintake.domain.call import age
from callintake.domain.dashboard import OldTicket
from callintake.widgets.line_list import LineList

_FIXED = (("Number", 7), ("Age", 7), ("Open h", 6), ("Gate", 4), ("Status", 8), ("Owner", 8))
_WIDE = ("Open h", "Status", "Owner")
"""What is left out where there is little room."""
_ROOMY = 70


class OldestTickets(LineList[OldTicket]):
    """The oldest first; Enter opens one."""

    def key_of(self, line: OldTicket) -> Hashable:
        return line.line.serial

    def columns(self, width: int) -> Sequence[tuple[str, int]]:
        fixed = [column for column in _FIXED if width >= _ROOMY or column[0] not in _WIDE]
        left = max(width - sum(size + 1 for _, size in fixed) - 2, 12)
        return [*fixed, ("Requester", left * 2 // 5), ("Subject", left - left * 2 // 5)]

    def cells(self, line: OldTicket) -> dict[str, str]:
        ticket, now = line.line, datetime.now(UTC)
        is_overdue = ticket.due_at is not None and ticket.due_at <= now
        return {
            "Number": ticket.number,
            "Age": age((now - ticket.created_at).total_seconds()) + (" !!" if is_overdue else ""),
            "Open h": "–" if line.open_minutes is None else f"{line.open_minutes / 60:.0f}",
            "Gate": ticket.gate.word,
            "Status": ticket.status.value,
            "Owner": ticket.owner or "–",
            "Requester": ticket.name or ticket.organization or "–",
            "Subject": ticket.subject,
        }

    def mark_of(self, line: OldTicket, title: str) -> str | None:
        return "line-list--marked" if title == "Gate" and not line.line.gate.open else None
