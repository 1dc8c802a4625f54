"""The scripts of calls, played key by key into the real program, and the tickets they end in."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from callintake.store.database import open_store
from tests.conftest import call_script
from tests.services.verifying import SECURITY, equip_for_scripts, messages
from tests.terminal import calls
from tests.terminal.agent import Agent

pytestmark = pytest.mark.terminal
_SMALL, _LARGE = (80, 24), (120, 40)


def at(*sizes: tuple[int, int]) -> pytest.MarkDecorator:
    """Play a script at these sizes; with CALLINTAKE_BOTH_SIZES in the environment at both."""
    both = (_SMALL, _LARGE) if os.environ.get("CALLINTAKE_BOTH_SIZES") else sizes
    return pytest.mark.parametrize("size", both, ids=lambda size: f"{size[0]}x{size[1]}")


Sit = Callable[..., Agent]


def check(ticket: dict[str, Any], expect: dict[str, Any], channel: str) -> None:
    """Hold a ticket to what the script expects of it."""
    requester = ticket["requester"]
    for name, value in expect["requester"].items():
        assert requester[name] == value
    assert ticket["missing"] == []
    assert ticket["gate"]["open"] is expect.get("gate_open", True)
    assert [call["channel"] for call in ticket["calls"]] == [channel]
    assert [call["disposition"] for call in ticket["calls"]] == [expect.get("disposition", "ticket raised")]
    for said in expect.get("description_has", []):
        assert said in ticket["description"]
    for name in ("category", "priority", "department"):
        if name in expect:
            assert ticket[name] == expect[name]


@pytest.fixture
def equipped(desk_file: Path) -> Path:
    """The furnished desk, with what the callers of the scripts have on file, and a security address."""
    store = open_store(str(desk_file))
    with store.transaction() as session:
        equip_for_scripts(session)
    store.close()
    return desk_file


@pytest.fixture
def sit(equipped: Path, tmp_path: Path) -> Iterator[Sit]:
    """Sit an agent down at the furnished desk, in the call of a script: `sit("01")`."""
    seated: list[Agent] = []

    def down(script: str, size: tuple[int, int] = (80, 24)) -> Agent:
        home = tmp_path / f"home-{len(seated)}"
        home.mkdir()
        seated.append(Agent(equipped, call_script(script), home, size))
        return seated[-1]

    yield down
    for agent in seated:
        agent.close()


@at(_SMALL, _LARGE)
def test_a_known_caller_says_her_pin_and_her_ticket_goes_to_its_department(sit: Sit, size: tuple[int, int]) -> None:
    agent = sit("01", size)
    ticket = calls.known_caller(agent)
    check(ticket, agent.script["expect"], "3cx")
    assert ticket["description"].splitlines() == [heard for _second, heard in agent.script["heard"]]
    assert ticket["asset"] == "ND-0441"
    assert len(ticket["offsets"]) == len(agent.script["heard"])
    assert ticket["offsets"] == sorted(ticket["offsets"])
    [attempt] = ticket["attempts"]
    assert (attempt["method"], attempt["factor"], attempt["outcome"]) == ("pin", "know", "verified")
    assert agent.script["verification"]["said"] not in json.dumps(ticket) + agent.text
    assert agent.overhead <= 12


@at(_LARGE)
def test_facts_come_in_any_order_and_an_approver_answers_for_an_unknown_caller(sit: Sit, size: tuple[int, int]) -> None:
    agent = sit("02", size)
    ticket = calls.facts_out_of_order(agent)
    check(ticket, agent.script["expect"], "cell")
    assert ticket["requester"]["phone"] != agent.script["expect"]["not_phone"]
    [attempt] = ticket["attempts"]
    assert (attempt["method"], attempt["number"]) == ("approver", agent.script["verification"]["number"])
    assert attempt["approver_id"] is not None
    assert agent.overhead <= 20


def test_who_may_not_ask_for_it_gets_a_ticket_that_waits_for_an_approver(sit: Sit) -> None:
    agent = sit("03")
    ticket = calls.not_authorized(agent)
    check(ticket, agent.script["expect"], "voip")
    assert (ticket["gate"]["identity"], ticket["gate"]["authorization"]) == ("verified", "needs approval")
    assert ticket["department"] is None


def test_a_caller_who_fails_is_refused_and_nobody_hears_of_it_but_security(sit: Sit, desk_file: Path) -> None:
    agent = sit("04")
    calls.fails_verification(agent)
    expect = agent.script["expect"]
    [call] = agent.calls()
    assert call["disposition"] == expect["disposition"]
    assert "PIN" in call["reason"]
    ticket = agent.ticket(call["ticket"])
    assert (ticket["gate"]["open"], ticket["gate"]["identity"]) == (expect["gate_open"], expect["identity"])
    assert (ticket["category"], ticket["status"], ticket["owner"]) == (expect["category"], "new", None)
    assert ticket["suspicion"]
    assert [attempt["outcome"] for attempt in ticket["attempts"]] == ["failed", "failed"]
    store = open_store(str(desk_file))
    with store.reading() as session:
        assert messages(session) == [("suspicious call", SECURITY)]
    store.close()


def test_of_two_contacts_with_one_number_the_one_who_is_named_is_offered(sit: Sit) -> None:
    agent = sit("05")
    ticket = calls.two_contacts_one_number(agent)
    check(ticket, agent.script["expect"], "desk")
    [attempt] = ticket["attempts"]
    assert (attempt["method"], attempt["factor"], attempt["outcome"]) == ("totp", "have", "verified")


@at(_SMALL)
def test_a_second_call_about_a_ticket_is_added_to_it_and_a_misread_number_is_caught(
    sit: Sit, size: tuple[int, int]
) -> None:
    first = sit("01")
    number = calls.known_caller(first)["number"]
    first.close()
    agent = sit("06", size)
    ticket = calls.follow_up(agent, number)
    assert ticket["number"] == number
    assert [call["disposition"] for call in ticket["calls"]] == ["ticket raised", "follow-up added"]
    [note] = ticket["notes"]
    assert "blank" in note["text"]
    assert len(note["offsets"]) == len(note["text"].splitlines())
    assert len(agent.calls()) == 2
    assert agent.overhead <= 8


@at(_LARGE)
def test_a_call_that_drops_waits_beside_the_next_one_and_goes_on(sit: Sit, size: tuple[int, int]) -> None:
    agent = sit("07", size)
    first, second = calls.drops_then_another_rings(agent)
    expect = agent.script["expect"]
    check(first, expect["first"], "cell")
    check(second, expect["second"], "cell")
    [call] = first["calls"]
    assert call["talk_seconds"] + call["wrap_up_seconds"] + call["hold_seconds"] <= 600
    assert call["hold_seconds"] == 0


@at(_SMALL)
def test_accents_an_extension_and_a_sensitive_change_are_kept_as_they_are(sit: Sit, size: tuple[int, int]) -> None:
    agent = sit("08", size)
    ticket = calls.accents_and_extension(agent)
    check(ticket, agent.script["expect"], "voip")
    gate = ticket["gate"]
    assert (gate["identity"], gate["authorization"], gate["reasons"]) == ("verified", "authorized", [])
