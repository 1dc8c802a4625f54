"""What the palette does that no key does."""

from textual.widgets import HelpPanel

from tests.screens.conftest import Open, seen, until


async def test_the_panel_of_keys_is_shown_and_hidden_by_the_same_entry(open_app: Open) -> None:
    async with open_app() as pilot:
        for does, is_there in (("Show", True), ("Hide", False), ("Show", True)):
            await pilot.press("ctrl+p", *"keys")
            await until(pilot, lambda does=does: f"{does} the keys of this screen" in seen(pilot))
            await pilot.press("enter")
            await until(pilot, lambda is_there=is_there: bool(pilot.app.screen.query(HelpPanel)) is is_there)
