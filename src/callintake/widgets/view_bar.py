"""The views of the queue, and how many tickets each holds."""

from textual.content import Content

from callintake.domain.view import COUNTED_TO, QueueCounts, View
from callintake.widgets.plain import Plain

_WITH_KEYS = 118
"""The width from which on each view is shown with its key."""


class ViewBar(Plain):
    """One line; the view that is shown stands out."""

    DEFAULT_CSS = """
    ViewBar { height: 1; background: $panel; text-wrap: nowrap; text-overflow: ellipsis; }
    """

    def show(self, here: View, counts: QueueCounts) -> None:
        """Show the counts: of those due also how many are past their time, and how many calls are to be returned."""
        with_keys = self.app.size.width >= _WITH_KEYS
        parts = []
        for place, view in enumerate(View, start=1):
            is_here = view is here
            # There is no room for what holds nothing; its key is there all the same.
            if counts.views.get(view, 1) or is_here or with_keys:
                words = f"{view.value.capitalize()} {counts.views.get(view, '–')}"
                if view is View.DUE:
                    words += "+" if counts.views.get(view) == COUNTED_TO else ""
                    words += f" {counts.breached}!!" if counts.breached else ""
                if with_keys:
                    words = f"{place} {words}"
                parts.append(Content.styled(f" {words} ", "reverse bold") if is_here else Content(words))
            if view is View.DUE and counts.callbacks:
                # They are calls, not tickets, and have a list of their own.
                parts.append(Content(f"{'h ' if with_keys else ''}Callbacks {counts.callbacks}"))
        self.update(Content("  " if with_keys else " ").join(parts))
