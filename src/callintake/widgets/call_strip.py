"""The strip of open calls: which there are, in what state, and for how long; shown once there are several."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from textual.content import Content

from callintake.domain.call import CallState, clock
from callintake.domain.draft import CallDraft
from callintake.domain.text import clean_line, elide
from callintake.widgets.plain import Plain

SIGNS = {
    CallState.RINGING: "☎",
    CallState.TALKING: "●",
    CallState.ON_HOLD: "‖",
    CallState.WRAP_UP: "✎",
    CallState.PARKED: "◦",
}
"""How a state is told from the others without colour; its word stands beside it where there is room."""
_SAYS_ITSELF = (CallState.TALKING,)
_SHORTER = ((18, True), (18, False), (8, False))
"""How the calls are shown in less and less room: the cells for who it is, and whether the state is said in words."""


class CallStrip(Plain):
    """One line: each open call with its sign, who, its time in that state, and the state in words."""

    DEFAULT_CSS = """
    CallStrip { height: 1; background: $surface; text-wrap: nowrap; text-overflow: ellipsis; display: none; }
    """

    def show(self, calls: Iterable[CallDraft], front: str | None, now: datetime, *, at_least: int = 2) -> None:
        """Show the calls, the one in front marked; fewer than `at_least` are not worth a line."""
        drafts = list(calls)
        self.display = len(drafts) >= at_least
        if self.display:
            self.update(strip_of(drafts, front, now, self.screen.size.width), layout=False)


def strip_of(drafts: Sequence[CallDraft], front: str | None, now: datetime, width: int) -> Content:
    """Return the strip in so many cells; where they are too few for all calls, the one in front is in sight."""
    entries: list[Content] = []
    for room, in_words in _SHORTER:
        entries = [
            _entry(place, draft, draft.call_id == front, now, room, in_words)
            for place, draft in enumerate(drafts, start=1)
        ]
        if _length(entries) <= width:
            return Content(" ").join(entries)
    ids = [draft.call_id for draft in drafts]
    last = ids.index(front) if front in ids else 0
    first = next((first for first in range(last) if _length(entries[first : last + 1]) + 2 <= width), last)
    return Content(" ").join([*([Content("…")] if first else []), *entries[first:]])


def _length(entries: Sequence[Content]) -> int:
    return sum(entry.cell_length + 1 for entry in entries) - 1


def _entry(place: int, draft: CallDraft, is_front: bool, now: datetime, room: int, in_words: bool) -> Content:
    state = draft.timer.state
    # Several who have not said their name are told apart by what they said.
    said = f"“{elide(draft.effective_subject, room - 2)}”" if draft.effective_subject else "caller unknown"
    who = elide(clean_line(draft.name) or draft.caller_number or said, room)
    word = f" {state}" if in_words and state not in _SAYS_ITSELF else ""
    time = clock(draft.timer.seconds(state, now))
    return Content.styled(f" {place} {SIGNS[state]} {who} {time}{word} ", "bold reverse" if is_front else "")
