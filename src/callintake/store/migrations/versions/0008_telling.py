"""Telling: PostgreSQL tells every open desk that something was done, so that none has to ask."""

from alembic import op

revision = "0008"
down_revision = "0007"

_TABLES = ("event", "call_event")


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    # What was done is not in it: who hears of a change reads what may be read, and of many in one moment once.
    op.execute(
        "CREATE FUNCTION tell_of_change() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN PERFORM pg_notify('callintake', ''); RETURN NULL; END $$"
    )
    for table in _TABLES:
        op.execute(
            f"CREATE TRIGGER {table}_told AFTER INSERT ON {table} FOR EACH STATEMENT EXECUTE FUNCTION tell_of_change()"
        )
