"""A call that is on the line and that nobody at the desk has taken: what is told of it is a claim, and no more (P4)."""

from dataclasses import dataclass
from datetime import datetime

from callintake.domain.call import CallState, CallTimer, Channel, Direction
from callintake.domain.draft import CallDraft
from callintake.domain.phone import format_phone, is_withheld


@dataclass(frozen=True, slots=True)
class WaitingCall:
    """A call that rings, or was answered on the phone, and who it may be."""

    call_id: str
    direction: Direction
    channel: Channel
    number: str
    """At the other end: E.164 where it could be told, else as the phone has it."""
    began: datetime
    answered: datetime | None = None
    name: str = ""
    """The name announced."""
    contacts: tuple[str, ...] = ()
    """Who has that number on file."""
    line: str = ""
    """Which desk or client it is for, by the number that was dialled."""

    @property
    def who(self) -> str:
        """Who it may be, in words: those on file for the number, else what the phone announced."""
        if self.contacts:
            return " or ".join(self.contacts)
        return self.name or ("" if is_withheld(self.number) else "nobody on file")

    @property
    def shown_number(self) -> str:
        """The number as people read it."""
        return "number withheld" if not self.number or is_withheld(self.number) else format_phone(self.number)

    def seconds(self, now: datetime) -> float:
        """How long it has been as it is, in seconds."""
        return max((now - (self.answered or self.began)).total_seconds(), 0.0)

    def taken(self, now: datetime) -> CallDraft:
        """Return the draft of this call as somebody takes it now."""
        if self.answered is None:
            timer = CallTimer(CallState.RINGING, self.began).take_up(now)
        else:
            rang = max((self.answered - self.began).total_seconds(), 0.0)
            timer = CallTimer(CallState.TALKING, self.answered, {CallState.RINGING: rang})
        return CallDraft(self.call_id, self.began, timer, self.channel, self.number, self.direction, name=self.name)
