"""Phones ring while somebody types: no key is lost or misplaced, and the calls are what the phones told (P1, P3)."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import call_script
from tests.terminal import calls
from tests.terminal.agent import Agent
from tests.terminal.phone import DeskPhone
from tests.terminal.test_scripts import check, equipped  # noqa: F401

pytestmark = pytest.mark.terminal
TYPED = "The quick brown fox rings twice before the lazy dog picks up and says hello to nobody in particular."


@pytest.fixture
def phone(tmp_path: Path) -> DeskPhone:
    return DeskPhone(tmp_path)


@pytest.fixture
def agent(equipped: Path, phone: DeskPhone, tmp_path: Path) -> Iterator[Agent]:  # noqa: F811
    with Agent(equipped, call_script("07"), tmp_path, waits=True) as sitting:
        deadline = time.monotonic() + 30
        while not list((tmp_path / "data" / "callintake").glob("doorbell-*")):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        yield sitting


def test_a_call_drops_another_rings_and_the_first_is_back_all_told_by_the_phone(agent: Agent, phone: DeskPhone) -> None:
    def tell(event: str, number: str, call_id: str, **more: str) -> None:
        assert phone.tell(event, number, call_id, channel="cell", **more) == 200

    first, second = calls.drops_then_another_rings_by_phone(agent, tell)
    expect = agent.script["expect"]
    check(first, expect["first"], "cell")
    check(second, expect["second"], "cell")
    assert first["description"] == agent.script["heard"][0][1] + " tablets 12 and 15, the flight is at 16:40 local"
    assert second["description"] == "Ingrid Sørensen, Fjordline: mail to one customer bounces, 550 5.7.1"
    assert {call["id"] for call in first["calls"]}.isdisjoint({call["id"] for call in second["calls"]})
    by_id = {call["call_id"]: call for call in agent.calls()}
    assert by_id["c-07a"]["id"] == first["calls"][0]["id"]
    assert by_id["c-07a"]["wait_seconds"] is not None
    assert "goes on in call" in by_id["c-07c"]["reason"]


def test_keys_go_where_they_were_meant_while_phones_ring_and_others_forge(agent: Agent, phone: DeskPhone) -> None:
    agent.press("ctrl+n")
    agent.wait_for("Live notes")
    answers: list[tuple[bool, int]] = []
    over = threading.Event()

    def ring() -> None:
        number = 0
        while not over.is_set():
            forged = number % 2 == 0
            status = phone.tell(
                "hangup" if number % 4 == 3 else "newCall",
                f"44207946{number // 4 % 100:04}",
                f"r{number // 4}",
                **({"token": "forged"} if forged else {}),
            )
            answers.append((forged, status))
            number += 1

    ringing = threading.Thread(target=ring)
    ringing.start()
    for word in TYPED.split(" "):
        agent.type(word + " ")
        agent.wait_for(word)
    over.set()
    ringing.join()
    agent.wait_for("saved 0 s ago")
    agent.press("ctrl+q")
    agent.wait_for("A call is open")
    agent.press("ctrl+q")
    assert agent.wait_exit() == 0
    assert not list((agent.home / "data" / "callintake").glob("doorbell-*"))
    counted = Counter(answers)
    assert {status for forged, status in counted if forged} == {401}
    assert {status for forged, status in counted if not forged} <= {200, 429}
    assert agent.kept_notes() == [TYPED + " "]
