"""Nothing typed is lost when the program is ended, however it is ended.

The strict figures are measured on a quiet machine by `python -m tests.faults.kills 1000`; here, beside other tests,
a program may be kept from running at all for a while, and so one kill in four may find it late.
"""

import signal

import pytest

from tests.faults.kills import MAY_LOSE, Ending, ages_while_typing, kill_many, report

pytestmark = [pytest.mark.terminal, pytest.mark.timeout(300)]


def test_a_kill_loses_the_last_quarter_of_a_second_at_most() -> None:
    kills = list(kill_many(range(14), signal.SIGKILL))
    ages = ages_while_typing(kills)
    assert ages[len(ages) * 3 // 4] <= MAY_LOSE, report(kills)
    assert ages[-1] <= 1.0, report(kills)
    assert all(kill.integrity == "ok" for kill in kills), report(kills)
    assert sum(kill.acknowledgements for kill in kills) >= 4, report(kills)
    assert sum(kill.acknowledged_lost for kill in kills) == 0, report(kills)


@pytest.mark.parametrize("ending", [signal.SIGHUP, signal.SIGTERM, "CLOSE"])
def test_a_signal_or_a_closed_terminal_saves_everything_and_leaves_within_two_seconds(ending: Ending) -> None:
    kills = list(kill_many(range(4), ending))
    assert sum(kill.lost for kill in kills) == 0, report(kills)
    assert max(kill.left_within for kill in kills) <= 2.0, report(kills)
