"""The floor of the first frame: the widgets of the capture screen, in an app that does nothing else."""

from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.containers import Container, Horizontal, Vertical
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import ContentSwitcher, Footer, Input, Label, OptionList, Static, TextArea


class Choice(Widget, can_focus=True):
    DEFAULT_CSS = "Choice { height: 1; width: 1fr; }"

    def render(self) -> str:
        return "one two three four"


class Field(Vertical):
    DEFAULT_CSS = "Field { height: 2; } Field Horizontal { height: 1; } Field Label { width: 14; }"

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Label("Field")
            yield Input(compact=True)
        yield Static()


def row(*widgets: Widget) -> Horizontal:
    return Horizontal(Label("Field"), *widgets, classes="row")


class BareScreen(Screen[None]):
    AUTO_FOCUS = "TextArea"
    CSS = """
    #steps { height: 13; } #live { height: 1fr; border-top: solid $primary; } TextArea { height: 1fr; border: none; }
    .row { height: 1; } .row Label { width: 14; } .row Input { width: 1fr; }
    OptionList { display: none; }
    """
    BINDINGS = [Binding(f"f{number}", "bell", f"Key {number}") for number in range(5, 11)]

    def compose(self) -> ComposeResult:
        yield Horizontal(Static("● 00:00"), Static("GATE SHUT"), Static("saved"), id="header")
        yield Static("Verify Contact Request Route")
        with Container(id="work"):
            with ContentSwitcher(id="steps", initial="verify"):
                yield Vertical(
                    row(Choice(), Input(compact=True)),
                    Vertical(row(Input(compact=True)), OptionList(compact=True)),
                    Static(),
                    Vertical(row(Choice()), row(Choice(), Static()), row(Input(compact=True)), row(Choice())),
                    Static(),
                    id="verify",
                )
                yield Vertical(*(Field() for _ in range(5)), id="contact")
                yield Vertical(Field(), row(Choice()), row(Choice()), Static(), id="request")
                yield Vertical(row(Choice()), Static(), id="route")
            with Vertical(id="live") as live:
                live.border_title = "Live notes"
                yield TextArea(compact=True)
        yield Footer(compact=True, show_command_palette=False)


class BareApp(App[None]):
    def on_mount(self) -> None:
        self.push_screen(BareScreen())


if __name__ == "__main__":
    BareApp().run()
