"""The lines of the outbox."""

from collections.abc import Hashable, Sequence
from datetime import UTC, datetime

from callintake.domain.delivery import MessageState
from callintake.domain.message import Message
from callintake.widgets.line_list import LineList

_STATE, _AT, _TICKET, _MEDIUM, _DEPARTMENT = 11, 12, 8, 10, 16
_MEDIUM_FROM, _DEPARTMENT_FROM = 76, 110


class MessageList(LineList[Message]):
    """Messages, each with how it stands."""

    def key_of(self, line: Message) -> Hashable:
        return line.id

    def columns(self, width: int) -> Sequence[tuple[str, int]]:
        fixed = [("State", _STATE), ("At", _AT), ("Ticket", _TICKET)]
        if width >= _MEDIUM_FROM:
            fixed.append(("By", _MEDIUM))
        if width >= _DEPARTMENT_FROM:
            fixed.append(("Department", _DEPARTMENT))
        left = max(width - sum(size + 1 for _, size in fixed) - 2, 20)
        return [*fixed, ("What", left * 2 // 5), ("To", left - left * 2 // 5)]

    def cells(self, line: Message) -> dict[str, str]:
        return {
            "State": line.standing,
            "At": f"{line.at.astimezone():%d %b %H:%M}",
            "Ticket": line.ticket or "–",
            "By": line.channel,
            "Department": line.department or "–",
            "What": line.event,
            "To": line.recipient,
        }

    def is_marked(self, line: Message, title: str) -> bool:
        return title == "State" and line.state in (MessageState.DEAD, MessageState.FAILED) and not line.settled


def message_lines(message: Message) -> list[str]:
    """What is known of one message, for people."""
    lines = [
        f"{message.event} · {message.department or 'no department'} · {message.channel} to {message.recipient}",
        f"{message.standing}, tries: {message.tries}",
    ]
    if message.outcome:
        lines.append(f"Said: {message.outcome}")
    if message.settled:
        lines.append(f"Settled: {message.settled}")
    if message.due_at is not None:
        is_due = message.due_at <= datetime.now(UTC)
        lines.append(f"{'Due since' if is_due else 'Next try'}: {message.due_at.astimezone():%d %b %H:%M:%S}")
    if message.sent_at is not None:
        lines.append(f"Sent: {message.sent_at.astimezone():%d %b %H:%M:%S}")
    return lines
