"""A note that looks as if a secret were in it says so while it is typed, and is taken all the same (P4)."""

from pathlib import Path

from callintake.screens.note_dialog import NoteDialog
from callintake.services import reading
from callintake.store.database import open_store
from callintake.widgets.notes_area import NotesArea
from callintake.widgets.plain import Plain
from tests.screens.conftest import Open, at, paste, seen, settled, until
from tests.services.acting import raise_waiting


def warning(dialog: NoteDialog) -> str | None:
    line = dialog.query_one(".warning", Plain)
    return str(line.content) if line.display else None


async def test_a_secret_in_a_note_is_warned_of_and_never_shown_again(open_app: Open, desk_file: Path) -> None:
    store = open_store(str(desk_file))
    with store.transaction() as session:
        number = raise_waiting(session)
    async with open_app() as pilot:
        await until(pilot, lambda: number in seen(pilot))
        await pilot.press("n")
        await at(pilot, NoteDialog)
        dialog = pilot.app.screen
        assert isinstance(dialog, NoteDialog)
        await paste(pilot, "caller rang again, ")
        assert warning(dialog) is None
        await paste(pilot, "her PIN is 40719")
        await until(pilot, lambda: "Take it out" in seen(pilot))
        assert warning(dialog) == "Looks like a PIN. Take it out: everybody at the desk reads notes."
        dialog.query_one(NotesArea).clear()
        await paste(pilot, "her PIN is broken")
        await until(pilot, lambda: warning(dialog) is None)
        await paste(pilot, ", it was PIN 40719")
        await pilot.press("ctrl+r")
        await until(pilot, lambda: not isinstance(pilot.app.screen, NoteDialog))
        await settled(pilot)
    with store.reading() as session:
        assert [note.text for note in reading.ticket(session, number).notes] == ["her PIN is broken, it was PIN 40719"]
    store.close()
