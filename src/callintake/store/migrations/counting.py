"""How many tickets of which kind there are: kept by triggers, so that nobody has to count a million of them.

SQLite has one writer, so that a kind is one row there. On PostgreSQL a row that every change touches would make agents
wait for each other, and two who change several tickets each would wait for good: each change is a row of its own there,
and `services.counting.fold_counts` makes one of many.
"""

_KIND = ("status", "department", "owner", "is_open", "is_incomplete")
_OPEN = (
    "({row}.break_glass IS NOT NULL OR ({row}.suspicion IS NULL"
    " AND {row}.identity = 'verified' AND {row}.\"authorization\" = 'authorized'))"
)
_VALUES = (
    f"{{row}}.status, coalesce({{row}}.department, ''), coalesce({{row}}.owner, ''), {_OPEN},"
    " {row}.missing_reason IS NOT NULL"
)
_COLUMNS = (
    *("status", "department", "owner", "missing_reason"),
    *("identity", '"authorization"', "suspicion", "break_glass"),
)


def fill() -> str:
    """Return the statement that counts what is there."""
    group = ", ".join(str(place) for place in range(1, len(_KIND) + 1))
    values = _VALUES.format(row="ticket")
    return f"INSERT INTO ticket_count ({', '.join(_KIND)}, n) SELECT {values}, count(*) FROM ticket GROUP BY {group}"


def statements(dialect: str) -> list[str]:
    """Return the statements that make the triggers on `sqlite` or `postgresql`."""
    if dialect == "sqlite":
        changed = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in _COLUMNS)
        return [
            f"CREATE TRIGGER ticket_counted AFTER INSERT ON ticket BEGIN {_counted('NEW', 1, dialect)}; END",
            f"CREATE TRIGGER ticket_recounted AFTER UPDATE OF {', '.join(_COLUMNS)} ON ticket WHEN {changed}"
            f" BEGIN {_counted('OLD', -1, dialect)}; {_counted('NEW', 1, dialect)}; END",
        ]
    changed = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in _COLUMNS)
    head = "CREATE OR REPLACE FUNCTION {}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {} RETURN NULL; END $$"
    return [
        head.format("ticket_counted", f"{_counted('NEW', 1, dialect)};"),
        head.format("ticket_recounted", f"{_counted('OLD', -1, dialect)}; {_counted('NEW', 1, dialect)};"),
        "CREATE TRIGGER ticket_counted AFTER INSERT ON ticket FOR EACH ROW EXECUTE FUNCTION ticket_counted()",
        f"CREATE TRIGGER ticket_recounted AFTER UPDATE ON ticket FOR EACH ROW WHEN ({changed})"
        " EXECUTE FUNCTION ticket_recounted()",
    ]


def _counted(row: str, by: int, dialect: str) -> str:
    insert = f"INSERT INTO ticket_count ({', '.join(_KIND)}, n) VALUES ({_VALUES.format(row=row)}, {by})"
    if dialect == "sqlite":
        insert += f" ON CONFLICT ({', '.join(_KIND)}) DO UPDATE SET n = n + excluded.n"
    return insert
