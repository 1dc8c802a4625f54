"""The foot of a screen shows its keys, and is made anew only where they are others."""

from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.widgets import Input
from textual.widgets._footer import FooterKey

from callintake.widgets.key_footer import KeyFooter
from tests.screens.conftest import settled, until


class Telling(Input):
    BINDINGS = [Binding("f8", "tell", "Tell")]


class Form(App[None]):
    BINDINGS = [Binding("f2", "begin", "Begin")]

    def compose(self) -> ComposeResult:
        yield Input()
        yield Input()
        yield Telling()
        yield KeyFooter()


async def test_keys_stay_while_the_focus_moves_and_those_of_a_field_come_and_go() -> None:
    app = Form()
    async with app.run_test() as pilot:

        def keys() -> list[str]:
            return sorted(key.description for key in app.query(FooterKey))

        await until(pilot, lambda: keys() == ["Begin"])
        (begin,) = app.query(FooterKey)
        await pilot.press("tab")
        await settled(pilot)
        assert list(app.query(FooterKey)) == [begin]
        await pilot.press("tab")
        await until(pilot, lambda: keys() == ["Begin", "Tell"])
        await pilot.press("tab")
        await until(pilot, lambda: keys() == ["Begin"])
