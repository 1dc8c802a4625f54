"""What phones send, as events: Zammad's generic CTI, Placetel's names for the same, and addresses that are opened."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime

from callintake.domain.call import Channel, Direction
from callintake.domain.call_event import LONGEST_ID, CallEvent, EventKind
from callintake.domain.errors import Refused
from callintake.domain.phone import is_withheld
from callintake.domain.text import clean_line
from callintake.telephony.placeholders import check_filled_in

Fields = Mapping[str, str | tuple[str, ...]]
"""What was sent: text, or several texts under one name."""
_KINDS = {
    "newCall": EventKind.RING,
    "answer": EventKind.ANSWER,
    "hangup": EventKind.HANG_UP,
    "hold": EventKind.HOLD,
    "resume": EventKind.RESUME,
    "transfer": EventKind.TRANSFER,
}
_PLACETEL = {
    "IncomingCall": (EventKind.RING, Direction.INBOUND),
    "OutgoingCall": (EventKind.RING, Direction.OUTBOUND),
    "CallAccepted": (EventKind.ANSWER, None),
    "HungUp": (EventKind.HANG_UP, None),
}
_PLACETEL_CAUSES = {"accepted": "normalClearing", "missed": "noAnswer", "voicemail": "noAnswer", "busy": "busy"}
_DIRECTIONS = {"in": Direction.INBOUND, "out": Direction.OUTBOUND}
EVENTS = tuple(_KINDS)
RING_NUMBER = ("from", "phone", "number", "caller", "callerid", "callerNumber", "phoneNumber", "sysparm_caller_phone")
"""Names under which phones hand a number to an address that they open."""
RING_NAME = ("name", "callerName", "sysparm_caller_name")
_LONGEST_NUMBER = 100
_LONGEST_TEXT = 200
_MOST_USERS = 50
_URI = re.compile(r"(?:sips?|tel):([^@;>]+).*", re.IGNORECASE)


def event_of(fields: Fields, at: datetime, source: str) -> CallEvent:
    """Return the event in what a phone sent as Zammad's generic CTI documents it, or with Placetel's names.

    Raises:
        Refused: it is none; the message says what is wrong with it.
    """
    check_filled_in((name, one) for name, value in fields.items() for one in _texts(value))
    name = _text(fields, "event", _LONGEST_TEXT)
    given = _direction(fields)
    if name in _PLACETEL:
        source = "placetel"
        kind, implied = _PLACETEL[name]
        given = given or implied
    elif name in _KINDS:
        kind = _KINDS[name]
    else:
        known = ", ".join((*_KINDS, *_PLACETEL))
        raise Refused(f"“event” is {f'“{name[:40]}”' if name else 'missing'}; there are: {known}")
    call_id = _text(fields, "callId", LONGEST_ID) or _text(fields, "call_id", LONGEST_ID)
    caller, called = _number(fields, "from"), _number(fields, "to")
    if kind is EventKind.RING and given is None:
        raise Refused("“direction” is missing; it is in or out")
    if kind is EventKind.RING and not caller:
        raise Refused("“from” is missing: who calls? A withheld number is anonymous")
    direction = given or Direction.INBOUND
    if not call_id and not (caller if direction is Direction.INBOUND else called):
        raise Refused("neither “callId” nor the number at the other end: no telling which call this is about")
    queue = _text(fields, "queue", _LONGEST_TEXT)
    cause = _text(fields, "cause", _LONGEST_TEXT)
    if source == "placetel":
        ended = _text(fields, "type", _LONGEST_TEXT)
        cause = cause or _PLACETEL_CAUSES.get(ended, ended)
    return CallEvent(
        kind,
        source,
        at,
        direction,
        caller,
        called,
        call_id or None,
        _text(fields, "name", _LONGEST_TEXT),
        _users(fields),
        queue,
        _text(fields, "answeringNumber", _LONGEST_TEXT),
        cause,
        _channel(fields),
    )


def ring_of(query: Iterable[tuple[str, str]], at: datetime) -> CallEvent:
    """Return the ring in an address that a phone opened; it may announce a call, and nothing else.

    Raises:
        Refused: there is no number in it, or it says more than a ring.
    """
    fields = {name: value for name, value in query if name != "token"}
    check_filled_in(fields.items())
    number = next((clean_line(fields[name]) for name in RING_NUMBER if fields.get(name, "").strip()), "")
    if not number:
        raise Refused(f"there is no number in the address: give one as {RING_NUMBER[0]}=…, or as {RING_NUMBER[1]}=…")
    if fields.get("event", "newCall") != "newCall":
        raise Refused("an address can only announce a call: events of others are posted")
    caller = _number({"from": number}, "from")
    name = next((clean_line(fields[name]) for name in RING_NAME if fields.get(name, "").strip()), "")
    call_id = _text(fields, "callId", LONGEST_ID) or _text(fields, "call_id", LONGEST_ID)
    return CallEvent(
        EventKind.RING,
        "address",
        at,
        caller=caller,
        called=_number(fields, "to"),
        external_id=call_id or None,
        name=name[:_LONGEST_TEXT],
        channel=_channel(fields),
    )


def _texts(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


def _text(fields: Fields, name: str, longest: int) -> str:
    value = fields.get(name, "")
    if not isinstance(value, str):
        raise Refused(f"“{name}” is given several times")
    text = clean_line(value[: longest * 4])
    if len(value) > longest:
        raise Refused(f"“{name}” is longer than {longest} characters")
    return text


def _number(fields: Fields, name: str) -> str:
    """A number, out of a SIP or telephone address too; one word for all that is withheld."""
    text = _text(fields, name, _LONGEST_NUMBER)
    if found := _URI.fullmatch(text):
        text = clean_line(found[1])
    return "anonymous" if text and is_withheld(text) else text


def _direction(fields: Fields) -> Direction | None:
    given = _text(fields, "direction", _LONGEST_TEXT)
    if given and given not in _DIRECTIONS:
        raise Refused(f"“direction” is “{given[:40]}”; it is in or out")
    return _DIRECTIONS.get(given)


def _channel(fields: Fields) -> Channel | None:
    given = _text(fields, "channel", _LONGEST_TEXT)
    if given and given not in list(Channel):
        raise Refused(f"“channel” is “{given[:40]}”; it is one of: {', '.join(Channel)}")
    return Channel(given) if given else None


def _users(fields: Fields) -> tuple[str, ...]:
    """Whom it rings at, or who called; some send the one under `peer`, or under `caller`."""
    for name in ("user", "user[]", "peer", "caller"):
        users = [clean_line(one) for one in _texts(fields.get(name, ()))]
        if len(users) > _MOST_USERS or any(len(one) > _LONGEST_TEXT for one in users):
            raise Refused(f"“{name}” names more than {_MOST_USERS} people, or somebody at too great length")
        if users := [one for one in users if one]:
            return tuple(users)
    return ()
