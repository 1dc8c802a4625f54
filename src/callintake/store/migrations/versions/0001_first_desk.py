"""The first desk: directory, calls, drafts, tickets, evidence, history, search, and the gate's triggers."""

import sqlalchemy as sa
from alembic import op

from callintake.domain.number import FIRST_SERIAL
from callintake.store.migrations import triggers_0001 as triggers

revision = "0001"
down_revision = None

_SERIAL = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_TIME = sa.DateTime(timezone=True)
_LIVE = "status IN ('new', 'open', 'pending')"


def upgrade() -> None:
    op.create_table(
        "agent",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.CheckConstraint("role IN ('agent', 'lead', 'auditor')", name="agent_role"),
    )
    op.create_table(
        "organization",
        sa.Column("id", _SERIAL, primary_key=True, autoincrement=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("folded", sa.Text, nullable=False, unique=True),
    )
    op.create_table(
        "contact",
        sa.Column("id", _SERIAL, primary_key=True, autoincrement=True),
        sa.Column("organization_id", _SERIAL, sa.ForeignKey("organization.id"), nullable=False, index=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("email", sa.Text, unique=True),
        sa.Column("may_request", sa.JSON, nullable=False),
        sa.Column("vip", sa.Boolean, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
    )
    op.create_table(
        "contact_number",
        sa.Column("id", _SERIAL, primary_key=True, autoincrement=True),
        sa.Column("contact_id", _SERIAL, sa.ForeignKey("contact.id"), nullable=False, index=True),
        sa.Column("e164", sa.Text, nullable=False, index=True),
        sa.Column("since", sa.Date, nullable=False),
    )
    op.create_table(
        "ticket",
        sa.Column("id", _SERIAL, primary_key=True, autoincrement=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("category", sa.Text, nullable=False),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("department", sa.Text),
        sa.Column("owner", sa.Text),
        sa.Column("identity", sa.Text, nullable=False),
        sa.Column("authorization", sa.Text, nullable=False),
        sa.Column("contact_id", _SERIAL, sa.ForeignKey("contact.id"), index=True),
        sa.Column("name", sa.Text),
        sa.Column("organization", sa.Text),
        sa.Column("email", sa.Text),
        sa.Column("phone", sa.Text, index=True),
        sa.Column("phone_typed", sa.Text),
        sa.Column("missing_reason", sa.Text),
        sa.Column("raised_by", sa.Text, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.Column("due_at", _TIME),
        sa.CheckConstraint("priority BETWEEN 0 AND 3", name="ticket_priority"),
        sa.CheckConstraint(
            "status IN ('new', 'open', 'pending', 'resolved', 'closed', 'merged')", name="ticket_status"
        ),
        sa.CheckConstraint("identity IN ('unverified', 'verified', 'failed', 'locked')", name="ticket_identity"),
        sa.CheckConstraint(
            "\"authorization\" IN ('pending', 'authorized', 'denied', 'needs approval')",
            name="ticket_authorization",
        ),
        sa.CheckConstraint(
            "missing_reason IS NOT NULL OR (name IS NOT NULL AND organization IS NOT NULL"
            " AND email IS NOT NULL AND phone IS NOT NULL)",
            name="ticket_contact",
        ),
        sa.CheckConstraint("id > 0", name="ticket_number"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ticket_queue",
        "ticket",
        ["priority", "id"],
        sqlite_where=sa.text(_LIVE),
        postgresql_where=sa.text(_LIVE),
    )
    op.create_index("ticket_order", "ticket", ["priority", "id"])
    op.create_index(
        "ticket_owner",
        "ticket",
        ["owner", "priority", "id"],
        sqlite_where=sa.text(f"owner IS NOT NULL AND {_LIVE}"),
        postgresql_where=sa.text(f"owner IS NOT NULL AND {_LIVE}"),
    )
    op.create_table(
        "call",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("started_at", _TIME, nullable=False, index=True),
        sa.Column("ended_at", _TIME),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("direction", sa.Text, nullable=False),
        sa.Column("caller_number", sa.Text, nullable=False),
        sa.Column("dialled_number", sa.Text, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.Column("disposition", sa.Text),
        sa.Column("reason", sa.Text),
        sa.Column("ticket_id", _SERIAL, sa.ForeignKey("ticket.id"), index=True),
        sa.CheckConstraint("channel IN ('desk', 'voip', '3cx', 'cell')", name="call_channel"),
        sa.CheckConstraint("direction IN ('inbound', 'outbound')", name="call_direction"),
    )
    op.create_table(
        "draft",
        sa.Column("call_id", sa.Text, sa.ForeignKey("call.id"), primary_key=True),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
        sa.Column("saved_at", _TIME, nullable=False),
        sa.Column("closed_at", _TIME),
    )
    op.create_table(
        "note",
        sa.Column("id", _SERIAL, primary_key=True, autoincrement=True),
        sa.Column("ticket_id", _SERIAL, sa.ForeignKey("ticket.id"), nullable=False, index=True),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_table(
        "attempt",
        sa.Column("id", _SERIAL, primary_key=True, autoincrement=True),
        sa.Column("call_id", sa.Text, sa.ForeignKey("call.id"), index=True),
        sa.Column("ticket_id", _SERIAL, sa.ForeignKey("ticket.id"), index=True),
        sa.Column("contact_id", _SERIAL, sa.ForeignKey("contact.id"), index=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("organization", sa.Text, nullable=False),
        sa.Column("category", sa.Text),
        sa.Column("method", sa.Text, nullable=False),
        sa.Column("factor", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("number", sa.Text),
        sa.Column("reason", sa.Text),
        sa.Column("agent", sa.Text, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.CheckConstraint("call_id IS NOT NULL OR ticket_id IS NOT NULL", name="attempt_about"),
        sa.CheckConstraint("id > 0", name="attempt_place"),
    )
    op.create_table(
        "event",
        sa.Column("id", _SERIAL, primary_key=True, autoincrement=True),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("ticket_id", _SERIAL, sa.ForeignKey("ticket.id"), index=True),
        sa.Column("call_id", sa.Text, sa.ForeignKey("call.id"), index=True),
        sa.Column("data", sa.JSON, nullable=False),
        sa.CheckConstraint("id > 0", name="event_place"),
    )
    _make_search()
    for statement in triggers.statements(op.get_bind().dialect.name):
        op.execute(sa.text(statement))


def _make_search() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in ("ticket_search", "contact_search"):
            op.execute(
                f"CREATE VIRTUAL TABLE {table} USING fts5"
                "(words, tokenize = 'unicode61 remove_diacritics 0', prefix = '2 3')"
            )
        # AUTOINCREMENT continues from here, so the first ticket has four digits and a check digit.
        op.execute(f"INSERT INTO sqlite_sequence (name, seq) VALUES ('ticket', {FIRST_SERIAL - 1})")
        return
    for table in ("ticket_search", "contact_search"):
        op.create_table(
            table,
            sa.Column("rowid", sa.BigInteger, primary_key=True),
            sa.Column("words", sa.dialects.postgresql.TSVECTOR, nullable=False),
        )
        op.create_index(f"{table}_words", table, ["words"], postgresql_using="gin")
    op.execute(f"ALTER SEQUENCE ticket_id_seq RESTART WITH {FIRST_SERIAL}")
