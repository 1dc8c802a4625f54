"""Telephony: what phones told of a call, and the calls that are to be called back."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_TIME = sa.DateTime(timezone=True)
_ADDED = (
    ("external_id", sa.Text),
    ("answered_at", _TIME),
    ("cause", sa.Text),
    ("announced", sa.Text),
    ("users", sa.JSON),
    ("queue", sa.Text),
    ("answered_by", sa.Text),
    ("callback_owner", sa.Text),
    ("callback_cleared_at", _TIME),
)


def upgrade() -> None:
    for name, kind in _ADDED:
        op.add_column("call", sa.Column(name, kind))
    # Alembic adds no constraint to a table of SQLite; both databases take it with the column.
    op.execute("ALTER TABLE call ADD COLUMN calls_back TEXT REFERENCES call (id)")
    op.create_table(
        "call_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
        sa.Column("call_id", sa.Text, sa.ForeignKey("call.id"), nullable=False, index=True),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("external_id", sa.Text, index=True),
        sa.Column("body", sa.JSON, nullable=False),
    )
    # What rings and what is to be called back is looked for every second.
    op.execute(
        "CREATE INDEX call_unsettled ON call (started_at)"
        " WHERE callback_cleared_at IS NULL AND (disposition IS NULL OR disposition = 'callback due')"
    )
    op.execute("CREATE INDEX call_ended ON call (ended_at)")
