"""3CX's server side, as its CRM template asks: who has a number, whom to put on file, and each call once it is over."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from callintake.domain.call import Channel, Direction
from callintake.domain.call_event import CallEvent, EventKind, Told
from callintake.domain.contact import Contact
from callintake.domain.errors import Refused
from callintake.domain.phone import format_phone, is_withheld
from callintake.domain.text import clean_line
from callintake.telephony.dialects import Fields
from callintake.telephony.placeholders import check_filled_in

SOURCE = "3cx"
_CALL_TYPES = {
    "Inbound": (Direction.INBOUND, True),
    "Missed": (Direction.INBOUND, False),
    "Outbound": (Direction.OUTBOUND, True),
    "Notanswered": (Direction.OUTBOUND, False),
}
_DURATION = re.compile(r"(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})(?:\.\d+)?")
_LONGEST = 200
_NO_ORGANIZATION = "Not known yet (from 3CX)"


def contacts_found(contacts: Sequence[Contact]) -> dict[str, Any]:
    """Return the answer to a look-up: everybody with that number on file, each a claim."""
    return {"contacts": [_contact(contact) for contact in contacts]}


def _contact(contact: Contact) -> dict[str, Any]:
    first, _, last = contact.name.rpartition(" ")
    numbers = [number.e164.partition(";")[0] for number in contact.numbers]
    return {
        "id": str(contact.id),
        "first_name": first or last,
        "last_name": last if first else "",
        "company": contact.organization,
        "email": contact.email or "",
        "phone_business": numbers[0] if numbers else "",
        "phone_mobile": numbers[1] if len(numbers) > 1 else "",
    }


def new_contact(fields: Fields) -> dict[str, str]:
    """Return what is to be put on file of somebody whom 3CX does not know.

    Raises:
        Refused: there is no number, or something was not filled in.
    """
    check_filled_in((name, value) for name, value in fields.items() if isinstance(value, str))
    number = _said(fields, "number")
    if not number or is_withheld(number):
        raise Refused("“number” is missing: nobody is put on file without one")
    name = " ".join(filter(None, (_said(fields, "first_name"), _said(fields, "last_name"))))
    return {
        "name": name or f"Caller {format_phone(number)}",
        "organization": _said(fields, "company") or _NO_ORGANIZATION,
        "phone": number,
    }


def journal_of(fields: Fields, at: datetime) -> CallEvent:
    """Return the report of a call that 3CX made after it.

    It has no id: start, agent, number and direction are what it is known by.

    Raises:
        Refused: it is none; the message says what is wrong with it.
    """
    check_filled_in((name, value) for name, value in fields.items() if isinstance(value, str))
    kind = _said(fields, "call_type")
    if kind not in _CALL_TYPES:
        raise Refused(f"“call_type” is “{kind[:40]}”; it is one of: {', '.join(_CALL_TYPES)}")
    direction, was_answered = _CALL_TYPES[kind]
    number, agent = _said(fields, "number"), _said(fields, "agent")
    if not number:
        raise Refused("“number” is missing: who was at the other end?")
    talked = _duration(_said(fields, "duration")) if was_answered else timedelta()
    began = _moment(fields, "start")
    established = _moment(fields, "established") if was_answered and _said(fields, "established") else None
    ended = max(_moment(fields, "end") if _said(fields, "end") else (established or began) + talked, began)
    answered = max(established or ended - talked, began) if was_answered else None
    ours = _said(fields, "dialled")
    inbound = direction is Direction.INBOUND
    return CallEvent(
        EventKind.REPORT,
        SOURCE,
        at,
        direction,
        caller=number if inbound else ours,
        called=ours if inbound else number,
        external_id=f"{began:%Y-%m-%dT%H:%M:%SZ} {agent} {number} {direction}",
        name=_said(fields, "name"),
        users=(agent,) if agent else (),
        answered_by=agent if was_answered and inbound else "",
        cause="normalClearing" if was_answered else "noAnswer",
        channel=Channel.THREECX,
        told=Told(began, answered, ended),
    )


def _said(fields: Fields, name: str) -> str:
    value = fields.get(name, "")
    if not isinstance(value, str) or len(value) > _LONGEST:
        raise Refused(f"“{name}” is no text of at most {_LONGEST} characters")
    return clean_line(value)


def _duration(text: str) -> timedelta:
    found = _DURATION.fullmatch(text)
    if found is None:
        raise Refused("“duration” is no time such as 00:04:10")
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)


def _moment(fields: Fields, name: str) -> datetime:
    try:
        moment = datetime.fromisoformat(_said(fields, name))
    except ValueError:
        raise Refused(f"“{name}” is no time such as 2026-11-25T09:30:00Z") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
