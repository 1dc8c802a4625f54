"""Calls that are open stay in the order in which they came, and none is ever dropped."""

from hypothesis import given
from hypothesis import strategies as st

from callintake.domain.draft import CallDraft
from callintake.domain.open_calls import OpenCalls
from tests.domain.test_draft import AT, EMPTY


def call(name: str) -> CallDraft:
    return CallDraft(name, AT, EMPTY.timer, notes=name)


def calls(*names: str) -> OpenCalls:
    opened = OpenCalls()
    for name in names:
        opened.put(call(name))
    return opened


def ids(opened: OpenCalls) -> list[str]:
    return [draft.call_id for draft in opened]


def test_a_call_that_is_put_again_keeps_its_place() -> None:
    opened = calls("a", "b", "c")
    opened.put(opened["a"].with_(notes="more"))
    assert (ids(opened), opened["a"].notes, len(opened)) == (["a", "b", "c"], "more", 3)


def test_a_call_that_has_ended_is_gone_and_may_be_forgotten_twice() -> None:
    opened = calls("a", "b")
    opened.forget("a")
    opened.forget("a")
    assert ("a" in opened, ids(opened)) == (False, ["b"])


def test_the_next_call_is_the_one_that_came_after_and_after_the_last_the_first() -> None:
    opened = calls("a", "b", "c")
    following = {front: opened.after(front) for front in ("a", "b", "c", None, "ended")}
    assert following == {"a": call("b"), "b": call("c"), "c": call("a"), None: call("a"), "ended": call("a")}


def test_there_is_no_next_call_beside_the_only_one() -> None:
    assert calls("a").after("a") is None
    assert calls().after(None) is None


@given(st.lists(st.text("abcdefgh", min_size=1, max_size=1), unique=True, min_size=2))
def test_going_on_comes_to_every_call_before_it_comes_back(names: list[str]) -> None:
    opened, visited = calls(*names), [names[0]]
    for _ in names[1:]:
        following = opened.after(visited[-1])
        assert following is not None
        visited.append(following.call_id)
    assert visited == names
