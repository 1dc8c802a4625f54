"""A screen with a draft: it is replaced as it changes, kept at once, and the truth about that is known."""

from abc import abstractmethod
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar

from textual import on
from textual.message import Message
from textual.screen import Screen

from callintake.domain.call import CallTimer
from callintake.domain.draft import CallDraft
from callintake.domain.open_calls import OpenCalls
from callintake.services.desk import Desk
from callintake.widgets.call_header import SaveState

T = TypeVar("T")
LOOK_EVERY = 0.25
"""Seconds between two looks at the clock."""


def mode_of(call_id: str) -> str:
    """Return the mode of a call, in which its screens are."""
    return f"call-{call_id}"


class KeepingScreen(Screen[T]):
    """Hands each revision of its draft to the desk, and hears what became of it."""

    class Saved(Message):
        """A revision of the draft is in the database, or is not for a reason."""

        def __init__(self, revision: int, error: str | None) -> None:
            super().__init__()
            self.revision = revision
            self.error = error

    def __init__(self, desk: Desk, draft: CallDraft, calls: OpenCalls) -> None:
        super().__init__()
        self.desk = desk
        self.draft = draft
        self.calls = calls
        self.saved = SaveState()

    @abstractmethod
    def show_saved(self) -> None:
        """Show the call as it stands, and whether it is saved."""

    def on_mount(self) -> None:
        self.set_interval(LOOK_EVERY, self._tick)

    def keep(self, draft: CallDraft) -> None:
        """Replace the draft, here and among the open calls, and have it saved."""
        self.draft = draft
        self.calls.put(draft)
        if self.saved.waiting_since is None:
            self.saved = replace(self.saved, waiting_since=datetime.now(UTC))
        self.desk.drafts.keep(draft, self._told)

    def set_aside(self) -> None:
        """The agent turns to something else: the caller is on hold, or the draft parked."""
        self.turn(self.draft.timer.set_aside(datetime.now(UTC)))

    def take_up(self) -> None:
        """The agent turns to this call."""
        self.turn(self.draft.timer.take_up(datetime.now(UTC)))

    def turn(self, timer: CallTimer) -> None:
        """Count the time of the call so from now on."""
        if timer != self.draft.timer:
            self.keep(self.draft.with_(timer=timer))
            if self.is_mounted:
                self.show_saved()

    def _told(self, revision: int, error: str | None) -> None:
        self.post_message(self.Saved(revision, error))

    def _tick(self) -> None:
        if self.saved.is_overdue(datetime.now(UTC)):
            self.desk.drafts.spool(self.draft.call_id)
        if self.is_current:
            self.show_saved()

    @on(Saved)
    def _heard_of_saving(self, event: Saved) -> None:
        event.stop()
        before, now = self.saved, datetime.now(UTC)
        if event.error:
            self.saved = replace(before, error=event.error)
        else:
            waiting = before.waiting_since if event.revision < self.draft.revision else None
            self.saved = SaveState(event.revision, now, None, waiting and now)
        self.show_saved()
