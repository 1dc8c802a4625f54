"""What contacts prove themselves by: set by leads, compared blind, used once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import pytest
from argon2 import PasswordHasher, Type, extract_parameters
from sqlmodel import Session, select

from callintake.domain.errors import NotFound, Refused
from callintake.domain.method import Method, Outcome
from callintake.domain.secrets import WeakPin
from callintake.domain.verification_rules import VerificationRules
from callintake.services import agents, credentials, directory, on_file, verification
from callintake.services.history import acting_at
from callintake.store.database import Store
from callintake.store.tables import CredentialRow, EventRow, TotpUseRow
from tests.conftest import LEAD
from tests.services.acting import AGENT, call_from
from tests.services.test_at_once import AGENTS, at_once

PIN = "40719"
RULES = VerificationRules()
CODES = VerificationRules(email_codes=True)
NOON = datetime(2026, 11, 25, 12, 0, 10, tzinfo=UTC)
STEP = timedelta(seconds=30)


def amara(session: Session) -> int:
    return directory.contact_by_name(session, "Amara Okafor").id


def says(session: Session, said: str, method: Method = Method.PIN, rules: VerificationRules = RULES) -> bool:
    """Whether what is said is right."""
    return credentials.compare(session, amara(session), method, said, rules)[0]


def enrolled(session: Session, at: datetime = NOON - 10 * STEP) -> pyotp.TOTP:
    """Enroll the contact's app, and return it."""
    with acting_at(at):
        uri = credentials.enroll_totp(session, amara(session), LEAD)
        app = pyotp.TOTP(credentials.key_of(uri))
        credentials.confirm_totp(session, amara(session), uri, app.at(at), LEAD)
    return app


def events(session: Session, kind: str) -> list[dict[str, Any]]:
    return [row.data for row in session.exec(select(EventRow).where(EventRow.kind == kind))]


# PINs and passphrases


def test_a_pin_that_is_set_is_compared_however_it_is_said(session: Session) -> None:
    assert not credentials.has(session, amara(session), credentials.PIN)
    credentials.set_pin(session, amara(session), "4 0 7 1 9", LEAD)
    assert credentials.has(session, amara(session), credentials.PIN)
    assert says(session, PIN)
    assert says(session, "4-0-7-1-9")
    assert not says(session, "40718")
    assert not says(session, "")


def test_a_passphrase_is_compared_without_its_case(session: Session) -> None:
    credentials.set_pin(session, amara(session), "Purple elephant  sings", LEAD)
    assert says(session, "purple ELEPHANT sings")
    assert not says(session, "purple elephant sing")


def test_a_new_pin_takes_the_place_of_the_old_one(session: Session) -> None:
    credentials.set_pin(session, amara(session), PIN, LEAD)
    credentials.set_pin(session, amara(session), "8264", LEAD)
    assert not says(session, PIN)
    assert says(session, "8264")
    about = {"contact_id": amara(session), "name": "Amara Okafor"}
    assert events(session, "PIN set") == events(session, "PIN changed") == [about]


def test_a_pin_is_kept_as_an_argon2id_hash_as_owasp_asks_for_at_least(session: Session) -> None:
    credentials.set_pin(session, amara(session), PIN, LEAD)
    stored = session.exec(select(CredentialRow.secret)).one()
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    parameters = extract_parameters(stored)
    assert (parameters.type, parameters.memory_cost, parameters.time_cost) == (Type.ID, 19 * 1024, 2)
    assert (parameters.salt_len, parameters.hash_len) == (16, 32)


def test_two_contacts_with_one_pin_have_different_hashes(session: Session) -> None:
    for name in ("Amara Okafor", "Priya Raman"):
        credentials.set_pin(session, directory.contact_by_name(session, name).id, PIN, LEAD)
    assert len(set(session.exec(select(CredentialRow.secret)))) == 2


def test_a_hash_of_other_parameters_is_made_anew_when_the_pin_is_said(session: Session) -> None:
    credentials.set_pin(session, amara(session), PIN, LEAD)
    old = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PIN)
    on_file.keep(session, amara(session), credentials.PIN, old)
    assert not says(session, "40718")
    assert on_file.secret_of(session, amara(session), credentials.PIN) == old
    assert says(session, PIN)
    assert not on_file.hasher().check_needs_rehash(session.exec(select(CredentialRow.secret)).one())
    assert says(session, PIN)


@pytest.mark.parametrize("method", [Method.PIN, Method.EMAIL_CODE])
def test_with_nothing_on_file_as_much_is_computed_and_the_answer_is_no(
    session: Session, method: Method, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[str] = []
    verify = PasswordHasher.verify

    def spied(hasher: PasswordHasher, stored: str, said: str) -> bool:
        compared.append(stored)
        return verify(hasher, stored, said)

    monkeypatch.setattr(PasswordHasher, "verify", spied)
    assert not says(session, "123456", method, CODES)
    (stored,) = compared
    assert not on_file.hasher().check_needs_rehash(stored)


def test_a_damaged_hash_is_no_failure_of_the_caller(session: Session) -> None:
    on_file.keep(session, amara(session), credentials.PIN, "$argon2id$nonsense")
    with pytest.raises(Refused, match="damaged"):
        says(session, PIN)


def test_a_weak_pin_is_refused_and_nothing_is_changed(session: Session) -> None:
    credentials.set_pin(session, amara(session), PIN, LEAD)
    for weak in ("1234", "407", "0112", "amara"):
        with pytest.raises(WeakPin):
            credentials.set_pin(session, amara(session), weak, LEAD)
    assert says(session, PIN)
    assert events(session, "PIN changed") == []


# The codes of an app


def test_an_app_is_usable_once_its_first_code_proves_that_it_was_scanned(session: Session) -> None:
    with acting_at(NOON):
        uri = credentials.enroll_totp(session, amara(session), LEAD)
        app = pyotp.parse_uri(uri)
        assert isinstance(app, pyotp.TOTP)
        assert len(app.byte_secret()) * 8 == 160
        assert (app.name, app.issuer) == ("Amara Okafor", "callintake")
        assert not credentials.has(session, amara(session), credentials.TOTP)
        assert not says(session, app.at(NOON), Method.TOTP)
        with pytest.raises(Refused, match="not the app's code of now"):
            credentials.confirm_totp(session, amara(session), uri, app.at(NOON + 9 * STEP), LEAD)
        assert not credentials.has(session, amara(session), credentials.TOTP)
        credentials.confirm_totp(session, amara(session), uri, app.at(NOON), LEAD)
    assert credentials.has(session, amara(session), credentials.TOTP)
    with acting_at(NOON + STEP):
        assert says(session, app.at(NOON + STEP), Method.TOTP)


def test_an_enrolment_that_is_broken_off_leaves_the_old_app_as_it_is(session: Session) -> None:
    app = enrolled(session)
    credentials.enroll_totp(session, amara(session), LEAD)
    with acting_at(NOON):
        assert says(session, app.at(NOON), Method.TOTP)


def test_a_new_app_takes_the_place_of_the_old_one(session: Session) -> None:
    old, new = enrolled(session), enrolled(session, NOON - 5 * STEP)
    with acting_at(NOON):
        assert not says(session, old.at(NOON), Method.TOTP)
        assert says(session, new.at(NOON), Method.TOTP)
    assert len(events(session, "app enrolled")) == len(events(session, "app enrolled anew")) == 1


def test_the_code_that_confirms_an_app_is_used(session: Session) -> None:
    app = enrolled(session, NOON)
    with acting_at(NOON + timedelta(seconds=5)):
        assert not says(session, app.at(NOON), Method.TOTP)


@pytest.mark.parametrize(("drift", "accepted"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_off_by_one_step(session: Session, drift: int, accepted: bool) -> None:
    app = enrolled(session)
    with acting_at(NOON):
        assert says(session, app.at(NOON + drift * STEP), Method.TOTP) is accepted


def test_a_code_is_accepted_once_and_none_before_it_ever_again(session: Session) -> None:
    app = enrolled(session)
    code, before = app.at(NOON), app.at(NOON - STEP)
    with acting_at(NOON):
        assert says(session, code, Method.TOTP)
        assert not says(session, code, Method.TOTP)
        assert not says(session, before, Method.TOTP)
        assert says(session, app.at(NOON + STEP), Method.TOTP)
    with acting_at(NOON + STEP):
        assert not says(session, code, Method.TOTP)


def test_a_code_is_said_in_groups_but_never_in_digits_of_another_script(session: Session) -> None:
    app = enrolled(session)
    code = app.at(NOON)
    wide = "".join(chr(ord("０") + int(digit)) for digit in code)
    arabic = "".join(chr(ord("٠") + int(digit)) for digit in code)
    with acting_at(NOON):
        assert app.verify(wide, for_time=NOON), "the library alone would take it"
        for said in (wide, arabic, code[:5], f"{code}0", f"-{code}", ""):
            assert not says(session, said, Method.TOTP)
        assert says(session, f" {code[:3]} {code[3:]} ", Method.TOTP)


def test_a_step_that_somebody_used_in_the_same_moment_is_a_no_and_the_transaction_goes_on(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = enrolled(session)
    monkeypatch.setattr(credentials, "_last_step", lambda *_: None)
    with acting_at(NOON):
        assert says(session, app.at(NOON), Method.TOTP)
        assert not says(session, app.at(NOON), Method.TOTP)
    credentials.set_pin(session, amara(session), PIN, LEAD)
    assert says(session, PIN)
    assert len(session.exec(select(TotpUseRow)).all()) == 2


@pytest.mark.parametrize("how", ["looked up", "kept by the key alone"])
def test_of_several_who_give_one_code_at_once_exactly_one_is_right(
    place: str, store: Store, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.transaction() as session:
        app = enrolled(session)
    if how == "kept by the key alone":
        monkeypatch.setattr(credentials, "_last_step", lambda *_: None)
        monkeypatch.setattr(on_file, "hold", lambda *_: None)
    for count in range(3):
        at = NOON + count * STEP

        def give(store: Store, _: str, at: datetime = at) -> bool:
            with store.transaction() as session, acting_at(at):
                return says(session, app.at(at), Method.TOTP)

        outcomes = at_once(place, AGENTS, give)
        assert sorted(map(str, outcomes.values())) == ["False", "False", "False", "True"], outcomes


def test_of_two_calls_that_give_one_code_at_once_one_is_verified_and_one_is_not(place: str, store: Store) -> None:
    with store.transaction() as session:
        app = enrolled(session)
        drafts = {agent: call_from(session) for agent in AGENTS[:2]}
        for agent in drafts:
            agents.sign_in(session, agent)

    def give(store: Store, agent: str) -> Outcome:
        draft = drafts[agent]
        with store.transaction() as session, acting_at(NOON):
            attempt = verification.record_attempt(
                session, draft.claim, Method.TOTP, None, agent, call_id=draft.call_id, said=app.at(NOON)
            )
        return attempt.outcome

    outcomes = at_once(place, AGENTS[:2], give)
    assert sorted(map(str, outcomes.values())) == [Outcome.FAILED, Outcome.VERIFIED], outcomes


# Who may


def test_a_lead_alone_sets_and_removes_what_a_contact_proves_themselves_by(session: Session) -> None:
    contact = amara(session)
    agents.sign_in(session, AGENT)
    agents.sign_in(session, "aud")
    agents.set_role(session, "aud", "auditor", by=LEAD)
    credentials.set_pin(session, contact, PIN, LEAD)
    uri = credentials.enroll_totp(session, contact, LEAD)
    for who in (AGENT, "aud", "nobody"):
        for act in (
            lambda who=who: credentials.set_pin(session, contact, "8264", who),
            lambda who=who: credentials.enroll_totp(session, contact, who),
            lambda who=who: credentials.confirm_totp(session, contact, uri, "123456", who),
            lambda who=who: credentials.remove_credential(session, contact, credentials.PIN, who, "asked for it"),
        ):
            with pytest.raises(Refused, match="only a lead"):
                act()
    assert says(session, PIN)


def test_what_is_removed_is_gone_with_a_reason_on_record(session: Session) -> None:
    contact = amara(session)
    credentials.set_pin(session, contact, PIN, LEAD)
    app = enrolled(session)
    with pytest.raises(Refused, match="Give a reason"):
        credentials.remove_credential(session, contact, credentials.PIN, LEAD, " \u200b ")
    credentials.remove_credential(session, contact, credentials.PIN, LEAD, "heard by others")
    credentials.remove_credential(session, contact, credentials.TOTP, LEAD, "phone lost")
    with acting_at(NOON):
        assert not says(session, PIN)
        assert not says(session, app.at(NOON), Method.TOTP)
    assert [one["reason"] for one in events(session, "PIN removed")] == ["heard by others"]
    assert [one["reason"] for one in events(session, "app removed")] == ["phone lost"]
    for kind in (credentials.PIN, credentials.TOTP):
        with pytest.raises(Refused, match="on file for Amara Okafor"):
            credentials.remove_credential(session, contact, kind, LEAD, "again")


def test_nobody_on_file_has_nothing_to_compare(session: Session) -> None:
    for method in (Method.PIN, Method.TOTP, Method.EMAIL_CODE):
        with pytest.raises(NotFound):
            credentials.compare(session, 4711, method, PIN, CODES)
    with pytest.raises(ValueError, match="decided by people"):
        says(session, PIN, Method.CALLBACK)


# Locking


def fail(session: Session, agent: str) -> Outcome:
    draft = call_from(session)
    attempt = verification.record_attempt(
        session, draft.claim, Method.PIN, Outcome.VERIFIED, agent, call_id=draft.call_id, said="99017"
    )
    return attempt.outcome


def test_failures_lock_a_contact_whoever_made_them_and_a_lead_alone_unlocks(session: Session) -> None:
    contact = amara(session)
    credentials.set_pin(session, contact, PIN, LEAD)
    for agent in (AGENT, "ann"):
        agents.sign_in(session, agent)
    assert [fail(session, agent) for agent in (AGENT, "ann", LEAD)] == [Outcome.FAILED] * RULES.lock_failures
    assert verification.is_locked(session, contact)
    draft = call_from(session)
    for agent in (AGENT, LEAD):
        with pytest.raises(Refused, match="locked"):
            verification.record_attempt(session, draft.claim, Method.PIN, None, agent, call_id=draft.call_id, said=PIN)
    with pytest.raises(Refused, match="only a lead"):
        verification.unlock_contact(session, contact, "I know her", AGENT)
    with pytest.raises(Refused, match="reason"):
        verification.unlock_contact(session, contact, " ", LEAD)
    verification.unlock_contact(session, contact, "spoke to her in the office", LEAD)
    attempt = verification.record_attempt(
        session, draft.claim, Method.PIN, None, AGENT, call_id=draft.call_id, said=PIN
    )
    assert attempt.outcome is Outcome.VERIFIED


def test_a_new_pin_does_not_unlock(session: Session) -> None:
    credentials.set_pin(session, amara(session), PIN, LEAD)
    for _ in range(RULES.lock_failures):
        fail(session, LEAD)
    credentials.set_pin(session, amara(session), "8264", LEAD)
    assert verification.is_locked(session, amara(session))
