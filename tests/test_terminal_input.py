"""What a terminal sends is read as it was meant: what is pasted is text, and never a key."""

import pytest

from callintake.terminal_input import PasteWatch

BEGIN, END = "\x1b[200~", "\x1b[201~"


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("c\x1b[A\x1b", "c\x1b[A\x1b"),
        (f"a{BEGIN}b\x1b[6nc{END}\x1bOP", f"a{BEGIN}b[6nc{END}\x1bOP"),
        (f"{BEGIN}\x1b\x1b]52;c;Zm9v\x07\x1b\\{END}x", f"{BEGIN}]52;c;Zm9v\x07\\{END}x"),
        (f"{BEGIN}\x1b[20\x1b[2{END}\x1b{BEGIN}\x1bc{END}", f"{BEGIN}[20[2{END}\x1b{BEGIN}c{END}"),
        (f"{BEGIN}{END}{BEGIN}{BEGIN}{END}", f"{BEGIN}{END}{BEGIN}[200~{END}"),
        (END, END),
    ],
)
def test_escape_is_taken_out_of_a_paste_wherever_the_input_is_cut(sent: str, read: str) -> None:
    for size in (1, 2, 3, 5, len(sent)):
        watch = PasteWatch()
        pieces = [watch.feed(sent[at : at + size]) for at in range(0, len(sent), size)]
        assert "".join(pieces) == read
        assert not watch.is_open


def test_escape_outside_of_a_paste_is_not_held_back() -> None:
    watch = PasteWatch()
    assert watch.feed("\x1b") == "\x1b"
    assert watch.feed("[200~text\x1b") == "[200~text"
    assert watch.is_open
    assert watch.feed(END) == END
