"""Delivery: when a message is due, who sends it, and what came of it."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    for column in (
        sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
        sa.Column("due_at", _TIME),
        sa.Column("claimed_by", sa.Text),
        sa.Column("claimed_until", _TIME),
        sa.Column("tried_at", _TIME),
        sa.Column("sent_at", _TIME),
        sa.Column("outcome", sa.Text),
        sa.Column("settled", sa.Text),
    ):
        op.add_column("outbox", column)
    op.execute("UPDATE outbox SET due_at = created_at WHERE state = 'pending'")
    op.create_index("ix_outbox_due_at", "outbox", ["due_at"])
    op.create_index("ix_outbox_state", "outbox", ["state"])
