"""The last line of the gate (P5) and of the evidence (P4, P11): triggers that hold whoever issues the SQL."""

from callintake.store.migrations import redaction

GATE_SHUT = "the gate is shut"
LOCKED = "the contact is locked"
_SHUT = (
    "NOT (NEW.break_glass IS NOT NULL OR (NEW.suspicion IS NULL"
    " AND NEW.identity = 'verified' AND NEW.\"authorization\" = 'authorized'))"
)
_ABOUT = "({name}.ticket_id = NEW.id OR {name}.call_id IN (SELECT call.id FROM call WHERE call.ticket_id = NEW.id))"
# The same person: the same contact, or, of people who are not in the directory, those who gave the same name. How a
# name is written is for the services to compare, so that this never refuses what they take.
_PROVED = (
    f"EXISTS (SELECT 1 FROM attempt WHERE {_ABOUT.format(name='attempt')} AND attempt.outcome = 'verified'"
    " AND attempt.contact_id {same} NEW.contact_id"
    f" AND NOT EXISTS (SELECT 1 FROM attempt AS later WHERE {_ABOUT.format(name='later')} AND later.id > attempt.id"
    " AND later.outcome = 'failed' AND later.method <> 'approver' AND later.contact_id {same} attempt.contact_id"
    " AND (later.contact_id IS NOT NULL"
    " OR (later.name = attempt.name AND later.organization = attempt.organization))))"
)


def _on_record(kind: str) -> str:
    """That a lead did something to the ticket."""
    return (
        "EXISTS (SELECT 1 FROM event JOIN agent ON agent.name = event.agent AND agent.role = 'lead'"
        f" WHERE event.ticket_id = NEW.id AND event.kind = '{kind}'"
        " AND NOT EXISTS (SELECT 1 FROM event AS later WHERE later.ticket_id = NEW.id AND later.kind = 'suspicious'"
        " AND later.id > event.id))"
    )


# What may not happen, as a condition on NEW and OLD, and how it is refused. `{same}` is "is not distinct from".
_ON_TICKET_INSERT = (
    (
        "NEW.identity <> 'unverified' OR NEW.\"authorization\" <> 'pending'"
        " OR NEW.status <> 'new' OR NEW.department IS NOT NULL OR NEW.owner IS NOT NULL OR NEW.break_glass IS NOT NULL",
        f"{GATE_SHUT}: a ticket begins unverified, new and with nobody",
    ),
)
_ON_TICKET_UPDATE = (
    (
        f"NEW.identity = 'verified' AND OLD.identity <> 'verified' AND NOT {_PROVED}",
        f"{GATE_SHUT}: the last attempt on record did not verify this caller",
    ),
    (
        "NEW.identity = 'verified' AND OLD.identity = 'verified'"
        " AND (NEW.category <> OLD.category"
        " OR NEW.contact_id {differs} OLD.contact_id OR NEW.name {differs} OLD.name"
        " OR NEW.organization {differs} OLD.organization)",
        f"{GATE_SHUT}: another person or request is to be confirmed anew",
    ),
    (
        "NEW.break_glass {differs} OLD.break_glass AND (OLD.break_glass IS NOT NULL OR trim(NEW.break_glass) = ''"
        f" OR NOT {_on_record('glass broken')})",
        f"{GATE_SHUT}: a lead alone breaks the glass, once, and on record",
    ),
    (
        "OLD.suspicion IS NOT NULL AND NEW.suspicion {differs} OLD.suspicion"
        f" AND NOT {_on_record('suspicion taken back')}",
        f"{GATE_SHUT}: a lead alone takes a suspicion back, on record",
    ),
    (f"{_SHUT} AND NEW.department IS NOT NULL AND NEW.department {{differs}} OLD.department",
     f"{GATE_SHUT}: no routing before the caller is confirmed as authorized"),
    (f"{_SHUT} AND NEW.owner IS NOT NULL AND NEW.owner {{differs}} OLD.owner",
     f"{GATE_SHUT}: no owner before the caller is confirmed as authorized"),
    (f"{_SHUT} AND NEW.status NOT IN ('new', 'closed') AND NEW.status <> OLD.status",
     f"{GATE_SHUT}: no work before the caller is confirmed as authorized"),
    ("NEW.id <> OLD.id", "a ticket keeps its number"),
    ("{description_changed_otherwise}", redaction.DESCRIPTION),
)  # fmt: skip
_LOCK_FAILURES = "coalesce((SELECT lock_failures FROM desk_file ORDER BY id DESC LIMIT 1), 3)"
_LOCK_HOURS = "coalesce((SELECT lock_hours FROM desk_file ORDER BY id DESC LIMIT 1), 24)"
_ON_ATTEMPT_INSERT = (
    (
        "NEW.contact_id IS NOT NULL AND (SELECT count(*) FROM attempt AS earlier"
        " WHERE earlier.contact_id = NEW.contact_id AND earlier.outcome = 'failed' AND earlier.method <> 'approver'"
        " AND {hours_since} < " + _LOCK_HOURS + " AND NOT EXISTS (SELECT 1 FROM unlock"
        " WHERE unlock.contact_id = NEW.contact_id AND unlock.at >= earlier.at)) >= " + _LOCK_FAILURES,
        f"{LOCKED}: a lead unlocks it with a reason",
    ),
)
_ON_UNLOCK_INSERT = (
    (
        "NOT EXISTS (SELECT 1 FROM agent WHERE agent.name = NEW.agent AND agent.role = 'lead')",
        f"{LOCKED}: a lead alone unlocks it",
    ),
    ("trim(NEW.reason) = ''", f"{LOCKED}: a lead unlocks it with a reason"),
)
_ON_CALL_UPDATE = (
    ("OLD.suspicion IS NOT NULL AND NEW.suspicion {differs} OLD.suspicion", "a call once suspicious stays so"),
)
_ON_DESK_FILE_INSERT = (
    (
        "NOT EXISTS (SELECT 1 FROM agent WHERE agent.name = NEW.agent AND agent.role = 'lead')",
        "a lead alone applies a desk file",
    ),
)
_HOURS_SINCE = {
    # Days are counted in fractions there, which a day is not exactly; what is no time at all counts as now.
    "sqlite": "coalesce(round((julianday(NEW.at) - julianday(earlier.at)) * 24, 6), 0)",
    "postgresql": "extract(epoch FROM NEW.at - earlier.at) / 3600",
}
_RULES = {
    ("ticket", "insert"): _ON_TICKET_INSERT,
    ("ticket", "update"): _ON_TICKET_UPDATE,
    ("attempt", "insert"): _ON_ATTEMPT_INSERT,
    ("unlock", "insert"): _ON_UNLOCK_INSERT,
    ("desk_file", "insert"): _ON_DESK_FILE_INSERT,
    ("call", "update"): _ON_CALL_UPDATE,
}
_APPEND_ONLY = ("attempt", "event", "unlock", "totp_use", "desk_file")
_COUNTED = ("attempt", "event", "note", "unlock", "desk_file", "email_code")
_ONCE = "a code is used once, and its use is kept"


def statements(dialect: str) -> list[str]:
    """Return the statements that make the triggers on `sqlite` or `postgresql`."""
    return _sqlite() if dialect == "sqlite" else _postgresql()


def removals(dialect: str, existing: list[str]) -> list[str]:
    """Return the statements that take out the triggers that are there, so that these can be made."""
    if dialect == "sqlite":
        return [f"DROP TRIGGER {name}" for name in existing]
    return [f"DROP TRIGGER {name} ON {table}" for name, table in (one.split("@") for one in existing)]


def _conditions(dialect: str, table: str, moment: str) -> list[tuple[str, str]]:
    is_sqlite = dialect == "sqlite"
    words = {
        "same": "IS" if is_sqlite else "IS NOT DISTINCT FROM",
        "differs": "IS NOT" if is_sqlite else "IS DISTINCT FROM",
        "hours_since": _HOURS_SINCE[dialect],
        "description_changed_otherwise": redaction.description_changed_otherwise(dialect),
    }
    return [(condition.format(**words), message) for condition, message in _RULES[table, moment]]


def _sqlite() -> list[str]:
    made = []
    for table, moment in _RULES:
        made += [
            f"CREATE TRIGGER {table}_{moment}_{index} BEFORE {moment.upper()} ON {table}"
            f" WHEN {condition} BEGIN SELECT RAISE(ABORT, '{message}'); END"
            for index, (condition, message) in enumerate(_conditions("sqlite", table, moment))
        ]
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
        ]
    for table in _COUNTED:
        refuse = f"BEGIN SELECT RAISE(ABORT, 'the record in {table} is added to, never changed'); END"
        # A number that was not given is -1 here.
        made.append(
            f"CREATE TRIGGER {table}_appended BEFORE INSERT ON {table}"
            f" WHEN NEW.id <> -1 AND EXISTS (SELECT 1 FROM {table} WHERE id >= NEW.id) {refuse}"
        )
    made += [
        "CREATE TRIGGER totp_use_not_replaced BEFORE INSERT ON totp_use WHEN EXISTS (SELECT 1 FROM totp_use"
        f" WHERE contact_id = NEW.contact_id AND step = NEW.step) BEGIN SELECT RAISE(ABORT, '{_ONCE}'); END",
        "CREATE TRIGGER email_code_once BEFORE UPDATE ON email_code WHEN OLD.used_at IS NOT NULL"
        " OR NEW.used_at IS NULL OR NEW.secret <> OLD.secret OR NEW.contact_id <> OLD.contact_id"
        f" BEGIN SELECT RAISE(ABORT, '{_ONCE}'); END",
        f"CREATE TRIGGER email_code_kept BEFORE DELETE ON email_code BEGIN SELECT RAISE(ABORT, '{_ONCE}'); END",
        "CREATE TRIGGER note_unchanged BEFORE UPDATE ON note"
        f" WHEN {redaction.note_changed_otherwise('sqlite')} BEGIN SELECT RAISE(ABORT, '{redaction.NOTE}'); END",
        f"CREATE TRIGGER note_kept BEFORE DELETE ON note BEGIN SELECT RAISE(ABORT, '{redaction.NOTE}'); END",
    ]
    return made


def _postgresql() -> list[str]:
    def guard(name: str, rules: list[tuple[str, str]]) -> str:
        body = " ".join(f"IF {condition} THEN RAISE EXCEPTION '{message}'; END IF;" for condition, message in rules)
        head = f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql"
        return f"{head} AS $$ BEGIN {body} RETURN NEW; END $$"

    made = []
    for table, moment in _RULES:
        name = f"{table}_{moment}"
        made += [
            guard(name, _conditions("postgresql", table, moment)),
            f"CREATE TRIGGER {name} BEFORE {moment.upper()} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
        ]
    made += [
        "CREATE OR REPLACE FUNCTION record_kept() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'the record in % is added to, never changed', TG_TABLE_NAME; END $$",
        guard(
            "email_code_once",
            [("OLD.used_at IS NOT NULL OR NEW.used_at IS NULL OR NEW.secret <> OLD.secret"
              " OR NEW.contact_id <> OLD.contact_id", _ONCE)],
        ),
        "CREATE TRIGGER email_code_once BEFORE UPDATE ON email_code FOR EACH ROW EXECUTE FUNCTION email_code_once()",
        guard("note_unchanged", [(redaction.note_changed_otherwise("postgresql"), redaction.NOTE)]),
        "CREATE TRIGGER note_unchanged BEFORE UPDATE ON note FOR EACH ROW EXECUTE FUNCTION note_unchanged()",
    ]  # fmt: skip
    for table in _APPEND_ONLY:
        made.append(
            f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION record_kept()"
        )
    for table in ("ticket", "note", "email_code"):
        made.append(
            f"CREATE TRIGGER {table}_kept BEFORE DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION record_kept()"
        )
    return made
