"""Planted secrets are looked for wherever a program shows what it works with, and are nowhere."""

import json
import logging
import traceback
from collections.abc import Iterator
from dataclasses import dataclass

import pyotp
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel, select

from callintake.domain.detail_json import to_json
from callintake.domain.errors import Refused
from callintake.domain.method import Method
from callintake.services import credentials, on_file, raising, reading, verification
from callintake.services.history import acting_at
from callintake.store.database import Store, open_store
from callintake.store.tables import AttemptRow, CredentialRow, EmailCodeRow, EventRow, OutboxRow, TotpUseRow
from tests.conftest import LEAD, REGION
from tests.services.acting import call_from
from tests.services.test_credentials import CODES, NOON, STEP, amara, says
from tests.services.test_email_codes import Letters, long_known

PIN = "purple elephant 40719"
TYPED = "Purple-Elephant  4 0 7 1 9"
WRONG = "yellow giraffe 99017"


@dataclass(frozen=True)
class Planted:
    """What is on file, and was said, in one desk."""

    words: tuple[str, ...]
    ticket: str
    contact_id: int

    def found(self, shown: str) -> list[str]:
        """Those secrets that a text shows."""
        return [word for word in self.words if word in shown]


def plant(session: Session) -> Planted:
    """Give a contact all there is, and let them say it, right and wrong; a ticket comes of it."""
    long_known(session)
    letters = Letters()
    contact_id = amara(session)
    credentials.set_pin(session, contact_id, PIN, LEAD)
    with acting_at(NOON - 9 * STEP):
        uri = credentials.enroll_totp(session, contact_id, LEAD)
        key = "".join(credentials.key_of(uri))
        app = pyotp.TOTP(key)
        confirmed = app.at(NOON - 9 * STEP)
        credentials.confirm_totp(session, contact_id, uri, confirmed, LEAD)
    draft = call_from(session)
    said = {"call_id": draft.call_id}
    with acting_at(NOON):
        code = app.at(NOON)
        credentials.send_code(session, contact_id, LEAD, CODES, letters, **said)
        verification.record_attempt(session, draft.claim, Method.PIN, None, LEAD, said=WRONG, **said)
        verification.record_attempt(session, draft.claim, Method.PIN, None, LEAD, said=TYPED, **said)
        verification.record_attempt(session, draft.claim, Method.TOTP, None, LEAD, said=code, **said)
        assert says(session, letters.code, Method.EMAIL_CODE, CODES)
    credentials.set_pin(session, contact_id, f"{PIN} more", LEAD)
    serial = raising.raise_ticket(session, draft, LEAD, REGION)
    number = reading.ticket_number(serial)
    hashes = [one for table in (CredentialRow, EmailCodeRow) for one in session.exec(select(table.secret))]
    return Planted((PIN, TYPED, WRONG, key, "".join(uri), code, confirmed, letters.code, *hashes), number, contact_id)


@pytest.fixture
def planted(session: Session) -> Planted:
    """A desk with secrets in it."""
    return plant(session)


def test_no_row_shows_them(session: Session, planted: Planted) -> None:
    tables: tuple[type[SQLModel], ...] = (CredentialRow, EmailCodeRow, TotpUseRow, AttemptRow, EventRow, OutboxRow)
    for table in tables:
        rows = session.exec(select(table)).all()
        assert rows, table
        for row in rows:
            assert planted.found(f"{row!r} {row!s} {[row]}") == [], table


def test_no_record_is_kept_of_what_was_said(session: Session, planted: Planted) -> None:
    for table in (AttemptRow, EventRow, OutboxRow):
        for row in session.exec(select(table)):
            assert planted.found(json.dumps(row.model_dump(), default=str)) == [], table
    for attempt in verification.attempts_of_ticket(session, reading.serial_of(planted.ticket)):
        assert planted.found(repr(attempt)) == []


def test_the_ticket_shows_none(session: Session, planted: Planted) -> None:
    ticket = reading.ticket(session, planted.ticket)
    assert [attempt.method for attempt in ticket.attempts] == [Method.PIN, Method.PIN, Method.TOTP]
    assert planted.found(json.dumps(to_json(ticket)) + repr(ticket)) == []


def test_only_hashes_of_pins_and_codes_are_in_the_database(session: Session, planted: Planted) -> None:
    for table in SQLModel.metadata.sorted_tables:
        for row in session.execute(sa.select(table)):
            shown = [planted.found(str(value)) for value in row]
            if table.name == "credential":
                assert planted.words[:3] == (PIN, TYPED, WRONG)
                assert not set(planted.words[:3]) & {word for found in shown for word in found}
            elif table.name != "email_code":
                assert not any(shown), table.name


@pytest.fixture
def logged(place: str, caplog: pytest.LogCaptureFixture) -> Iterator[Store]:
    """A desk opened while everything is logged at the lowest level, with all rows and parameters."""
    caplog.set_level(logging.DEBUG)
    names = [name for name in logging.root.manager.loggerDict if name.startswith("sqlalchemy")]
    for name in ("sqlalchemy", "sqlalchemy.engine", *names):
        caplog.set_level(logging.DEBUG, name)
    store = open_store(place)
    yield store
    store.close()


def test_no_log_shows_them_at_its_lowest_level(logged: Store, caplog: pytest.LogCaptureFixture) -> None:
    with logged.transaction() as session:
        planted = plant(session)
        # What the test itself read to look for is not what the program shows.
        asked = caplog.text.rindex("SELECT credential.secret")
    lines = caplog.text[:asked]
    assert "UPDATE credential" in lines
    assert "INSERT INTO email_code" in lines
    assert "Row (" in lines, "rows are logged"
    assert planted.found(lines) == []


BREAKING = {
    "a kind that is none": {"kind": "shoe size"},
    "a contact that is none": {"contact_id": 4711},
    "one that is there": {},
}


@pytest.mark.parametrize("how", BREAKING)
def test_no_error_of_the_database_shows_a_secret_that_was_bound(store: Store, how: str) -> None:
    with store.transaction() as session:
        contact_id = amara(session)
        credentials.set_pin(session, contact_id, PIN, LEAD)
    values = {"contact_id": contact_id, "kind": credentials.PIN, "secret": PIN, "since": NOON, **BREAKING[how]}
    with pytest.raises(Refused) as refusal, store.transaction() as session:
        session.execute(sa.insert(CredentialRow).values(**values))
    shown = "".join(traceback.format_exception(refusal.value))
    assert PIN not in shown
    assert PIN not in repr(refusal.value)
    cause = refusal.value.__context__
    assert isinstance(cause, IntegrityError)
    assert "hide_parameters" in str(cause)
    if store.dialect == "sqlite":
        assert PIN not in str(cause)


def test_no_traceback_of_a_mistake_of_ours_shows_what_was_said(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    contact_id = amara(session)
    credentials.set_pin(session, contact_id, PIN, LEAD)

    def mistaken(*_: object) -> bool:
        raise ZeroDivisionError

    monkeypatch.setattr(on_file, "matches", mistaken)
    draft = call_from(session)
    with pytest.raises(ZeroDivisionError) as crash:
        verification.record_attempt(
            session, draft.claim, Method.PIN, None, LEAD, call_id=draft.call_id, said="".join(PIN)
        )
    assert PIN not in "".join(traceback.format_exception(crash.value))
    (last,) = [
        frame for frame in traceback.walk_tb(crash.value.__traceback__) if "_compare_pin" in str(frame[0].f_code)
    ]
    assert PIN not in repr(last[0].f_locals)
