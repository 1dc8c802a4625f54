"""Keys that come faster than the program takes them are handled in the order in which they were pressed."""

from pathlib import Path

import pytest

from tests.terminal.desk import DeskTerminal

pytestmark = pytest.mark.terminal


def test_a_burst_of_letters_and_editing_keys_is_handled_in_order(desk_file: Path, tmp_path: Path) -> None:
    with DeskTerminal(desk_file, "new", home=tmp_path) as terminal:
        terminal.wait_for("Live notes")
        terminal.send(b"Jonh\x7f\x7fhn Weiss")
        terminal.wait_for("John Weiss")
        terminal.send(b"\rabc\x1b[D\x1b[DXY\x1b[HZ")
        terminal.wait_for("ZaXYbc")


def test_a_burst_through_fields_lands_where_it_was_meant(desk_file: Path, tmp_path: Path) -> None:
    with DeskTerminal(desk_file, "new", home=tmp_path) as terminal:
        terminal.wait_for("Live notes")
        terminal.send(b"notes\x1b[17~Ada\rExample Ltd\rada@example.com\tx\x1b[F\x15020 7946 0000\r\x0cmore")
        terminal.wait_for("notesmore")
        screen = terminal.wait_for("020 7946 0000")
        assert "Name          Ada" in screen
        assert "Organization  Example Ltd" in screen
        assert "E-mail        ada@example.com" in screen


def test_a_burst_through_calls_and_a_ticket_lands_in_the_call_it_was_meant_for(desk_file: Path, tmp_path: Path) -> None:
    with DeskTerminal(desk_file, "new", home=tmp_path) as terminal:
        terminal.wait_for("saved 0 s ago")
        terminal.send(b"printer\x1b[17~Ada\rExample Ltd\rada@example.com\r020 7946 0000\x12")
        terminal.wait_for("Ticket raised")
        terminal.send(b"late\x0ethe second caller")
        terminal.wait_for("the second caller")
        terminal.wait_for("saved")
        shown = terminal.ticket("1001-9")
        assert (shown["description"], [note["text"] for note in shown["notes"]]) == ("printer", ["late"])
