"""A call: where it came from, how its time was spent, and how it ended."""

from dataclasses import dataclass, field, replace
from datetime import datetime
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


NEEDS_NO_REASON = (Disposition.TICKET_RAISED, Disposition.FOLLOW_UP_ADDED)
"""Endings that are told by a ticket; every other one says why (P2)."""
DOCUMENTED = (Disposition.REFUSED, Disposition.RESOLVED_ON_CALL)
"""Endings that leave a ticket where there was a request, as they say what became of it (P3)."""


class CallState(StrEnum):
    """Where a call is just now."""

    RINGING = "ringing"
    TALKING = "talking"
    ON_HOLD = "on hold"
    WRAP_UP = "wrap-up"
    PARKED = "parked"

    @property
    def is_on_line(self) -> bool:
        """Whether the caller is still there."""
        return self in (CallState.RINGING, CallState.TALKING, CallState.ON_HOLD)


_SET_ASIDE = {CallState.TALKING: CallState.ON_HOLD, CallState.WRAP_UP: CallState.PARKED}
_TAKEN_UP = {
    CallState.RINGING: CallState.TALKING,
    CallState.ON_HOLD: CallState.TALKING,
    CallState.PARKED: CallState.WRAP_UP,
}
_HUNG_UP = {
    CallState.RINGING: CallState.PARKED,
    CallState.TALKING: CallState.WRAP_UP,
    CallState.ON_HOLD: CallState.PARKED,
}
_BACK = {CallState.WRAP_UP: CallState.TALKING, CallState.PARKED: CallState.ON_HOLD}


@dataclass(frozen=True, slots=True)
class CallTimer:
    """How a call's time is spent: its state, since when, and the seconds of what went before."""

    state: CallState
    since: datetime
    spent: dict[CallState, float] = field(default_factory=dict)
    """Seconds in each state that has ended; time set aside after hang-up is nobody's time."""
    hung_up_at: datetime | None = None

    def seconds(self, state: CallState, now: datetime) -> float:
        """How long the call has been in a state, in seconds."""
        going = max((now - self.since).total_seconds(), 0.0) if state is self.state else 0.0
        return self.spent.get(state, 0.0) + going

    def set_aside(self, now: datetime) -> "CallTimer":
        """The agent turns to something else: the caller is put on hold, or the draft is parked."""
        return self._turn(_SET_ASIDE, now)

    def take_up(self, now: datetime) -> "CallTimer":
        """The agent turns to this call."""
        return self._turn(_TAKEN_UP, now)

    def hang_up(self, now: datetime) -> "CallTimer":
        """The line is gone; what is written now is wrap-up."""
        turned = self._turn(_HUNG_UP, now)
        return turned if turned is self else replace(turned, hung_up_at=now)

    def come_back(self, now: datetime) -> "CallTimer":
        """The caller is on the line again."""
        turned = self._turn(_BACK, now)
        return turned if turned is self else replace(turned, hung_up_at=None)

    def _turn(self, following: dict[CallState, CallState], now: datetime) -> "CallTimer":
        state = following.get(self.state)
        if state is None:
            return self
        return replace(self, state=state, since=now, spent={**self.spent, self.state: self.seconds(self.state, now)})


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
