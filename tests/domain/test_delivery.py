"""When a message is tried again, and when it is dead (P9)."""

from datetime import timedelta

import pytest

from callintake.domain.delivery import MOST_TRIES, WAITS, MessageState, failed, refused, sent


def test_what_was_taken_is_sent_whatever_was_tried_before() -> None:
    assert [sent("yes").state(tries) for tries in (1, MOST_TRIES, 99)] == [(MessageState.SENT, None)] * 3


def test_what_never_will_be_taken_is_dead_at_once() -> None:
    assert refused("no such user").state(1) == (MessageState.DEAD, None)


def test_what_failed_is_tried_again_after_longer_and_longer_and_dead_in_the_end() -> None:
    states = [failed("not now").state(tries) for tries in range(1, MOST_TRIES + 1)]
    assert states == [*((MessageState.FAILED, wait) for wait in WAITS), (MessageState.DEAD, None)]
    assert [wait.total_seconds() / 60 for wait in WAITS] == [1, 5, 15, 60, 360]


@pytest.mark.parametrize(
    ("asked", "waits"),
    [
        (timedelta(seconds=5), timedelta(minutes=1)),
        (timedelta(minutes=30), timedelta(minutes=30)),
        (timedelta(days=400), timedelta(days=1)),
    ],
)
def test_who_asks_to_be_left_alone_is_but_not_for_good(asked: timedelta, waits: timedelta) -> None:
    assert failed("too many", asked).state(1) == (MessageState.FAILED, waits)


def test_every_state_has_a_sign_of_its_own() -> None:
    assert len({state.sign for state in MessageState}) == len(MessageState)
