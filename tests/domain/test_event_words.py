"""What happened, in words."""

from callintake.domain.event_words import in_words


def test_an_event_says_what_changed_and_not_how_to_undo_it() -> None:
    assert in_words("note", {}) == "note"
    was = {"priority": 2}
    assert in_words("priority", {"before": "normal", "after": "high", "was": was}) == "priority (normal → high)"
    assert in_words("status", {"before": None, "after": "open"}) == "status (– → open)"
    assert in_words("claimed", {"before": None, "owner": "jo"}) == "claimed (owner jo)"
    assert in_words("raised", {"missing": []}) == "raised"
    assert in_words("corrected", {"place": "note 1", "note": 37, "version": 5}) == "corrected note 1"


def test_an_event_is_one_short_line_whatever_is_in_it() -> None:
    said = in_words("suspicious", {"reason": "\x1b[31m\n" + "x" * 500})
    assert said.isprintable()
    assert len(said) < 120
