"""Questions are ticked as they are asked, by keys that take nothing from the form."""

import pytest
from textual import on
from textual.app import App, ComposeResult
from textual.widgets import Input

from callintake.widgets.checklist import Checklist
from tests.conftest import corpus
from tests.screens.conftest import seen

QUESTIONS = ("Which printer (asset tag)?", "What does its display say?", "Since when, and how many people?")


class Host(App[None]):
    """A checklist between two fields."""

    def __init__(self, questions: tuple[str, ...] = QUESTIONS, ticked: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.checklist = Checklist(questions, ticked)
        self.told: list[tuple[str, ...]] = []
        self.entered = 0

    BINDINGS = [("enter", "enter", "Enter")]

    def compose(self) -> ComposeResult:
        yield Input(id="before")
        yield self.checklist
        yield Input(id="after")

    @on(Checklist.Changed)
    def _changed(self, event: Checklist.Changed) -> None:
        assert event.control is self.checklist
        self.told.append(event.ticked)

    def action_enter(self) -> None:
        self.entered += 1


async def test_each_question_has_a_line_and_a_box() -> None:
    app = Host(ticked=(QUESTIONS[1], "another"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "[ ] Which printer (asset tag)?" in seen(pilot)
        assert "[x] What does its display say?" in seen(pilot)
        assert app.checklist.size.height == 3
        assert app.checklist.ticked == (QUESTIONS[1],)
        assert app.told == []


async def test_space_ticks_and_goes_to_the_next_open_question_and_round() -> None:
    app = Host(ticked=(QUESTIONS[1],))
    async with app.run_test(size=(80, 24)) as pilot:
        app.checklist.focus()
        await pilot.press("space")
        assert app.checklist.cursor == 2
        await pilot.press("space")
        assert app.checklist.cursor == 2
        await pilot.press("up", "space")
        assert app.checklist.cursor == 1
        await pilot.press("space")
        await pilot.pause()
        assert "[x] What" in seen(pilot)
    assert app.told == [QUESTIONS[:2], QUESTIONS, (QUESTIONS[0], QUESTIONS[2]), QUESTIONS]


async def test_digits_tick_their_line_and_no_other() -> None:
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        app.checklist.focus()
        await pilot.press("3", "1", "9", "4", "0")
        assert app.checklist.cursor == 1
        assert app.checklist.ticked == (QUESTIONS[0], QUESTIONS[2])
        await pilot.press("3")
        await pilot.pause()
        assert app.checklist.ticked == (QUESTIONS[0],)
    assert app.told == [(QUESTIONS[2],), (QUESTIONS[0], QUESTIONS[2]), (QUESTIONS[0],)]


async def test_the_cursor_stays_on_the_list() -> None:
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        app.checklist.focus()
        await pilot.press("up", "up")
        assert app.checklist.cursor == 0
        await pilot.press(*["down"] * 9)
        assert app.checklist.cursor == 2
        assert app.focused is app.checklist


async def test_enter_and_tab_are_left_to_the_form() -> None:
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        app.checklist.focus()
        await pilot.press("enter")
        assert app.entered == 1
        await pilot.press("tab")
        assert app.focused is app.query_one("#after")
        await pilot.press("shift+tab", "shift+tab")
        assert app.focused is app.query_one("#before")


async def test_other_questions_are_shown_without_telling_anybody() -> None:
    app = Host(ticked=QUESTIONS[:1])
    async with app.run_test(size=(80, 24)) as pilot:
        app.checklist.focus()
        await pilot.press("down", "down")
        app.checklist.offer(QUESTIONS, QUESTIONS[1:])
        assert app.checklist.cursor == 2
        app.checklist.offer(("By when?",), ("By when?",))
        await pilot.pause()
        assert app.checklist.cursor == 0
        assert "[x] By when?" in seen(pilot)
        assert app.checklist.size.height == 1
    assert app.told == []


async def test_without_questions_it_takes_no_room_and_no_focus() -> None:
    app = Host(())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("tab")
        assert app.focused is app.query_one("#after")
        assert app.query_one("#after").region.y == app.query_one("#before").region.bottom
        app.checklist.offer(QUESTIONS)
        app.checklist.focus()
        await pilot.press("space")
        app.checklist.offer(())
        await pilot.pause()
        assert app.focused is not app.checklist
        await pilot.press("space", "down", "1")
    assert app.told == [QUESTIONS[:1]]


async def test_a_long_question_is_shown_to_its_end() -> None:
    app = Host(("word " * 40 + "end", "Next?"))
    async with app.run_test(size=(40, 24)) as pilot:
        await pilot.pause()
        assert "end" in seen(pilot)
        assert "[ ] Next?" in seen(pilot)


@pytest.mark.parametrize("where", ["select", "db", "cti"])
async def test_hostile_questions_are_shown_letter_by_letter(where: str) -> None:
    texts = tuple(dict.fromkeys(str(param.values[0])[:200] for param in corpus(where)))
    app = Host(texts)
    async with app.run_test(size=(80, 200)) as pilot:
        app.checklist.focus()
        await pilot.press("space", "down", "2")
        await pilot.pause()
        assert "[ ] " in seen(pilot)
        if where == "select":
            assert "[x] [/]" in seen(pilot)
            assert "[ ] [@click=app.quit]x[/]" in seen(pilot)
