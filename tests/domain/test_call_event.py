"""One call is one call, however often, late and out of order phones tell of it (P1)."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callintake.domain.call import Direction
from callintake.domain.call_event import CallEvent, EventKind, PhoneCall, Told, fold, same_call

NOON = datetime.fromisoformat("2026-11-23T12:00:00+00:00")
NUMBER = "+442079460112"


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def event(kind: EventKind, seconds: float, call_id: str | None = "c-1", **other: object) -> CallEvent:
    given: dict[str, object] = {"caller": NUMBER, "called": "+442079460100", "source": "cti", **other}
    return CallEvent(kind, at=at(seconds), external_id=call_id, **given)  # type: ignore[arg-type]


RING, ANSWER, HANG_UP = event(EventKind.RING, 0), event(EventKind.ANSWER, 8), event(EventKind.HANG_UP, 68)


def test_a_call_waits_is_talked_in_and_is_over() -> None:
    call = fold([RING, ANSWER, replace(HANG_UP, cause="normalClearing")])
    assert (call.wait_seconds, call.talk_seconds, call.cause) == (8, 60, "normalClearing")
    assert not call.is_missed


def test_time_on_hold_is_not_talked() -> None:
    hold, resume = event(EventKind.HOLD, 20), event(EventKind.RESUME, 50)
    assert fold([RING, ANSWER, hold]).held_since == at(20)
    assert fold([RING, ANSWER, hold, resume, HANG_UP]).talk_seconds == 30
    assert fold([RING, ANSWER, hold, HANG_UP]).talk_seconds == 12


def test_a_call_that_nobody_answered_is_missed_unless_it_went_on_elsewhere() -> None:
    assert fold([RING, HANG_UP]).is_missed
    assert not fold([RING]).is_missed
    assert not fold([RING, replace(HANG_UP, cause="forwarded")]).is_missed
    assert not fold([replace(RING, direction=Direction.OUTBOUND), HANG_UP]).is_missed


def test_an_answer_that_comes_after_the_end_was_an_answer_all_the_same() -> None:
    call = fold([RING, HANG_UP, event(EventKind.ANSWER, 70)])
    assert (call.answered, call.talk_seconds, call.is_missed) == (at(68), 0, False)


def test_what_the_phone_has_on_record_goes_before_when_it_was_told() -> None:
    told = Told(at(-2), at(5), at(65))
    report = event(EventKind.REPORT, 90, "3cx", source="3cx", told=told)
    call = fold([RING, report])
    assert (call.began, call.answered, call.ended) == (at(-2), at(5), at(65))


@given(st.lists(st.sampled_from([RING, ANSWER, HANG_UP]), min_size=3).filter(lambda told: len(set(told)) == 3))
def test_the_order_and_the_number_of_tellings_make_no_difference(told: list[CallEvent]) -> None:
    assert fold(told) == fold([RING, ANSWER, HANG_UP])


@given(
    st.permutations([EventKind.RING, EventKind.ANSWER, EventKind.HANG_UP]),
    st.lists(st.floats(0, 100), min_size=3, max_size=3),
)
def test_times_never_run_backwards_whenever_events_come(kinds: list[EventKind], after: list[float]) -> None:
    call = fold([event(kind, sum(after[: place + 1])) for place, kind in enumerate(kinds)])
    assert call.answered is not None
    assert call.ended is not None
    assert call.began <= call.answered <= call.ended
    assert (call.caller, call.is_missed) == (NUMBER, False)


def call(*events: CallEvent) -> PhoneCall:
    return fold(events)


@pytest.mark.parametrize(
    ("told", "known", "is_same"),
    [
        pytest.param(event(EventKind.HANG_UP, 3600, caller=""), RING, True, id="an id is enough"),
        pytest.param(event(EventKind.RING, 90_000), RING, False, id="an id of another day begins anew"),
        pytest.param(event(EventKind.RING, 1, "c-2"), RING, False, id="one source, two ids, two calls"),
        pytest.param(event(EventKind.RING, 1, "x", source="3cx"), RING, True, id="two sources, one call"),
        pytest.param(event(EventKind.RING, 1, None, source="address"), RING, True, id="no id, the same number"),
        pytest.param(event(EventKind.RING, 130, None), RING, False, id="no id, much later"),
        pytest.param(event(EventKind.RING, 1, None, caller="+442079460113"), RING, False, id="another number"),
        pytest.param(event(EventKind.RING, 1, None, direction=Direction.OUTBOUND), RING, False, id="outbound"),
        pytest.param(event(EventKind.HANG_UP, 3600, None), RING, True, id="a hang-up without id"),
        pytest.param(event(EventKind.HANG_UP, 1, None, caller=""), RING, False, id="neither id nor number"),
    ],
)
def test_an_event_finds_its_call(told: CallEvent, known: CallEvent, is_same: bool) -> None:
    assert (same_call(told, [call(known)]) is not None) == is_same


def test_a_caller_who_rings_again_after_hanging_up_makes_a_second_call() -> None:
    over = call(replace(RING, external_id=None), replace(HANG_UP, external_id=None))
    assert same_call(event(EventKind.RING, 70, None), [over]) == 0
    assert same_call(event(EventKind.RING, 80, None), [over]) is None
    going = call(event(EventKind.RING, 80, None))
    assert same_call(event(EventKind.HANG_UP, 90, None), [over, going]) == 1


def test_withheld_numbers_are_one_number() -> None:
    withheld = call(event(EventKind.RING, 0, None, caller="anonymous"))
    assert same_call(event(EventKind.ANSWER, 2, None, caller="Restricted"), [withheld]) == 0
