"""What tests do at the desk: a call from somebody in the directory, and the ticket it ends in."""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from sqlmodel import Session

from callintake.domain.draft import CallDraft, new_draft
from callintake.domain.number import ticket_number
from callintake.domain.verification import Method, Outcome
from callintake.services import directory, drafts, raising, verification
from callintake.services.history import now
from callintake.store.database import Store, open_store
from tests.conftest import LEAD, REGION

AGENT = "jo"
"""Somebody at the desk who leads nobody."""
STRANGER = {
    "name": "Jane Doe",
    "organization": "Acme",
    "email": "jane@acme.example.com",
    "phone": "020 7946 0777",
}


def call_from(session: Session, who: str = "Amara Okafor", /, **typed: Any) -> CallDraft:
    """Return the draft of a call from somebody in the directory, kept; an empty name is nobody."""
    draft = new_draft(now())
    if who:
        draft = draft.with_contact(directory.contact_by_name(session, who))
    draft = draft.with_(**{"category": "printing", "notes": "label printer offline", **typed})
    drafts.save_draft(session, draft, LEAD)
    return draft


def call_back(session: Session, draft: CallDraft, outcome: Outcome = Outcome.VERIFIED) -> CallDraft:
    """Call the caller back on the number on file."""
    assert draft.contact is not None
    number = draft.contact.numbers[0].e164
    attempt = verification.record_attempt(
        session, draft.claim, Method.CALLBACK, outcome, LEAD, call_id=draft.call_id, number=number
    )
    draft = draft.with_(attempts=(*draft.attempts, attempt))
    drafts.save_draft(session, draft, LEAD)
    return draft


def raise_waiting(session: Session, who: str = "Amara Okafor", /, **typed: Any) -> str:
    """Raise a ticket whose gate is shut; return its number."""
    return ticket_number(raising.raise_ticket(session, call_from(session, who, **typed), LEAD, REGION))


def raise_open(session: Session, who: str = "Amara Okafor", /, **typed: Any) -> str:
    """Raise a ticket whose gate is open; return its number."""
    draft = call_back(session, call_from(session, who, **typed))
    return ticket_number(raising.raise_ticket(session, draft, LEAD, REGION))


def given_ticket(description: str = "printer offline", **other: Any) -> dict[str, Any]:
    """Return a ticket as others hand it in."""
    return {"requester": dict(STRANGER), "description": description, **other}


@pytest.fixture(scope="session", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def shared_store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A furnished desk on each database, for tests that leave nothing behind."""
    if request.param == "sqlite":
        place = shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path_factory.mktemp("shared") / "desk.db")
    else:
        template = request.getfixturevalue("postgres_template")
        place = request.getfixturevalue("cluster").create_database(template=template)
    store = open_store(str(place))
    yield store
    store.close()


@pytest.fixture
def session(shared_store: Store) -> Iterator[Session]:
    """One transaction on that desk, taken back afterwards: far quicker than a desk for each test."""
    with Session(shared_store.engine, expire_on_commit=False) as session:
        yield session
        session.rollback()
