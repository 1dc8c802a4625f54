"""The facts of a call as they are read back to the caller, who confirms each of them (P6)."""

from dataclasses import dataclass

from callintake.domain.contact import FIELDS, LABELS, CheckedField, check_field
from callintake.domain.draft import CallDraft
from callintake.domain.phone import format_phone
from callintake.domain.spelling import LONGEST, spelled, spelled_phone
from callintake.domain.text import clean_line, elide

MISSING = "missing: ask for it"
_MOST = 10_000
"""Characters that are looked at: more can't be right, and checking a million takes seconds."""


@dataclass(frozen=True, slots=True)
class Item:
    """One fact: the draft's attribute, its label, the fact, and how it is said or what is wrong with it."""

    name: str
    label: str
    value: str
    spoken: str
    is_confirmed: bool = False
    can_be_confirmed: bool = True
    """Whether there is a fact that can be right; one that is missing can't be confirmed."""


def read_back(draft: CallDraft, region: str) -> tuple[Item, ...]:
    """Return the four facts that P6 asks for, and the request, in the order in which they are read back."""
    return (*(_contact_item(draft, name, region) for name in FIELDS), _request_item(draft))


def _contact_item(draft: CallDraft, name: str, region: str) -> Item:
    typed = getattr(draft, name)[:_MOST]
    checked = check_field(name, typed, region)
    if checked.value is None:
        said = f"can't be right: {checked.error}" if checked.error else MISSING
        return Item(name, LABELS[name], elide(clean_line(typed), LONGEST), said, can_be_confirmed=False)
    shown = format_phone(checked.value) if name == "phone" else checked.value
    return Item(name, LABELS[name], shown, _said(name, checked), name in draft.confirmed)


def _said(name: str, checked: CheckedField) -> str:
    """Return how a fact is said, and under it the warning there is about it."""
    value = checked.value or ""
    said = spelled_phone(value) if name == "phone" else spelled(value)
    return f"{said}\n! {checked.warning}" if checked.warning else said


def _request_item(draft: CallDraft) -> Item:
    request = elide(draft.effective_subject, LONGEST)
    if not request:
        return Item("subject", "Request", "", MISSING, can_be_confirmed=False)
    return Item("subject", "Request", request, "", "subject" in draft.confirmed)
