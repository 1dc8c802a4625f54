"""The invented weeks of a demonstration: believable, reserved for fiction, and the same for the same seed."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from callintake.services import demo_texts
from callintake.services.demo import fill
from callintake.store.database import Store, open_store

_RESERVED = re.compile(r"\+442079460\d{3}|\+441632960\d{3}|\+447700900\d{3}|\+1\d{3}55501\d{2}")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A desk of six invented weeks; nobody changes it."""
    store = open_store(str(tmp_path_factory.mktemp("demo") / "demo.db"))
    fill(store, "dana", tickets=150, calls=20)
    yield store
    store.close()


def _all(store: Store, query: str) -> list[tuple[object, ...]]:
    with store.reading() as session:
        return [tuple(row) for row in session.connection().execute(sa.text(query))]


def _one(store: Store, query: str) -> int:
    return int(str(_all(store, query)[0][0]))


def test_every_number_is_reserved_for_fiction(demo: Store) -> None:
    numbers = _all(
        demo,
        "SELECT e164 FROM contact_number UNION SELECT phone FROM ticket WHERE phone IS NOT NULL"
        " UNION SELECT caller_number FROM call WHERE caller_number <> ''",
    )
    assert len(numbers) > 40
    assert [number for (number,) in numbers if not _RESERVED.fullmatch(str(number))] == []


def test_every_mail_address_is_of_a_domain_for_examples(demo: Store) -> None:
    addresses = _all(demo, "SELECT email FROM contact UNION SELECT email FROM ticket WHERE email IS NOT NULL")
    assert [one for (one,) in addresses if not re.search(r"@[a-z]+\.example\.(com|net|org)$", str(one))] == []


def test_as_many_tickets_and_calls_are_there_as_were_asked_for(demo: Store) -> None:
    assert _one(demo, "SELECT count(*) FROM ticket") == 150
    assert _one(demo, "SELECT count(*) FROM call WHERE ticket_id IS NULL") == 20
    assert _one(demo, "SELECT count(*) FROM call WHERE disposition IS NULL OR ended_at < started_at") == 0
    assert _one(demo, "SELECT count(*) FROM draft WHERE closed_at IS NULL") == 0


@pytest.mark.parametrize(
    ("what", "query"),
    [
        ("gates shut", "SELECT count(*) FROM ticket WHERE identity <> 'verified'"),
        ("verified, not authorized", "SELECT count(*) FROM ticket WHERE \"authorization\" = 'needs approval'"),
        ("verification failed", "SELECT count(*) FROM ticket WHERE identity = 'failed'"),
        ("incomplete", "SELECT count(*) FROM ticket WHERE missing_reason IS NOT NULL"),
        ("unknown callers", "SELECT count(*) FROM ticket WHERE contact_id IS NULL"),
        ("vouched for", "SELECT count(*) FROM attempt WHERE method = 'vouch'"),
        ("old", "SELECT count(*) FROM ticket WHERE created_at < datetime('now', '-25 days')"),
        ("of today", "SELECT count(*) FROM ticket WHERE created_at > datetime('now', '-5 hours')"),
        ("with notes of several lines", "SELECT count(*) FROM ticket WHERE description LIKE '%' || char(10) || '%'"),
        ("notes", "SELECT count(*) FROM note"),
        ("VIPs", "SELECT count(*) FROM contact WHERE vip"),
    ],
    ids=lambda value: value if " " not in value or len(value) < 30 else "",
)
def test_something_of_every_kind_is_there(demo: Store, what: str, query: str) -> None:
    assert _one(demo, query) > 0, what


def test_statuses_owners_and_departments_are_mixed(demo: Store) -> None:
    statuses = {status for (status,) in _all(demo, "SELECT DISTINCT status FROM ticket")}
    assert statuses == {"new", "open", "pending", "resolved", "closed"}
    assert _one(demo, "SELECT count(DISTINCT owner) FROM ticket") == 5
    assert _one(demo, "SELECT count(DISTINCT department) FROM ticket") >= 5
    assert _one(demo, "SELECT count(DISTINCT category) FROM ticket") == len(
        {request.category for request in demo_texts.REQUESTS}
    )


def test_the_history_is_lived_through_in_order(demo: Store) -> None:
    times = [str(at) for (at,) in _all(demo, "SELECT at FROM event ORDER BY id")]
    assert times == sorted(times)
    assert _one(demo, "SELECT count(*) FROM event WHERE at > datetime('now', '+1 minute')") == 0
    assert _one(demo, "SELECT count(*) FROM ticket WHERE updated_at < created_at OR due_at <= created_at") == 0


def test_nothing_was_done_behind_a_shut_gate(demo: Store) -> None:
    shut = "NOT (identity = 'verified' AND \"authorization\" = 'authorized')"
    acted_on = "department IS NOT NULL OR owner IS NOT NULL OR status NOT IN ('new', 'closed')"
    assert _one(demo, f"SELECT count(*) FROM ticket WHERE {shut} AND ({acted_on})") == 0


def test_the_agent_leads_the_desk(demo: Store) -> None:
    assert _all(demo, "SELECT name FROM agent WHERE role = 'lead'") == [("dana",)]


def test_the_same_seed_invents_the_same_people_and_requests(tmp_path: Path) -> None:
    told = "SELECT subject, description, name, email, phone, missing_reason FROM ticket ORDER BY 1, 2, 3, 4"
    found = []
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        store = open_store(str(tmp_path / f"{name}.db"))
        fill(store, "dana", tickets=20, calls=2, seed=seed)
        found.append(_all(store, told))
        store.close()
    assert found[0] == found[1]
    assert found[0] != found[2]


@pytest.mark.parametrize(("day", "hour"), [(24, 8), (25, 8), (26, 8), (28, 14), (29, 8)])
def test_it_can_be_had_on_any_day_and_at_any_hour(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, day: int, hour: int
) -> None:
    monkeypatch.setattr("callintake.services.demo.now", lambda: datetime(2026, 11, day, hour, 30, tzinfo=UTC))
    store = open_store(str(tmp_path / "demo.db"))
    fill(store, "dana")
    store.close()
