"""The outbox: who is to be told what, written in the transaction of what it is about, and how that stands (P9)."""

from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from callintake.domain.delivery import LATE_AFTER, MessageState
from callintake.domain.errors import NotFound, Refused
from callintake.domain.message import Message
from callintake.domain.notify_rules import Medium
from callintake.domain.number import ticket_number
from callintake.domain.text import clean_line
from callintake.services.agents import check_may_change
from callintake.services.desk_rules import rules_in_force
from callintake.services.history import now, record
from callintake.store.tables import OutboxRow

MESSAGE_EVENTS = ("message sent", "message dead", "message replayed", "message settled")
"""What the history says of messages: they leave a ticket as it is."""
NO_MAIL_SERVER = "waits for a mail server: [smtp] of the desk file names none"
_ID_DIGITS = 18
_OPEN = [state.value for state in MessageState if state is not MessageState.SENT]


@dataclass(frozen=True, slots=True)
class Standing:
    """How many messages somebody should look at."""

    dead: int = 0
    late: int = 0
    """Neither sent nor dead, and older than 15 minutes."""
    waiting: int = 0
    """All that are to be sent."""

    @property
    def warning(self) -> str | None:
        """What is wrong, in words, if anything is."""
        parts = [f"{self.dead} dead"] * bool(self.dead) + [f"{self.late} late"] * bool(self.late)
        return f"messages: {', '.join(parts)}" if parts else None


def tell(
    session: Session,
    event: str,
    recipient: str,
    body: dict[str, Any],
    *,
    ticket_id: int | None = None,
    call_id: str | None = None,
    department: str | None = None,
    medium: Medium = Medium.EMAIL,
    revision: int = 1,
    is_sent: bool = False,
) -> bool:
    """Put a message into the outbox, and return whether it is new; the same one is never there twice.

    `body` holds facts in JSON types, which the message says beside what it is about; never a secret. What `is_sent`
    already is there for the record.
    """
    about = f"ticket {ticket_id}" if ticket_id is not None else f"call {call_id}"
    to = recipient if department is None else f"{department}/{recipient}"
    key = f"{about}/{to}/{medium}/{event}/{revision}"
    moment = now()
    if session.exec(select(OutboxRow.id).where(OutboxRow.key == key)).one_or_none() is not None:
        return False
    session.add(
        OutboxRow(
            ticket_id=ticket_id,
            call_id=call_id,
            department=department,
            channel=medium.value,
            recipient=recipient,
            event=event,
            revision=revision,
            body=body,
            state=MessageState.SENT if is_sent else MessageState.PENDING,
            created_at=moment,
            due_at=None if is_sent else moment,
            sent_at=moment if is_sent else None,
            key=key,
        )
    )
    session.flush()
    return True


def message_of(row: Any) -> Message:
    """Return a message as it stands."""
    return Message(
        row.created_at,
        row.event,
        row.recipient,
        row.department,
        row.channel,
        row.state,
        row.id,
        None if row.ticket_id is None else ticket_number(row.ticket_id),
        row.tries,
        row.due_at,
        row.sent_at,
        row.outcome,
        row.settled,
    )


def list_messages(
    session: Session, *, before: int | None = None, limit: int | None = None, only_open: bool = False
) -> list[Message]:
    """Return messages, the newest first; `before` the id given, or only those that somebody may have to look at."""
    query = select(OutboxRow).order_by(col(OutboxRow.id).desc()).limit(limit)
    if before is not None:
        query = query.where(col(OutboxRow.id) < before)
    if only_open:
        query = query.where(col(OutboxRow.state).in_(_OPEN), col(OutboxRow.settled).is_(None))
    return _waiting_for_mail(session, [message_of(row) for row in session.exec(query)])


def _waiting_for_mail(session: Session, messages: list[Message]) -> list[Message]:
    """Say of those that nobody can send, as the desk file names no mail server, that this is why they wait."""
    untried = {one.id for one in messages if one.channel == Medium.EMAIL and one.due_at and one.outcome is None}
    if not untried or _has_mail_server(session):
        return messages
    return [replace(one, outcome=NO_MAIL_SERVER) if one.id in untried else one for one in messages]


def count_untried_mail(session: Session) -> int:
    """Return how many e-mails are to be sent and were never tried."""
    untried = (
        col(OutboxRow.channel) == Medium.EMAIL,
        col(OutboxRow.due_at).is_not(None),
        col(OutboxRow.outcome).is_(None),
    )
    return int(session.execute(sa.select(sa.func.count()).select_from(OutboxRow).where(*untried)).scalar_one())


def _has_mail_server(session: Session) -> bool:
    """Whether the desk file names a mail server; one that can't be read is believed to."""
    try:
        return rules_in_force(session).notify.smtp is not None
    except Refused:
        return True


def standing(session: Session) -> Standing:
    """Return how many messages wait, are late, or are dead and nobody has seen to it; read from indexes."""
    dead = (col(OutboxRow.state) == MessageState.DEAD, col(OutboxRow.settled).is_(None))
    is_late = col(OutboxRow.created_at) < now() - LATE_AFTER
    query = sa.select(sa.func.count(), sa.func.count(sa.case((is_late, 1)))).where(col(OutboxRow.due_at).is_not(None))
    waiting, late = session.execute(query).one()
    return Standing(
        session.execute(sa.select(sa.func.count(col(OutboxRow.id))).where(*dead)).scalar_one(), late, waiting
    )


def replay(session: Session, message: int | str, why: str, agent: str) -> Message:
    """Let a message be tried anew, from the first try on, and return it; a copy has the identity it had before.

    Raises:
        NotFound: there is none with that id.
        Refused: it was sent, is being sent, or no reason is given.
    """
    row, reason = _meant(session, message, agent), clean_line(why)
    if not reason:
        raise Refused("why is it to be sent again? Give a reason")
    if (why_not := message_of(row).why_not_replayed) is not None:
        raise Refused(why_not)
    if row.claimed_until is not None and row.claimed_until > now():
        raise Refused(f"message {row.id} is being sent right now")
    row.state, row.tries, row.due_at, row.settled = MessageState.PENDING, 0, now(), None
    row.claimed_by = row.claimed_until = None
    session.flush()
    record_message(session, row, "message replayed", agent, reason=reason)
    return message_of(row)


def settle(session: Session, message: int | str, why: str, agent: str) -> Message:
    """Let a dead message rest, such as when they were told otherwise, and return it; nobody is warned of it any more.

    Raises:
        NotFound: there is none with that id.
        Refused: it is not dead, or no reason is given.
    """
    row, reason = _meant(session, message, agent), clean_line(why)
    if not reason:
        raise Refused("how were they told instead? Give a reason")
    if (why_not := message_of(row).why_not_settled) is not None:
        raise Refused(why_not)
    row.settled = reason
    session.flush()
    record_message(session, row, "message settled", agent, reason=reason)
    return message_of(row)


def _meant(session: Session, message: int | str, agent: str) -> OutboxRow:
    check_may_change(session, agent)
    digits = str(message)
    row = None
    if digits.isascii() and digits.isdigit() and len(digits) <= _ID_DIGITS:
        query = select(OutboxRow).where(col(OutboxRow.id) == int(digits)).with_for_update()
        row = session.exec(query, execution_options={"populate_existing": True}).one_or_none()
    if row is None:
        raise NotFound(f"there is no message {clean_line(digits)[:20]}; `notify list` has their ids")
    return row


def record_message(session: Session, row: OutboxRow, kind: str, agent: str, **data: str | None) -> None:
    """Record what became of a message."""
    record(
        session,
        kind,
        agent,
        ticket_id=row.ticket_id,
        call_id=row.call_id,
        message=row.id,
        department=row.department,
        channel=row.channel,
        recipient=row.recipient,
        **data,
    )
