"""Reports: what evidence of the desk's work says, and to whom it may be shown (P2, P11)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from callintake.domain.call import Direction, clock
from callintake.domain.detail import CallRecord
from callintake.domain.detail_json import call_to_json, stamp
from callintake.domain.phone import format_phone
from callintake.domain.plot import Plot
from callintake.domain.text import clean_line, elide

NOT_STATED = "not stated"
"""In the place of a disposition that a call does not have."""
SHORT_ID = 8
"""Digits of a call's id that people are shown; as good as never are two calls alike in them."""
QUIET = timedelta(minutes=10)
"""A call in which nothing was kept for so long is not being taken any more."""
QUIET_ON_LINE = timedelta(hours=2)
"""The same while the caller was still there: one may listen for long, but a program that died says so forever."""
CALL_HEADER = ("Call", "Started", "Channel", "Number", "Agent")
_CELL = 30
"""Characters of a number or an agent in a table."""


class Standing(StrEnum):
    """How a call without a disposition stands."""

    IN_PROGRESS = "in progress"
    LEFT_BEHIND = "left behind"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class UnaccountedCall:
    """A call that ended in no ticket and no stated reason, or has not ended yet (P2)."""

    call: CallRecord
    typed: int
    """Characters of its notes."""
    saved_at: datetime | None
    """When its draft was saved last; None for a call that nobody took."""
    is_open: bool
    """Whether its draft can still be resumed."""
    standing: Standing

    @property
    def remedy(self) -> str:
        """What to do about it."""
        discard = f"callintake calls discard {clean_line(self.call.id)[:SHORT_ID]} --why TEXT"
        if self.standing is Standing.IN_PROGRESS:
            return "nothing yet: it is being taken"
        if self.standing is Standing.MISSED:
            return f"call back, then: {discard}"
        if self.is_open:
            return f"{elide(clean_line(self.call.agent), _CELL) or 'its agent'} resumes it at the desk, or: {discard}"
        return discard


def standing_of(
    call: CallRecord, saved_at: datetime | None, *, is_open: bool, on_line: bool, now: datetime
) -> Standing:
    """Return how a call without a disposition stands, as its draft has it; without one, nobody has taken it yet."""
    quiet = now - (saved_at or call.started_at)
    if saved_at is None and (call.answered_at is not None or call.direction == Direction.OUTBOUND):
        # Somebody talked, and noted nothing.
        return Standing.IN_PROGRESS if call.ended_at is None and quiet < QUIET_ON_LINE else Standing.LEFT_BEHIND
    if saved_at is None:
        return Standing.IN_PROGRESS if call.ended_at is None and quiet < QUIET else Standing.MISSED
    going = is_open and quiet < (QUIET_ON_LINE if on_line else QUIET)
    return Standing.IN_PROGRESS if going else Standing.LEFT_BEHIND


@dataclass(frozen=True, slots=True)
class CallCounts:
    """How many calls there were, and how long they took on average, in seconds."""

    total: int
    by_disposition: Mapping[str, int]
    by_channel: Mapping[str, int]
    by_agent: Mapping[str, int]
    talk_seconds: float | None
    hold_seconds: float | None
    wrap_up_seconds: float | None


@dataclass(frozen=True, slots=True)
class CallReport:
    """What became of the calls, and of which of them nobody knows (P2)."""

    classification: str
    """How the desk marks what leaves it (P11)."""
    made_at: datetime
    made_by: str
    since: datetime | None
    calls: tuple[UnaccountedCall, ...]
    counts: CallCounts

    @property
    def unaccounted(self) -> tuple[UnaccountedCall, ...]:
        """The calls that somebody has to account for."""
        return tuple(call for call in self.calls if call.standing is not Standing.IN_PROGRESS)

    @property
    def in_progress(self) -> tuple[UnaccountedCall, ...]:
        """The calls that are being taken right now."""
        return tuple(call for call in self.calls if call.standing is Standing.IN_PROGRESS)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a report: a table under a title, or words where there is nothing to list."""

    title: str
    header: Sequence[str] = ()
    rows: Iterable[Sequence[str]] = ()
    advice: Sequence[str] = ()
    """What to do about each row, where something is to be done."""
    instead: str = "none"
    plot: Plot | None = None
    """The same to be looked at, where one would rather."""


def call_cells(call: CallRecord) -> tuple[str, ...]:
    """Return what tables of calls begin with: its id, its beginning, its channel, its number and its agent."""
    number, agent = format_phone(clean_line(call.number)), clean_line(call.agent)
    return (
        call.id[:SHORT_ID],
        stamp(call.started_at) or "–",
        call.channel,
        elide(number, _CELL) or "–",
        elide(agent, _CELL) or "–",
    )


def period(since: datetime | None) -> str:
    """Return which time a report is about, in words."""
    return "all that is on record" if since is None else f"from {stamp(since)} on"


def call_sections(report: CallReport) -> list[Section]:
    """Return a report of calls as tables: those nobody accounts for first."""
    counts = report.counts
    averages = [
        ("Talking", counts.talk_seconds),
        ("On hold", counts.hold_seconds),
        ("Wrap-up", counts.wrap_up_seconds),
    ]
    return [
        _unaccounted(f"Calls without ticket and reason: {len(report.unaccounted)}", report.unaccounted),
        _unaccounted(f"Calls in progress: {len(report.in_progress)}", report.in_progress),
        _tally(f"Calls by disposition: {counts.total}", "Disposition", counts.by_disposition),
        _tally("Calls by channel", "Channel", counts.by_channel),
        _tally("Calls by agent", "Agent", counts.by_agent),
        Section(
            "Average time of a call that has ended",
            ("Spent", "Time"),
            [(what, "–" if seconds is None else clock(round(seconds))) for what, seconds in averages],
        ),
    ]


def _unaccounted(title: str, calls: Sequence[UnaccountedCall]) -> Section:
    header = (*CALL_HEADER, "State", "Typed", "Saved last")
    rows = [
        (
            *call_cells(one.call),
            one.standing.value,
            str(one.typed),
            stamp(one.saved_at) or "never",
        )
        for one in calls
    ]
    return Section(title, header, rows, [one.remedy for one in calls])


def _tally(title: str, what: str, counts: Mapping[str, int]) -> Section:
    rows = [(elide(clean_line(name), _CELL) or "–", str(number)) for name, number in counts.items()]
    return Section(title, (what, "Calls"), rows)


def report_to_json(report: CallReport) -> dict[str, Any]:
    """Return a report of calls in the JSON that others build on."""
    counts = report.counts
    averages = {"talk": counts.talk_seconds, "hold": counts.hold_seconds, "wrap_up": counts.wrap_up_seconds}
    return {
        "classification": report.classification,
        "report": "calls",
        "made_at": stamp(report.made_at),
        "made_by": report.made_by,
        "since": stamp(report.since),
        "unaccounted": [_unaccounted_to_json(one) for one in report.unaccounted],
        "in_progress": [_unaccounted_to_json(one) for one in report.in_progress],
        "counts": {
            "total": counts.total,
            "by_disposition": dict(counts.by_disposition),
            "by_channel": dict(counts.by_channel),
            "by_agent": dict(counts.by_agent),
            "average_seconds": {
                what: None if seconds is None else round(seconds, 1) for what, seconds in averages.items()
            },
        },
    }


def _unaccounted_to_json(one: UnaccountedCall) -> dict[str, Any]:
    return {
        **call_to_json(one.call),
        "state": one.standing.value,
        "typed_characters": one.typed,
        "saved_at": stamp(one.saved_at),
        "draft_open": one.is_open,
        "what_to_do": one.remedy,
    }
