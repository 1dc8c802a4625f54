"""A snippet is picked by one key, and inserted without replacing anything (P7)."""

import pytest
from textual.app import App
from textual.widgets import OptionList

from callintake.screens.capture.snippets import SnippetDialog
from tests.conftest import corpus
from tests.screens.conftest import seen

OWN = ("Asset tag: ", "Affects: … people since …")
EVERY = ("Call back at: ", "Asset tag: ", "Tried so far: ")


class Host(App[None]):
    """Nothing but the dialog, and what it left with."""

    def __init__(self, own: tuple[str, ...] = OWN, every: tuple[str, ...] = EVERY) -> None:
        super().__init__()
        self.dialog = SnippetDialog(own, every)
        self.left: list[str | None] = []

    def on_mount(self) -> None:
        self.push_screen(self.dialog, self.left.append)


async def test_the_snippets_of_the_category_come_first_and_none_comes_twice() -> None:
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        shown = seen(pilot)
        lines = ["1  Asset tag:", "2  Affects: … people since …", "3  Call back at:", "4  Tried so far:"]
        assert [shown.index(line) for line in lines] == sorted(shown.index(line) for line in lines)
        assert shown.count("Asset tag:") == 1


@pytest.mark.parametrize(
    ("keys", "picked"),
    [
        (["1"], "Asset tag: "),
        (["3"], "Call back at: "),
        (["4"], "Tried so far: "),
        (["enter"], "Asset tag: "),
        (["down", "down", "enter"], "Call back at: "),
        (["up", "enter"], "Tried so far: "),
        (["9", "0", "x", "2"], "Affects: … people since …"),
        (["escape"], None),
    ],
)
async def test_a_snippet_is_picked_or_left(keys: list[str], picked: str | None) -> None:
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*keys)
        await pilot.pause()
    assert app.left == [picked]


async def test_without_a_snippet_there_is_nothing_to_pick() -> None:
    app = Host((), ())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("1", "enter")
        await pilot.pause()
        assert "There is no snippet" in seen(pilot)
        await pilot.press("escape")
    assert app.left == [None]


async def test_more_snippets_than_lines_are_scrolled() -> None:
    snippets = tuple(f"line {number}: " for number in range(60))
    app = Host(snippets, ())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("end")
        await pilot.pause()
        assert "line 59:" in seen(pilot)
        assert "Esc leaves it" in seen(pilot)
        await pilot.press("enter")
        await pilot.pause()
    assert app.left == ["line 59: "]


async def test_hostile_snippets_are_shown_letter_by_letter() -> None:
    texts = [str(param.values[0]) for where in ("select", "db") for param in corpus(where)]
    app = Host(tuple(texts), ())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("pagedown", "pagedown")
        await pilot.pause()
        prompts = [str(option.prompt) for option in app.dialog.query_one(OptionList).options]
        assert prompts[1] == "2  [/]"
        assert all(prompt.isprintable() or "\u200d" in prompt for prompt in prompts)
