"""One contact as the directory shows it."""

from datetime import timedelta

import sqlalchemy as sa
from sqlmodel import Session, col

from callintake.domain.contact_detail import ContactDetail, Failure
from callintake.domain.method import Method, Outcome
from callintake.services import credentials, directory, verification
from callintake.services.desk_rules import rules_in_force
from callintake.services.history import now
from callintake.services.related import tickets_of_requester
from callintake.store.tables import AttemptRow

_LATELY = timedelta(days=30)
_FAILURES = 5


def contact_detail(session: Session, contact_id: int) -> ContactDetail:
    """Return a contact whole.

    Raises:
        NotFound: there is none of that id.
    """
    contact = directory.contact_by_id(session, contact_id)
    rules = rules_in_force(session).verification
    number = contact.numbers[0].e164 if contact.numbers else None
    return ContactDetail(
        contact,
        now().date(),
        rules.number_days,
        has_pin=credentials.has(session, contact_id, credentials.PIN),
        has_totp=credentials.has(session, contact_id, credentials.TOTP),
        is_locked=verification.is_locked(session, contact_id),
        email_counts=rules.email_codes,
        failures=_failures(session, contact_id),
        tickets=tuple(tickets_of_requester(session, contact_id, number, contact.name, contact.organization)),
    )


def _failures(session: Session, contact_id: int) -> tuple[Failure, ...]:
    """The failed attempts of late, the newest first; that an approver said no is about a request, and none."""
    query = (
        sa.select(AttemptRow.at, AttemptRow.method, AttemptRow.agent)  # type: ignore[call-overload]
        .where(
            col(AttemptRow.contact_id) == contact_id,
            col(AttemptRow.outcome) == Outcome.FAILED,
            col(AttemptRow.method) != Method.APPROVER,
            col(AttemptRow.at) > now() - _LATELY,
        )
        .order_by(col(AttemptRow.id).desc())
        .limit(_FAILURES)
    )
    return tuple(Failure(row.at, Method(row.method), row.agent) for row in session.execute(query))
