"""A call: where it came from, and how it ended."""

from enum import StrEnum


class Channel(StrEnum):
    """What the call came over (P1)."""

    DESK = "desk"
    VOIP = "voip"
    THREECX = "3cx"
    CELL = "cell"


class Direction(StrEnum):
    INBOUND = "inbound"
    OUTBOUND = "outbound"


class Disposition(StrEnum):
    """How a call ended; a call without one is an open question on the report (P2)."""

    TICKET_RAISED = "ticket raised"
    FOLLOW_UP_ADDED = "follow-up added"
    RESOLVED_ON_CALL = "resolved on call"
    CALLBACK_DUE = "callback due"
    TRANSFERRED = "transferred"
    REFUSED = "refused"
    WRONG_NUMBER = "wrong number"
    DROPPED = "dropped"


def clock(seconds: float) -> str:
    """Return a duration as a call timer shows it: `04:12`, or `1:04:12` from an hour on."""
    minutes, rest = divmod(max(int(seconds), 0), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"


def age(seconds: float) -> str:
    """Return how long ago something was, in its largest unit: `40 s`, `12 m`, `5 h`, `3 d`."""
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds >= size:
            return f"{int(seconds // size)} {unit}"
    return f"{max(int(seconds), 0)} s"
