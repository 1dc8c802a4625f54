"""The schema is what its migrations make, and what the tables say."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlmodel import SQLModel

from callintake.store import tables
from callintake.store.database import HEAD, Store, schema_revision
from callintake.store.migrate import alembic_config

MADE_BY_MIGRATION_ONLY = {
    "ticket_queue",
    "ticket_order",
    "ticket_owner",
    "ticket_search_words",
    "contact_search_words",
    "contact_begins",
    "contact_names",
    *(f"ticket_{each}by_{order}" for each in ("", "live_") for order in ("due", "changed", "requester")),
    "ticket_live_by_age",
    "ticket_snoozed",
    "ticket_count_kind",
}


def test_the_head_is_the_newest_migration() -> None:
    assert ScriptDirectory.from_config(alembic_config()).get_heads() == [HEAD]


def test_a_new_desk_is_at_the_head(store: Store) -> None:
    assert schema_revision(store) == HEAD


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
def test_the_migrations_make_the_tables_that_the_program_has(store: Store) -> None:
    def include(_object: object, name: str | None, kind: str, *_: object) -> bool:
        return name not in MADE_BY_MIGRATION_ONLY and not (kind == "table" and "_search" in (name or ""))

    with store.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True, "include_object": include}
        )
        assert compare_metadata(context, SQLModel.metadata) == []


def test_every_table_says_what_it_is() -> None:
    rows = [row for row in vars(tables).values() if isinstance(row, type) and row.__module__ == tables.__name__]
    assert all(row.__doc__ for row in rows)


def test_the_open_queue_is_read_from_its_index(store: Store) -> None:
    if store.dialect != "sqlite":
        return  # PostgreSQL scans so small a table, and rightly.
    query = (
        "EXPLAIN QUERY PLAN SELECT id FROM ticket WHERE ticket.status IN ('new', 'open', 'pending')"
        " AND (priority, id) > (2, 1001) ORDER BY priority, id LIMIT 100"
    )
    with store.engine.connect() as connection:
        plan = " ".join(row[3] for row in connection.execute(text(query)))
    assert "ticket_queue" in plan
    assert "B-TREE" not in plan


def test_the_first_number_has_four_digits_and_a_check_digit(store: Store) -> None:
    from tests.services.acting import raise_waiting

    with store.transaction() as session:
        assert raise_waiting(session) == "1001-9"
