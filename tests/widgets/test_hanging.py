"""Words are wrapped beside what stands before them, whatever the width, and come to rest."""

import pytest
from textual.app import App, ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.pilot import Pilot

from callintake.widgets.hanging import HangingText, Hung

WORDS = "the cable was reseated by phone and nothing changed"


class Alone(App[None]):
    """Hanging text that scrolls, and nothing else."""

    CSS = "VerticalScroll { scrollbar-gutter: stable; } HangingText { height: auto; }"

    def compose(self) -> ComposeResult:
        with VerticalScroll():
            yield HangingText()

    def put(self, lines: int) -> HangingText:
        """Show so many lines."""
        text = self.query_one(HangingText)
        text.put([Hung(Content("12:00  "), Content(WORDS))] * lines)
        return text


async def test_words_stand_beside_their_head_and_begin_at_the_edge_where_that_leaves_too_little() -> None:
    app = Alone()
    async with app.run_test(size=(40, 10)) as pilot:
        text = app.put(1)
        await pilot.pause()
        assert str(text.content) == "12:00  the cable was reseated by phone\n       and nothing changed"
        await pilot.resize_terminal(30, 10)
        await pilot.pause()
        assert str(text.content) == f"12:00  {WORDS}"
        await pilot.resize_terminal(40, 10)
        await pilot.pause()
        assert "\n       " in str(text.content)


@pytest.mark.parametrize("width", range(30, 38))
async def test_no_width_makes_it_come_and_go(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    app, laid_out = Alone(), 0
    lay_out = HangingText._lay_out

    def counted(self: HangingText) -> None:
        nonlocal laid_out
        laid_out += 1
        lay_out(self)

    monkeypatch.setattr(HangingText, "_lay_out", counted)

    async def comes_to_rest(pilot: Pilot[None]) -> bool:
        for _ in range(20):
            before = laid_out
            await pilot.pause(0.1)
            if laid_out == before:
                return True
        return False

    async with app.run_test(size=(width, 17)) as pilot:
        for lines in (3, 6, 8):
            app.put(lines)
            assert await comes_to_rest(pilot)
