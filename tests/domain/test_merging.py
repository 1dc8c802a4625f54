"""What may be merged, and what a duplicate becomes by it (P5)."""

from itertools import product

import pytest

from callintake.domain.errors import GateShut, Refused
from callintake.domain.gate import Authorization, Gate, Identity
from callintake.domain.merging import Side, check_apart, is_same_request, status_of_merged
from callintake.domain.ticket import Status
from callintake.domain.verification import Claim
from tests.domain.test_gate import ALL, OPEN, SHUT

AMARA = Claim(1, "Amara Okafor", "Northgate", "printing")
OTHERS = [
    Claim(2, "Tom Lindqvist", "Northgate", "printing"),
    Claim(None, "Amara Okafor", "Northgate", "printing"),
    Claim(1, "Amara Okafor", "Northgate", "access"),
    Claim(None, "", "", "printing"),
]


def becomes(duplicate: Claim, gate: Gate, into: Claim, other: Gate) -> Status:
    return status_of_merged(Side("1001-9", duplicate, gate), Side("1002-7", into, other))


@pytest.mark.parametrize("other", OTHERS, ids=str)
def test_another_person_or_request_wants_both_gates_open(other: Claim) -> None:
    assert not is_same_request(AMARA, other)
    for mine, theirs in product(ALL, ALL):
        for duplicate, into in ((AMARA, other), (other, AMARA)):
            if mine.open and theirs.open:
                assert becomes(duplicate, mine, into, theirs) is Status.MERGED
                continue
            with pytest.raises(GateShut, match="merging with another request refused, the gate is shut"):
                becomes(duplicate, mine, into, theirs)


def test_the_same_request_documented_twice_is_one_whatever_the_other_gate() -> None:
    for other in ALL:
        assert becomes(AMARA, OPEN, AMARA, other) is Status.MERGED
        assert becomes(AMARA, Gate(), AMARA, other) is Status.CLOSED
        assert becomes(AMARA, Gate(Identity.VERIFIED), AMARA, other) is Status.CLOSED


@pytest.mark.parametrize("gate", SHUT, ids=str)
def test_what_failed_or_is_suspicious_is_not_put_away_by_merging(gate: Gate) -> None:
    only_waits = (
        gate.identity in (Identity.UNVERIFIED, Identity.VERIFIED)
        and gate.authorization is not Authorization.DENIED
        and not gate.is_suspicious
    )
    if only_waits:
        assert becomes(AMARA, gate, AMARA, OPEN) is Status.CLOSED
        return
    with pytest.raises(GateShut, match="1001-9: merging refused"):
        becomes(AMARA, gate, AMARA, OPEN)


def test_people_of_whom_only_the_name_is_known_are_the_same_when_it_is() -> None:
    jane = Claim(None, "Jane Doe", "Acme", "Printing")
    assert is_same_request(jane, Claim(None, "JANE doe", "Acme", "printing"))
    assert not is_same_request(jane, Claim(None, "Jane Doe", "Other", "printing"))
    nobody = Claim(None, "", "", "printing")
    assert not is_same_request(nobody, nobody)


def test_nothing_is_merged_into_itself() -> None:
    with pytest.raises(Refused, match="1001-9 can't be merged into itself"):
        check_apart("1001-9", "1001-9")
    check_apart("1001-9", "1002-7")
