"""The views of the queue, and how many tickets each holds."""

from collections.abc import Mapping

from textual.content import Content

from callintake.domain.view import COUNTED_TO, View
from callintake.widgets.plain import Plain

_WITH_KEYS = 118
"""The width from which on each view is shown with its key."""


class ViewBar(Plain):
    """One line; the view that is shown stands out."""

    DEFAULT_CSS = """
    ViewBar { height: 1; background: $panel; text-wrap: nowrap; text-overflow: ellipsis; }
    """

    def show(self, here: View, counts: Mapping[View, int], breached: int) -> None:
        """Show the counts; of those due, how many are past their time, too."""
        with_keys = self.app.size.width >= _WITH_KEYS
        parts = []
        for place, view in enumerate(View, start=1):
            if not (counts.get(view, 1) or view is here or with_keys):
                # There is no room for what holds nothing; its key is there all the same.
                continue
            words = f"{view.value.capitalize()} {counts.get(view, '–')}"
            if view is View.DUE:
                words += "+" if counts.get(view) == COUNTED_TO else ""
                words += f" {breached}!!" if breached else ""
            if with_keys:
                words = f"{place} {words}"
            is_here = view is here
            parts.append(
                Content.styled(f" {words} " if is_here or with_keys else words, "reverse bold" if is_here else "")
            )
        self.update(Content(" ").join(parts))
