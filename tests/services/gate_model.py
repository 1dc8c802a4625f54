"""The gate as the policy has it, written apart from the program: what the machines compare it with (P4, P5).

Nothing here is imported from the rules it is to judge; it knows the directory of the tests by heart.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

LASTS, LOCKS = timedelta(minutes=30), timedelta(hours=24)
SENSITIVE, TWICE = {"access", "billing", "changes"}, {"access", "billing"}
CLASSES = {
    "pin": "know",
    "totp": "have",
    "email-code": "have",
    "callback": "have",
    "approver": "vouched",
    "in-person": "are",
    "vouch": "vouched",
}


@dataclass(frozen=True)
class Person:
    """Who somebody says they are; `id` is the contact picked, `like` the contact who only has the same name."""

    name: str
    organization: str
    id: int | None = None
    like: int | None = None
    rights: tuple[str, ...] = ()
    is_vip: bool = False


NORTHGATE, HALCYON = "Northgate Dental Group", "Halcyon Freight Ltd"
AMARA = Person("Amara Okafor", NORTHGATE, 1, rights=("access",))
TOM = Person("Tom Lindqvist", NORTHGATE, 2)
PRIYA = Person("Priya Raman", HALCYON, 3, rights=("access", "billing"), is_vip=True)
DECLAN = Person("Declan O'Brien", HALCYON, 4)
PICKED = (AMARA, TOM, PRIYA, DECLAN)
TYPED_AMARA = Person("AMARA okafor", NORTHGATE, like=1)
TYPED_PRIYA = Person("Priya Raman", HALCYON, like=3)
JANE = Person("Jane Doe", NORTHGATE)
PEOPLE = (*PICKED, TYPED_AMARA, TYPED_PRIYA, JANE)


@dataclass(frozen=True)
class Tried:
    """An attempt that was taken."""

    person: Person
    category: str | None
    method: str
    is_right: bool
    at: datetime


@dataclass
class Call:
    """A call, with what was tried in it."""

    person: Person
    category: str | None
    tried: list[Tried] = field(default_factory=list)
    is_suspicious: bool = False
    ticket: "Ticket | None" = None


@dataclass
class Ticket:
    """A ticket, with what was tried for it; `is_confirmed` is what stands on record."""

    person: Person
    category: str
    tried: list[Tried] = field(default_factory=list)
    is_confirmed: bool = False
    is_suspicious: bool = False
    is_broken: bool = False

    @property
    def is_open(self) -> bool:
        return self.is_broken or (self.is_confirmed and not self.is_suspicious)


@dataclass
class Model:
    """The whole desk."""

    failures: dict[int, list[tuple[datetime, object]]] = field(default_factory=dict)
    last_step: dict[int, int] = field(default_factory=dict)

    def counted(self, contact_id: int | None, now: datetime) -> list[object]:
        """The occasions of the failures that count for a contact."""
        return [where for at, where in self.failures.get(contact_id or 0, []) if now - at < LOCKS]

    def is_locked(self, contact_id: int | None, now: datetime) -> bool:
        return len(self.counted(contact_id, now)) >= 3

    def may_try(self, person: Person, category: str | None, method: str, by_lead: bool, now: datetime) -> bool:
        """Whether an attempt is to be taken."""
        if self.is_locked(person.id, now):
            return False
        if person.like is not None and (self.is_locked(person.like, now) or PICKED[person.like - 1].is_vip):
            return False
        if method in ("pin", "totp", "email-code", "callback"):
            return person.id is not None
        if method == "vouch":
            return by_lead
        return method == "in-person" or bool(approvers(person, category))

    def take(self, person: Person, category: str | None, method: str, is_right: bool, now: datetime,
             call: Call | None, ticket: Ticket | None) -> None:  # fmt: skip
        """What follows from an attempt that was taken."""
        one = Tried(person, category, method, is_right, now)
        occasion: object = call or ticket
        assert occasion is not None
        (call or ticket).tried.append(one)  # type: ignore[union-attr]
        if call is not None and call.ticket is not None:
            ticket = call.ticket
            ticket.tried.append(one)
        if person.id is not None:
            if not is_right and method != "approver":
                self.failures.setdefault(person.id, []).append((now, id(occasion)))
            if len(set(self.counted(person.id, now))) >= 2:
                for suspect in (call, ticket):
                    if suspect is not None:
                        suspect.is_suspicious = True
        if ticket is not None:
            self.settle(ticket, now)

    def settle(self, ticket: Ticket, now: datetime) -> None:
        """Let a ticket stand as what was tried for it has it."""
        ticket.is_confirmed = self._confirms(ticket, now)

    def carried(self, ticket: Ticket, now: datetime) -> list[Tried]:
        """What was tried for a ticket, and counts for a part of it as well: fresh proofs, and every approver's no."""
        if self.is_locked(ticket.person.id or ticket.person.like, now):
            return []
        theirs = [one for one in ticket.tried if one.person == ticket.person]
        proofs: list[Tried] = []
        for one in theirs:
            if now - one.at <= LASTS and one.is_right:
                proofs.append(one)
            elif now - one.at <= LASTS and one.method != "approver":
                proofs.clear()
        return [one for one in theirs if one in proofs or (one.method == "approver" and not one.is_right)]

    def _confirms(self, ticket: Ticket, now: datetime) -> bool:
        person, category = ticket.person, ticket.category
        theirs = [one for one in ticket.tried if one.person == person]
        asked = [one for one in theirs if one.method == "approver" and one.category == category]
        if self.is_locked(person.id or person.like, now) or (asked and not asked[-1].is_right):
            return False
        proofs: list[Tried] = []
        for one in theirs:
            if not ticket.is_confirmed and now - one.at > LASTS:
                continue
            if one.is_right:
                proofs.append(one)
            elif one.method != "approver":
                proofs.clear()
        is_approved = any(one in asked for one in proofs)
        if not proofs or (category in SENSITIVE and category not in person.rights and not is_approved):
            return False
        is_vip = person.is_vip or (person.like is not None and PICKED[person.like - 1].is_vip)
        if category in TWICE or is_vip:
            methods = {one.method for one in proofs if one.method != "approver" or one in asked}
            return len({CLASSES[method] for method in methods}) > 1 and bool(methods & {"callback", "approver"})
        return category not in SENSITIVE or any(one.method != "email-code" for one in proofs)


def approvers(person: Person, category: str | None) -> list[Person]:
    """Who may say yes for somebody to what they ask for."""
    if category is None:
        return []
    return [
        one
        for one in PICKED
        if one.organization == person.organization
        and one.id not in (person.id, person.like)
        and (category not in SENSITIVE or category in one.rights)
    ]
