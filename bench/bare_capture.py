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


class Checklist(Widget, can_focus=True):
    DEFAULT_CSS = "Checklist { height: auto; width: 1fr; display: none; }"

    def render(self) -> str:
        return "one"


class Field(Vertical):
    DEFAULT_CSS = "Field { height: 2; } Field Horizontal { height: 1; } Field Label { width: 14; }"

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Label("Field")
            yield Input(compact=True)
        yield Static()


def row(*widgets: Widget, classes: str = "row") -> Horizontal:
    return Horizontal(Label("Field"), *widgets, classes=classes)


class BareScreen(Screen[None]):
    AUTO_FOCUS = "TextArea"
    CSS = """
    #work { height: 1fr; layout: horizontal; }
    #steps, #live { height: 1fr; width: 1fr; border-top: solid $primary; padding: 0 1; }
    TextArea { height: 1fr; border: none; padding: 0; }
    #header { height: 1; } .line { height: 1; width: 1fr; } .auto { height: 1; width: auto; padding: 0 1; }
    .row { height: 1; margin-bottom: 1; } .tight { height: 1; } .finder { height: auto; } #form { height: 3; }
    .row Label, .tight Label { width: 14; } Input { width: 1fr; } #claimed, #verdict { height: auto; }
    OptionList, .hidden { display: none; }
    #related { height: 4; border-top: solid $primary; }
    """
    BINDINGS = [Binding(f"f{number}", f"press({number})", f"Key {number}") for number in (2, 3, 4, 5, 8, 9, 10)]

    def compose(self) -> ComposeResult:
        yield Horizontal(
            Static("● 00:00  caller unknown  cell", classes="line"),
            Static("GATE SHUT · the caller is not verified", classes="auto"),
            Static("saved 10 s ago", classes="auto"),
            id="header",
        )
        yield Static("One call and another", classes="hidden")
        yield Static("Verify Contact Request Route", classes="line")
        with Container(id="work"):
            with ContentSwitcher(id="steps", initial="verify") as steps:
                steps.border_title = "Verify"
                yield Vertical(
                    row(Choice(), Input(compact=True)),
                    Vertical(row(Input(compact=True), classes="tight"), OptionList(compact=True), classes="finder"),
                    Static(id="claimed"),
                    Vertical(
                        row(Choice(), classes="tight"),
                        row(Choice(), Static(), classes="hidden"),
                        row(Input(compact=True), classes="tight"),
                        row(Choice(), classes="tight"),
                        id="form",
                    ),
                    Static("the caller is not verified", id="verdict"),
                    id="verify",
                )
                yield Vertical(*(Field() for _ in range(5)), id="contact")
                yield Vertical(
                    *(row(Choice()) for _ in range(4)),
                    *(row(Input(compact=True)) for _ in range(2)),
                    Checklist(),
                    Static(),
                    id="request",
                )
                yield Vertical(row(Choice()), Static(), id="route")
            with Vertical(id="live") as live:
                live.border_title = "Live notes"
                yield TextArea(compact=True, placeholder="Type what is said")
        yield Static(classes="line")
        yield Static(id="related")
        yield Footer(compact=True, show_command_palette=False)

    def action_press(self, number: int) -> None:
        """Nothing is behind a key here; without an action of its own it would not be in the footer."""


class BareApp(App[None]):
    def on_mount(self) -> None:
        self.push_screen(BareScreen())


if __name__ == "__main__":
    BareApp().run()
