"""What tests do about a caller: secrets on file, a desk file, and attempts by every method, as agents make them."""

from datetime import UTC, datetime
from functools import lru_cache

from sqlmodel import Session, select

from callintake.domain.contact import Contact
from callintake.domain.draft import CallDraft
from callintake.domain.method import Method, Outcome
from callintake.domain.number import ticket_number
from callintake.domain.verification import Attempt, Claim
from callintake.services import credentials, desk_rules, directory, drafts, on_file, raising, verification
from callintake.services.history import now
from callintake.store.tables import OutboxRow
from tests.conftest import LEAD, REGION

SECURITY = "security@desk.example.com"
DESK_FILE = f'security_address = "{SECURITY}"\n[verification]\nemail_codes = true\n'
PIN, WRONG = "40719", "50728"
KEY = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
MORNING = datetime(2030, 3, 4, 9, 0, tzinfo=UTC)
"""When tests begin that let time pass; all that is on file has been there for long."""


def apply_desk_file(session: Session, text: str = DESK_FILE) -> None:
    """Let a desk file be in force, by default one with a security address."""
    desk_rules.apply_desk_file(session, text, LEAD)


def person(session: Session, name: str) -> Contact:
    """Return a contact."""
    return directory.contact_by_name(session, name)


@lru_cache(maxsize=1)
def _hash() -> str:
    return on_file.hashed(PIN)


def give_secrets(session: Session, *names: str) -> None:
    """Put the PIN and the app's key on file."""
    for name in names:
        contact_id = person(session, name).id
        on_file.keep(session, contact_id, credentials.PIN, _hash())
        on_file.keep(session, contact_id, credentials.TOTP, KEY)


def equip_for_scripts(session: Session) -> None:
    """Put on file what the callers of the scripts have there, and a security address."""
    apply_desk_file(session)
    for name in ("Amara Okafor", "Priya Raman"):
        on_file.keep(session, person(session, name).id, credentials.PIN, _hash())
    on_file.keep(session, person(session, "Tom Lindquist").id, credentials.TOTP, KEY)


def app_code(moment: datetime | None = None) -> str:
    """Return the code that the app shows."""
    import pyotp

    return pyotp.TOTP(KEY).at(moment or now())


def send_code(session: Session, contact_id: int) -> str:
    """Send a code to the address on file, and return it."""
    sent: list[str] = []
    rules = desk_rules.rules_in_force(session).verification
    credentials.send_code(session, contact_id, LEAD, rules, lambda _, code: sent.append(code))
    return sent[0]


def tried(
    session: Session,
    claim: Claim,
    method: Method = Method.CALLBACK,
    outcome: Outcome = Outcome.VERIFIED,
    agent: str = LEAD,
    *,
    call_id: str | None = None,
    ticket_id: int | None = None,
) -> Attempt:
    """Make one attempt as it has to be made to end so."""
    number, approver_id, reason, said = None, None, "", ""
    is_right = outcome is Outcome.VERIFIED
    match method:
        case Method.PIN:
            said = PIN if is_right else WRONG
        case Method.TOTP:
            said = app_code() if is_right else "000000"
        case Method.EMAIL_CODE:
            assert claim.contact_id is not None
            said = send_code(session, claim.contact_id) if is_right else "000000"
        case Method.CALLBACK:
            assert claim.contact_id is not None
            number = directory.contact_by_id(session, claim.contact_id).numbers[0].e164
        case Method.APPROVER:
            standing = verification.standing_of(session, claim, agent, call_id=call_id)
            approver = standing.approvers[0] if standing.approvers else None
            approver_id, number = (approver.id, approver.numbers[0].e164) if approver else (None, None)
        case Method.IN_PERSON:
            reason = "passport, held into the camera"
        case Method.VOUCH:
            reason = "sits opposite me"
    return verification.record_attempt(
        session,
        claim,
        method,
        None if method.is_compared else outcome,
        agent,
        call_id=call_id,
        ticket_id=ticket_id,
        number=number,
        reason=reason,
        approver_id=approver_id,
        said=said,
    )


def raised(session: Session, draft: CallDraft) -> str:
    """Raise the ticket of a call as it stands on record; return its number."""
    drafts.save_draft(session, draft, LEAD)
    return ticket_number(raising.raise_ticket(session, drafts.load_draft(session, draft.call_id), LEAD, REGION))


def messages(session: Session, *, besides_security: bool = False) -> list[tuple[str, str]]:
    """Return what is in the outbox: the event and to whom, in order."""
    rows = session.exec(select(OutboxRow).order_by(OutboxRow.id))  # type: ignore[arg-type]
    return [(row.event, row.recipient) for row in rows if not (besides_security and row.recipient == SECURITY)]
