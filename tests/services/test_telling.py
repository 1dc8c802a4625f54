"""Who is told of what, and when: in the transaction of what it is about, and through an open gate alone (P5, P9)."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from callintake.domain.delivery import sent
from callintake.domain.errors import GateShut, Refused
from callintake.domain.method import Method, Outcome
from callintake.domain.notice import Claimed, Reach
from callintake.domain.number import serial_of
from callintake.domain.ticket import Priority, Status
from callintake.notifications.render import letter
from callintake.services import merging, outbox, telling, tickets
from callintake.services.delivery import claim_due, record_outcome
from callintake.services.history import acting_at, now
from callintake.services.suspicion import mark_ticket
from callintake.services.undoing import undo
from callintake.store.tables import OutboxRow
from tests.conftest import LEAD
from tests.notifications.desk import DEPARTMENT, desk_text
from tests.services.acting import raise_open, raise_waiting
from tests.services.verifying import apply_desk_file, person

FIELD, NETWORK, SECURITY = "field@example.com", "network@example.com", "security@example.com"


@pytest.fixture
def told_desk(session: Session) -> Session:
    """A desk whose departments hear by mail, one of them by a messenger too."""
    apply_desk_file(session, desk_text(25, webhooks=(("slack", "FIELD_CHAT"),)))
    return session


def told(session: Session) -> list[tuple[str, str, str, int]]:
    """What was told: what of, how, to whom, and of which revision."""
    rows = session.exec(select(OutboxRow).order_by(OutboxRow.id))  # type: ignore[arg-type]
    return [(row.event, row.channel, row.recipient, row.revision) for row in rows]


def claims(session: Session) -> Iterator[Claimed]:
    """All that is due by mail, as a courier takes it."""
    while (claimed := claim_due(session, Reach(mail=True), timedelta(minutes=3))) is not None:
        yield claimed


def test_a_ticket_behind_an_open_gate_is_told_by_mail_and_messenger(told_desk: Session) -> None:
    raise_open(told_desk)
    assert told(told_desk) == [("routed", "email", FIELD, 1), ("routed", "slack", "FIELD_CHAT", 1)]


def test_nobody_is_told_of_a_ticket_behind_a_shut_gate(told_desk: Session) -> None:
    number = raise_waiting(told_desk)
    with pytest.raises(GateShut):
        tickets.route(told_desk, number, "Network", LEAD)
    with pytest.raises(GateShut):
        tickets.involve(told_desk, number, "Network", LEAD)
    assert told(told_desk) == []


def test_what_is_taken_back_tells_nobody(told_desk: Session) -> None:
    with told_desk.begin_nested() as part:
        raise_open(told_desk)
        part.rollback()
    assert told(told_desk) == []


def test_a_department_hears_that_a_ticket_went_elsewhere_and_the_other_that_it_came(told_desk: Session) -> None:
    number = raise_open(told_desk)
    tickets.route(told_desk, number, "Network", LEAD)
    tickets.route(told_desk, number, "network", LEAD)
    assert told(told_desk)[2:] == [
        ("withdrawn", "email", FIELD, 2),
        ("withdrawn", "slack", "FIELD_CHAT", 2),
        ("routed", "email", NETWORK, 1),
    ]


def test_another_department_is_told_of_a_ticket_that_stays_where_it_is(told_desk: Session) -> None:
    number = raise_open(told_desk)
    assert tickets.involve(told_desk, number, "Network", LEAD) == tickets.Involved("Network", 1)
    assert told(told_desk)[2:] == [("involved", "email", NETWORK, 1)]


def test_a_department_that_hears_nowhere_is_not_told_in_silence(session: Session) -> None:
    apply_desk_file(session, desk_text(25, network=()))
    number = raise_open(session)
    with pytest.raises(Refused, match="nobody was told"):
        tickets.involve(session, number, "Network", LEAD)


def test_what_the_courier_did_since_keeps_nobody_from_undoing_what_they_did(told_desk: Session) -> None:
    number = raise_open(told_desk)
    tickets.claim(told_desk, number, LEAD)
    claimed = claim_due(told_desk, Reach(mail=True), timedelta(minutes=3))
    assert claimed is not None
    assert record_outcome(told_desk, claimed, sent("taken"))
    assert undo(told_desk, number, LEAD).startswith("claimed")


def test_departments_hear_that_a_ticket_is_resolved_and_those_it_left_do_not(told_desk: Session) -> None:
    number = raise_open(told_desk)
    tickets.route(told_desk, number, "Network", LEAD)
    before = len(told(told_desk))
    tickets.set_status(told_desk, number, Status.RESOLVED, LEAD)
    assert told(told_desk)[before:] == [("resolved", "email", NETWORK, 2)]


def test_departments_hear_with_both_numbers_that_a_ticket_went_into_another_and_that_this_was_undone(
    told_desk: Session,
) -> None:
    number, into = raise_open(told_desk), raise_open(told_desk)
    tickets.route(told_desk, number, "Network", LEAD)
    before = len(told(told_desk))
    with told_desk.begin_nested() as part:
        merging.merge(told_desk, number, into, LEAD)
        assert told(told_desk)[before:] == [("merged", "email", NETWORK, 2)]
        part.rollback()
    assert len(told(told_desk)) == before, "what is not done is not told"
    merging.merge(told_desk, number, into, LEAD)
    undo(told_desk, number, LEAD)
    assert told(told_desk)[before:] == [("merged", "email", NETWORK, 2), ("apart again", "email", NETWORK, 3)]
    openings = [letter(claimed.notice).text.splitlines()[0] for claimed in claims(told_desk)]
    assert openings[-2:] == [
        f"{number} was merged into {into} by {LEAD}: it goes on under that number",
        f"{number} is a ticket of its own again; that it went into {into} was undone by {LEAD}",
    ]


def test_who_was_told_of_nothing_hears_of_no_merge(told_desk: Session) -> None:
    number, into = raise_waiting(told_desk), raise_open(told_desk)
    before = told(told_desk)
    merging.merge(told_desk, number, into, LEAD)
    undo(told_desk, number, LEAD)
    assert told(told_desk) == before


def test_departments_hear_at_once_that_nothing_may_be_done_any_more_and_when_it_may_again(told_desk: Session) -> None:
    number = raise_open(told_desk)
    mark_ticket(told_desk, serial_of(number), "the voice was another's", LEAD)
    assert [event for event, _, to, _ in told(told_desk) if to == FIELD] == ["routed", "gate shut"]
    tickets.break_glass(told_desk, number, "the lead knows", LEAD)
    assert [event for event, _, to, _ in told(told_desk) if to == FIELD] == ["routed", "gate shut", "gate open"]


def test_a_ticket_of_another_kind_whose_gate_shuts_with_that_is_told_as_shut(session: Session) -> None:
    from tests.notifications.desk import DEPARTMENT as FIELD_SERVICES

    text = desk_text(25) + f'[[categories]]\nname = "access"\ndepartment = "{FIELD_SERVICES}"\ntwo_fold = true\n'
    apply_desk_file(session, text)
    number = raise_open(session)
    assert not tickets.set_category(session, number, "access", LEAD).open
    assert [event for event, *_ in told(session)] == ["routed", "gate shut"]
    assert tickets.set_category(session, number, "printing", LEAD).open
    assert [event for event, *_ in told(session)] == ["routed", "gate shut", "gate open"]


def test_a_failed_attempt_that_shuts_no_gate_tells_nobody(told_desk: Session) -> None:
    number = raise_open(told_desk)
    before = told(told_desk)
    contact = person(told_desk, "Amara Okafor")
    dialled = contact.numbers[0].e164
    gate = tickets.verify(told_desk, number, Method.CALLBACK, Outcome.FAILED, LEAD, dialled=dialled)
    shut = [] if gate.open else ["gate shut", "gate shut"]
    assert [event for event, *_ in told(told_desk)[len(before) :]] == shut


def test_the_contact_gets_the_number_once_where_the_desk_wants_that(session: Session) -> None:
    apply_desk_file(session, desk_text(25, notify="acknowledge = true"))
    number = raise_open(session)
    tickets.route(session, number, "Network", LEAD)
    acknowledged = [to for event, _, to, _ in told(session) if event == "acknowledged"]
    assert acknowledged == ["amara.okafor@northgatedental.example.com"]


def test_a_lead_is_told_once_of_a_ticket_past_its_due_time(session: Session) -> None:
    apply_desk_file(session, desk_text(25, notify='breach_address = "lead@example.com"'))
    raise_open(session)
    assert telling.tell_breaches(session) == 0
    with acting_at(now() + timedelta(days=2)):
        assert [telling.tell_breaches(session) for _ in range(2)] == [1, 0]
    assert [to for event, _, to, _ in told(session) if event == "breached"] == ["lead@example.com"]


def test_a_lead_is_told_once_more_when_a_ticket_is_past_the_later_time_it_was_given(session: Session) -> None:
    apply_desk_file(session, desk_text(25, notify='breach_address = "lead@example.com"'))
    number = raise_open(session, priority=Priority.NORMAL)
    begun = now()
    with acting_at(begun + timedelta(days=2)):
        assert telling.tell_breaches(session) == 1
        tickets.set_priority(session, number, Priority.CRITICAL, LEAD)
        assert telling.tell_breaches(session) == 0, "it is late all the same"
        tickets.set_priority(session, number, Priority.LOW, LEAD)
        assert telling.tell_breaches(session) == 0, "it is not late any more"
    with acting_at(begun + timedelta(days=4)):
        assert [telling.tell_breaches(session) for _ in range(2)] == [1, 0]
    assert [(event, revision) for event, _, _, revision in told(session)[1:]] == [("breached", 1), ("breached", 2)]


def test_neither_the_contact_nor_a_lead_is_told_unless_the_desk_wants_that(told_desk: Session) -> None:
    number = raise_open(told_desk)
    tickets.route(told_desk, number, "Network", LEAD)
    with acting_at(now() + timedelta(days=2)):
        assert telling.tell_breaches(told_desk) == 0
    assert {to for *_, to, _ in told(told_desk)} == {FIELD, "FIELD_CHAT", NETWORK}


def test_the_same_message_is_never_in_the_outbox_twice(session: Session) -> None:
    number = serial_of(raise_open(session))
    assert outbox.tell(session, "routed", FIELD, {}, ticket_id=number, department=DEPARTMENT)
    assert not outbox.tell(session, "routed", FIELD, {}, ticket_id=number, department=DEPARTMENT)
    assert outbox.tell(session, "routed", NETWORK, {}, ticket_id=number, department=DEPARTMENT)
    assert outbox.tell(session, "routed", FIELD, {}, ticket_id=number, department=DEPARTMENT, revision=2)
