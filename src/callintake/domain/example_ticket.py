"""A ticket that never was, to see how messages read before there is any."""

from datetime import UTC, datetime, timedelta

from callintake.domain.contact import Requester
from callintake.domain.detail import Ticket
from callintake.domain.gate import Authorization, Gate, Identity
from callintake.domain.ticket import Priority, Status

_AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
_DESCRIPTION = """\
Hi, it's Amara Okafor at Northgate Dental.
The label printer at the Camden desk has stopped again, it says offline."""


def example_ticket(department: str) -> Ticket:
    """Return a ticket that goes to a department: nobody in it is anybody."""
    phone, email = "+442079460112", "amara.okafor@northgatedental.example.com"
    return Ticket(
        serial=1001,
        version=1,
        subject="The label printer at the Camden desk has stopped again",
        description=_DESCRIPTION,
        category="printing",
        priority=Priority.HIGH,
        status=Status.NEW,
        department=department,
        owner=None,
        requester=Requester("Amara Okafor", "Northgate Dental Group", email, phone, phone, None),
        missing_reason=None,
        gate=Gate(Identity.VERIFIED, Authorization.AUTHORIZED),
        raised_by="kim",
        created_at=_AT,
        updated_at=_AT,
        due_at=_AT + timedelta(hours=4),
        asset="ND-0441",
    )
