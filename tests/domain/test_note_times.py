"""When each line of Live notes was begun, whatever is done with the lines."""

from hypothesis import given
from hypothesis import strategies as st

from callintake.domain.note_times import retimed, sign, trimmed

LINES = st.lists(st.text(alphabet="ab ", max_size=3), min_size=1, max_size=8)


def test_a_line_is_timed_by_its_first_letter() -> None:
    assert retimed((), [""], ["A"], 2) == (2,)
    assert retimed((2,), ["A"], ["Am"], 3) == (2,)


def test_an_empty_line_has_no_time_until_something_is_on_it() -> None:
    assert retimed((2,), ["Amara"], ["Amara", ""], 9) == (2, None)
    assert retimed((2, None), ["Amara", ""], ["Amara", "p"], 12) == (2, 12)


def test_a_line_put_between_others_leaves_them_their_times() -> None:
    assert retimed((2, 9), ["one", "three"], ["one", "two", "three"], 30) == (2, 30, 9)


def test_a_line_corrected_later_keeps_its_time() -> None:
    assert retimed((2, 9, 20), ["one", "twoo", "three"], ["one", "two", "three"], 60) == (2, 9, 20)


def test_a_line_taken_out_takes_its_time_along() -> None:
    assert retimed((2, 9, 20), ["one", "two", "three"], ["one", "three"], 60) == (2, 20)


def test_every_line_of_a_paste_is_timed_at_its_paste() -> None:
    assert retimed((2, None), ["one", ""], ["one", "log a", "", "log b"], 31) == (2, 31, None, 31)


def test_a_line_cut_in_two_keeps_its_time_for_its_beginning() -> None:
    assert retimed((4,), ["onetwo"], ["one", "two"], 8) == (4, 8)


def test_blank_lines_above_and_below_are_trimmed_with_their_times() -> None:
    assert trimmed("\n  one\n\ntwo\n\n", (None, 3, None, 8, None, None)) == ("one\n\ntwo", (3, None, 8))
    assert trimmed(" \n ", (None, None)) == ("", ())


def test_an_offset_fits_the_gutter() -> None:
    assert [sign(seconds) for seconds in (0, 134, 3734, 6000, None)] == ["+00:00", "+02:14", "+62:14", "+1h40", ""]


@given(LINES, LINES)
def test_there_is_one_offset_a_line_and_blank_lines_alone_have_none(before: list[str], after: list[str]) -> None:
    offsets = retimed((), [""], before, 1)
    changed = retimed(offsets, before, after, 2)
    assert [offset is not None for offset in changed] == [bool(line.strip()) for line in after]


@given(LINES, LINES)
def test_lines_that_stay_above_and_below_keep_their_times(before: list[str], inserted: list[str]) -> None:
    offsets = retimed((), [""], before, 1)
    for place in range(len(before) + 1):
        after = before[:place] + inserted + before[place:]
        changed = retimed(offsets, before, after, 2)
        assert sum(offset == 1 for offset in changed) == sum(offset == 1 for offset in offsets)
