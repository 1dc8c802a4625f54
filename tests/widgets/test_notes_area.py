"""A snippet is inserted where the caret is, and nothing is ever replaced by it (P7)."""

from textual.app import App, ComposeResult
from textual.widgets.text_area import Selection

from callintake.widgets.notes_area import NotesArea


class Host(App[None]):
    """Nothing but the notes."""

    def compose(self) -> ComposeResult:
        yield NotesArea("first\nsecond")


async def test_a_selection_is_let_go_and_the_caret_goes_to_the_end_of_what_is_inserted() -> None:
    app = Host()
    async with app.run_test() as pilot:
        notes = app.query_one(NotesArea)
        notes.selection = Selection((0, 0), (1, 3))
        notes.insert_at_caret("Asset tag: ")
        assert notes.text == "first\nsecAsset tag: ond"
        assert notes.selection == Selection.cursor((1, 14))
        notes.selection = Selection((1, 3), (0, 2))
        notes.insert_at_caret("a\nb")
        assert notes.text == "fia\nbrst\nsecAsset tag: ond"
        assert notes.selection == Selection.cursor((1, 1))
        await pilot.press("x")
        assert notes.text == "fia\nbxrst\nsecAsset tag: ond"


async def test_it_is_one_step_to_undo_between_what_was_typed() -> None:
    app = Host()
    async with app.run_test() as pilot:
        notes = app.query_one(NotesArea)
        await pilot.press("a", "b")
        notes.insert_at_caret(":")
        await pilot.press("c")
        assert notes.text == "ab:cfirst\nsecond"
        notes.undo()
        assert notes.text == "ab:first\nsecond"
        notes.undo()
        assert notes.text == "abfirst\nsecond"
        notes.undo()
        assert notes.text == "first\nsecond"
        notes.redo()
        notes.redo()
        assert notes.text == "ab:first\nsecond"


async def test_it_takes_only_what_is_safe_to_keep() -> None:
    app = Host()
    async with app.run_test():
        notes = app.query_one(NotesArea)
        notes.insert_at_caret("\x1b[2J\u202e")
        notes.insert_at_caret("")
        assert notes.text == "[2Jfirst\nsecond"
