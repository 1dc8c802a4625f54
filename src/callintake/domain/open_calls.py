"""The calls that are open at one desk, each as its draft is now, in the order they came."""

from collections.abc import Iterator

from callintake.domain.call import Channel
from callintake.domain.draft import CallDraft


class OpenCalls:
    """Every call that has not ended; there is no limit to them, and none is ever dropped."""

    def __init__(self) -> None:
        self._drafts: dict[str, CallDraft] = {}
        self.channel = Channel.CELL
        """What the next call is taken to come over: what the last one did whose channel somebody chose."""

    def __iter__(self) -> Iterator[CallDraft]:
        return iter(self._drafts.values())

    def __len__(self) -> int:
        return len(self._drafts)

    def __contains__(self, call_id: object) -> bool:
        return call_id in self._drafts

    def __getitem__(self, call_id: str) -> CallDraft:
        return self._drafts[call_id]

    def put(self, draft: CallDraft) -> None:
        """Take in a call, or what has become of it."""
        before = self._drafts.get(draft.call_id)
        if before is not None and before.channel is not draft.channel:
            self.channel = draft.channel
        self._drafts[draft.call_id] = draft

    def forget(self, call_id: str) -> None:
        """Let go of a call that has ended."""
        self._drafts.pop(call_id, None)

    def after(self, call_id: str | None) -> CallDraft | None:
        """Return the call to go on with after one: the next in order, the first after the last; none beside itself."""
        order = list(self._drafts)
        start = order.index(call_id) + 1 if call_id in self._drafts else 0
        following = [other for other in [*order[start:], *order[:start]] if other != call_id]
        return self._drafts[following[0]] if following else None
