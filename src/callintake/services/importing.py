"""The directory brought up to a file: part by part, each line told apart by its e-mail address."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from sqlmodel import Session, col, select

from callintake.domain.contact import Contact
from callintake.domain.contact_change import NOBODY, applied, check_may, differences
from callintake.domain.contact_entry import Entry, Ground, parse_entry, without_rights
from callintake.domain.contact_file import ContactFile, Row
from callintake.domain.errors import Refused
from callintake.domain.routing import Desk
from callintake.domain.text import clean_line, elide
from callintake.services.agents import check_may_change, is_lead, list_agents
from callintake.services.contact_rows import add_contacts, rewrite_contact
from callintake.services.desk_rules import rules_in_force
from callintake.services.finding import contacts_of
from callintake.services.history import now, record
from callintake.store.tables import ContactRow

PART = 500
"""Rows that are looked up and written together: much quicker than one by one, and nobody else waits for long."""
_FORMULA_STARTS = ("=", "+", "-", "@")
_FEW_LINES = 3
"""Lines that a contact may well stand on; more are swallowed by a quotation mark."""


class Outcome(StrEnum):
    """What became of a line."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "left out"


@dataclass(frozen=True, slots=True)
class LineReport:
    """What became of one line, or would; `changes` are facts with what they were and what they are."""

    line: int
    last_line: int
    outcome: Outcome
    name: str = ""
    email: str | None = None
    changes: dict[str, list[Any]] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    why: str | None = None


@dataclass
class ImportReport:
    """What an import did, or would do."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)
    """The lines that were left out, and why."""

    @property
    def taken(self) -> int:
        """How many lines the directory is now as they say."""
        return self.added + self.changed + self.unchanged

    @property
    def counts(self) -> dict[Outcome, int]:
        """How many lines met with what."""
        numbers = (self.added, self.changed, self.unchanged, len(self.refused))
        return dict(zip(Outcome, numbers, strict=True))

    def count(self, line: LineReport) -> None:
        """Count a line."""
        match line.outcome:
            case Outcome.ADDED:
                self.added += 1
            case Outcome.CHANGED:
                self.changed += 1
            case Outcome.UNCHANGED:
                self.unchanged += 1
            case Outcome.REFUSED:
                self.refused.append((line.line, line.why or ""))


@dataclass(frozen=True, slots=True)
class _Read:
    """A row, and what it says, or why it can't be right."""

    row: Row
    entry: Entry | None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class _Plan:
    """What becomes of a line: the contact as it is, None where there is none yet, and as it is to be."""

    line: LineReport
    before: Contact | None = None
    after: Contact = NOBODY


Told = Callable[[LineReport], None]


def import_contacts(
    session: Session, lines: Iterable[str], region: str, agent: str, told: Told | None = None
) -> ImportReport:
    """Bring the directory up to a CSV file, keyed by e-mail address; lines that can't be right are left out.

    What opens gates a lead alone changes of a contact that is there, and gives to one that is not (P4).

    Raises:
        Refused: it is no CSV file, or has not the columns `name`, `organization` and `email`.
    """
    importing = Import(rules_in_force(session), region, agent, told)
    for part in ContactFile(lines).parts(PART):
        importing.write(session, importing.read(part))
    return importing.report


class Import:
    """One file on its way into the directory: its rows are read outside of any transaction, and written in one."""

    def __init__(self, desk: Desk, region: str, agent: str, told: Told | None = None) -> None:
        self.report = ImportReport()
        self._desk, self._agent = desk, agent
        self._ground = Ground(region, desk, now().date())
        self._told = told
        self._lines: dict[str, int] = {}
        """The line on which each address of the file stands first."""
        self._recorded = False

    def read(self, rows: Sequence[Row]) -> list[_Read]:
        """Return what rows say; an address that was on another line already is not said again."""
        return [self._read(row) for row in rows]

    def _read(self, row: Row) -> _Read:
        try:
            if row.surplus:
                raise Refused(f"{row.surplus} more cells than columns: is a text with the delimiter in it not quoted?")
            entry = parse_entry({"name": "", "organization": "", "email": "", **row.cells}, self._ground)
            if not entry.email:
                raise Refused("E-mail: missing, and contacts are told apart by it")
            first = self._lines.setdefault(entry.email.casefold(), row.line)
            if first != row.line:
                raise Refused(f"the same e-mail address as on line {first}")
        except Refused as error:
            swallowed = " (is a quotation mark not closed?)" if row.last_line - row.line > _FEW_LINES else ""
            return _Read(row, None, f"{error}{swallowed}")
        return _Read(row, replace(entry, warnings=(*entry.warnings, *_formulas(entry))))

    def write(self, session: Session, read: Sequence[_Read], *, dry_run: bool = False) -> None:
        """Bring contacts up to what was read of them, and tell what became of each line; or only tell.

        Raises:
            Refused: the agent is there to look, and changes nothing.
        """
        check_may_change(session, self._agent)
        # A rehearsal signs nobody in, and the first to sign in leads.
        by_lead = is_lead(session, self._agent) or (dry_run and not list_agents(session))
        there = _on_file(session, [one.entry.email or "" for one in read if one.entry])
        plans = [self._plan(one, there, by_lead=by_lead) for one in read]
        if not dry_run:
            add_contacts(session, [plan.after for plan in plans if plan.line.outcome is Outcome.ADDED])
            for plan in plans:
                if plan.line.outcome is Outcome.CHANGED and plan.before is not None:
                    rewrite_contact(session, plan.before, plan.after)
                    changes = plan.line.changes
                    record(session, "contact changed", self._agent, contact_id=plan.after.id, changes=changes)
            self._record(session, [plan.line.outcome for plan in plans])
        for plan in plans:
            self.report.count(plan.line)
            if self._told is not None:
                self._told(plan.line)

    def _plan(self, read: _Read, there: dict[str, Contact], *, by_lead: bool) -> _Plan:
        row, entry = read.row, read.entry
        if entry is None:
            name = elide(clean_line(row.cells.get("name", "")), 60)
            return _Plan(LineReport(row.line, row.last_line, Outcome.REFUSED, name, why=read.why))
        before = there.get((entry.email or "").casefold())
        if before is None and not by_lead:
            entry = without_rights(entry, self._desk)
        after = applied(before or NOBODY, _keyed(entry, before), now(), by_lead=by_lead)
        changes = {} if before is None else differences(before, after)
        outcome, why = Outcome.CHANGED if changes else Outcome.UNCHANGED, None
        try:
            check_may(after.name, changes, by_lead=by_lead)
        except Refused as error:
            outcome, why = Outcome.REFUSED, str(error)
        line = LineReport(
            row.line,
            row.last_line,
            Outcome.ADDED if before is None else outcome,
            after.name,
            after.email,
            changes,
            entry.warnings,
            entry.hints,
            why,
        )
        return _Plan(line, before, after)

    def _record(self, session: Session, outcomes: list[Outcome]) -> None:
        """Put on record what this part of the file did; the first part always, as an import took place."""
        added, changed, refused = map(outcomes.count, (Outcome.ADDED, Outcome.CHANGED, Outcome.REFUSED))
        if added or changed or refused or not self._recorded:
            record(session, "contacts imported", self._agent, added=added, changed=changed, refused=refused)
            self._recorded = True


def _formulas(entry: Entry) -> list[str]:
    facts = {"name": entry.name, "organization": entry.organization}
    return [
        f"{fact} begins like a formula: kept as text"
        for fact, text in facts.items()
        if text and text.startswith(_FORMULA_STARTS)
    ]


def _on_file(session: Session, emails: Sequence[str]) -> dict[str, Contact]:
    """Return the contacts that have these addresses, by the address without case."""
    either = {form for email in emails for form in (email, email.casefold())}
    rows = session.exec(select(ContactRow).where(col(ContactRow.email).in_(either)))
    contacts = contacts_of(session, rows)
    exact = set(emails)
    # One written just as in the file comes last, and so before one that differs in case.
    contacts.sort(key=lambda contact: contact.email in exact)
    return {(contact.email or "").casefold(): contact for contact in contacts}


def _keyed(entry: Entry, before: Contact | None) -> Entry:
    """Return an entry without its address where that is what the contact was found by: its case changes nothing."""
    return entry if before is None else replace(entry, email=None)
