"""The outbox as people see it: what is dead or late is said, replayed with a reason, or settled (P9)."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from callintake.domain.delivery import failed, refused
from callintake.domain.errors import NotFound, Refused
from callintake.domain.notice import Reach
from callintake.domain.notify_rules import Medium
from callintake.services import agents, delivery, outbox
from callintake.services.history import acting_at, now
from callintake.services.outbox import Standing
from callintake.store.tables import OutboxRow, TicketRow
from tests.conftest import LEAD
from tests.notifications.desk import desk_text
from tests.services.acting import raise_open
from tests.services.verifying import apply_desk_file

LEASE = timedelta(minutes=3)


@pytest.fixture
def message(session: Session) -> int:
    """The id of a message that waits."""
    apply_desk_file(session, desk_text(25))
    raise_open(session)
    return session.exec(select(OutboxRow.id)).one()


def kill(session: Session) -> None:
    """Let what is due be refused for good."""
    claimed = delivery.claim_due(session, Reach(mail=True), LEASE)
    assert claimed is not None
    assert delivery.record_outcome(session, claimed, refused("550 no such user"))


def test_a_message_that_waits_for_more_than_a_quarter_of_an_hour_is_late(session: Session, message: int) -> None:
    assert outbox.standing(session) == Standing(waiting=1)
    with acting_at(now() + timedelta(minutes=16)):
        assert outbox.standing(session).warning == "messages: 1 late"


def test_a_dead_message_is_said_until_it_is_settled(session: Session, message: int) -> None:
    kill(session)
    assert outbox.standing(session).warning == "messages: 1 dead"
    with pytest.raises(Refused, match="reason"):
        outbox.settle(session, message, " ", LEAD)
    assert outbox.settle(session, message, "told by phone", LEAD).standing == "✓ settled"
    assert outbox.standing(session).warning is None
    assert outbox.list_messages(session, only_open=True) == []


def test_a_replayed_message_begins_anew(session: Session, message: int) -> None:
    kill(session)
    again = outbox.replay(session, message, "the address is right now", LEAD)
    assert (again.state, again.tries, again.settled) == ("pending", 0, None)
    assert delivery.claim_due(session, Reach(mail=True), LEASE) is not None


@pytest.mark.parametrize("given", ["0", "999", "-1", "x", "", "9" * 40, "１", "1 or 1"])
def test_what_is_no_id_of_a_message_is_refused(session: Session, message: int, given: str) -> None:
    with pytest.raises(NotFound):
        outbox.replay(session, given, "why not", LEAD)


def test_a_message_that_is_being_sent_is_not_replayed_meanwhile(session: Session, message: int) -> None:
    assert delivery.claim_due(session, Reach(mail=True), LEASE) is not None
    with pytest.raises(Refused, match="being sent right now"):
        outbox.replay(session, message, "hurry", LEAD)


def test_an_auditor_replays_nothing(session: Session, message: int) -> None:
    agent = agents.sign_in(session, "aud")
    agents.set_role(session, agent, "auditor", by=LEAD)
    with pytest.raises(Refused, match="audit"):
        outbox.replay(session, message, "why not", agent)


def test_what_a_server_says_is_kept_as_one_clean_line(session: Session, message: int) -> None:
    claimed = delivery.claim_due(session, Reach(mail=True), LEASE)
    assert claimed is not None
    delivery.record_outcome(session, claimed, failed("no\x1b]52;c;x\x07\r\nroom " + "x" * 1000))
    outcome = outbox.list_messages(session)[0].outcome
    assert outcome is not None
    assert "\x1b" not in outcome
    assert "\n" not in outcome
    assert len(outcome) <= 300


def test_messages_are_listed_newest_first_page_by_page(session: Session, message: int) -> None:
    for _ in range(3):
        raise_open(session)
    ids = [one.id for one in outbox.list_messages(session)]
    assert ids == sorted(ids, reverse=True)
    assert [one.id for one in outbox.list_messages(session, before=ids[1], limit=1)] == [ids[2]]


def test_what_nobody_can_send_says_so_until_there_is_a_mail_server(session: Session) -> None:
    raise_open(session)
    serial = session.exec(select(TicketRow.id)).one()
    outbox.tell(session, "sensitive request", "amara@example.com", {}, ticket_id=serial)
    outbox.tell(session, "routed", "FIELD_CHAT", {}, ticket_id=serial, medium=Medium.SLACK)
    [chat, mail] = outbox.list_messages(session)
    assert (chat.outcome, mail.outcome) == (None, outbox.NO_MAIL_SERVER)
    apply_desk_file(session, desk_text(25))
    assert [one.outcome for one in outbox.list_messages(session)] == [None, None]
