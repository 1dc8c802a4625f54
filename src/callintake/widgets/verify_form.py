"""How an attempt to verify somebody is entered: the method, what it goes by, and how it ended."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Label

from callintake.domain.contact import Contact
from callintake.domain.phone import format_phone
from callintake.domain.verification import Method, Outcome
from callintake.widgets.choice import Choice
from callintake.widgets.field import LineInput
from callintake.widgets.plain import Plain

_METHODS = (("callback", Method.CALLBACK), ("lead vouches", Method.VOUCH))
_OUTCOMES = (("verified", Outcome.VERIFIED), ("failed", Outcome.FAILED))


class VerifyForm(Vertical):
    """Method, number on file or reason, and the outcome; Enter on an outcome records the attempt."""

    DEFAULT_CSS = """
    VerifyForm {
        height: 3;
        & Horizontal { height: 1; }
        & Label { width: 14; color: $text-muted; }
        & .no-number { width: 1fr; color: $text-warning; display: none; }
        & .reason { display: none; }
        &.-vouch .reason { display: block; }
        &.-vouch .number { display: none; }
        &.-no-number .number Choice { display: none; }
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
            yield Choice(_METHODS, value=Method.VOUCH, needed=True, id="method")
        with Horizontal(classes="number"):
            yield Label("Dial")
            yield Choice(needed=True, id="number")
            yield Plain("nobody picked from the directory: no number on file", classes="no-number")
        with Horizontal(classes="reason"):
            yield Label("Reason")
            yield LineInput(placeholder="how does the lead know the caller?", id="reason")
        with Horizontal():
            yield Label("Outcome")
            yield Choice(_OUTCOMES, id="outcome")

    def on_mount(self) -> None:
        self.offer(None)

    @property
    def first(self) -> Choice:
        """Where to begin."""
        return self.query_one("#method", Choice)

    def offer(self, contact: Contact | None) -> None:
        """Offer the numbers on file for a contact; without any, a lead's word is what is left."""
        numbers = contact.numbers if contact else ()
        options = [(f"{format_phone(number.e164)} since {number.since}", number.e164) for number in numbers]
        self.query_one("#number", Choice).offer(options, options[0][1] if options else None)
        self.set_class(not numbers, "-no-number")
        self.first.put(Method.CALLBACK if numbers else Method.VOUCH)
        self.query_one("#outcome", Choice).put(None)
        self._show_method()

    @on(Choice.Changed)
    def _changed(self, event: Choice.Changed) -> None:
        event.stop()
        self._show_method()

    def _show_method(self) -> None:
        self.set_class(self.first.value is Method.VOUCH, "-vouch")

    @property
    def reason(self) -> LineInput:
        """Where a lead says how they know the caller."""
        return self.query_one("#reason", LineInput)

    @property
    def outcome(self) -> Choice:
        """How it ended; Enter there records the attempt."""
        return self.query_one("#outcome", Choice)

    def submit(self) -> bool:
        """Tell of the attempt once its outcome is given; return whether somebody was verified by it."""
        outcome = self.outcome.value
        if outcome is None:
            self.notify("Verified or failed? Press v or f, then Enter", markup=False, timeout=4)
            return False
        method = self.first.value or Method.VOUCH
        number = self.query_one("#number", Choice).value if method is Method.CALLBACK else None
        reason = self.reason.value if method is Method.VOUCH else ""
        self.outcome.put(None)
        self.post_message(self.Attempted(method, outcome, number, reason))
        return outcome is Outcome.VERIFIED
