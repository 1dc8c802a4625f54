"""The live call: how its time was spent, when each line was noted, and the request in more detail."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_ADDED = {
    "call": (("talk_seconds", sa.Integer), ("hold_seconds", sa.Integer), ("wrap_up_seconds", sa.Integer)),
    "ticket": (
        ("asset", sa.Text),
        ("impact", sa.Text),
        ("urgency", sa.Text),
        ("asked", sa.JSON),
        ("offsets", sa.JSON),
    ),
    "note": (("offsets", sa.JSON),),
}


def upgrade() -> None:
    for table, columns in _ADDED.items():
        for name, kind in columns:
            op.add_column(table, sa.Column(name, kind))
    # Alembic adds no constraint to a table of SQLite; both databases take it with the column.
    op.execute("ALTER TABLE note ADD COLUMN call_id TEXT REFERENCES call (id)")
    if op.get_bind().dialect.name == "postgresql":
        # Who is meant is looked for from the first letter on; SQLite's search index serves that by itself.
        op.execute("CREATE INDEX contact_begins ON contact (left(words, 64) text_pattern_ops)")
