"""The tray: calls that ring or are talked in and that nobody has taken, on whatever screen is in front.

It takes no focus and no key; it comes and goes above the screen, which gives it the lines.
"""

from collections.abc import Sequence
from datetime import datetime

from textual.content import Content

from callintake.domain.call import CallState, Direction, clock
from callintake.domain.text import clean_line, elide
from callintake.domain.waiting_call import WaitingCall
from callintake.widgets.call_strip import SIGNS
from callintake.widgets.plain import Plain

KEY = "ctrl+y"
"""What takes the first of them."""
_LOW = 30
"""Rows below which a screen gives fewer of them."""
_MOST, _MOST_LOW = 4, 2
_NARROWEST = 12
"""Cells at least for who it is."""


class CallTray(Plain):
    """A line for each call, the first with the key that takes it; the rest are counted."""

    DEFAULT_CSS = """
    CallTray {
        dock: top; height: auto; background: $warning-muted; color: $text-warning; text-style: bold;
        text-wrap: nowrap; text-overflow: ellipsis;
    }
    """

    def show(self, calls: Sequence[WaitingCall], now: datetime, back: Sequence[str] = (), key: str = KEY) -> None:
        """Show the calls as they stand at a moment, and the key that takes one now; `back` are those whose caller is
        back in a call still open."""
        width, height = self.app.size
        lines = tray_lines(calls, now, width, _MOST_LOW if height < _LOW else _MOST, back, key)
        before = str(self.content).count("\n")
        self.update(Content("\n").join(lines), layout=len(lines) - 1 != before)


def tray_lines(
    calls: Sequence[WaitingCall], now: datetime, width: int, most: int, back: Sequence[str] = (), key: str = KEY
) -> list[Content]:
    """Return the lines of the tray in so many cells and lines."""
    shown = calls if len(calls) <= most else calls[: most - 1]
    lines = [
        _line(call, now, width, "" if place else key, is_back=call.call_id in back) for place, call in enumerate(shown)
    ]
    if len(shown) < len(calls):
        more = len(calls) - len(shown)
        lines.append(Content(f"   and {more} more: ctrl+p finds {'it' if more == 1 else 'them'}"))
    return lines


def _line(call: WaitingCall, now: datetime, width: int, key: str, *, is_back: bool) -> Content:
    sign, state = SIGNS[CallState.RINGING], "rings"
    if call.direction is Direction.OUTBOUND:
        state = "calling"
    if call.answered is not None:
        sign, state = SIGNS[CallState.TALKING], "on the phone"
    begins = f" {sign} {state} {clock(call.seconds(now))}  {elide(clean_line(call.shown_number), 24)}  "
    does = f"  {key} {'goes on' if is_back else 'takes it'} " if key else ""
    line = f" for {elide(clean_line(call.line), 20)}" if call.line else ""
    short = f"  {key} " if key and not is_back else does
    # What the key does is known sooner than which line it is.
    choices = ((does, line), (short, line), (short, ""))
    does, line = next((one for one in choices if width - len(begins) - sum(map(len, one)) >= _NARROWEST), choices[-1])
    room = width - len(begins) - len(does) - len(line)
    doubt = "?" if call.who and (call.contacts or call.name) else ""
    who = f"{elide(clean_line(call.who), max(room - 1, 1))}{doubt}"
    return Content(f"{begins}{who}{line}{' ' * max(width - len(begins) - len(who) - len(line) - len(does), 0)}{does}")
