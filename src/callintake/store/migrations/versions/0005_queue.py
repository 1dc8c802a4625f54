"""The queue at any size: its orders each have an index, its kinds are counted as they change; own views."""

import sqlalchemy as sa
from alembic import op

from callintake.store.migrations import counting

revision = "0005"
down_revision = "0004"

_SERIAL = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_LIVE = "status IN ('new', 'open', 'pending')"
_ORDERS = {
    "due": "coalesce(due_at, created_at), id, snoozed_until",
    "changed": "updated_at, id",
    "requester": "coalesce(name, ''), id",
}


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    for name, columns in _ORDERS.items():
        op.execute(f"CREATE INDEX ticket_by_{name} ON ticket ({columns})")
        op.execute(f"CREATE INDEX ticket_live_by_{name} ON ticket ({columns}) WHERE {_LIVE}")
    op.execute(f"CREATE INDEX ticket_live_by_age ON ticket (id) WHERE {_LIVE}")
    op.execute("CREATE INDEX ticket_snoozed ON ticket (snoozed_until) WHERE snoozed_until IS NOT NULL")
    op.create_table(
        "ticket_count",
        sa.Column("id", _SERIAL, primary_key=True, autoincrement=True),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("is_open", sa.Boolean, nullable=False),
        sa.Column("is_incomplete", sa.Boolean, nullable=False),
        sa.Column("n", sa.BigInteger, nullable=False),
    )
    if dialect == "sqlite":
        _index_beginnings()
        kind = ["status", "department", "owner", "is_open", "is_incomplete"]
        op.create_index("ticket_count_kind", "ticket_count", kind, unique=True)
    op.execute(counting.fill())
    for statement in counting.statements(dialect):
        op.execute(sa.text(statement))
    op.create_table(
        "saved_view",
        sa.Column("agent", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("words", sa.Text, nullable=False),
    )


def _index_beginnings() -> None:
    """Let beginnings of words up to seven letters be looked up; nobody asks where in a text a word stands."""
    op.execute(
        "CREATE VIRTUAL TABLE ticket_search_anew USING fts5"
        "(words, tokenize = 'unicode61 remove_diacritics 0', prefix = '2 3 4 5 6 7', detail = none)"
    )
    op.execute("INSERT INTO ticket_search_anew (rowid, words) SELECT rowid, words FROM ticket_search")
    op.execute("DROP TABLE ticket_search")
    op.execute("ALTER TABLE ticket_search_anew RENAME TO ticket_search")
