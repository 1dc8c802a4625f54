"""How long a claim holds."""

from datetime import UTC, datetime, timedelta

from callintake.domain.lease import LEASE, has_run_out, held_in_words, renewed

NOON = datetime(2030, 3, 4, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_work_renews_a_claim_and_never_shortens_it() -> None:
    assert renewed(NOON + HOUR, NOON) == NOON + LEASE
    assert renewed(NOON + 2 * LEASE, NOON) == NOON + 2 * LEASE


def test_what_was_given_holds_for_good() -> None:
    assert renewed(None, NOON) is None
    assert not has_run_out(None, NOON)
    assert held_in_words("jo", None, NOON) == "jo has it"


def test_a_claim_runs_out_and_says_so() -> None:
    until = NOON + 2 * HOUR
    assert held_in_words("jo", until, NOON) == "jo has it for 2 h yet"
    assert not has_run_out(until, until - timedelta(seconds=1))
    assert has_run_out(until, until)
    assert held_in_words("jo", until, until + HOUR) == "jo had it; that ran out 1 h ago"
