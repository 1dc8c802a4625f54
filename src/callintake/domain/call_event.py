"""What phones tell: events, and the one call that several of them are about, whatever their order (P1).

A call is folded anew from all that was told of it, so that what comes late, twice or out of
order makes the same of it as what comes in time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from callintake.domain.call import Channel, Direction
from callintake.domain.phone import is_withheld
from callintake.domain.text import clean_line

RINGS_FOR = timedelta(minutes=2)
"""How long after its beginning a call without a known id may still be told of as ringing."""
TOLD_LATE = timedelta(minutes=2)
"""How long after its end more may be told of a call without a known id."""
ECHO = timedelta(seconds=5)
"""How long after its end a ring without a known id is that call's, come late, and not the next one's."""
LASTS = timedelta(hours=12)
"""How long a call lasts at most that is told of without a known id."""
SAME_ID = timedelta(hours=24)
"""How long an id means the same call: some phones begin to count anew."""
LONGEST_ID = 250
TEST = "test"
"""The cause of the end of a call that nobody made."""
FORWARDED = "forwarded"
"""The cause of a hang-up that is no end: the call went on elsewhere."""


class EventKind(StrEnum):
    """What happened to a call."""

    RING = "ring"
    ANSWER = "answer"
    HOLD = "hold"
    RESUME = "resume"
    TRANSFER = "transfer"
    HANG_UP = "hang-up"
    REPORT = "report"
    """The whole of a call, told after it by a phone that knows its times."""


@dataclass(frozen=True, slots=True)
class Told:
    """The times of a call as the phone's own record has them."""

    began: datetime
    answered: datetime | None
    ended: datetime


@dataclass(frozen=True, slots=True)
class CallEvent:
    """One event of one call; a phone may leave out all but what happened and who is at the other end."""

    kind: EventKind
    source: str
    """Which way it came: `cti`, `placetel`, `address`, `command`, `3cx`."""
    at: datetime
    """When it came."""
    direction: Direction = Direction.INBOUND
    caller: str = ""
    """The number that called: E.164 where it could be told, else as the phone has it."""
    called: str = ""
    """The number that was called, likewise."""
    external_id: str | None = None
    name: str = ""
    """The name announced: a claim."""
    users: tuple[str, ...] = ()
    """Who it rings at, or who called."""
    queue: str = ""
    answered_by: str = ""
    cause: str = ""
    channel: Channel | None = None
    told: Told | None = None
    """The times of a report."""

    @property
    def other_end(self) -> str:
        """The number of who is not at the desk."""
        return self.caller if self.direction is Direction.INBOUND else self.called


@dataclass(frozen=True, slots=True)
class PhoneCall:
    """A call as far as phones have told of it."""

    direction: Direction
    caller: str
    called: str
    began: datetime
    answered: datetime | None = None
    ended: datetime | None = None
    cause: str = ""
    name: str = ""
    users: tuple[str, ...] = ()
    queue: str = ""
    answered_by: str = ""
    channel: Channel | None = None
    hold_seconds: float = 0.0
    held_since: datetime | None = None
    transferred: datetime | None = None
    """When it was handed on to somebody else."""
    ids: frozenset[tuple[str, str]] = frozenset()
    """Under which ids which sources know it."""

    @property
    def other_end(self) -> str:
        """The number of who is not at the desk."""
        return self.caller if self.direction is Direction.INBOUND else self.called

    @property
    def wait_seconds(self) -> float | None:
        """How long it rang until it was answered, or until it ended; None while it rings."""
        until = self.answered or self.ended
        return (until - self.began).total_seconds() if until else None

    @property
    def talk_seconds(self) -> float | None:
        """How long was talked, without hold; None before the end, or if nobody answered."""
        if self.answered is None or self.ended is None:
            return None
        return max((self.ended - self.answered).total_seconds() - self.hold_seconds, 0.0)

    @property
    def is_missed(self) -> bool:
        """Whether somebody called, and nobody answered."""
        unanswered = self.ended is not None and self.answered is None and self.cause not in (FORWARDED, TEST)
        return unanswered and self.direction is Direction.INBOUND


def fold(events: Iterable[CallEvent]) -> PhoneCall:
    """Return the call that events tell of, in whatever order and however often they came; there is one at least."""
    told = sorted(set(events), key=lambda event: (event.at, list(EventKind).index(event.kind), repr(event)))
    # What tells of the beginning knows best who called whom; the others often leave it out.
    leading = sorted(told, key=lambda event: event.kind not in (EventKind.RING, EventKind.REPORT))
    reports = [event.told for event in told if event.told is not None]
    ended = reports[0].ended if reports else _first(told, EventKind.HANG_UP)
    answered = reports[0].answered if reports and reports[0].answered else _first(told, EventKind.ANSWER)
    began = reports[0].began if reports else told[0].at
    if answered is not None:
        answered = max(min(answered, ended or answered), began)
    held, held_since = _held(told, ended)
    return PhoneCall(
        direction=leading[0].direction,
        caller=_said(event.caller for event in leading),
        called=_said(event.called for event in leading),
        began=began,
        answered=answered,
        ended=ended,
        cause=_said(event.cause for event in told),
        name=_said(event.name for event in told),
        users=next((event.users for event in leading if event.users), ()),
        queue=_said(event.queue for event in leading),
        answered_by=_said(event.answered_by for event in told),
        channel=next((event.channel for event in leading if event.channel), None),
        hold_seconds=held,
        held_since=held_since,
        transferred=_first(told, EventKind.TRANSFER),
        ids=frozenset((event.source, event.external_id) for event in told if event.external_id),
    )


def same_call(event: CallEvent, calls: Sequence[PhoneCall]) -> int | None:
    """Return the place of the call that an event is about among those lately told of, the newest first; None if none.

    An id decides. Without one it is the number at the other end, the direction and the time, for a source that does not
    know this call by another id.
    """
    if event.external_id:
        for place, call in enumerate(calls):
            known = any(one == event.external_id for _, one in call.ids)
            if known and abs(event.at - call.began) <= SAME_ID:
                return place
    near = [place for place, call in enumerate(calls) if _may_be(event, call)]
    # A call that goes on is meant sooner than one that is over.
    return min(near, key=lambda place: (calls[place].ended is not None, place), default=None)


def _may_be(event: CallEvent, call: PhoneCall) -> bool:
    if event.direction is not call.direction or not _same_number(event.other_end, call.other_end):
        return False
    if event.external_id and any(source == event.source for source, _ in call.ids):
        return False
    if event.told is not None:
        return abs(event.told.began - call.began) <= RINGS_FOR
    if call.ended is None:
        return abs(event.at - call.began) <= (RINGS_FOR if event.kind is EventKind.RING else LASTS)
    late = event.at - call.ended
    return abs(late) <= (ECHO if event.kind is EventKind.RING else TOLD_LATE)


def _same_number(one: str, other: str) -> bool:
    if one == other:
        return bool(one)
    return is_withheld(one) and is_withheld(other)


def _first(events: Sequence[CallEvent], kind: EventKind) -> datetime | None:
    return next((event.at for event in events if event.kind is kind), None)


def _said(values: Iterable[str]) -> str:
    return next((value for value in map(clean_line, values) if value), "")


def _held(events: Sequence[CallEvent], ended: datetime | None) -> tuple[float, datetime | None]:
    """Seconds on hold that are over, and since when it is on hold now."""
    seconds, since = 0.0, None
    for event in events:
        if event.kind is EventKind.HOLD and since is None:
            since = event.at
        elif event.kind is EventKind.RESUME and since is not None:
            seconds, since = seconds + (event.at - since).total_seconds(), None
    if since is not None and ended is not None:
        seconds, since = seconds + max((ended - since).total_seconds(), 0.0), None
    return seconds, since
