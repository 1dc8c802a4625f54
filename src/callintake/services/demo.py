"""A desk filled with believable, invented weeks of work, through the same services and the same gate as real ones."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import accumulate

from sqlmodel import Session

from callintake.domain.call import CallState, CallTimer, Channel, Disposition
from callintake.domain.contact import Contact
from callintake.domain.draft import CallDraft
from callintake.domain.number import ticket_number
from callintake.domain.routing import BUILT_IN
from callintake.domain.ticket import Priority, Status
from callintake.domain.verification import Method, Outcome, is_two_fold
from callintake.services import agents, demo_texts, directory, drafts, raising, tickets, triage
from callintake.services.history import acting_at, now
from callintake.services.verification import record_attempt
from callintake.store.database import Store

_BATCH = 400
_DAYS = 42.0
_REGION = "GB"
# Reserved for fiction: Ofcom's drama numbers, and 555-0100 to 555-0199.
_DRAMA = ("+442079460{:03}", "+441632960{:03}", "+447700900{:03}")
_FICTION = "+1{}55501{:02}"
_AREAS = (202, 303, 415, 512, 617)


@dataclass(order=True, slots=True)
class _Step:
    """Something done at the desk at a moment."""

    at: datetime
    sequence: int
    do: Callable[[Session], object]


def fill(store: Store, agent: str, *, tickets: int = 60, calls: int = 12, seed: int = 1) -> None:
    """Fill a new desk: a directory, `tickets` raised over six weeks, and `calls` that ended in none.

    The same seed gives the same people and requests, their ages counted from now. The agent leads the desk.
    """
    until = now()
    story = _Story(random.Random(seed), until)  # noqa: S311 - nothing secret
    # Before the earliest of them: a moment goes back by half a day, and from a weekend to the Friday before it.
    begun = until - timedelta(days=_DAYS + 3)
    with store.transaction() as session, acting_at(begun):
        story.people(session, agent, 40 + min(tickets, 2000) // 10)
    steps = sorted([*story.all_tickets(tickets), *story.all_calls(calls)])
    steps = [step for step in steps if step.at <= until]
    for start in range(0, len(steps), _BATCH):
        with store.transaction() as session:
            for step in steps[start : start + _BATCH]:
                with acting_at(step.at):
                    step.do(session)


class _Story:
    """Who works and who calls; and what happens, as steps to be put in order."""

    def __init__(self, rng: random.Random, until: datetime) -> None:
        self._rng = rng
        self._until = until
        self._sequence = 0
        self._contacts: list[Contact] = []
        self._agents: list[str] = []
        self._failed: set[int] = set()
        self._numbers = [form.format(last) for form in _DRAMA for last in range(1000)]
        self._fiction = [_FICTION.format(area, last) for area in _AREAS for last in range(100)]
        rng.shuffle(self._numbers)
        rng.shuffle(self._fiction)

    def people(self, session: Session, agent: str, how_many: int) -> None:
        """Bring in the agents and the directory."""
        lead = agents.sign_in(session, agent)
        colleagues = [agents.sign_in(session, name) for name in demo_texts.COLLEAGUES]
        self._agents = list(dict.fromkeys([lead, *colleagues]))
        lines = [",".join(directory.CSV_COLUMNS), *self._directory(how_many)]
        directory.import_contacts(session, lines, _REGION, lead)
        self._contacts = directory.list_contacts(session, how_many)

    def _directory(self, how_many: int) -> Iterator[str]:
        names = [(first, last) for first in demo_texts.FIRST_NAMES for last in demo_texts.LAST_NAMES]
        for first, last in self._rng.sample(names, how_many):
            organization, domain, country = self._rng.choice(demo_texts.ORGANIZATIONS)
            number = (self._fiction if country == "US" else self._numbers).pop()
            since = (self._until - timedelta(days=self._rng.randint(45, 1500))).date()
            rights = [word for word in ("access", "changes", "billing") if self._rng.random() < 0.3]
            vip = "yes" if self._rng.random() < 0.06 else ""
            yield (
                f"{first} {last},{organization},{_mailbox(first, last)}@{domain},{number},{since},"
                f"{';'.join(['support', *rights])},{vip}"
            )

    def all_tickets(self, how_many: int) -> Iterator[_Step]:
        """What happens with every ticket."""
        for place in range(how_many):
            # A few of the last hours, so that the queue is alive; the others thin out over the weeks.
            recent = place < max(how_many // 8, 1)
            yield from self._ticket(self._moment(hours=5 if recent else None))

    def all_calls(self, how_many: int) -> Iterator[_Step]:
        """Calls that ended in no ticket."""
        for _ in range(how_many):
            disposition, reason = self._rng.choice(demo_texts.SHORT_CALLS)
            yield from self._short_call(self._moment(), Disposition(disposition), reason)

    def _moment(self, hours: float | None = None) -> datetime:
        """A moment of the past weeks, within the hours that desks are open."""
        if hours is not None:
            return self._until - timedelta(hours=self._rng.uniform(0.3, hours))
        day = self._until - timedelta(days=0.5 + _DAYS * self._rng.random() ** 1.6)
        day = day.replace(hour=self._rng.randint(8, 17), minute=self._rng.randint(0, 59))
        if day.weekday() > 4 and self._rng.random() < 0.9:
            day -= timedelta(days=day.weekday() - 4)
        return min(day, self._until - timedelta(minutes=20))

    def _step(self, at: datetime, do: Callable[[Session], object]) -> _Step:
        self._sequence += 1
        return _Step(at, self._sequence, do)

    def _short_call(self, at: datetime, disposition: Disposition, reason: str) -> Iterator[_Step]:
        rng, agent = self._rng, self._rng.choice(self._agents)
        draft = CallDraft(
            f"{rng.getrandbits(128):032x}",
            at,
            CallTimer(CallState.TALKING, at),
            rng.choice(list(Channel)),
            "" if "withheld" in reason else rng.choice(self._contacts).numbers[0].e164,
            notes=reason,
        )
        yield self._step(at, lambda session: drafts.save_draft(session, draft, agent))
        ended = at + timedelta(seconds=rng.randint(20, 240))
        yield self._step(
            ended, lambda session: drafts.end_call(session, draft.call_id, disposition, agent, reason=reason)
        )

    def _ticket(self, at: datetime) -> Iterator[_Step]:
        rng = self._rng
        agent = rng.choice(self._agents)
        request = rng.choice(demo_texts.REQUESTS)
        facts = self._facts()
        draft = CallDraft(
            f"{rng.getrandbits(128):032x}",
            at,
            CallTimer(CallState.TALKING, at),
            rng.choice(list(Channel)),
            category=request.category,
            subject=request.subject.format(**facts)[:1].upper() + request.subject.format(**facts)[1:],
            notes="\n".join(line.format(**facts) for line in request.notes),
            offsets=tuple(accumulate(rng.randint(4, 14) for _ in request.notes)),
            priority=rng.choice([None, None, None, Priority.CRITICAL, Priority.HIGH, Priority.LOW]),
        )
        draft, contact = self._caller(draft)
        began = replace(draft, notes="", subject="", category=None, priority=None)
        yield self._step(at, lambda session: drafts.save_draft(session, began, agent))
        outcome, reason = self._verification(draft, contact)
        if outcome is not None:
            by = self._agents[0] if contact is None else agent
            method = Method.VOUCH if contact is None else Method.CALLBACK
            number = contact.numbers[0].e164 if contact else None
            tried = at + timedelta(seconds=rng.randint(30, 90))
            yield self._step(
                tried,
                lambda session: record_attempt(
                    session, draft.claim, method, outcome, by, call_id=draft.call_id, number=number, reason=reason
                ),
            )
            if outcome is Outcome.VERIFIED and is_two_fold(draft.effective_category(BUILT_IN), contact):
                yield self._step(
                    tried + timedelta(seconds=25),
                    lambda session: record_attempt(
                        session,
                        draft.claim,
                        Method.IN_PERSON,
                        outcome,
                        by,
                        call_id=draft.call_id,
                        reason="passport, held into the camera",
                    ),
                )
        raised = at + timedelta(seconds=rng.randint(120, 700))
        number_of: list[str] = []
        yield self._step(
            raised,
            lambda session: number_of.append(
                ticket_number(raising.raise_ticket(session, draft.with_(), agent, _REGION))
            ),
        )
        yield from self._afterwards(number_of, raised, self._is_open(draft, contact, outcome), request, facts)

    def _facts(self) -> dict[str, str]:
        rng = self._rng
        who = f"{rng.choice(demo_texts.FIRST_NAMES)} {rng.choice(demo_texts.LAST_NAMES)}"
        return {
            "asset": f"{rng.choice(('ND', 'HF', 'CV', 'RB', 'MP'))}-{rng.randint(100, 9999):04}",
            "place": rng.choice(demo_texts.PLACES),
            "who": who,
            "day": rng.choice(demo_texts.DAYS),
            "count": str(rng.randint(2, 14)),
        }

    def _caller(self, draft: CallDraft) -> tuple[CallDraft, Contact | None]:
        """Somebody of the directory, mostly; or somebody it does not know, perhaps with a fact missing."""
        rng = self._rng
        if rng.random() < 0.78:
            contact = rng.choice(self._contacts)
            return replace(draft, caller_number=contact.numbers[0].e164).with_contact(contact), contact
        first, last = rng.choice(demo_texts.FIRST_NAMES), rng.choice(demo_texts.LAST_NAMES)
        organization, domain, _ = rng.choice(demo_texts.ORGANIZATIONS)
        number = rng.choice(self._numbers)
        facts = {
            "name": f"{first} {last}",
            "organization": organization,
            "email": f"{_mailbox(first, last)}@{domain}",
            "phone": number,
        }
        reason = ""
        if rng.random() < 0.6:
            field = rng.choice(list(demo_texts.MISSING))
            facts[field], reason = "", rng.choice(demo_texts.MISSING[field])
        caller_number = "" if "withheld" in reason else number
        return draft.with_(**facts, missing_reason=reason, caller_number=caller_number), None

    def _verification(self, draft: CallDraft, contact: Contact | None) -> tuple[Outcome | None, str]:
        chance = self._rng.random()
        if contact is None:
            known = "worked with them for years, knows the voice and called in from their office"
            return (Outcome.VERIFIED, known) if chance < 0.35 else (None, "")
        if chance < 0.76:
            return Outcome.VERIFIED, ""
        if chance < 0.82 and contact.id not in self._failed:
            # Once for each contact: several failures would lock them.
            self._failed.add(contact.id)
            return Outcome.FAILED, ""
        return None, ""

    def _is_open(self, draft: CallDraft, contact: Contact | None, outcome: Outcome | None) -> bool:
        """Whether its gate will be open."""
        if outcome is not Outcome.VERIFIED:
            return False
        category = draft.effective_category(BUILT_IN)
        has_right = contact is not None and category.name in contact.may_request
        return has_right or not category.sensitive

    def _afterwards(
        self, number: list[str], at: datetime, is_open: bool, request: demo_texts.Request, facts: dict[str, str]
    ) -> Iterator[_Step]:
        rng, owner = self._rng, self._rng.choice(self._agents)
        if not is_open:
            if rng.random() < 0.88:
                closed = at + timedelta(days=rng.uniform(2, 6))
                why = "called back twice, nobody could be confirmed"
                yield self._step(closed, lambda session: triage.close_unverified(session, number[0], why, owner))
            return
        if rng.random() < 0.1:
            department = rng.choice(BUILT_IN.departments)
            at += timedelta(minutes=rng.randint(5, 60))
            yield self._step(at, lambda session: tickets.route(session, number[0], department, owner))
        at += timedelta(minutes=rng.uniform(3, 240))
        yield self._step(at, lambda session: tickets.claim(session, number[0], owner))
        for note in request.follow_up:
            at += timedelta(hours=rng.uniform(0.2, 9))
            yield self._step(at, partial(_add_note, number=number, text=note.format(**facts), agent=owner))
        yield from self._ending(number, at, owner)

    def _ending(self, number: list[str], at: datetime, owner: str) -> Iterator[_Step]:
        rng = self._rng

        def becomes(status: Status) -> Callable[[Session], object]:
            return lambda session: tickets.set_status(session, number[0], status, owner)

        if rng.random() < 0.25:
            at += timedelta(hours=rng.uniform(0.5, 4))
            yield self._step(at, becomes(Status.PENDING))
        if rng.random() < 0.08:
            return
        at += timedelta(hours=rng.uniform(1, 30))
        yield self._step(at, becomes(Status.RESOLVED))
        if rng.random() < 0.7:
            yield self._step(at + timedelta(days=rng.uniform(1, 7)), becomes(Status.CLOSED))


def _add_note(session: Session, *, number: list[str], text: str, agent: str) -> None:
    tickets.add_note(session, number[0], text, agent)


def _mailbox(first: str, last: str) -> str:
    from callintake.domain.text import fold

    name = f"{first}.{last}".replace("ø", "o").replace("Ł", "L")
    return "".join(char for char in fold(name) if char.isascii() and (char.isalnum() or char in ".-"))
