"""Programs beside each other: a ticket is claimed once."""

from pathlib import Path

import pytest

from tests.faults.claims import race
from tests.postgres import PostgresCluster


def test_of_programs_that_claim_the_same_tickets_each_gets_what_it_was_told(tmp_path: Path) -> None:
    came = race(str(tmp_path / "desk.db"), 2, 20)
    assert came.is_right, came
    assert (sum(came.won.values()), came.lost) == (20, 20)


@pytest.mark.postgres
def test_the_same_on_postgresql(cluster: PostgresCluster) -> None:
    url = cluster.create_database()
    came = race(url, 2, 20)
    assert came.is_right, came
    assert (sum(came.won.values()), came.lost) == (20, 20)
    cluster.drop_database(url)
