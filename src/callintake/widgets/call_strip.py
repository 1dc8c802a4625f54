"""The strip of open calls: which there are, in what state, and for how long; shown once there are several."""

from collections.abc import Iterable
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
            parts = [_entry(place, draft, draft.call_id == front, now) for place, draft in enumerate(drafts, start=1)]
            self.update(Content(" ").join(parts))


def _entry(place: int, draft: CallDraft, is_front: bool, now: datetime) -> Content:
    state = draft.timer.state
    who = elide(clean_line(draft.name) or draft.caller_number or "caller unknown", 18)
    word = "" if state in _SAYS_ITSELF else f" {state}"
    time = clock(draft.timer.seconds(state, now))
    return Content.styled(f" {place} {SIGNS[state]} {who} {time}{word} ", "bold reverse" if is_front else "")
