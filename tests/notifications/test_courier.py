"""The courier: what is due is sent once, what fails is tried again, what never will be is dead and said so (P9)."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from callintake.domain.delivery import MOST_TRIES, WAITS, sent
from callintake.domain.errors import Refused
from callintake.domain.notice import Reach
from callintake.notifications.courier import Tally
from callintake.services import outbox
from callintake.services.delivery import claim_due, record_outcome
from callintake.services.history import acting_at
from callintake.store.database import Store
from callintake.store.tables import EventRow
from tests.notifications.desk import apply, changes, desk_text, drain, rows, states
from tests.notifications.servers import greets_with, mail_server, messenger, talker
from tests.services.acting import raise_open

NOON = datetime(2030, 3, 4, 12, 0, tzinfo=UTC)


def test_a_department_hears_by_mail_and_messenger_with_the_number_first(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mail_server() as mail, messenger() as chat:
        monkeypatch.setenv("CALLINTAKE_SECRET_FIELD_CHAT", chat.address)
        apply(store, desk_text(mail.port, webhooks=(("generic", "FIELD_CHAT"),)))
        with store.transaction() as session:
            number = raise_open(session)
        tally = drain(store)
        assert (tally.sent, tally.failed, tally.dead) == (2, 0, 0)
        [letter], [post] = mail.taken, chat.taken
    assert letter.recipients == ["field@example.com"]
    assert letter.message["Subject"].startswith(f"{number} ")
    assert letter.message.get_body(("plain",)).get_content().startswith(f"{number} is for Field services")  # type: ignore[union-attr]
    assert post.json["number"] == number
    assert post.json["text"].startswith(f"{number} ")
    assert states(store) == [("field@example.com", "sent"), ("FIELD_CHAT", "sent")]
    assert all(row.sent_at and row.due_at is None and row.tries == 1 for row in rows(store))


def test_nothing_is_sent_twice(store: Store) -> None:
    with mail_server() as mail:
        apply(store, desk_text(mail.port))
        with store.transaction() as session:
            raise_open(session)
        assert [drain(store).sent for _ in range(3)] == [1, 0, 0]
        assert len(mail.taken) == 1


def test_what_fails_is_tried_again_after_a_while_each_time_longer_and_then_is_dead_and_loudly_so(store: Store) -> None:
    with talker(greets_with(b"421 come back later")) as port:
        apply(store, desk_text(port))
        with store.transaction() as session, acting_at(NOON):
            raise_open(session)
        moment, waited = NOON, []
        for _ in range(MOST_TRIES - 1):
            with acting_at(moment):
                assert drain(store).failed == 1
            [row] = rows(store)
            assert (row.state, row.outcome) == ("failed", "127.0.0.1 says 421 come back later")
            assert row.due_at is not None
            with acting_at(row.due_at - timedelta(seconds=1)):
                assert drain(store).failed == 0, "not a second before"
            waited.append(row.due_at - moment)
            moment = row.due_at
        with acting_at(moment):
            drain(store)
    [row] = rows(store)
    assert tuple(waited) == WAITS
    assert (row.state, row.due_at, row.tries) == ("dead", None, MOST_TRIES)
    with store.reading() as session:
        assert outbox.standing(session).warning == "messages: 1 dead"
        told = session.exec(select(EventRow).where(EventRow.kind == "message dead")).one()
    assert told.data["outcome"] == "127.0.0.1 says 421 come back later"


def test_of_three_recipients_the_one_that_is_refused_is_dead_at_once_and_the_others_have_it(store: Store) -> None:
    emails = ("a@example.com", "b@example.com", "c@example.com")
    with mail_server() as mail:
        mail.rcpt["b@example.com"] = "550 5.1.1 no such user"
        apply(store, desk_text(mail.port, emails=emails))
        with store.transaction() as session:
            raise_open(session)
        drain(store)
        assert sorted(taken.recipients[0] for taken in mail.taken) == ["a@example.com", "c@example.com"]
    assert states(store) == [("a@example.com", "sent"), ("b@example.com", "dead"), ("c@example.com", "sent")]
    assert rows(store)[1].outcome == "550 5.1.1 no such user"


def test_a_dead_message_is_replayed_with_a_reason_and_keeps_its_identity(store: Store) -> None:
    with mail_server() as mail:
        mail.data = "554 no"
        apply(store, desk_text(mail.port))
        with store.transaction() as session:
            raise_open(session)
        drain(store)
        [row] = rows(store)
        assert row.state == "dead"
        mail.data = "250 yes"
        with store.transaction() as session:
            outbox.replay(session, row.id, "the server was set up wrongly", "kim")
        assert drain(store).sent == 1
    assert states(store) == [("field@example.com", "sent")]
    with store.reading() as session:
        kinds = session.exec(select(EventRow.kind).where(EventRow.kind.startswith("message"))).all()  # type: ignore[attr-defined]
    assert kinds == ["message dead", "message replayed", "message sent"]


def test_a_claim_that_ran_out_goes_once_more_with_the_same_message_id_and_the_late_courier_records_nothing(
    store: Store,
) -> None:
    with mail_server() as mail:
        apply(store, desk_text(mail.port))
        with store.transaction() as session, acting_at(NOON):
            raise_open(session)
        with store.transaction() as session, acting_at(NOON):
            claimed = claim_due(session, Reach(mail=True), timedelta(minutes=3))
            assert claimed is not None
            assert claim_due(session, Reach(mail=True), timedelta(minutes=3)) is None
        with acting_at(NOON + timedelta(minutes=2)):
            assert drain(store).sent == 0
        with acting_at(NOON + timedelta(minutes=3)):
            assert drain(store).sent == 1
        with store.transaction() as session:
            assert not record_outcome(session, claimed, sent("too late"))
    [row] = rows(store)
    assert (row.state, row.tries) == ("sent", 1)
    assert row.outcome is not None
    assert "too late" not in row.outcome


def test_what_no_secret_is_here_for_waits_for_a_courier_who_has_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with messenger() as chat:
        apply(store, desk_text(webhooks=(("slack", "FIELD_CHAT"),)))
        with store.transaction() as session:
            raise_open(session)
        assert drain(store).sent == 0
        assert [(row.state, row.tries) for row in rows(store)] == [("pending", 0)]
        monkeypatch.setenv("CALLINTAKE_SECRET_FIELD_CHAT", chat.address)
        assert drain(store).sent == 1
    assert states(store) == [("FIELD_CHAT", "sent")]


def test_what_was_sent_is_recorded_when_the_database_was_busy_for_long(store: Store) -> None:
    busy = iter([True] * 7)

    async def change(verb: Callable[..., Any], /, *args: Any) -> Any:
        if verb is record_outcome and next(busy, False):
            raise Refused("the database is busy with another program's work: try again")
        return await changes(store)(verb, *args)

    with mail_server() as mail:
        apply(store, desk_text(mail.port))
        with store.transaction() as session:
            raise_open(session)
        assert drain(store, change=change).sent == 1
        assert drain(store).sent == 0
        assert len(mail.taken) == 1
    assert states(store) == [("field@example.com", "sent")]


def test_nothing_is_taken_while_what_was_sent_is_not_on_record(store: Store) -> None:
    """Those who take more only keep the database busy, until a claim runs out and its message goes once more."""
    done: list[str] = []

    async def change(verb: Callable[..., Any], /, *args: Any) -> Any:
        if verb is record_outcome and args[0].recipient == "a@example.com" and done.count("not recorded") < 3:
            done.append("not recorded")
            raise Refused("the database is busy with another program's work: try again")
        done.append(verb.__name__)
        return await changes(store)(verb, *args)

    with mail_server() as mail:
        apply(store, desk_text(mail.port, emails=tuple(f"{name}@example.com" for name in "abcdefgh")))
        with store.transaction() as session:
            raise_open(session)
        assert drain(store, change=change).sent == 8
    first, last = done.index("not recorded"), max(i for i, what in enumerate(done) if what == "not recorded")
    assert "claim_due" not in done[first:last]


def test_a_claim_that_was_long_in_coming_is_left_to_another_courier(store: Store) -> None:
    lease = timedelta(seconds=1)
    others: list[Tally] = []

    async def late(verb: Callable[..., Any], /, *args: Any) -> Any:
        done = await changes(store)(verb, *args)
        if verb is claim_due and done is not None and not others:
            await asyncio.sleep(lease.total_seconds())
            others.append(await asyncio.to_thread(drain, store))
        return done

    with mail_server() as mail:
        apply(store, desk_text(mail.port))
        with store.transaction() as session:
            raise_open(session)
        assert drain(store, change=late, lease=lease).sent == 0
        assert [tally.sent for tally in others] == [1]
        assert len(mail.taken) == 1
