"""Who is at a ticket."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from callintake.domain.errors import NotFound
from callintake.domain.number import ticket_number
from callintake.domain.presence import HERE_FOR
from callintake.services import presence, reading
from callintake.services.history import acting_at, now
from callintake.store.database import Store
from tests.services.acting import raise_waiting
from tests.services.test_at_once import AGENTS, at_once


def names(there: tuple[presence.Present, ...]) -> list[str]:
    return [one.words for one in there]


def test_who_writes_or_looks_is_seen_by_the_others(session: Session) -> None:
    number, other = raise_waiting(session), raise_waiting(session)
    assert presence.look_at(session, number, "ann") == ()
    assert names(presence.look_at(session, number, "bob", is_writing=True)) == ["ann looks"]
    assert names(presence.look_at(session, number, "ann")) == ["bob writes"]
    assert names(presence.who_is_at(session, number)) == ["bob writes", "ann looks"]
    assert names(presence.look_at(session, other, "cem")) == []


def test_one_is_at_one_ticket_at_a_time_and_leaves(session: Session) -> None:
    number, other = raise_waiting(session), raise_waiting(session)
    presence.look_at(session, number, "ann", is_writing=True)
    presence.look_at(session, other, "ann")
    assert presence.who_is_at(session, number) == ()
    assert names(presence.who_is_at(session, other)) == ["ann looks"]
    presence.leave(session, "ann")
    presence.leave(session, "ann")
    assert presence.who_is_at(session, other) == ()


def test_who_was_not_seen_for_half_a_minute_is_not_there(session: Session) -> None:
    number = raise_waiting(session)
    presence.look_at(session, number, "ann")
    seen = now()
    with acting_at(seen + HERE_FOR - timedelta(seconds=1)):
        assert names(presence.who_is_at(session, number)) == ["ann looks"]
    with acting_at(seen + HERE_FOR):
        assert presence.who_is_at(session, number) == ()


def test_looking_changes_nothing_about_a_ticket(session: Session) -> None:
    number = raise_waiting(session)
    before = reading.ticket(session, number)
    presence.look_at(session, number, "ann", is_writing=True)
    assert reading.ticket(session, number) == before


def test_nobody_is_at_a_ticket_that_is_not_there(session: Session) -> None:
    with pytest.raises(NotFound):
        presence.look_at(session, ticket_number(999_999), "ann")


def test_all_who_come_at_once_are_there_also_with_two_windows(place: str, store: Store) -> None:
    with store.transaction() as session:
        number = raise_waiting(session)

    def look(store: Store, agent: str) -> None:
        for _ in range(3):
            with store.transaction() as session:
                presence.look_at(session, number, agent.removesuffix("'"), is_writing=agent in AGENTS[:2])

    outcomes = at_once(place, [*AGENTS, "ann'"], look)
    assert set(outcomes.values()) == {None}, outcomes
    with store.reading() as session:
        assert {one.agent for one in presence.who_is_at(session, number)} == set(AGENTS)
