"""Triage: until when a ticket waits or sleeps, who works on it, and what became of it; contacts by name."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    for name in ("snoozed_until", "waits_until", "leased_until"):
        op.add_column("ticket", sa.Column(name, _TIME))
    # Alembic adds no constraint to a table of SQLite; both databases take it with the column.
    integer = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    for name in ("merged_into", "split_from"):
        op.execute(f"ALTER TABLE ticket ADD COLUMN {name} {integer} REFERENCES ticket (id)")
        op.create_index(f"ix_ticket_{name}", "ticket", [name])
    op.create_table(
        "presence",
        sa.Column("agent", sa.Text, primary_key=True),
        sa.Column(
            "ticket_id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), sa.ForeignKey("ticket.id"), nullable=False
        ),
        sa.Column("is_writing", sa.Boolean, nullable=False),
        sa.Column("at", _TIME, nullable=False),
    )
    op.create_index("ix_presence_ticket_id", "presence", ["ticket_id"])
    op.create_index("contact_names", "contact", ["name", "id"])
