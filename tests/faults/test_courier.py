"""Couriers that are killed, and couriers beside each other: no message is lost, none is sent by two."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.faults.courier import kill_many
from tests.faults.couriers import carry_all
from tests.faults.deliveries import ANSWERS, SAID, TALKS, all_fates


def test_a_courier_that_is_killed_loses_nothing_and_a_copy_has_the_identity_of_the_first(tmp_path: Path) -> None:
    loss = kill_many(20, str(tmp_path / "desk.db"), timedelta(seconds=4))
    assert loss.messages == 40
    assert (loss.lost, loss.not_sent_but_said_so, loss.strangers) == (0, 0, 0), loss
    assert loss.states == {"sent": 40}
    assert loss.extra <= 4 * loss.kills, "at most one more of each that was on its way"


def test_of_several_couriers_one_alone_sends_each_message(place: str) -> None:
    run = carry_all(40, 4, place)
    assert (run.sent, run.arrived_once, run.arrived_more) == (40, 40, 0), run


# Plug-ins of Apprise are loaded at their first use, with all that they bring.
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_whatever_a_mail_server_or_a_messenger_does_a_message_is_sent_or_said_not_to_be() -> None:
    fates = all_fates(patience=0.5)
    assert [fate for fate in fates if not fate.is_true] == []
    assert len(fates) == 2 * len(ANSWERS) + len(TALKS) + len(SAID) + 4
