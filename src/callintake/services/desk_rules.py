"""The desk file in force: departments, categories and the rules of verification; and how another takes its place."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

import sqlalchemy as sa
from sqlmodel import Session, col, select

from callintake.domain.desk_difference import Change, difference
from callintake.domain.errors import Conflict, Refused
from callintake.domain.routing import BUILT_IN, Desk
from callintake.domain.text import fold
from callintake.services.agents import is_lead
from callintake.services.history import now, record
from callintake.store.tables import DeskFileRow, TicketRow

_NEWEST = col(DeskFileRow.id).desc()


@dataclass(frozen=True, slots=True)
class InForce:
    """Which desk file is in force, and since when; number 0 is the desk that comes built in."""

    number: int = 0
    agent: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What an agent at an open desk goes by."""

    file: InForce
    rules: Desk
    region: str
    """Whose numbers need no country code (ISO 3166)."""
    is_lead: bool


@dataclass(frozen=True, slots=True)
class Compared:
    """What a desk file changes, and which one it was compared with."""

    number: int
    changes: tuple[Change, ...]
    applied: int | None = None
    """Its own number, once it is in force."""
    desk: Desk = BUILT_IN
    """The rules in it."""
    reworded: tuple[str, ...] = ()
    """Departments that hear of tickets, and whose messages read otherwise than before."""

    @property
    def looser(self) -> int:
        """How many of the changes ask for less proof than before."""
        return sum(change.is_looser for change in self.changes)


def rules_in_force(session: Session) -> Desk:
    """Return the rules of this desk: the desk file applied last, or those that come built in.

    Raises:
        Refused: the desk file in force is one that this program can't read; nothing is done by looser rules instead.
    """
    body = session.exec(select(DeskFileRow.body).order_by(_NEWEST).limit(1)).first()
    return BUILT_IN if body is None else _parsed(body)


def region_in_force(session: Session, own: str) -> str:
    """Return the region (ISO 3166) whose numbers need no country code: the desk's, or where it has none, one's own."""
    return rules_in_force(session).region or own


def terms_of(session: Session, agent: str, own_region: str) -> Terms:
    """Return what an agent goes by as of now.

    Raises:
        Refused: the desk file in force is one that this program can't read.
    """
    return Terms(
        in_force(session), rules_in_force(session), region_in_force(session, own_region), is_lead(session, agent)
    )


def in_force(session: Session) -> InForce:
    """Return which desk file is in force."""
    columns = select(DeskFileRow.id, DeskFileRow.agent, DeskFileRow.at)
    newest = session.exec(columns.order_by(_NEWEST).limit(1)).first()
    return InForce() if newest is None else InForce(*newest)


def compare_desk_file(session: Session, text: str) -> Compared:
    """Return what a desk file would change.

    Raises:
        DeskFileRefused: it can't be right.
    """
    return _compared(session, _parsed_given(text))


def apply_desk_file(session: Session, text: str, agent: str, *, compared_with: int | None = None) -> Compared:
    """Let a desk file be in force from now on, and return what that changed; a lead alone does (P4, P11).

    What is kept is every rule in full, so that none of them changes with what comes built in.

    Raises:
        Refused: the agent is no lead.
        DeskFileRefused: it can't be right.
        Conflict: another than the one it was compared with is in force by now.
    """
    from callintake.domain.desk_file_text import desk_file_text

    if not is_lead(session, agent):
        raise Refused("only a lead applies a desk file")
    desk = _parsed_given(text)
    _hold(session)
    newest = in_force(session)
    if compared_with is not None and newest.number != compared_with:
        raise Conflict(
            f"desk file {newest.number}, applied by {newest.agent}, is in force by now, and this one was compared with"
            f" {compared_with or 'the desk that comes built in'}: look at the difference again"
        )
    compared = _compared(session, desk)
    if not compared.changes:
        return compared
    body = desk_file_text(desk)
    if _parsed_given(body) != desk:
        raise Refused("the desk file can't be kept as it is; nothing was applied")
    rules = desk.verification
    locks = {"lock_failures": rules.lock_failures, "lock_hours": rules.lock_hours}
    row = DeskFileRow(at=now(), agent=agent, body=body, **locks)
    session.add(row)
    session.flush()
    words = [str(change) for change in compared.changes]
    record(session, "desk file applied", agent, number=row.id, before=newest.number, changes=words)
    return replace(compared, applied=row.id)


def desk_file_in_force(session: Session) -> str:
    """Return the rules in force as a desk file."""
    from callintake.domain.desk_file_text import desk_file_text

    newest = in_force(session)
    said = "the desk that comes built in"
    if newest.at is not None:
        said = f"desk file {newest.number}, applied by {newest.agent} on {newest.at:%Y-%m-%d %H:%M} UTC"
    return f"# In force: {said}\n{desk_file_text(rules_in_force(session))}"


def _compared(session: Session, desk: Desk) -> Compared:
    newest = in_force(session)
    try:
        before = rules_in_force(session)
    except Refused:
        unknown = Change("the rules in force can't be read by this program: all are replaced", is_looser=True)
        return Compared(newest.number, (unknown,), desk=desk)
    changes = difference(before, desk, _on_tickets(session, before, desk))
    return Compared(newest.number, changes, desk=desk, reworded=tuple(_reworded(before, desk)))


def _reworded(before: Desk, after: Desk) -> Iterator[str]:
    for one in after.notify.listeners:
        name = one.department
        if before.notify.templates_of(name) != after.notify.templates_of(name):
            yield name


def _on_tickets(session: Session, before: Desk, after: Desk) -> set[str]:
    """Return the categories that tickets have, where any comes in anew: it may be one that was taken out before."""
    known = {fold(category.name) for category in before.categories}
    if all(fold(category.name) in known for category in after.categories):
        return set()
    return set(session.exec(select(TicketRow.category).distinct()))


def _hold(session: Session) -> None:
    """Let nobody else apply one meanwhile; on SQLite nobody else can."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("LOCK TABLE desk_file IN SHARE ROW EXCLUSIVE MODE"))


@lru_cache(maxsize=4)
def _parsed(body: str) -> Desk:
    """Return the rules in what was applied; by its text, since a number is given again after a change is taken back."""
    try:
        return _parsed_given(body)
    except Refused as refusal:
        raise Refused(
            "the desk file in force is not one that this program reads: upgrade it, or let a lead apply another"
            f" ({str(refusal)[:200]})"
        ) from None


def _parsed_given(text: str) -> Desk:
    from callintake.domain.desk_file import parse_desk_file

    return parse_desk_file(text)
