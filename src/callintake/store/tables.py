"""The tables. A row never leaves the services; what leaves is of `domain`."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, DateTime, ForeignKey, Integer, Text, TypeDecorator
from sqlalchemy.engine import Dialect
from sqlmodel import Field, SQLModel

Serial = BigInteger().with_variant(Integer, "sqlite")
"""A primary key that counts; SQLite counts only `INTEGER`."""


class Moment(TypeDecorator[datetime]):
    """A UTC time that comes back aware; SQLite alone would forget the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _serial() -> Any:
    return Field(default=None, sa_column=Column(Serial, primary_key=True, autoincrement=True))


def _moment(*, nullable: bool = False, index: bool = False) -> Any:
    return Field(default=None, sa_column=Column(Moment, nullable=nullable, index=index))


def _text(*, nullable: bool = False, index: bool = False) -> Any:
    return Field(default=None if nullable else "", sa_column=Column(Text, nullable=nullable, index=index))


def _points_to(column: str, *, nullable: bool = True, index: bool = True) -> Any:
    kind = Text() if column == "call.id" else Serial
    return Field(default=None, sa_column=Column(kind, ForeignKey(column), nullable=nullable, index=index))


def _json() -> Any:
    # Without a value the column is NULL, not JSON's null.
    return Field(default=None, sa_column=Column(JSON(none_as_null=True), nullable=True))


class AgentRow(SQLModel, table=True):
    """Somebody who works at the desk; `role` is agent, lead or auditor."""

    __tablename__ = "agent"
    name: str = Field(sa_column=Column(Text, primary_key=True))
    role: str = _text()
    created_at: datetime = _moment()


class OrganizationRow(SQLModel, table=True):
    """An organization; `folded` is its name as it is compared."""

    __tablename__ = "organization"
    id: int = _serial()
    name: str = _text()
    folded: str = Field(sa_column=Column(Text, nullable=False, unique=True))


class ContactRow(SQLModel, table=True):
    """A person in the directory; `words` is what typing is compared with."""

    __tablename__ = "contact"
    id: int = _serial()
    organization_id: int = _points_to("organization.id", nullable=False)
    name: str = _text()
    email: str | None = Field(default=None, sa_column=Column(Text, unique=True))
    may_request: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    vip: bool = False
    approves: list[str] | None = _json()
    email_since: date | None = None
    notes: str | None = _text(nullable=True)
    words: str = _text()
    created_at: datetime = _moment()


class ContactNumberRow(SQLModel, table=True):
    """A number on file, the day since when it is there, and when it was written here, which nobody can date back."""

    __tablename__ = "contact_number"
    id: int = _serial()
    contact_id: int = _points_to("contact.id", nullable=False)
    e164: str = Field(sa_column=Column(Text, nullable=False, index=True))
    since: date
    recorded_at: datetime | None = _moment(nullable=True)


class CallRow(SQLModel, table=True):
    """A call, from its first second; `disposition` says how it ended (P2), the seconds are known by then."""

    __tablename__ = "call"
    id: str = Field(sa_column=Column(Text, primary_key=True))
    started_at: datetime = _moment(index=True)
    ended_at: datetime | None = _moment(nullable=True)
    talk_seconds: int | None = None
    hold_seconds: int | None = None
    wrap_up_seconds: int | None = None
    channel: str = _text()
    direction: str = _text()
    caller_number: str = _text()
    dialled_number: str = _text()
    agent: str = _text()
    disposition: str | None = _text(nullable=True)
    reason: str | None = _text(nullable=True)
    ticket_id: int | None = _points_to("ticket.id")
    suspicion: str | None = _text(nullable=True)
    external_id: str | None = _text(nullable=True)
    answered_at: datetime | None = _moment(nullable=True)
    cause: str | None = _text(nullable=True)
    announced: str | None = _text(nullable=True)
    users: list[str] | None = _json()
    queue: str | None = _text(nullable=True)
    answered_by: str | None = _text(nullable=True)
    calls_back: str | None = _points_to("call.id", index=False)
    callback_owner: str | None = _text(nullable=True)
    callback_cleared_at: datetime | None = _moment(nullable=True)


class CallEventRow(SQLModel, table=True):
    """What a phone told of a call, as it came; an id is the phone's own."""

    __tablename__ = "call_event"
    id: int = _serial()
    call_id: str = _points_to("call.id", nullable=False)
    at: datetime = _moment()
    kind: str = _text()
    source: str = _text()
    external_id: str | None = _text(nullable=True, index=True)
    body: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))


class DraftRow(SQLModel, table=True):
    """What has been typed during a call, whole, at its latest revision."""

    __tablename__ = "draft"
    call_id: str = Field(sa_column=Column(Text, ForeignKey("call.id"), primary_key=True))
    revision: int
    body: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    saved_at: datetime = _moment()
    closed_at: datetime | None = _moment(nullable=True)


class TicketRow(SQLModel, table=True):
    """A request; `id` is the serial in its number, `version` grows by one with every change.

    Snoozed, it is out of sight until then; pending, it `waits_until`; its owner's claim holds, `leased_until`.
    """

    __tablename__ = "ticket"
    id: int = _serial()
    version: int = 1
    subject: str = _text()
    description: str = _text()
    category: str = _text()
    priority: int
    status: str = _text()
    department: str | None = _text(nullable=True)
    owner: str | None = _text(nullable=True)
    identity: str = _text()
    authorization: str = _text()
    suspicion: str | None = _text(nullable=True)
    break_glass: str | None = _text(nullable=True)
    contact_id: int | None = _points_to("contact.id")
    name: str | None = _text(nullable=True)
    organization: str | None = _text(nullable=True)
    email: str | None = _text(nullable=True)
    phone: str | None = _text(nullable=True, index=True)
    phone_typed: str | None = _text(nullable=True)
    missing_reason: str | None = _text(nullable=True)
    asset: str | None = _text(nullable=True)
    impact: str | None = _text(nullable=True)
    urgency: str | None = _text(nullable=True)
    asked: list[str] | None = _json()
    offsets: list[int | None] | None = _json()
    raised_by: str = _text()
    created_at: datetime = _moment()
    updated_at: datetime = _moment()
    due_at: datetime | None = _moment(nullable=True)
    snoozed_until: datetime | None = _moment(nullable=True)
    waits_until: datetime | None = _moment(nullable=True)
    leased_until: datetime | None = _moment(nullable=True)
    merged_into: int | None = _points_to("ticket.id")
    split_from: int | None = _points_to("ticket.id")


class PresenceRow(SQLModel, table=True):
    """What ticket an agent looks at or writes on, and when they last did."""

    __tablename__ = "presence"
    agent: str = Field(sa_column=Column(Text, primary_key=True))
    ticket_id: int = _points_to("ticket.id", nullable=False)
    is_writing: bool = False
    at: datetime = _moment()


class TicketCountRow(SQLModel, table=True):
    """How many tickets of one kind there are: the sum of `n` over its rows, which triggers keep."""

    __tablename__ = "ticket_count"
    id: int = _serial()
    status: str = _text()
    department: str = _text()
    owner: str = _text()
    is_open: bool
    is_incomplete: bool
    n: int = Field(sa_column=Column(BigInteger, nullable=False))


class SavedViewRow(SQLModel, table=True):
    """A view of an agent's own: its name, and the words that say it."""

    __tablename__ = "saved_view"
    agent: str = Field(sa_column=Column(Text, primary_key=True))
    name: str = Field(sa_column=Column(Text, primary_key=True))
    words: str = _text()


class NoteRow(SQLModel, table=True):
    """A note added to a ticket; one from a call says when in it each line was begun."""

    __tablename__ = "note"
    id: int = _serial()
    ticket_id: int = _points_to("ticket.id", nullable=False)
    at: datetime = _moment()
    agent: str = _text()
    text: str = _text()
    offsets: list[int | None] | None = _json()
    call_id: str | None = _points_to("call.id", index=False)


class AttemptRow(SQLModel, table=True):
    """Evidence of one attempt to verify a caller; rows are added, never changed (P4)."""

    __tablename__ = "attempt"
    id: int = _serial()
    call_id: str | None = _points_to("call.id")
    ticket_id: int | None = _points_to("ticket.id")
    contact_id: int | None = _points_to("contact.id")
    name: str = _text()
    organization: str = _text()
    category: str | None = _text(nullable=True)
    method: str = _text()
    factor: str = _text()
    outcome: str = _text()
    number: str | None = _text(nullable=True)
    address: str | None = _text(nullable=True)
    approver_id: int | None = _points_to("contact.id", index=False)
    reason: str | None = _text(nullable=True)
    agent: str = _text()
    at: datetime = _moment()


class CredentialRow(SQLModel, table=True):
    """What a contact proves themselves by: the hash of a PIN (`pin`), or the key of an app (`totp`)."""

    __tablename__ = "credential"
    contact_id: int = Field(sa_column=Column(Serial, ForeignKey("contact.id"), primary_key=True, autoincrement=False))
    kind: str = Field(sa_column=Column(Text, primary_key=True))
    secret: str = Field(sa_column=Column(Text, nullable=False), repr=False)
    since: datetime = _moment()


class UnlockRow(SQLModel, table=True):
    """A lead's decision that attempts for a locked contact may be made again."""

    __tablename__ = "unlock"
    id: int = _serial()
    contact_id: int = _points_to("contact.id", nullable=False)
    agent: str = _text()
    reason: str = _text()
    at: datetime = _moment()


class TotpUseRow(SQLModel, table=True):
    """A time step whose code a contact has used: none is taken twice."""

    __tablename__ = "totp_use"
    contact_id: int = Field(sa_column=Column(Serial, ForeignKey("contact.id"), primary_key=True, autoincrement=False))
    step: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    at: datetime = _moment()


class EmailCodeRow(SQLModel, table=True):
    """A code that was sent to an address on file: the hash of it, and when it was used."""

    __tablename__ = "email_code"
    id: int = _serial()
    contact_id: int = _points_to("contact.id", nullable=False)
    address: str = _text()
    secret: str = Field(sa_column=Column(Text, nullable=False), repr=False)
    sent_at: datetime = _moment()
    used_at: datetime | None = _moment(nullable=True)


class DeskFileRow(SQLModel, table=True):
    """The desk file in force is the last one; the numbers that the database itself holds to stand beside it."""

    __tablename__ = "desk_file"
    id: int = _serial()
    at: datetime = _moment()
    agent: str = _text()
    body: str = _text()
    lock_failures: int
    lock_hours: int


class OutboxRow(SQLModel, table=True):
    """A message that somebody is to get; unique for what it is about, whom it is to, and how.

    It has a `due_at` while it is to be sent; a courier that has claimed it is alone with it until `claimed_until`.
    """

    __tablename__ = "outbox"
    id: int = _serial()
    ticket_id: int | None = _points_to("ticket.id")
    call_id: str | None = _points_to("call.id")
    department: str | None = _text(nullable=True)
    channel: str = _text()
    recipient: str = _text()
    event: str = _text()
    revision: int = 1
    body: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    state: str = _text(index=True)
    created_at: datetime = _moment(index=True)
    tries: int = Field(default=0, sa_column=Column(Integer, nullable=False, server_default="0"))
    due_at: datetime | None = _moment(nullable=True, index=True)
    claimed_by: str | None = _text(nullable=True)
    claimed_until: datetime | None = _moment(nullable=True)
    tried_at: datetime | None = _moment(nullable=True)
    sent_at: datetime | None = _moment(nullable=True)
    outcome: str | None = _text(nullable=True)
    settled: str | None = _text(nullable=True)
    key: str = Field(sa_column=Column(Text, nullable=False, unique=True))


class EventRow(SQLModel, table=True):
    """The history: one row per change, written in the change's own transaction; never changed (P11)."""

    __tablename__ = "event"
    id: int = _serial()
    at: datetime = _moment()
    agent: str = _text()
    kind: str = _text()
    ticket_id: int | None = _points_to("ticket.id")
    call_id: str | None = _points_to("call.id")
    data: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
