"""The gate opens for a caller who is verified and authorized, and for nobody else (P5)."""

from itertools import product

import pytest

from callintake.domain.errors import GateShut
from callintake.domain.gate import Authorization, Gate, Identity

ALL = [Gate(identity, authorization) for identity, authorization in product(Identity, Authorization)]
OPEN = Gate(Identity.VERIFIED, Authorization.AUTHORIZED)
SHUT = [gate for gate in ALL if gate != OPEN]


def test_exactly_one_of_all_gates_is_open() -> None:
    assert len(ALL) == 16
    assert [gate for gate in ALL if gate.open] == [OPEN]


def test_a_gate_begins_shut() -> None:
    assert Gate() == Gate(Identity.UNVERIFIED, Authorization.PENDING)
    assert not Gate().open


@pytest.mark.parametrize("gate", SHUT, ids=lambda gate: f"{gate.identity}, {gate.authorization}")
def test_a_shut_gate_refuses_every_action_and_says_why(gate: Gate) -> None:
    (reason,) = gate.reasons
    with pytest.raises(GateShut) as refusal:
        gate.require_open("claiming it", "4821-7")
    assert str(refusal.value) == f"4821-7: claiming it refused, the gate is shut ({reason})"


def test_the_open_gate_refuses_nothing() -> None:
    OPEN.require_open("claiming it", "4821-7")
    assert OPEN.reasons == ()


def test_identity_is_asked_for_before_authorization() -> None:
    for authorization in Authorization:
        assert Gate(Identity.FAILED, authorization).reasons == ("verification failed",)
    assert Gate(Identity.VERIFIED, Authorization.DENIED).reasons == ("may not ask for this",)


def test_every_reason_is_another_one() -> None:
    assert len({gate.reasons for gate in ALL}) == 3 + 3 + 1
