"""Offers: facts found in the notes that a field has not got yet; the agent takes one by one key (P7)."""

from collections.abc import Iterable
from dataclasses import dataclass

from callintake.domain.contact import Contact, check_field
from callintake.domain.draft import CallDraft
from callintake.domain.fact import Fact, FactKind
from callintake.domain.phone import format_phone
from callintake.domain.text import clean_line, fold

_FIELDS = {
    FactKind.PHONE: "phone",
    FactKind.EMAIL: "email",
    FactKind.NAME: "name",
    FactKind.ORGANIZATION: "organization",
    FactKind.ASSET: "asset",
}
_CHECKED = ("phone", "email")


@dataclass(frozen=True, slots=True)
class Offer:
    """A fact, and where it goes: a field of the draft, or `contact`."""

    fact: Fact
    field: str
    value: str
    """As it is shown, and typed into the field."""
    instead_of: str = ""
    """What is typed there now."""

    @property
    def key(self) -> tuple[str, str]:
        """What makes two offers the same."""
        return self.field, self.fact.value


def offers(
    facts: Iterable[Fact], draft: CallDraft, region: str, declined: frozenset[tuple[str, str]] = frozenset()
) -> tuple[Offer, ...]:
    """Return what may be taken, who is calling first and then the newest first; nothing that was taken before.

    Nothing is offered that its field says already, in whatever notation.
    """
    known = list(facts)
    found = [_contact_offer(fact, draft) for fact in known if fact.kind is FactKind.CONTACT]
    named = {fold(fact.contact.name) for fact in known if fact.contact is not None}
    newest_first = sorted(known, key=lambda fact: fact.at, reverse=True)
    found += [
        _field_offer(fact, draft, region)
        for fact in newest_first
        if fact.kind in _FIELDS and not (fact.kind is FactKind.NAME and fold(fact.value) in named)
    ]
    fresh = (offer for offer in found if offer is not None and offer.key not in declined)
    return tuple({offer.key: offer for offer in fresh}.values())


def take_offer(draft: CallDraft, offer: Offer) -> CallDraft:
    """Return the draft with an offer taken into its field; a contact fills in where nothing was typed."""
    if offer.field == "contact" and offer.fact.contact is not None:
        return draft.with_contact(offer.fact.contact)
    return draft.with_(**{offer.field: offer.value})


def on_file_offer(contact: Contact) -> Fact:
    """Return the fact that a number which calls is on file for one contact alone: a claim, no proof."""
    return Fact(FactKind.CONTACT, contact.email or contact.name, "the number is on file", -1, contact=contact)


def _contact_offer(fact: Fact, draft: CallDraft) -> Offer | None:
    contact = fact.contact
    if contact is None or (draft.contact is not None and draft.contact.id == contact.id):
        return None
    return Offer(fact, "contact", f"{contact.name} · {contact.organization}", draft.name)


def _field_offer(fact: Fact, draft: CallDraft, region: str) -> Offer | None:
    field = _FIELDS[fact.kind]
    typed = clean_line(getattr(draft, field))
    if draft.contact is not None and field in ("name", "organization"):
        # The contact's own stand there; another would take the contact back.
        return None
    value = format_phone(fact.value) if fact.kind is FactKind.PHONE else fact.value
    same = check_field(field, typed, region).value == fact.value if field in _CHECKED else fold(typed) == fold(value)
    return None if same else Offer(fact, field, value, typed)
