"""What contacts prove themselves by: compared with what a caller says, and never shown (P4).

A PIN or passphrase is kept as a hash. The key of an app can't be: whoever reads the database can make its codes.
"""

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from callintake.domain.contact import Contact
from callintake.domain.errors import Refused
from callintake.domain.method import Method
from callintake.domain.secrets import Concealed, check_pin, code_of, normalize_pin
from callintake.domain.text import clean_line, elide
from callintake.domain.verification_rules import VerificationRules
from callintake.services import directory, on_file
from callintake.services.agents import is_lead
from callintake.services.email_codes import Deliver as Deliver
from callintake.services.email_codes import code_not_sent as code_not_sent
from callintake.services.email_codes import compare_code
from callintake.services.email_codes import send_code as send_code
from callintake.services.history import now, record
from callintake.store.tables import TotpUseRow

PIN, TOTP = "pin", "totp"
ISSUER = "callintake"
KEY_LENGTH = 32
"""Characters of base32: 160 bits, as RFC 4226 recommends."""
_DRIFT = 1
"""Steps of 30 seconds that the clock of a phone may be off."""
_LONGEST_LABEL = 24
"""Characters of a name beside the key: a longer one makes the QR code larger than a terminal."""
_CALLED = {PIN: "PIN", TOTP: "app"}


def has(session: Session, contact_id: int, kind: str) -> bool:
    """Whether a contact has a PIN, or an app enrolled."""
    return on_file.is_there(session, contact_id, kind)


def compare(
    session: Session, contact_id: int, method: Method, said: str, rules: VerificationRules
) -> tuple[bool, str | None]:
    """Return whether what a caller says is right, and the address a code had gone to.

    A code is used up when it is right. With nothing on file the answer is no, after about the same time.

    Raises:
        NotFound: there is no such contact.
        Refused: what is on file is damaged.
    """
    on_file.hold(session, contact_id)
    match method:
        case Method.PIN:
            return _compare_pin(session, contact_id, normalize_pin(said)), None
        case Method.TOTP:
            return _compare_totp(session, contact_id, code_of(said)), None
        case Method.EMAIL_CODE:
            return compare_code(session, contact_id, code_of(said), rules)
        case _:
            raise ValueError(f"{method} is decided by people")


def check_may_set(session: Session, contact_id: int, agent: str) -> Contact:
    """Return a contact whose credentials an agent may set and remove; a lead alone may.

    Raises:
        NotFound: there is no such contact.
        Refused: the agent is no lead.
    """
    if not is_lead(session, agent):
        raise Refused("only a lead sets or removes what a contact proves themselves by")
    return directory.contact_by_id(session, contact_id)


def set_pin(session: Session, contact_id: int, pin: str, agent: str) -> None:
    """Give a contact a PIN or passphrase, in place of any they had; a lead alone may.

    Raises:
        Refused: the agent is no lead.
        WeakPin: others would guess it.
    """
    contact = _held(session, contact_id, agent)
    normal = normalize_pin(pin)
    check_pin(normal, contact)
    had_one = on_file.keep(session, contact_id, PIN, on_file.hashed(normal))
    record(session, "PIN changed" if had_one else "PIN set", agent, contact_id=contact_id, name=contact.name)


def enroll_totp(session: Session, contact_id: int, agent: str) -> Concealed:
    """Return the address of a new key, for the contact's app to scan; a lead alone may.

    Nothing is kept before `confirm_totp`: an enrolment that is broken off leaves what was there as it is.

    Raises:
        Refused: the agent is no lead.
    """
    import pyotp

    contact = check_may_set(session, contact_id, agent)
    label = elide(contact.name, _LONGEST_LABEL)
    return Concealed(pyotp.TOTP(pyotp.random_base32(KEY_LENGTH), name=label, issuer=ISSUER).provisioning_uri())


def key_of(uri: str) -> Concealed:
    """Return the key in the address of a key, for typing where nothing can be scanned."""
    import pyotp

    return Concealed(pyotp.parse_uri(uri).secret)


def confirm_totp(session: Session, contact_id: int, uri: str, said: str, agent: str) -> None:
    """Keep a new key, once a code of the app proves that it is there; a lead alone may.

    Raises:
        Refused: the agent is no lead, or the code is not one of now, or was used.
    """
    contact = _held(session, contact_id, agent)
    key = key_of(uri)
    step = _step_of(key, code_of(said))
    if step is None or not _use_step(session, contact_id, step):
        raise Refused("that is not the app's code of now: wait for the next; are both clocks right?")
    had_one = on_file.keep(session, contact_id, TOTP, key)
    kind = "app enrolled anew" if had_one else "app enrolled"
    record(session, kind, agent, contact_id=contact_id, name=contact.name)


def remove_credential(session: Session, contact_id: int, kind: str, agent: str, why: str) -> None:
    """Take a contact's PIN or app away, with a reason that is recorded; a lead alone may.

    Raises:
        Refused: the agent is no lead or gives no reason, or there is nothing to take away.
    """
    contact = _held(session, contact_id, agent)
    if not (reason := clean_line(why)):
        raise Refused("why is it removed? Give a reason")
    if not on_file.remove(session, contact_id, kind):
        raise Refused(f"there is no {_CALLED[kind]} on file for {contact.name}")
    record(session, f"{_CALLED[kind]} removed", agent, contact_id=contact_id, name=contact.name, reason=reason)


def _held(session: Session, contact_id: int, agent: str) -> Contact:
    contact = check_may_set(session, contact_id, agent)
    on_file.hold(session, contact_id)
    return contact


def _compare_pin(session: Session, contact_id: int, pin: Concealed) -> bool:
    stored = on_file.secret_of(session, contact_id, PIN)
    if not on_file.matches(stored, pin):
        return False
    if stored is not None and on_file.hasher().check_needs_rehash(stored):
        on_file.keep(session, contact_id, PIN, on_file.hashed(pin))
    return True


def _compare_totp(session: Session, contact_id: int, code: Concealed | None) -> bool:
    key = on_file.secret_of(session, contact_id, TOTP)
    step = None if key is None else _step_of(key, code)
    return step is not None and _use_step(session, contact_id, step)


def _step_of(key: Concealed, code: Concealed | None) -> int | None:
    """The step of time whose code it is, of now and those beside it."""
    import pyotp
    from pyotp.exceptions import OTPVerificationError

    if code is None:
        return None
    try:
        return pyotp.TOTP(key).verify_and_get_timecode(code, for_time=now(), valid_window=_DRIFT)
    except OTPVerificationError:
        return None


def _use_step(session: Session, contact_id: int, step: int) -> bool:
    """Use up a step and all before it; False where somebody did, if only in this moment."""
    last = _last_step(session, contact_id)
    if last is not None and step <= last:
        return False
    try:
        with session.begin_nested():
            session.execute(sa.insert(TotpUseRow).values(contact_id=contact_id, step=step, at=now()))
    except IntegrityError:
        return False
    return True


def _last_step(session: Session, contact_id: int) -> int | None:
    query = sa.select(sa.func.max(TotpUseRow.step)).where(col(TotpUseRow.contact_id) == contact_id)
    return session.execute(query).scalar()
