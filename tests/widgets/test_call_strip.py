"""The strip of calls fits its line, with the call in front in sight, and tells apart those who have no name yet."""

from datetime import timedelta

import pytest

from callintake.domain.call import CallState, CallTimer
from callintake.domain.draft import CallDraft
from callintake.widgets.call_strip import strip_of
from tests.domain.test_draft import AT

NOW = AT + timedelta(seconds=65)


def call(number: int, state: CallState = CallState.ON_HOLD, name: str = "", notes: str = "") -> CallDraft:
    return CallDraft(str(number), AT, CallTimer(state, AT), name=name, notes=notes)


def test_two_calls_are_told_with_their_states_in_words() -> None:
    calls = [call(1, name="Amara Okafor"), call(2, CallState.TALKING)]
    assert strip_of(calls, "2", NOW, 80).plain == " 1 ‖ Amara Okafor 01:05 on hold   2 ● caller unknown 01:05 "


def test_callers_without_a_name_are_told_apart_by_what_they_said() -> None:
    calls = [call(1, notes="printer offline"), call(2, CallState.TALKING, notes="VPN")]
    assert strip_of(calls, "2", NOW, 80).plain == " 1 ‖ “printer offline” 01:05 on hold   2 ● “VPN” 01:05 "


@pytest.mark.parametrize("front", range(1, 13))
@pytest.mark.parametrize("width", [40, 80, 120])
def test_however_many_calls_there_are_the_one_in_front_is_in_sight(front: int, width: int) -> None:
    calls = [call(number, name="Konstantinos Papadopoulos") for number in range(1, 13)]
    assert f" {front} ‖ Konst" in strip_of(calls, str(front), NOW, width).plain[:width]


def test_words_go_before_names_do() -> None:
    calls = [call(number, name="Amara Okafor") for number in (1, 2, 3)]
    assert "on hold" not in strip_of(calls, "1", NOW, 80).plain
    assert strip_of(calls, "1", NOW, 80).plain.count("Amara Okafor") == 3
