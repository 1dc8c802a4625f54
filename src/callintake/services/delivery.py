"""How a courier gets at what is due, alone for a while, and says what came of it (P9)."""

from datetime import timedelta
from uuid import uuid4

import sqlalchemy as sa
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from callintake.domain.delivery import MessageState, Outcome
from callintake.domain.detail_json import stamp
from callintake.domain.errors import Refused
from callintake.domain.example_ticket import example_ticket
from callintake.domain.notice import Claimed, Notice, NoticeEvent, Reach
from callintake.domain.notify_rules import Medium, NotifyRules
from callintake.domain.number import ticket_number
from callintake.domain.text import clean_line, elide
from callintake.services import reading
from callintake.services.desk_rules import rules_in_force
from callintake.services.history import now
from callintake.services.outbox import record_message
from callintake.store.tables import OutboxRow, TicketRow

COURIER = "courier"
"""Who is said in the history to have sent something."""
_LONGEST_OUTCOME = 300


def rules_if_due(session: Session) -> NotifyRules | None:
    """Return the rules by which messages go if any is due, whoever can send it; None if none is."""
    everything = _due(None).limit(1)
    return rules_in_force(session).notify if session.exec(everything).first() is not None else None


def due_but_out_of_reach(session: Session, reach: Reach) -> int:
    """Return how many messages are due and can't be sent with the secrets that a courier has."""
    due = sa.select(sa.func.count(col(OutboxRow.id))).where(col(OutboxRow.due_at) <= now(), ~_within(reach))
    return int(session.execute(due).scalar_one())


def claim_due(session: Session, reach: Reach, lease: timedelta) -> Claimed | None:
    """Take what has been due for longest away from all other couriers, for as long as the lease; None if nothing is.

    A claim that nobody records an outcome of runs out, and the message is due again as it was.
    """
    next_due = _due(reach).limit(1).with_for_update(skip_locked=True)
    row = session.exec(next_due).first()
    if row is None:
        return None
    row.tried_at = now()
    row.claimed_by, row.claimed_until = uuid4().hex, row.tried_at + lease
    session.flush()
    notice = _notice(session, row)
    return Claimed(row.id, row.claimed_by, Medium(row.channel), row.recipient, row.key, notice, row.tried_at)


def record_outcome(session: Session, claimed: Claimed, outcome: Outcome) -> bool:
    """Record what came of a message, and return whether the claim still held; if not, nothing is recorded."""
    mine = (col(OutboxRow.id) == claimed.id, col(OutboxRow.claimed_by) == claimed.token)
    row = session.exec(select(OutboxRow).where(*mine).with_for_update()).one_or_none()
    if row is None:
        return False
    row.tries += 1
    state, wait = outcome.state(row.tries)
    row.state = state
    row.outcome = elide(clean_line(outcome.said), _LONGEST_OUTCOME)
    row.due_at = None if wait is None else now() + wait
    row.sent_at = now() if state is MessageState.SENT else None
    row.claimed_by = row.claimed_until = None
    session.flush()
    if state is not MessageState.FAILED:
        record_message(session, row, f"message {state}", COURIER, outcome=row.outcome)
    return True


def _due(reach: Reach | None) -> SelectOfScalar[OutboxRow]:
    moment = now()
    is_free = col(OutboxRow.claimed_until).is_(None) | (col(OutboxRow.claimed_until) <= moment)
    order = (col(OutboxRow.due_at), col(OutboxRow.id))
    due = select(OutboxRow).where(col(OutboxRow.due_at) <= moment, is_free).order_by(*order)
    return due if reach is None else due.where(_within(reach))


def _within(reach: Reach) -> sa.ColumnElement[bool]:
    is_mail = col(OutboxRow.channel) == Medium.EMAIL.value
    is_known = ~is_mail & col(OutboxRow.recipient).in_(sorted(reach.webhooks))
    return is_mail | is_known if reach.mail else is_known


def _notice(session: Session, row: OutboxRow) -> Notice:
    ticket = None if row.ticket_id is None else reading.ticket(session, ticket_number(row.ticket_id))
    begun = f"call {row.call_id}"
    if row.ticket_id is not None:
        raised = session.exec(select(TicketRow.created_at).where(col(TicketRow.id) == row.ticket_id)).one()
        begun = f"ticket {row.ticket_id} {stamp(raised)}"
    return Notice(
        NoticeEvent(row.event),
        rules_in_force(session),
        row.department,
        dict(row.body),
        ticket,
        row.revision,
        begun,
    )


def trial(session: Session, department: str, number: str | None = None, *, of_example: bool = False) -> list[Claimed]:
    """Return what a department would be sent about a ticket, that of the example, or a test.

    It stands in no outbox, and nobody claims it.

    Raises:
        Refused: there is no such department, or it hears of nothing.
        NotFound: there is no such ticket.
    """
    rules = rules_in_force(session)
    name = rules.department(department)
    targets = list(rules.notify.of(name).targets())
    if not targets:
        raise Refused(f"the desk file does not say where {name} hears of requests: see `callintake desk export`")
    moment = now()
    ticket = None if number is None else reading.ticket(session, number)
    if of_example:
        ticket = example_ticket(name)
    begun = f"test {stamp(moment)}" if ticket is None else f"ticket {ticket.serial} {stamp(ticket.created_at)}"
    event = NoticeEvent.TEST if ticket is None else NoticeEvent.ROUTED
    notice = Notice(event, rules, name, {}, ticket, 1, begun)
    return [
        Claimed(0, "", medium, recipient, f"{begun}/{name}/{recipient}/{medium}/{event}/1", notice, moment)
        for medium, recipient in targets
    ]
