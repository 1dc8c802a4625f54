"""The floor of going through fields: as many inputs as the step Contact has, in an app that does nothing else."""

from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.widgets import Input

FIELDS = 5


class BareForm(App[None]):
    # Textual's own Tab is handled after letters that were sent with it.
    BINDINGS = [Binding("tab", "app.focus_next", priority=True)]

    def compose(self) -> ComposeResult:
        for number in range(FIELDS):
            yield Input(placeholder="Live notes" if not number else "", compact=True)


if __name__ == "__main__":
    BareForm().run()
