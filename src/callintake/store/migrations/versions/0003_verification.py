"""Verification in full: credentials, the desk file, suspicion, the broken glass, and who is told."""

import sqlalchemy as sa
from alembic import op

from callintake.store.migrations import triggers

revision = "0003"
down_revision = "0002"

_SERIAL = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    for statement in triggers.removals(dialect, _existing(dialect)):
        op.execute(sa.text(statement))
    for table, columns in {
        "contact": (("approves", sa.JSON), ("email_since", sa.Date), ("notes", sa.Text)),
        "contact_number": (("recorded_at", _TIME),),
        "call": (("suspicion", sa.Text),),
        "ticket": (("suspicion", sa.Text), ("break_glass", sa.Text)),
        "attempt": (("address", sa.Text),),
    }.items():
        for name, kind in columns:
            op.add_column(table, sa.Column(name, kind))
    # Alembic adds no constraint to a table of SQLite; both databases take it with the column.
    integer = "INTEGER" if dialect == "sqlite" else "BIGINT"
    op.execute(f"ALTER TABLE attempt ADD COLUMN approver_id {integer} REFERENCES contact (id)")
    _make_tables()
    for statement in triggers.statements(dialect):
        op.execute(sa.text(statement.replace(":", "\\:")))


def _existing(dialect: str) -> list[str]:
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if dialect == "sqlite"
        else "SELECT tgname || '@' || tgrelid::regclass FROM pg_trigger WHERE NOT tgisinternal"
    )
    return list(op.get_bind().exec_driver_sql(query).scalars())


def _make_tables() -> None:
    def contact(**more: object) -> sa.Column[object]:
        return sa.Column("contact_id", _SERIAL, sa.ForeignKey("contact.id"), nullable=False, **more)  # type: ignore[arg-type]

    op.create_table(
        "credential",
        contact(primary_key=True, autoincrement=False),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("secret", sa.Text, nullable=False),
        sa.Column("since", _TIME, nullable=False),
        sa.CheckConstraint("kind IN ('pin', 'totp')", name="credential_kind"),
    )
    op.create_table(
        "unlock",
        sa.Column("id", _SERIAL, primary_key=True, autoincrement=True),
        contact(index=True),
        sa.Column("agent", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.CheckConstraint("id > 0", name="unlock_place"),
    )
    op.create_table(
        "totp_use",
        contact(primary_key=True, autoincrement=False),
        sa.Column("step", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at", _TIME, nullable=False),
    )
    op.create_table(
        "email_code",
        sa.Column("id", _SERIAL, primary_key=True, autoincrement=True),
        contact(index=True),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("secret", sa.Text, nullable=False),
        sa.Column("sent_at", _TIME, nullable=False),
        sa.Column("used_at", _TIME),
    )
    op.create_table(
        "desk_file",
        sa.Column("id", _SERIAL, primary_key=True, autoincrement=True),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("lock_failures", sa.Integer, nullable=False),
        sa.Column("lock_hours", sa.Integer, nullable=False),
        sa.CheckConstraint("id > 0", name="desk_file_place"),
    )
    op.create_table(
        "outbox",
        sa.Column("id", _SERIAL, primary_key=True, autoincrement=True),
        sa.Column("ticket_id", _SERIAL, sa.ForeignKey("ticket.id"), index=True),
        sa.Column("call_id", sa.Text, sa.ForeignKey("call.id"), index=True),
        sa.Column("department", sa.Text),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("recipient", sa.Text, nullable=False),
        sa.Column("event", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("created_at", _TIME, nullable=False, index=True),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        sa.CheckConstraint("state IN ('pending', 'sent', 'failed', 'dead')", name="outbox_state"),
    )
