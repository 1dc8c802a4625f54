"""Codes by e-mail: off until a desk wants them, right once, and kept nowhere."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from callintake.domain.errors import Refused
from callintake.domain.method import Method
from callintake.domain.verification_rules import VerificationRules
from callintake.services import agents, credentials, on_file
from callintake.services.history import acting_at
from callintake.store.database import Store
from callintake.store.tables import ContactRow, EmailCodeRow, EventRow, OutboxRow
from tests.conftest import LEAD
from tests.services.acting import call_from
from tests.services.test_at_once import AGENTS, at_once
from tests.services.test_credentials import CODES, NOON, PIN, RULES, amara, events, fail, says


class Letters:
    """Takes codes to be sent, as a courier would."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []

    def __call__(self, address: str, code: str) -> None:
        self.sent.append((address, code))

    @property
    def code(self) -> str:
        """The code sent last."""
        return self.sent[-1][1]


@pytest.fixture
def letters(session: Session) -> Iterator[Letters]:
    """What is sent to a contact whose address is on file for long enough."""
    long_known(session)
    return Letters()


def long_known(session: Session) -> None:
    row = session.get_one(ContactRow, amara(session))
    row.email_since = date(2026, 1, 1)
    session.flush()


def send(session: Session, letters: Letters | None, rules: VerificationRules = CODES) -> str:
    return credentials.send_code(session, amara(session), LEAD, rules, letters)


def test_a_code_goes_to_the_address_on_file_and_is_right_once(session: Session, letters: Letters) -> None:
    with acting_at(NOON):
        address = send(session, letters)
        assert letters.sent == [(address, letters.code)]
        assert address == "amara.okafor@northgatedental.example.com"
        assert len(letters.code) == 6
        wrong = "000000" if letters.code != "000000" else "111111"
        said = (wrong, f"{letters.code[:3]} {letters.code[3:]}", letters.code)
        answers = [credentials.compare(session, amara(session), Method.EMAIL_CODE, one, CODES) for one in said]
    assert answers == [(False, address), (True, address), (False, None)]


def test_a_code_is_right_for_as_long_as_the_desk_says(session: Session, letters: Letters) -> None:
    with acting_at(NOON):
        send(session, letters)
    with acting_at(NOON + timedelta(minutes=CODES.code_minutes)):
        assert not says(session, letters.code, Method.EMAIL_CODE, CODES)
    with acting_at(NOON + timedelta(minutes=CODES.code_minutes, seconds=-1)):
        assert says(session, letters.code, Method.EMAIL_CODE, CODES)


def test_a_new_code_voids_the_older_one(session: Session, letters: Letters) -> None:
    send(session, letters)
    first = letters.code
    while letters.code == first:
        send(session, letters)
    assert not says(session, first, Method.EMAIL_CODE, CODES)
    assert says(session, letters.code, Method.EMAIL_CODE, CODES)
    assert not says(session, first, Method.EMAIL_CODE, CODES), "nor when the newer one is used up"


def test_a_code_is_kept_nowhere_and_the_outbox_says_only_that_it_was_sent(session: Session, letters: Letters) -> None:
    draft = call_from(session)
    credentials.send_code(session, amara(session), LEAD, CODES, letters, call_id=draft.call_id)
    row = session.exec(select(EmailCodeRow)).one()
    assert row.secret.startswith("$argon2id$")
    told = session.exec(select(OutboxRow)).one()
    session.refresh(told)
    assert (told.event, told.state, told.body, told.call_id) == ("code", "sent", {"code_id": row.id}, draft.call_id)
    assert events(session, "code sent") == [{"contact_id": amara(session), "address": row.address}]
    for table in (EventRow, OutboxRow, EmailCodeRow):
        for one in session.exec(select(table)):
            assert letters.code not in str(one.model_dump(exclude={"created_at", "at", "sent_at", "id", "secret"}))
    assert row.secret not in repr(row) + str(row)


@pytest.mark.parametrize("why", ["off", "no delivery", "locked", "address too new", "auditor"])
def test_no_code_is_sent_where_none_may_be(session: Session, letters: Letters, why: str) -> None:
    deliver: Letters | None = letters
    rules, agent, said = CODES, LEAD, why
    if why == "off":
        rules, said = RULES, "off in the desk file"
    elif why == "no delivery":
        deliver, said = None, "nothing that sends it is set up"
    elif why == "address too new":
        session.get_one(ContactRow, amara(session)).email_since = datetime.now(UTC).date()
        said = "of 30 days"
    elif why == "auditor":
        agent = agents.sign_in(session, "aud")
        agents.set_role(session, agent, "auditor", by=LEAD)
    else:
        credentials.set_pin(session, amara(session), PIN, LEAD)
        for _ in range(RULES.lock_failures):
            fail(session, LEAD)
    with pytest.raises(Refused, match=said):
        credentials.send_code(session, amara(session), agent, rules, deliver)
    assert letters.sent == []
    assert session.exec(select(EmailCodeRow)).all() == []


def test_a_code_that_was_sent_before_codes_were_switched_off_is_worth_nothing(
    session: Session, letters: Letters
) -> None:
    send(session, letters)
    assert credentials.compare(session, amara(session), Method.EMAIL_CODE, letters.code, RULES) == (False, None)


def test_a_delivery_that_fails_leaves_no_code_behind(store: Store) -> None:
    def fails(_address: str, _code: str) -> None:
        raise Refused("the mail server does not answer")

    with store.transaction() as session:
        long_known(session)
    with pytest.raises(Refused, match="does not answer"), store.transaction() as session:
        credentials.send_code(session, amara(session), LEAD, CODES, fails)
    with store.reading() as session:
        assert session.execute(sa.select(sa.func.count()).select_from(EmailCodeRow)).scalar() == 0
        assert session.execute(sa.select(sa.func.count(col(OutboxRow.id)))).scalar() == 0


@pytest.mark.parametrize("how", ["held", "kept by the row alone"])
def test_of_several_who_give_one_code_by_e_mail_at_once_exactly_one_is_right(
    place: str, store: Store, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if how == "kept by the row alone":
        monkeypatch.setattr(on_file, "hold", lambda *_: None)
    letters = Letters()
    with store.transaction() as session:
        long_known(session)
        send(session, letters)

    def give(store: Store, _: str) -> bool:
        with store.transaction() as session:
            return says(session, letters.code, Method.EMAIL_CODE, CODES)

    outcomes = at_once(place, AGENTS, give)
    assert sorted(map(str, outcomes.values())) == ["False", "False", "False", "True"], outcomes
