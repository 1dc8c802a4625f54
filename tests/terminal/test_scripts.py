"""The scripts of calls, played key by key into the real program, and the tickets they end in."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import call_script
from tests.terminal.desk import DeskTerminal

pytestmark = pytest.mark.terminal
SPOKEN = re.compile(r"“((?:\w+ )+\w+, dash, \w+)”")
DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])


def type_what_is_heard(terminal: DeskTerminal, script: dict[str, Any]) -> None:
    """Type each thing heard as a line of Live notes."""
    terminal.wait_for("Live notes")
    for _second, heard in script["heard"]:
        terminal.type(heard)
        terminal.press("enter")


def fill_contact(terminal: DeskTerminal, **typed: str) -> None:
    """Fill the fields of the step Contact, in their order, with Enter after each."""
    terminal.press("f6")
    for field in ("name", "organization", "email", "phone"):
        terminal.type(typed.get(field, ""))
        terminal.press("enter")


def choose(terminal: DeskTerminal, category: str, priority: str = "") -> None:
    """Choose a category and a priority by their first letters, in the step Request."""
    terminal.press("f7", "enter")
    terminal.type(category)
    terminal.press("enter")
    terminal.type(priority)


def pick_and_call_back(terminal: DeskTerminal, expected: str) -> None:
    """Pick the one contact offered, call back the number on file, and say that it was them."""
    terminal.wait_for(expected)
    terminal.press("down", "enter")
    terminal.wait_for("may ask for")
    terminal.press("enter", "enter", "v", "enter")


def raise_ticket(terminal: DeskTerminal) -> dict[str, Any]:
    """Raise the ticket, and return it as others see it, by the number that is read out."""
    terminal.press("ctrl+r")
    spoken = SPOKEN.search(terminal.wait_for(SPOKEN))
    assert spoken is not None
    words = spoken[1].replace(", dash,", "").split()
    return terminal.ticket("".join(str(DIGITS.index(word)) for word in words))


def check(ticket: dict[str, Any], expect: dict[str, Any], channel: str) -> None:
    """Hold a ticket to what the script expects of it."""
    requester = ticket["requester"]
    assert {name: requester[name] for name in ("name", "organization", "email", "phone")} == expect["requester"]
    assert ticket["missing"] == []
    assert ticket["gate"]["open"] is expect["gate_open"]
    assert [call["channel"] for call in ticket["calls"]] == [channel]
    assert [call["disposition"] for call in ticket["calls"]] == [expect["disposition"]]
    for said in expect.get("description_has", []):
        assert said in ticket["description"]
    for name in ("category", "priority", "department"):
        if name in expect:
            assert ticket[name] == expect[name]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "home"
    path.mkdir()
    return path


@SIZES
def test_a_known_caller_is_called_back_and_her_ticket_goes_to_its_department(
    desk_file: Path, home: Path, size: tuple[int, int]
) -> None:
    script = call_script("01")
    event = script["event"]
    with DeskTerminal(
        desk_file, "new", "--from", event["from"], "--channel", event["channel"], home=home, size=size
    ) as terminal:
        type_what_is_heard(terminal, script)
        terminal.press("ctrl+l")
        pick_and_call_back(terminal, "Amara Okafor · Northgate Dental Group")
        choose(terminal, "p", "h")
        terminal.wait_for("GATE OPEN")
        ticket = raise_ticket(terminal)
    check(ticket, script["expect"], event["channel"])
    assert ticket["description"].splitlines() == [heard for _second, heard in script["heard"]]
    [attempt] = ticket["attempts"]
    assert (attempt["method"], attempt["number"]) == ("callback", "+442079460112")


@SIZES
def test_facts_come_in_any_order_and_a_lead_vouches_for_an_unknown_caller(
    desk_file: Path, home: Path, size: tuple[int, int]
) -> None:
    script = call_script("02")
    with DeskTerminal(desk_file, "new", "--channel", script["channel"], home=home, size=size) as terminal:
        type_what_is_heard(terminal, script)
        fill_contact(
            terminal,
            name="Hannah Weiss",
            organization="Riverbank Legal LLP",
            email="hannah.weiss@riverbanklegal.example.com",
            phone="020 7946 0867",
        )
        terminal.press("f5")
        terminal.wait_for("lead vouches")
        terminal.press("enter", "enter")
        terminal.type("Kofi Mensah vouches, called back on +44 20 7946 0998")
        terminal.press("enter", "v", "enter")
        terminal.wait_for("GATE OPEN")
        choose(terminal, "n")
        ticket = raise_ticket(terminal)
    check(ticket, script["expect"], script["channel"])
    assert ticket["requester"]["phone"] != script["expect"]["not_phone"]
    assert ticket["requester"]["phone_typed"] == "020 7946 0867"
    [attempt] = ticket["attempts"]
    assert attempt["method"] == "vouch"
    assert "Kofi Mensah" in attempt["reason"]


@SIZES
def test_accents_an_extension_and_a_sensitive_change_are_kept_as_they_are(
    desk_file: Path, home: Path, size: tuple[int, int]
) -> None:
    script = call_script("08")
    event = script["event"]
    with DeskTerminal(
        desk_file, "new", "--from", event["from"], "--channel", event["channel"], home=home, size=size
    ) as terminal:
        type_what_is_heard(terminal, script)
        fill_contact(
            terminal,
            organization="Cwm Valley Council",
            email="sian.prys-jones@cwmvalley.example.org",
            phone="029 2018 0345 extension 27",
        )
        terminal.press("f5")
        terminal.type("Siân")
        pick_and_call_back(terminal, "Siân Prys-Jones · Cwm Valley Council")
        choose(terminal, "ch")
        terminal.wait_for("GATE OPEN")
        ticket = raise_ticket(terminal)
    check(ticket, script["expect"], event["channel"])
    assert ticket["gate"] == {
        "open": True,
        "identity": "verified",
        "authorization": "authorized",
        "reasons": [],
    }
