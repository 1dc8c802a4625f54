"""A draft: a capture in progress, as typed. It is replaced at every key, never changed."""

import re
import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum, StrEnum
from itertools import chain
from typing import Any

from callintake.domain.call import Channel
from callintake.domain.contact import FIELDS, Contact
from callintake.domain.errors import Refused
from callintake.domain.gate import Gate
from callintake.domain.phone import format_phone
from callintake.domain.routing import OTHER, Category, Desk
from callintake.domain.text import clean_block, clean_line, fold
from callintake.domain.ticket import Priority, subject_from
from callintake.domain.verification import Attempt, Claim, gate_of

_SENTENCE = re.compile(r"(?<=[.!?])\s+")


class Step(Enum):
    """The four steps of a capture; free to move among."""

    VERIFY = 1
    CONTACT = 2
    REQUEST = 3
    ROUTE = 4

    @property
    def title(self) -> str:
        """Its word in the step bar."""
        return self.name.capitalize()


class Progress(StrEnum):
    """How far a step has come, as its sign in the step bar."""

    UNTOUCHED = "○"
    STARTED = "◐"
    DONE = "✓"


@dataclass(frozen=True, slots=True)
class CallDraft:
    """What has been typed during one call. Texts are as typed; they are checked when the ticket is raised."""

    call_id: str
    started_at: datetime
    channel: Channel = Channel.CELL
    caller_number: str = ""
    contact: Contact | None = None
    """Who the caller claims to be, once the agent has picked them from the directory."""
    name: str = ""
    organization: str = ""
    email: str = ""
    phone: str = ""
    missing_reason: str = ""
    subject: str = ""
    category: str | None = None
    priority: Priority | None = None
    department: str | None = None
    notes: str = ""
    caret: tuple[int, int] = (0, 0)
    """Where the agent was in the notes: line and column."""
    step: Step = Step.VERIFY
    attempts: tuple[Attempt, ...] = field(default=())
    revision: int = 0

    def with_(self, **changes: Any) -> "CallDraft":
        """Return this draft with changes, one revision later.

        A name or organization that is no longer the contact's takes the contact back, with what came from their
        record: it is somebody else's claim.
        """
        changed = replace(self, revision=self.revision + 1, **changes)
        if changed.contact is not None and not changed.contact.is_named(changed.name, changed.organization):
            theirs: dict[str, Any] = {
                name: "" for name, value in _on_file(changed.contact).items() if getattr(changed, name) == value
            }
            return replace(changed, contact=None, **theirs)
        return changed

    def with_contact(self, contact: Contact) -> "CallDraft":
        """Return this draft with the contact picked as the claim.

        Name and organization are theirs; the rest is filled in where nothing was typed, or where it came from the
        contact picked before.
        """
        before = _on_file(self.contact)
        filled = {
            name: value if getattr(self, name) in ("", before[name]) else getattr(self, name)
            for name, value in _on_file(contact).items()
        }
        return self.with_(contact=contact, name=contact.name, organization=contact.organization, **filled)

    @property
    def claim(self) -> Claim:
        """Who is calling, as far as they say."""
        contact_id = self.contact.id if self.contact else None
        return Claim(contact_id, clean_line(self.name), clean_line(self.organization), self.category)

    @property
    def typed(self) -> dict[str, str]:
        """The four contact facts as they are typed."""
        return {name: getattr(self, name) for name in FIELDS}

    def gate(self, desk: Desk) -> Gate:
        """The gate as the attempts of this call have it."""
        rights = self.contact.may_request if self.contact else ()
        return gate_of(self.attempts, self.claim, self.effective_category(desk), rights)

    def effective_category(self, desk: Desk) -> Category:
        """The category it will be raised with."""
        return desk.category(self.category or OTHER)

    def effective_priority(self, desk: Desk) -> Priority:
        """The agent's priority, or that of the category."""
        return self.priority or self.effective_category(desk).priority

    def effective_department(self, desk: Desk) -> str:
        """The agent's department, or that of the category."""
        return self.department or self.effective_category(desk).department

    @property
    def effective_subject(self) -> str:
        """The subject typed, or the first note that does more than name the caller."""
        name = fold(clean_line(self.name))
        sentences = chain.from_iterable(map(_SENTENCE.split, self.notes.splitlines()))
        lines = filter(None, map(clean_line, sentences))
        first = next(lines, "")
        said = next((line for line in chain([first], lines) if not (name and name in fold(line))), first)
        return clean_line(self.subject) or subject_from(said)

    @property
    def missing(self) -> tuple[str, ...]:
        """Those of the four contact facts of which nothing was typed."""
        return tuple(name for name in FIELDS if not clean_line(getattr(self, name)))

    @property
    def is_empty(self) -> bool:
        """Whether nothing has been typed that would be lost."""
        return len(self.missing) == len(FIELDS) and not (self.notes.strip() or self.subject.strip() or self.attempts)

    def progress(self, step: Step, desk: Desk) -> Progress:
        """How far a step has come."""
        some, all_ = {
            Step.VERIFY: (bool(self.attempts or self.contact), self.gate(desk).open),
            Step.CONTACT: (
                len(self.missing) < len(FIELDS),
                not self.missing or bool(clean_line(self.missing_reason)),
            ),
            Step.REQUEST: (
                bool(self.subject or self.notes or self.category),
                bool(self.notes and self.category),
            ),
            Step.ROUTE: (self.department is not None, self.department is not None),
        }[step]
        return Progress.DONE if all_ and some else Progress.STARTED if some else Progress.UNTOUCHED

    def check_description(self) -> str:
        """Return what the caller asks for, as it was noted.

        Raises:
            Refused: nothing was noted (P7).
        """
        description = clean_block(self.notes).strip() or clean_line(self.subject)
        if not description:
            raise Refused("nothing is noted yet: what does the caller ask for?")
        return description


def _on_file(contact: Contact | None) -> dict[str, str]:
    number = contact.numbers[0].e164 if contact and contact.numbers else ""
    return {"email": (contact.email if contact else None) or "", "phone": format_phone(number)}


def new_draft(now: datetime, channel: Channel = Channel.CELL, caller_number: str = "", name: str = "") -> CallDraft:
    """Return the draft of a call that begins now; the number and name announced are claims."""
    return CallDraft(secrets.token_hex(16), now, channel, clean_line(caller_number), name=clean_line(name))
