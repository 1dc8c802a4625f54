"""The last line of the gate (P5) and of the evidence (P4, P11): triggers that hold whoever issues the SQL."""

GATE_SHUT = "the gate is shut"
_SHUT = "NOT (NEW.identity = 'verified' AND NEW.\"authorization\" = 'authorized')"

# What may not happen, as a condition on NEW and OLD, and how it is refused. `{differs}` is "is distinct from".
_ON_INSERT = (
    (
        "NEW.identity <> 'unverified' OR NEW.\"authorization\" <> 'pending'"
        " OR NEW.status <> 'new' OR NEW.department IS NOT NULL OR NEW.owner IS NOT NULL",
        f"{GATE_SHUT}: a ticket begins unverified, new and with nobody",
    ),
)
_ON_UPDATE = (
    (
        "NEW.identity = 'verified' AND OLD.identity <> 'verified' AND coalesce((SELECT attempt.outcome FROM attempt"
        " WHERE attempt.ticket_id = NEW.id"
        " OR attempt.call_id IN (SELECT call.id FROM call WHERE call.ticket_id = NEW.id)"
        " ORDER BY attempt.id DESC LIMIT 1), 'none') <> 'verified'",
        f"{GATE_SHUT}: the last attempt on record did not verify this caller",
    ),
    (
        f"NOT ({_SHUT}) AND OLD.identity = 'verified' AND (NEW.category <> OLD.category"
        " OR NEW.contact_id {differs} OLD.contact_id OR NEW.name {differs} OLD.name"
        " OR NEW.organization {differs} OLD.organization)",
        f"{GATE_SHUT}: another person or request is to be confirmed anew",
    ),
    (f"{_SHUT} AND NEW.department IS NOT NULL AND NEW.department {{differs}} OLD.department",
     f"{GATE_SHUT}: no routing before the caller is confirmed as authorized"),
    (f"{_SHUT} AND NEW.owner IS NOT NULL AND NEW.owner {{differs}} OLD.owner",
     f"{GATE_SHUT}: no owner before the caller is confirmed as authorized"),
    (f"{_SHUT} AND NEW.status NOT IN ('new', 'closed') AND NEW.status <> OLD.status",
     f"{GATE_SHUT}: no work before the caller is confirmed as authorized"),
    ("NEW.id <> OLD.id", "a ticket keeps its number"),
)  # fmt: skip
_APPEND_ONLY = ("attempt", "event", "note")


def statements(dialect: str) -> list[str]:
    """Return the statements that make the triggers on `sqlite` or `postgresql`."""
    return _sqlite() if dialect == "sqlite" else _postgresql()


def _sqlite() -> list[str]:
    made = []
    for moment, rules in (("INSERT", _ON_INSERT), ("UPDATE", _ON_UPDATE)):
        for index, (condition, message) in enumerate(rules):
            made.append(
                f"CREATE TRIGGER ticket_{moment.lower()}_{index} BEFORE {moment} ON ticket"
                f" WHEN {condition.format(differs='IS NOT')} BEGIN SELECT RAISE(ABORT, '{message}'); END"
            )
    made.append(
        "CREATE TRIGGER ticket_kept BEFORE DELETE ON ticket BEGIN SELECT RAISE(ABORT, 'a ticket is never deleted'); END"
    )
    # REPLACE deletes without a DELETE trigger unless recursive_triggers is on, so a taken number is refused as well.
    made.append(
        "CREATE TRIGGER ticket_not_replaced BEFORE INSERT ON ticket"
        " WHEN EXISTS (SELECT 1 FROM ticket WHERE id = NEW.id)"
        " BEGIN SELECT RAISE(ABORT, 'a ticket keeps its number'); END"
    )
    for table in _APPEND_ONLY:
        refuse = f"BEGIN SELECT RAISE(ABORT, 'the record in {table} is added to, never changed'); END"
        made += [
            f"CREATE TRIGGER {table}_unchanged BEFORE UPDATE ON {table} {refuse}",
            f"CREATE TRIGGER {table}_kept BEFORE DELETE ON {table} {refuse}",
            f"CREATE TRIGGER {table}_appended BEFORE INSERT ON {table}"
            # A number that was not given is -1 here.
            f" WHEN NEW.id <> -1 AND EXISTS (SELECT 1 FROM {table} WHERE id >= NEW.id) {refuse}",
        ]
    return made


def _postgresql() -> list[str]:
    def body(rules: tuple[tuple[str, str], ...]) -> str:
        return " ".join(
            f"IF {condition.format(differs='IS DISTINCT FROM')} THEN RAISE EXCEPTION '{message}'; END IF;"
            for condition, message in rules
        )

    made = []
    for moment, rules in (("insert", _ON_INSERT), ("update", _ON_UPDATE)):
        made += [
            f"CREATE FUNCTION ticket_{moment}() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN {body(rules)} RETURN NEW; END $$",
            f"CREATE TRIGGER ticket_{moment} BEFORE {moment} ON ticket FOR EACH ROW EXECUTE FUNCTION ticket_{moment}()",
        ]
    made.append(
        "CREATE FUNCTION record_kept() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'the record in % is added to, never changed', TG_TABLE_NAME; END $$"
    )
    for table in _APPEND_ONLY:
        made.append(
            f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION record_kept()"
        )
    made.append(
        "CREATE TRIGGER ticket_kept BEFORE DELETE OR TRUNCATE ON ticket"
        " FOR EACH STATEMENT EXECUTE FUNCTION record_kept()"
    )
    return made
