"""Whose a ticket is, and for how long: claims that run out, that are renewed, taken over and given (P5, P8)."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from callintake.domain.errors import Conflict, Refused
from callintake.domain.lease import LEASE
from callintake.services import agents, leases, presence, reading, tickets, triage
from callintake.services.history import acting_at, now
from tests.conftest import LEAD
from tests.services.acting import AGENT, raise_open

OTHER = "ann"


@pytest.fixture
def number(session: Session) -> str:
    for agent in (AGENT, OTHER):
        agents.sign_in(session, agent)
    return raise_open(session)


def later(hours: float) -> object:
    return acting_at(now() + timedelta(hours=hours))


def owner(session: Session, number: str) -> str | None:
    return reading.ticket(session, number).owner


def test_a_claim_that_ran_out_may_be_claimed_by_another_and_that_is_recorded(session: Session, number: str) -> None:
    leases.claim(session, number, AGENT)
    with later(3.9), pytest.raises(Conflict, match="jo has it for 5 m yet"):
        leases.claim(session, number, OTHER)
    with later(4.1):
        leases.claim(session, number, OTHER)
    last = reading.ticket(session, number).history[-1]
    assert (last.kind, last.data["before"], last.data["owner"]) == ("claimed", AGENT, OTHER)


def test_who_works_on_it_keeps_it(session: Session, number: str) -> None:
    leases.claim(session, number, AGENT)
    for hours, work in enumerate(
        (
            lambda: tickets.add_note(session, number, "rang them", AGENT),
            lambda: presence.look_at(session, number, AGENT),
            lambda: leases.renew(session, number, AGENT),
            lambda: leases.claim(session, number, AGENT),
        ),
        start=1,
    ):
        with later(3 * hours):
            work()
    with later(15.9), pytest.raises(Conflict):
        leases.claim(session, number, OTHER)


def test_what_others_do_keeps_it_for_nobody(session: Session, number: str) -> None:
    leases.claim(session, number, AGENT)
    with later(3):
        tickets.add_note(session, number, "rang again", OTHER)
        presence.look_at(session, number, OTHER)
        assert leases.renew(session, number, OTHER) is None
    with later(4.1):
        leases.claim(session, number, OTHER)
    assert owner(session, number) == OTHER


def test_renewing_is_no_change_of_the_ticket(session: Session, number: str) -> None:
    leases.claim(session, number, AGENT)
    before = reading.ticket(session, number)
    with later(1):
        until = leases.renew(session, number, AGENT)
        leases.claim(session, number, AGENT)
    after = reading.ticket(session, number)
    assert until is not None
    assert after.leased_until is not None
    assert after.leased_until - (before.leased_until or until) >= timedelta(minutes=59)
    assert (after.version, after.history) == (before.version, before.history)


def test_what_was_given_is_kept_until_it_is_put_back(session: Session, number: str) -> None:
    leases.assign(session, number, AGENT, LEAD)
    assert reading.ticket(session, number).leased_until is None
    assert leases.renew(session, number, AGENT) is None
    with later(1000), pytest.raises(Conflict, match="jo has it\\)"):
        leases.claim(session, number, OTHER)


def test_a_ticket_that_sleeps_or_waits_is_lost_to_nobody(session: Session, number: str) -> None:
    leases.claim(session, number, AGENT)
    triage.pend(session, number, AGENT, until=now() + timedelta(days=2))
    with later(49), pytest.raises(Conflict):
        leases.claim(session, number, OTHER)
    triage.snooze(session, number, AGENT, until=now() + timedelta(days=5))
    with later(5 * 24 + 1), pytest.raises(Conflict):
        leases.claim(session, number, OTHER)
    with later(5 * 24 + 5):
        leases.claim(session, number, OTHER)


def test_taking_over_is_on_record_and_only_of_what_another_has(session: Session, number: str) -> None:
    with pytest.raises(Refused, match="is nobody’s: claim it"):
        leases.take_over(session, number, OTHER)
    leases.claim(session, number, AGENT)
    leases.take_over(session, number, OTHER)
    with pytest.raises(Refused, match="is yours already"):
        leases.take_over(session, number, OTHER)
    ticket = reading.ticket(session, number)
    last = ticket.history[-1]
    assert (last.kind, last.agent, last.data["before"], last.data["owner"]) == ("taken over", OTHER, AGENT, OTHER)
    assert ticket.leased_until is not None
    assert timedelta(0) <= now() + LEASE - ticket.leased_until < timedelta(minutes=1)


def test_one_puts_back_what_one_has_or_as_a_lead_what_anybody_has(session: Session, number: str) -> None:
    leases.claim(session, number, AGENT)
    with pytest.raises(Conflict, match="is jo's: jo or a lead puts it back"):
        leases.release(session, number, OTHER)
    leases.release(session, number, LEAD)
    leases.claim(session, number, AGENT)
    with later(4.1):
        leases.release(session, number, OTHER)
    assert owner(session, number) is None
    assert reading.ticket(session, number).leased_until is None
