"""How an attempt to verify somebody is entered: the method, what it goes by, and how it ended."""

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Button, Label, Select

from callintake.domain.contact import Contact
from callintake.domain.phone import format_phone
from callintake.domain.verification import Method, Outcome
from callintake.widgets.field import LineInput
from callintake.widgets.plain import Plain

_METHODS = (("Callback to the number on file", Method.CALLBACK), ("A lead vouches", Method.VOUCH))


class VerifyForm(Vertical):
    """Method, number on file or reason, and the two outcomes. It never shows what proves nothing as proof."""

    DEFAULT_CSS = """
    VerifyForm {
        height: 4;
        & Horizontal { height: 1; }
        & Label { width: 14; color: $text-muted; }
        & Select { width: 1fr; }
        & .reason Input { width: 1fr; background: $boost; }
        & .reason Input:focus { background: $primary-muted; }
        & .outcomes { padding-left: 14; }
        & Button { margin-right: 2; min-width: 12; }
        & Button:focus { text-style: bold reverse; }
        & .no-number { width: 1fr; color: $text-warning; display: none; }
        & .reason { display: none; }
        &.-vouch .reason { display: block; }
        &.-vouch .number { display: none; }
        &.-no-number .number Select { display: none; }
        &.-no-number .no-number { display: block; }
    }
    """

    class Attempted(Message):
        """An attempt was made, and ended one way or the other."""

        def __init__(self, method: Method, outcome: Outcome, number: str | None, reason: str) -> None:
            super().__init__()
            self.method = method
            self.outcome = outcome
            self.number = number
            self.reason = reason

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Label("Method")
            yield Select(_METHODS, value=Method.CALLBACK, allow_blank=False, compact=True, id="method")
        with Horizontal(classes="number"):
            yield Label("Dial")
            yield Select[str]([], prompt="–", compact=True, id="number")
            yield Plain("nobody picked from the directory: no number on file", classes="no-number")
        with Horizontal(classes="reason"):
            yield Label("Reason")
            yield LineInput(placeholder="how does the lead know the caller?", id="reason")
        with Horizontal(classes="outcomes"):
            yield Button("Verified", id="verified", compact=True, variant="success")
            yield Button("Failed", id="failed", compact=True, variant="error")

    def on_mount(self) -> None:
        self.offer(None)

    def offer(self, contact: Contact | None) -> None:
        """Offer the numbers on file for a contact; without any, a lead's word is what is left."""
        numbers = contact.numbers if contact else ()
        self.set_class(not numbers, "-no-number")
        options = [(f"{format_phone(number.e164)}  since {number.since}", number.e164) for number in numbers]
        select: Select[str] = self.query_one("#number", Select)
        select.set_options(options)
        if options:
            select.value = options[0][1]
        self.query_one("#method", Select).value = Method.CALLBACK if numbers else Method.VOUCH

    def on_select_changed(self, event: Select.Changed) -> None:
        event.stop()
        if event.select.id == "method":
            self.set_class(event.value == Method.VOUCH, "-vouch")

    def on_button_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        method = Method(str(self.query_one("#method", Select).value))
        number = self.query_one("#number", Select).value
        self.post_message(
            self.Attempted(
                method,
                Outcome.VERIFIED if event.button.id == "verified" else Outcome.FAILED,
                str(number) if method is Method.CALLBACK and not self.has_class("-no-number") else None,
                self.query_one("#reason", LineInput).value if method is Method.VOUCH else "",
            )
        )
