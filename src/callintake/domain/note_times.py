"""When each line of Live notes was begun: seconds into the call, kept beside the text and never in it (P3)."""

from collections.abc import Sequence

Offsets = tuple[int | None, ...]
"""One a line: seconds into the call, or None for a line with nothing on it yet."""


def retimed(offsets: Offsets, before: Sequence[str], after: Sequence[str], now: int) -> Offsets:
    """Return the offsets of the lines after an edit: a line keeps its own, a line that begins gets `now`.

    Whatever is between the lines that stayed as they were, above and below, is taken as the edit.
    """
    shared = min(len(before), len(after))
    top = 0
    while top < shared and before[top] == after[top]:
        top += 1
    bottom = 0
    while bottom < shared - top and before[-1 - bottom] == after[-1 - bottom]:
        bottom += 1
    known = offsets[: len(before)] + (None,) * (len(before) - len(offsets))
    edited = known[top : len(before) - bottom]
    lines = after[top : len(after) - bottom]
    kept = edited[: len(lines)] + (None,) * (len(lines) - len(edited))
    timed = tuple(
        (now if offset is None else offset) if line.strip() else None for line, offset in zip(lines, kept, strict=True)
    )
    return known[:top] + timed + known[len(before) - bottom :]


def trimmed(text: str, offsets: Offsets) -> tuple[str, Offsets]:
    """Return a text without blank lines above and below, with the offsets of the lines that are left."""
    lines = text.split("\n")
    known = offsets[: len(lines)] + (None,) * (len(lines) - len(offsets))
    filled = [place for place, line in enumerate(lines) if line.strip()]
    if not filled:
        return "", ()
    return text.strip(), known[filled[0] : filled[-1] + 1]


def sign(seconds: int | None) -> str:
    """Return an offset as the gutter shows it, in six characters: `+02:14`, from 100 minutes on `+1h40`, or nothing."""
    if seconds is None:
        return ""
    minutes, rest = divmod(seconds, 60)
    return f"+{minutes:02}:{rest:02}" if minutes < 100 else f"+{minutes // 60}h{minutes % 60:02}"
