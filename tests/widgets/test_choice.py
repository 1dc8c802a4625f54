"""A choice shows whole options, each line from the same column, and what is chosen in however little room."""

import pytest
from textual.app import App, ComposeResult

from callintake.widgets.choice import Choice

DEPARTMENTS = ("Service desk", "Field services", "Network", "Access management", "Billing", "Security")


class Alone(App[None]):
    """A choice and nothing else."""

    CSS = "Choice { width: 32; max-height: 2; }"

    def __init__(self, options: tuple[str, ...], value: str | None, fallback: str | None = None) -> None:
        super().__init__()
        self.choice = Choice([(one, one) for one in options], value=value, id="one")
        self.choice.set_reactive(Choice.fallback, fallback)

    def compose(self) -> ComposeResult:
        yield self.choice

    @property
    def lines(self) -> list[str]:
        """What is seen of it."""
        height = self.choice.size.height
        return [
            strip.text[:32].replace("\u00a0", " ").rstrip()
            for strip in self.screen._compositor.render_strips()[:height]
        ]


@pytest.mark.parametrize(
    ("value", "seen"),
    [
        ("Network", [" Service desk   Field services", " Network   Access management"]),
        ("Billing", [" Network   Access management", " Billing   Security"]),
    ],
)
async def test_lines_begin_in_one_column_and_the_chosen_one_is_in_sight(value: str, seen: list[str]) -> None:
    app = Alone(DEPARTMENTS, value)
    async with app.run_test() as pilot:
        await pilot.pause()
        assert app.lines == seen


async def test_what_stands_where_nothing_is_chosen_is_in_sight(monkeypatch: pytest.MonkeyPatch) -> None:
    app = Alone(DEPARTMENTS, None, "Security")
    async with app.run_test() as pilot:
        await pilot.pause()
        assert "Security" in app.lines[-1]


async def test_an_option_longer_than_the_line_is_cut_and_takes_one_line() -> None:
    app = Alone(("One", "D" * 45, "Three"), "Three")
    async with app.run_test() as pilot:
        await pilot.pause()
        assert [line.strip() for line in app.lines] == ["D" * 30 + "…", "Three"]
