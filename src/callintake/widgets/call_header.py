"""The header of a capture: who is on the line, may I act, is it saved."""

from dataclasses import dataclass
from datetime import datetime

from textual.app import ComposeResult
from textual.containers import Horizontal

from callintake.domain.call import CallState, age, clock
from callintake.domain.draft import CallDraft
from callintake.domain.gate import Gate, Identity
from callintake.widgets.call_strip import SIGNS
from callintake.widgets.plain import Plain

_SAVED = len("saved 10 s ago")
OVERDUE = 0.5
"""Seconds after which unsaved typing is shown as not saved."""

SETTLED = 0.2
"""Seconds after which what is saved is said to be; while somebody types the words stay as they are."""


@dataclass(frozen=True, slots=True)
class SaveState:
    """What is known of saving; the header tells nothing else."""

    revision: int = 0
    """The revision that is in the database."""
    at: datetime | None = None
    error: str | None = None
    waiting_since: datetime | None = None
    """Since when something typed is not in the database."""

    def is_overdue(self, now: datetime) -> bool:
        """Whether something typed has waited longer than it ever should."""
        return self.waiting_since is not None and (now - self.waiting_since).total_seconds() > OVERDUE

    def words(self, draft: CallDraft, now: datetime) -> str:
        """The truth about saving, in words."""
        if self.error:
            return f"NOT SAVED: {self.error}"
        if self.is_overdue(now) and self.waiting_since:
            waited = (now - self.waiting_since).total_seconds()
            return f"NOT SAVED {f'for {age(waited)}' if waited >= 1 else 'yet'}: still trying"
        since = (now - self.at).total_seconds() if self.at else SETTLED
        if self.revision < draft.revision or since < SETTLED:
            return "saving…"
        return f"saved {age(since)} ago" if self.at else "nothing to save yet"


class CallHeader(Horizontal):
    """One line that is in sight at every moment of a call."""

    DEFAULT_CSS = """
    CallHeader {
        height: 1; background: $panel;
        & > Plain { height: 1; text-wrap: nowrap; text-overflow: ellipsis; }
        & > .caller { width: 1fr; padding-left: 1; text-style: bold; }
        & > .gate { width: auto; padding: 0 1; }
        & > .saved { width: auto; max-width: 40; padding: 0 1; color: $text-muted; }
        & > .gate.-shut { background: $error-muted; color: $text-error; }
        & > .gate.-open { background: $success-muted; color: $text-success; }
        & > .saved.-failed { background: $error; color: $text; text-style: bold; }
    }
    """

    def compose(self) -> ComposeResult:
        yield Plain(classes="caller")
        yield Plain(classes="gate")
        yield Plain(classes="saved")

    def show(self, draft: CallDraft, gate: Gate, saved: SaveState, now: datetime) -> None:
        """Show a call as it stands at a moment."""
        caller, gate_line, saved_line = self.query(Plain)
        caller.update(_caller_words(draft, gate, now), layout=False)
        gate_line.update(gate_words(gate, short=self.size.width < 100))
        gate_line.set_class(gate.open, "-open")
        gate_line.set_class(not gate.open, "-shut")
        words = f"{saved.words(draft, now):>{_SAVED}}"
        # Another width moves the whole line, which is dear at every key.
        saved_line.update(words, layout=len(words) != len(str(saved_line.content)))
        saved_line.set_class(saved.error is not None or saved.is_overdue(now), "-failed")


def gate_words(gate: Gate, *, short: bool = False) -> str:
    """The gate in words, which are enough without their colour."""
    if gate.is_broken:
        return "! GLASS BROKEN" if short else "! GATE OPEN · GLASS BROKEN"
    if gate.open:
        return "✓ GATE OPEN"
    return "✗ GATE SHUT" if short else f"✗ GATE SHUT · {gate.reasons[0]}"


def _caller_words(draft: CallDraft, gate: Gate, now: datetime) -> str:
    doubt = "" if gate.identity is Identity.VERIFIED else "?"
    name = f"{draft.name}{doubt}" if draft.name.strip() else "caller unknown"
    state = draft.timer.state
    timer = f"{SIGNS[state]} {clock(draft.seconds(now))}{'' if state is CallState.TALKING else f' {state}'}"
    return "  ".join(part for part in (timer, name, draft.caller_number, draft.channel.value) if part)
