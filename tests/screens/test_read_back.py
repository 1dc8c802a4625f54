"""Reading back: every fact in sight, confirmed one after the other, and what is missing never."""

from collections.abc import Sequence

import pytest
from textual.app import App
from textual.pilot import Pilot

from callintake.domain.read_back import Item
from callintake.screens.capture.read_back import Fact, ReadBackScreen
from callintake.widgets.plain import PrintableFilter
from tests.conftest import corpus
from tests.screens.conftest import seen
from tests.screens.test_hostile_text import CONTROL

ITEMS = (
    Item("name", "Name", "Siân Prys-Jones", "sierra india alpha circumflex november, papa romeo yankee sierra dash"),
    Item("organization", "Organization", "Cwm Valley Council", "charlie whiskey mike, victor alpha lima lima", True),
    Item("email", "E-mail", "sian.prys-jones@cwmvalley.example.org", " ".join(["november"] * 22)),
    Item("phone", "Phone", "+44 29 2018 0345 ext. 27", "plus four four, two nine, two zero one eight"),
    Item("subject", "Request", "The greeting of the switchboard is wrong", ""),
)
MISSING = Item("phone", "Phone", "", "missing: ask for it", can_be_confirmed=False)


class Host(App[None]):
    """Nothing but the screen, and what it left with."""

    left: list[tuple[str, ...] | None]

    def __init__(self, items: Sequence[Item], number: str | None = None) -> None:
        super().__init__()
        self.left = []
        self.reading = ReadBackScreen(items, number)

    def get_line_filters(self) -> list[PrintableFilter]:
        return [PrintableFilter()]

    def on_mount(self) -> None:
        self.push_screen(self.reading, self.left.append)


def at(pilot: Pilot[None]) -> str:
    """The name of the fact that was gone to."""
    focused = pilot.app.focused
    assert isinstance(focused, Fact)
    return focused.item.name


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
@pytest.mark.parametrize("number", [None, "4821-7"])
async def test_all_five_facts_are_in_sight_at_once(size: tuple[int, int], number: str | None) -> None:
    app = Host(ITEMS, number)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        screen = seen(pilot)
        for item in ITEMS:
            assert item.label in screen
            assert item.value in screen
        assert "Esc done" in screen
        assert "1 of 5 confirmed" in screen
        assert ("four eight two one, dash, seven" in screen) == (number is not None)
        assert app.reading.query_one("#read-back").max_scroll_y == 0


async def test_space_and_enter_confirm_and_go_on_and_escape_takes_it_along() -> None:
    app = Host(ITEMS)
    async with app.run_test(size=(80, 24)) as pilot:
        assert at(pilot) == "name"
        await pilot.press("space")
        assert at(pilot) == "organization"
        await pilot.press("enter")
        assert at(pilot) == "email"
        await pilot.press("j", "enter", "enter", "enter")
        assert at(pilot) == "subject"
        assert "4 of 5 confirmed" in seen(pilot)
        await pilot.press("escape")
    assert app.left == [("name", "organization", "phone", "subject")]


async def test_space_takes_a_confirmation_back_and_stays() -> None:
    app = Host(ITEMS)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down")
        assert "▸ ✓ Organization" in seen(pilot)
        await pilot.press("space")
        await pilot.pause()
        assert "▸ ○ Organization" in seen(pilot)
        await pilot.press("k", "up", "f12")
    assert app.left == [()]


async def test_all_are_confirmed_by_one_key_but_what_is_missing() -> None:
    app = Host((*ITEMS[:3], MISSING, ITEMS[4]))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "down", "down", "space")
        assert at(pilot) == "subject"
        await pilot.press("a")
        await pilot.pause()
        assert "✗ Phone" in seen(pilot)
        await pilot.press("escape")
    assert app.left == [("name", "organization", "email", "subject")]


async def test_a_fact_longer_than_the_screen_is_read_by_paging() -> None:
    app = Host((*ITEMS[:2], Item("email", "E-mail", "e@example.org", "november " * 250 + "end"), *ITEMS[3:]), "4821-7")
    async with app.run_test(size=(80, 24)) as pilot:
        for _ in range(10):
            if "november end" in seen(pilot):
                break
            await pilot.press("pagedown")
            await pilot.pause()
        assert "november end" in seen(pilot)
        assert "Esc done" in seen(pilot)
        await pilot.press("down", "down", "down", "down")
        await pilot.pause()
        assert "▸ ○ Request" in seen(pilot)
        assert "Siân" not in seen(pilot)


async def test_no_fact_at_all_is_left_as_well() -> None:
    app = Host(())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "space", "enter", "a", "escape")
    assert app.left == [()]


@pytest.mark.parametrize("text", ["[b]x[/b]", "[/]", "[@click=app.quit]x[/]", "[bold", "a[/foo]b"])
async def test_markup_is_shown_letter_by_letter(text: str) -> None:
    app = Host([Item("name", text, text, text)])
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        value, spoken = app.reading.query_one(".value"), app.reading.query_one(".spoken")
        assert str(value.render()) == str(spoken.render()) == text


async def test_hostile_facts_are_shown() -> None:
    texts = dict.fromkeys(str(param.values[0]) for where in ("name", "email", "phone") for param in corpus(where))
    app = Host([Item("name", *three) for three in zip(*[iter(texts)] * 3, strict=False)])
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("a", "down", "pagedown")
        await pilot.pause()
        assert not CONTROL.search(seen(pilot).replace("\n", ""))
        await pilot.press("escape")
    assert app.left == [("name",) * len(app.reading._items)]
