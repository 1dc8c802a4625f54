"""The gate opens for a caller who is verified and authorized, and for nobody else (P5)."""

from itertools import product

import pytest

from callintake.domain.errors import GateShut
from callintake.domain.gate import Authorization, Gate, Identity

ALL = [
    Gate(identity, authorization, is_suspicious, is_broken)
    for identity, authorization, is_suspicious, is_broken in product(
        Identity, Authorization, (False, True), (False, True)
    )
]
OPEN = Gate(Identity.VERIFIED, Authorization.AUTHORIZED)
BROKEN = [gate for gate in ALL if gate.is_broken]
SHUT = [gate for gate in ALL if gate not in (OPEN, *BROKEN)]


def test_of_all_gates_one_is_open_besides_those_with_broken_glass() -> None:
    assert len(ALL) == 64
    assert [gate for gate in ALL if gate.open and not gate.is_broken] == [OPEN]
    assert all(gate.open for gate in ALL if gate.is_broken)


def test_a_gate_begins_shut() -> None:
    assert Gate() == Gate(Identity.UNVERIFIED, Authorization.PENDING, is_suspicious=False, is_broken=False)
    assert not Gate().open


@pytest.mark.parametrize(
    "gate", SHUT, ids=lambda gate: f"{gate.identity}, {gate.authorization}{', suspicious' * gate.is_suspicious}"
)
def test_a_shut_gate_refuses_every_action_and_says_why(gate: Gate) -> None:
    (reason,) = gate.reasons
    with pytest.raises(GateShut) as refusal:
        gate.require_open("claiming it", "4821-7")
    assert str(refusal.value) == f"4821-7: claiming it refused, the gate is shut ({reason})"


@pytest.mark.parametrize("gate", [OPEN, *BROKEN])
def test_an_open_gate_refuses_nothing(gate: Gate) -> None:
    gate.require_open("claiming it", "4821-7")
    assert gate.reasons == ()


def test_suspicion_is_told_before_identity_and_identity_before_authorization() -> None:
    for authorization in Authorization:
        assert Gate(Identity.FAILED, authorization).reasons == ("verification failed",)
        for identity in Identity:
            assert Gate(identity, authorization, True).reasons == ("marked suspicious: a lead decides",)
    assert Gate(Identity.VERIFIED, Authorization.DENIED).reasons == ("an approver said no",)


def test_every_reason_is_another_one() -> None:
    """None for what is open, one for suspicion, and one for each result that is not the one it takes."""
    assert len({gate.reasons for gate in ALL}) == 1 + 1 + (len(Identity) - 1) + (len(Authorization) - 1)


def test_the_word_for_a_column_tells_the_four_states_apart() -> None:
    assert {gate.word for gate in ALL if gate.is_broken} == {"GLAS"}
    assert OPEN.word == "open"
    shut = [gate for gate in ALL if not gate.open]
    assert {gate.word for gate in shut if gate.is_suspicious} == {"SUSP"}
    assert {gate.word for gate in shut if not gate.is_suspicious} == {"SHUT"}
