"""How a call's time is spent: talking, on hold and wrap-up are counted apart."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from callintake.domain.call import CallState, CallTimer

START = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
TURNS = ("set_aside", "take_up", "hang_up", "come_back")


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def test_a_call_set_aside_is_on_hold_and_taken_up_again_it_is_talked() -> None:
    timer = CallTimer(CallState.TALKING, START).set_aside(at(30)).take_up(at(75))
    assert timer.state is CallState.TALKING
    assert timer.seconds(CallState.TALKING, at(80)) == 35
    assert timer.seconds(CallState.ON_HOLD, at(80)) == 45


def test_what_is_written_after_the_caller_hung_up_is_wrap_up_and_not_talk() -> None:
    timer = CallTimer(CallState.TALKING, START).hang_up(at(60))
    assert timer.hung_up_at == at(60)
    assert timer.seconds(CallState.TALKING, at(100)) == 60
    assert timer.seconds(CallState.WRAP_UP, at(100)) == 40


def test_a_draft_parked_after_hang_up_counts_for_nothing() -> None:
    timer = CallTimer(CallState.TALKING, START).hang_up(at(10)).set_aside(at(20)).take_up(at(500))
    assert timer.seconds(CallState.WRAP_UP, at(505)) == 15
    assert timer.seconds(CallState.ON_HOLD, at(505)) == 0


def test_a_caller_who_rings_back_is_on_the_line_again() -> None:
    dropped = CallTimer(CallState.TALKING, START).hang_up(at(9))
    back = dropped.come_back(at(60))
    assert back.state is CallState.TALKING
    assert back.hung_up_at is None
    assert dropped.set_aside(at(10)).come_back(at(20)).state is CallState.ON_HOLD


def test_a_turn_that_does_not_follow_changes_nothing() -> None:
    timer = CallTimer(CallState.TALKING, START)
    assert timer.take_up(at(5)) is timer
    assert timer.come_back(at(5)) is timer
    assert timer.hang_up(at(5)).hang_up(at(9)).hung_up_at == at(5)


@given(st.lists(st.tuples(st.sampled_from(TURNS), st.integers(0, 600)), max_size=12))
def test_every_second_is_counted_once(turns: list[tuple[str, int]]) -> None:
    timer, now = CallTimer(CallState.TALKING, START), 0
    for turn, seconds in turns:
        now += seconds
        timer = getattr(timer, turn)(at(now))
    assert sum(timer.seconds(state, at(now)) for state in CallState) == now
    assert (timer.hung_up_at is None) is timer.state.is_on_line
