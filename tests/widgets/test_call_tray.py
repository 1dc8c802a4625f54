"""The tray tells who may be calling in whatever room there is, the first call with its key."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from callintake.domain.call import Channel, Direction
from callintake.domain.waiting_call import WaitingCall
from callintake.widgets.call_tray import tray_lines

NOON = datetime.fromisoformat("2026-11-23T12:00:00+00:00")
CALL = WaitingCall("c", Direction.INBOUND, Channel.VOIP, "+442079460112", NOON - timedelta(seconds=72))
TWO = ("Amara Okafor, Northgate Dental Group", "Tom Lindquist, Northgate Dental Group")


def shown(*calls: WaitingCall, width: int = 120, most: int = 4, back: tuple[str, ...] = ()) -> list[str]:
    return [line.plain for line in tray_lines(calls, NOON, width, most, back)]


def test_a_line_tells_how_long_it_rings_who_it_may_be_and_for_whom() -> None:
    [line] = shown(replace(CALL, contacts=TWO[:1], line="Northwind desk"))
    assert line.startswith(
        " ☎ rings 01:12  +44 20 7946 0112  Amara Okafor, Northgate Dental Group? for Northwind desk "
    )
    assert line.endswith("  ctrl+y takes it ")
    assert len(line) == 120


def test_several_who_have_the_number_are_all_named() -> None:
    [line] = shown(replace(CALL, contacts=TWO), width=160)
    assert f"{TWO[0]} or {TWO[1]}?" in line


@pytest.mark.parametrize("width", [80, 60, 40])
def test_the_key_and_the_number_stay_in_sight_in_little_room(width: int) -> None:
    [line] = shown(replace(CALL, contacts=TWO, line="Northwind desk"), width=width)
    assert "+44 20 7946 0112" in line
    assert "ctrl+y" in line


def test_in_80_columns_the_line_that_was_dialled_is_told() -> None:
    [line] = shown(replace(CALL, contacts=TWO, line="Northwind"), width=80)
    assert "for Northwind" in line
    assert len(line) == 80


def test_an_answered_an_outbound_and_a_withheld_call_say_so() -> None:
    answered = replace(CALL, answered=NOON - timedelta(seconds=5))
    lines = shown(answered, replace(CALL, direction=Direction.OUTBOUND), replace(CALL, number="anonymous"))
    assert [line.split("  ")[0] for line in lines] == [" ● on the phone 00:05", " ☎ calling 01:12", " ☎ rings 01:12"]
    assert "number withheld" in lines[2]


def test_more_than_there_is_room_for_are_counted_and_one_key_is_said_once() -> None:
    lines = shown(CALL, CALL, CALL, most=2)
    assert len(lines) == 2
    assert "and 2 more" in lines[1]
    assert sum("ctrl+y" in line for line in lines) == 1


def test_a_caller_who_is_back_goes_on() -> None:
    assert "ctrl+y goes on" in shown(CALL, back=("c",))[0]
