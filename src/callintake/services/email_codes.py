"""Codes by e-mail: off unless the desk file says otherwise, and never shown to anybody at the desk (P4)."""

import secrets
from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa
from sqlmodel import Session, col

from callintake.domain.delivery import MessageState
from callintake.domain.errors import Refused
from callintake.domain.method import Method
from callintake.domain.method_choice import Standing, why_not
from callintake.domain.secrets import CODE_DIGITS, Concealed
from callintake.domain.verification import Claim
from callintake.domain.verification_rules import VerificationRules
from callintake.services import directory, on_file
from callintake.services.agents import check_may_change
from callintake.services.history import now, record
from callintake.services.outbox import tell
from callintake.store.tables import EmailCodeRow, OutboxRow

Deliver = Callable[[str, str], None]
"""Takes an address and the code for it, without waiting, to be sent when the transaction is over: a transaction waits
for it, and is undone where it fails. The courier is to be this; the code stands nowhere that it could read it from."""
EVENT = "code"


def send_code(
    session: Session,
    contact_id: int,
    agent: str,
    rules: VerificationRules,
    deliver: Deliver | None = None,
    *,
    call_id: str | None = None,
    ticket_id: int | None = None,
) -> str:
    """Hand a code for the address on file to `deliver`, and return the address; any older code is void.

    The code itself is kept nowhere: the database has its hash, and the outbox that one was sent.

    Raises:
        Refused: codes are switched off, nothing delivers them, the contact is locked, or their address is too new.
    """
    check_may_change(session, agent)
    address = _address(session, contact_id, rules)
    if deliver is None:
        raise Refused(f"no {Method.EMAIL_CODE.words}: nothing that sends it is set up at this desk")
    code = Concealed(f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}")
    code_id = _keep(session, contact_id, address, code)
    _tell(session, address, code_id, call_id, ticket_id)
    record(session, "code sent", agent, call_id=call_id, ticket_id=ticket_id, contact_id=contact_id, address=address)
    deliver(address, code)
    return address


def code_not_sent(session: Session, contact_id: int, why: str, agent: str) -> None:
    """Void the code that could not be delivered after all, and say so where it was said to be sent."""
    unused = (col(EmailCodeRow.contact_id) == contact_id, col(EmailCodeRow.used_at).is_(None))
    void = sa.update(EmailCodeRow).where(*unused).values(used_at=now()).returning(col(EmailCodeRow.id))
    for code_id in session.execute(void).scalars().all():
        told = (col(OutboxRow.event) == EVENT, col(OutboxRow.revision) == code_id)
        failure = {"state": MessageState.DEAD, "sent_at": None, "outcome": why, "settled": "the code is void"}
        session.execute(sa.update(OutboxRow).where(*told).values(failure))
    record(session, "code not sent", agent, contact_id=contact_id, reason=why)


def compare_code(
    session: Session, contact_id: int, code: Concealed | None, rules: VerificationRules
) -> tuple[bool, str | None]:
    """Compare with the one code that is valid, use it up when it is right, and return where it had gone to."""
    row = _valid(session, contact_id, rules) if rules.email_codes else None
    code_id, address, stored = row or (None, None, None)
    if not on_file.matches(stored, code or ""):
        return False, address
    used = session.execute(
        sa.update(EmailCodeRow)
        .where(col(EmailCodeRow.id) == code_id, col(EmailCodeRow.used_at).is_(None))
        .values(used_at=now())
    )
    return used.rowcount == 1, address  # type: ignore[attr-defined]


def _address(session: Session, contact_id: int, rules: VerificationRules) -> str:
    """The address that a code may go to; whether one may is a rule of the domain."""
    # Whoever verifies compares with credentials, this among them: hence not at the top.
    from callintake.services.lock import is_locked

    contact = directory.contact_by_id(session, contact_id)
    claim = Claim(contact_id, contact.name, contact.organization)
    locked = is_locked(session, contact_id)
    standing = Standing(claim, now().date(), by_lead=False, contact=contact, is_locked=locked)
    reason = why_not(Method.EMAIL_CODE, standing, rules)
    if reason is not None or contact.email is None:
        raise Refused(f"no {Method.EMAIL_CODE.words}: {reason}")
    return contact.email


def _keep(session: Session, contact_id: int, address: str, code: Concealed) -> int:
    """Keep the hash of a code, and make every older one void."""
    on_file.hold(session, contact_id)
    unused = (col(EmailCodeRow.contact_id) == contact_id, col(EmailCodeRow.used_at).is_(None))
    session.execute(sa.update(EmailCodeRow).where(*unused).values(used_at=now()))
    values = {"contact_id": contact_id, "address": address, "secret": on_file.hashed(code), "sent_at": now()}
    code_id: int = session.execute(sa.insert(EmailCodeRow).values(values).returning(col(EmailCodeRow.id))).scalar_one()
    return code_id


def _tell(session: Session, address: str, code_id: int, call_id: str | None, ticket_id: int | None) -> None:
    """Put into the outbox that a code was sent, and that nobody is to send it again."""
    body = {"code_id": code_id}
    tell(session, EVENT, address, body, ticket_id=ticket_id, call_id=call_id, revision=code_id, is_sent=True)


def _valid(session: Session, contact_id: int, rules: VerificationRules) -> tuple[int, str, Concealed] | None:
    query = (
        sa.select(
            col(EmailCodeRow.id),
            col(EmailCodeRow.address),
            sa.type_coerce(EmailCodeRow.secret, on_file.ConcealedText),
        )
        .where(
            col(EmailCodeRow.contact_id) == contact_id,
            col(EmailCodeRow.used_at).is_(None),
            col(EmailCodeRow.sent_at) > now() - timedelta(minutes=rules.code_minutes),
        )
        .order_by(col(EmailCodeRow.id).desc())
        .limit(1)
    )
    row = session.execute(query).one_or_none()
    return None if row is None else (row[0], row[1], Concealed(row[2]))
