"""A draft: a capture in progress, as typed. It is replaced at every key, never changed."""

import re
import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum, StrEnum
from itertools import chain
from typing import Any

from callintake.domain.call import CallState, CallTimer, Channel, Direction
from callintake.domain.common_words import FUNCTION
from callintake.domain.contact import FIELDS, LABELS, Contact
from callintake.domain.errors import Refused
from callintake.domain.gate import Gate
from callintake.domain.note_times import Offsets, trimmed
from callintake.domain.phone import format_phone
from callintake.domain.routing import OTHER, Category, Desk
from callintake.domain.text import clean_block, clean_line, fold, words
from callintake.domain.ticket import Impact, Priority, Urgency, priority_of, subject_from
from callintake.domain.verification import Attempt, Claim, gate_of

_GREETING = frozenset("hi hello good morning afternoon hey again calling speaking about name s m".split())  # noqa: SIM905
_SAYS_SOMETHING = 3
"""Words beyond the caller's name that make a note a subject."""
_FIELDS_TYPED = (*FIELDS, "caller_number", "missing_reason", "subject", "asset")
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
    timer: CallTimer
    channel: Channel = Channel.CELL
    caller_number: str = ""
    """The number at the other end: a claim."""
    direction: Direction = Direction.INBOUND
    contact: Contact | None = None
    """Who the caller claims to be, once the agent has picked them from the directory."""
    name: str = ""
    organization: str = ""
    email: str = ""
    phone: str = ""
    missing_reason: str = ""
    subject: str = ""
    asset: str = ""
    """The tag of the thing it is about."""
    category: str | None = None
    impact: Impact | None = None
    urgency: Urgency | None = None
    priority: Priority | None = None
    department: str | None = None
    asked: tuple[str, ...] = ()
    """Questions of the category that were asked (P7)."""
    confirmed: tuple[str, ...] = ()
    """Facts that the caller has confirmed when they were read back, as they are now (P6)."""
    notes: str = ""
    offsets: Offsets = ()
    """When each line of the notes was begun."""
    caret: tuple[int, int] = (0, 0)
    """Where the agent was in the notes: line and column."""
    step: Step = Step.VERIFY
    attempts: tuple[Attempt, ...] = field(default=())
    is_locked: bool = False
    """Whether the contact was locked when somebody looked last."""
    suspicion: str | None = None
    """Why this call is suspicious, once it is."""
    ticket: str | None = None
    """The number of its ticket once there is one; what is noted since then is still to be added to that."""
    revision: int = 0

    def with_(self, **changes: Any) -> "CallDraft":
        """Return this draft with changes, one revision later.

        A name or organization that is no longer the contact's takes the contact back, with what came from their
        record: it is somebody else's claim. What is changed is no longer confirmed.
        """
        changed = replace(self, revision=self.revision + 1, **changes)
        if changed.contact is not None and not changed.contact.is_named(changed.name, changed.organization):
            theirs: dict[str, Any] = {
                name: "" for name, value in _on_file(changed.contact).items() if getattr(changed, name) == value
            }
            changed = replace(changed, contact=None, **theirs)
        still = tuple(name for name in changed.confirmed if changed.said_back(name) == self.said_back(name))
        return changed if still == changed.confirmed else replace(changed, confirmed=still)

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

    def gate(self, desk: Desk, now: datetime | None = None) -> Gate:
        """The gate as the attempts of this call have it, at a moment; without one, as if nothing had expired."""
        return gate_of(
            self.attempts,
            self.claim,
            self.effective_category(desk),
            self.contact,
            desk.verification,
            now - desk.verification.valid_for if now else None,
            is_locked=self.is_locked,
            is_suspicious=self.suspicion is not None,
        )

    def effective_category(self, desk: Desk) -> Category:
        """The category it will be raised with."""
        return desk.category_on_file(self.category or OTHER)

    def effective_priority(self, desk: Desk) -> Priority:
        """The agent's priority, or that of impact and urgency, or that of the category."""
        return self.priority or priority_of(self.impact, self.urgency) or self.effective_category(desk).priority

    def effective_department(self, desk: Desk) -> str:
        """The agent's department, or that of the category."""
        return self.department or self.effective_category(desk).department

    @property
    def effective_subject(self) -> str:
        """The subject typed, or the first note that does more than name the caller."""
        if subject := clean_line(self.subject):
            return subject
        sentences = chain.from_iterable(map(_SENTENCE.split, self.notes.splitlines()))
        lines = filter(None, map(clean_line, sentences))
        first = next(lines, "")
        return subject_from(next((line for line in chain([first], lines) if self._says_more(line)), first))

    def _says_more(self, line: str) -> bool:
        """Whether a line does more than name the caller, as callers do at the beginning."""
        name = fold(clean_line(self.name))
        if not name or name not in fold(line):
            return True
        theirs = {*words(self.name), *words(self.organization)}
        return len([word for word in words(line) if word not in theirs | FUNCTION | _GREETING]) >= _SAYS_SOMETHING

    def said_back(self, name: str) -> str:
        """What of a draft is read back under that name: a fact as typed, or the subject it will be raised with."""
        return self.effective_subject if name == "subject" else str(getattr(self, name))

    @property
    def missing(self) -> tuple[str, ...]:
        """Those of the four contact facts of which nothing was typed."""
        return tuple(name for name in FIELDS if not clean_line(getattr(self, name)))

    @property
    def is_empty(self) -> bool:
        """Whether nothing has been typed that would be lost."""
        typed = self.notes.strip() or self.subject.strip() or self.asset.strip() or self.attempts
        return len(self.missing) == len(FIELDS) and not typed

    def after_ticket(self, number: str, notes: str = "", offsets: Offsets = ()) -> "CallDraft":
        """Return what goes on of this call once it has its ticket: the notes since then."""
        return self.with_(ticket=number, notes=notes, offsets=offsets, caret=(0, 0))

    def typed_since(self, before: "CallDraft") -> str:
        """Return what was typed since an earlier revision, as notes: what its ticket has not got."""
        named = {name: LABELS.get(name, name.capitalize().replace("_", " ")) for name in _FIELDS_TYPED}
        changed = [name for name in named if getattr(self, name) != getattr(before, name)]
        notes = self.notes.removeprefix(before.notes).strip()
        return "\n".join(filter(None, [notes, *(f"{named[name]}: {getattr(self, name)}" for name in changed)]))

    def seconds(self, now: datetime) -> int:
        """How far into the call it is, in seconds."""
        return max(int((now - self.started_at).total_seconds()), 0)

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

    def check_description(self) -> tuple[str, Offsets]:
        """Return what the caller asks for, as it was noted, and when each line of it was begun.

        Raises:
            Refused: nothing was noted (P7).
        """
        description, offsets = trimmed(clean_block(self.notes), self.offsets)
        if not description:
            description, offsets = clean_line(self.subject), ()
        if not description:
            raise Refused("nothing is noted yet: what does the caller ask for?")
        return description, offsets


def _on_file(contact: Contact | None) -> dict[str, str]:
    number = contact.numbers[0].e164 if contact and contact.numbers else ""
    return {"email": (contact.email if contact else None) or "", "phone": format_phone(number)}


def new_draft(
    now: datetime,
    channel: Channel = Channel.CELL,
    caller_number: str = "",
    name: str = "",
    direction: Direction = Direction.INBOUND,
) -> CallDraft:
    """Return the draft of a call that begins now; the number and name announced are claims."""
    timer = CallTimer(CallState.TALKING, now)
    number = clean_line(caller_number)
    return CallDraft(secrets.token_hex(16), now, timer, channel, number, direction, name=clean_line(name))
