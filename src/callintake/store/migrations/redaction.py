"""What may change of a text on record: one run of it gives way to a mark, just as the last event of its ticket says."""

NOTE = "a note is added to, never changed, except that a secret in it is redacted"
DESCRIPTION = "what was said stays as it was noted, except that a secret in it is redacted"
KINDS = ("password", "PIN", "code", "token", "key", "card number", "secret")
_KINDS = ", ".join(f"'{kind}'" for kind in KINDS)
_BEGINS = "[redacted: "
_LINE_ENDS = {
    "sqlite": "replace(hex(zeroblob({count})), '00', char(10))",
    "postgresql": "repeat(chr(10), {count})",
}


def note_changed_otherwise(dialect: str) -> str:
    """Return when a note is changed, but not by a redaction that its author or a lead has on record."""
    same = "IS" if dialect == "sqlite" else "IS NOT DISTINCT FROM"
    stays = [f"NEW.{name} {same} OLD.{name}" for name in ("id", "ticket_id", "at", "agent", "call_id")]
    # PostgreSQL doesn't compare JSON.
    stays.append(f"CAST(NEW.offsets AS TEXT) {same} CAST(OLD.offsets AS TEXT)")
    redacted = _redacted(dialect, "text", "ticket_id", "agent", f"{_number(dialect, 'note')} = OLD.id")
    return f"({' AND '.join(stays)} AND {redacted}) IS NOT TRUE"


def description_changed_otherwise(dialect: str) -> str:
    """Return when a description is changed, but not by a redaction on record of who raised the ticket, or of a lead."""
    about = f"{_word(dialect, 'place')} = 'description'"
    redacted = _redacted(dialect, "description", "id", "raised_by", about)
    return f"NEW.description <> OLD.description AND ({redacted}) IS NOT TRUE"


def _redacted(dialect: str, column: str, ticket: str, author: str, about: str) -> str:
    """That a text is what it was, but for the run that the last event of its ticket says was redacted.

    Where there is no such event it is compared with nothing, which is not true. A run that begins with a mark is none:
    the same event allows its change once.
    """
    kind = _word(dialect, "what")
    start, length, lines = (_number(dialect, name) for name in ("start", "length", "lines"))
    mark = f"'{_BEGINS}' || {kind} || ']' || {_LINE_ENDS[dialect].format(count=lines)}"
    before, after = f"substr(OLD.{column}, 1, {start})", f"substr(OLD.{column}, {start} + {length} + 1)"
    is_lead = "EXISTS (SELECT 1 FROM agent WHERE agent.name = event.agent AND agent.role = 'lead')"
    return (
        f"NEW.{column} = (SELECT {before} || {mark} || {after} FROM event"
        f" WHERE event.id = (SELECT max(last.id) FROM event AS last WHERE last.ticket_id = OLD.{ticket})"
        f" AND event.kind = 'redacted' AND {about} AND (event.agent = OLD.{author} OR {is_lead})"
        f" AND {kind} IN ({_KINDS})"
        f" AND {start} >= 0 AND {length} > 0 AND {lines} BETWEEN 0 AND {length}"
        f" AND substr(OLD.{column}, {start} + 1, {len(_BEGINS)}) <> '{_BEGINS}')"
    )


# SQLite 3.40 refuses its functions for JSON in a trigger while `trusted_schema` is off. So JSON is read as the program
# writes it: the quotes in a value are escaped, so that none is taken for a name.
def _word(dialect: str, name: str) -> str:
    """A word in what an event holds; NULL where there is none."""
    if dialect == "postgresql":
        return f"(event.data ->> '{name}')"
    rest = _rest(f'"{name}": "')
    return f"nullif(substr({rest}, 1, instr({rest}, '\"') - 1), '')"


def _number(dialect: str, name: str) -> str:
    """A number in what an event holds; NULL where there is none."""
    if dialect == "postgresql":
        return f"CAST(event.data ->> '{name}' AS INTEGER)"
    # What follows the number is not looked at.
    rest = _rest(f'"{name}": ')
    return f"CAST({rest} AS INTEGER)"


def _rest(name: str) -> str:
    return f"substr(event.data, nullif(instr(event.data, '{name}'), 0) + {len(name)})"
