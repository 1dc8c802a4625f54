"""A ticket's timeline has everything that happened to it, once, in its order."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from callintake.domain.contact import Requester
from callintake.domain.detail import CallRecord, Event, Message, Note, Ticket
from callintake.domain.gate import Gate
from callintake.domain.method import Method, Outcome
from callintake.domain.ticket import Priority, Status
from callintake.domain.timeline import Kind, timeline
from callintake.domain.verification import Attempt, Claim

NINE = datetime(2030, 3, 4, 9, tzinfo=UTC)


def at(minutes: int) -> datetime:
    return NINE + timedelta(minutes=minutes)


TICKET = Ticket(
    1001, 3, "Printer", "Printer offline", "printing", Priority.NORMAL, Status.OPEN, "Billing", "kim",
    Requester("Amara Okafor", "Northgate", "a@b.example.com", "+442079460112"),
    None, Gate(), "kim", at(2), at(9), None,
)  # fmt: skip
CALL = CallRecord(
    "c1", at(0), at(3), "3cx", "inbound", "+442079460112", "", "kim", "ticket raised", None, talk_seconds=150
)


def test_everything_is_there_once_and_in_order() -> None:
    claim = Claim(1, "Amara Okafor", "Northgate", "printing")
    ticket = replace(
        TICKET,
        calls=(CALL,),
        notes=(Note(at(5), "jo", "rang again\nstill offline"),),
        attempts=(Attempt(claim, Method.PIN, Outcome.VERIFIED, "kim", at(1)),),
        notifications=(Message(at(3), "routed", "billing@b.example.com", "Billing", "email", "sent"),),
        history=(
            Event(at(1), "kim", "caller verified", {"method": "pin"}),
            Event(at(2), "kim", "raised", {}),
            Event(at(3), "kim", "routed", {"before": None, "department": "Billing"}),
            Event(at(5), "jo", "note", {}),
        ),
    )
    entries = [(entry.kind, entry.agent, entry.words) for entry in timeline(ticket)]
    assert entries == [
        (Kind.CALL, "kim", "inbound over 3cx +44 20 7946 0112, talked 2 m: ticket raised"),
        (Kind.ATTEMPT, "kim", "Amara Okafor, PIN: verified"),
        (Kind.CHANGE, "kim", "raised"),
        (Kind.MESSAGE, "", "Billing by email: routed, sent"),
        (Kind.CHANGE, "kim", "routed (department Billing)"),
        (Kind.NOTE, "jo", "rang again\nstill offline"),
    ]
