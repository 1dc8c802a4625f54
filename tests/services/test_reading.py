"""A ticket is read as others rely on it: the names, the forms, nothing left out."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlmodel import Session

from callintake.domain.detail_json import line_to_json, stamp, to_json
from callintake.domain.errors import NotFound
from callintake.domain.number import WrongNumber, ticket_number
from callintake.domain.view import Filter, View
from callintake.services import queue, raising, reading, tickets
from callintake.services.history import acting_at
from tests.conftest import LEAD, REGION, corpus
from tests.services.acting import given_ticket, raise_open

CONTRACT = (
    *("number", "subject", "description", "category", "priority", "status", "department", "owner", "version"),
    *("requester", "missing", "missing_reason", "gate", "calls", "notes", "attempts", "notifications", "history"),
    *("created_at", "updated_at", "due_at"),
)


def test_a_ticket_in_json_has_every_name_that_others_rely_on(session: Session) -> None:
    with acting_at(datetime(2026, 11, 23, 10, 30, tzinfo=timezone(timedelta(hours=1)))):
        number = raise_open(session)
        tickets.add_note(session, number, "on my way", LEAD)
    given = json.loads(json.dumps(to_json(reading.ticket(session, number))))
    assert set(CONTRACT) <= set(given)
    assert given["number"] == number
    assert given["gate"] == {"open": True, "identity": "verified", "authorization": "authorized", "reasons": []}
    assert {"name", "organization", "email", "phone", "contact_id"} <= set(given["requester"])
    assert given["created_at"] == given["calls"][0]["ended_at"] == "2026-11-23T09:30:00Z"
    [note] = given["notes"]
    assert (note["at"], note["agent"], note["text"]) == ("2026-11-23T09:30:00Z", LEAD, "on my way")
    assert (given["attempts"][0]["method"], given["attempts"][0]["factor"]) == ("callback", "have")
    assert [event["kind"] for event in given["history"]][-1] == "note"


def test_a_line_has_the_same_names_for_the_same_things(session: Session) -> None:
    number = raise_open(session)
    whole = to_json(reading.ticket(session, number))
    (line,) = [line_to_json(line) for line in queue.queue_page(session, Filter(View.OPEN)) if line.number == number]
    for name, value in line.items():
        if name == "requester":
            assert value.items() <= whole[name].items()
        else:
            assert whole[name] == value


@pytest.mark.parametrize("text", corpus("db"))
def test_whatever_is_in_a_ticket_its_json_can_be_written_and_shown(session: Session, text: str) -> None:
    given = given_ticket(f"said {text}", subject=text)
    given["requester"]["name"] = f"x{text}"
    ticket = reading.ticket(session, ticket_number(raising.add_ticket(session, given, LEAD, REGION)))
    written = json.dumps(to_json(ticket), ensure_ascii=False)
    written.encode()
    assert written.isprintable() or "\u200d" in written


def test_a_number_that_is_wrong_is_told_from_one_that_is_unknown(session: Session) -> None:
    with pytest.raises(WrongNumber):
        reading.ticket(session, "1001-8")
    with pytest.raises(NotFound):
        reading.ticket(session, ticket_number(999_999))
    with pytest.raises(NotFound):
        reading.ticket(session, ticket_number(999_999_999_999_999))


def test_a_time_is_in_utc_to_the_second() -> None:
    assert stamp(datetime(2026, 11, 23, 9, 30, 15, 999, tzinfo=UTC)) == "2026-11-23T09:30:15Z"
    assert stamp(None) is None
