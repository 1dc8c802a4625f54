"""How an attempt to verify somebody is entered: which methods there are, what each goes by, and how it ended."""

from collections.abc import Collection

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Label

from callintake.domain.contact import Contact
from callintake.domain.method import FactorClass, Method, Outcome
from callintake.domain.method_choice import NOT_ON_FILE, Standing, usable_numbers, why_not
from callintake.domain.phone import format_phone
from callintake.domain.text import elide
from callintake.domain.verification_rules import VerificationRules
from callintake.widgets.choice import Choice
from callintake.widgets.field import LineInput
from callintake.widgets.plain import Plain

_OUTCOMES = (("verified", Outcome.VERIFIED), ("failed", Outcome.FAILED))
_SAID = "#said"
_REASONS = {Method.VOUCH: "how does the lead know the caller?", Method.IN_PERSON: "which document was seen?"}
_PREFERRED = (
    Method.PIN,
    Method.TOTP,
    Method.CALLBACK,
    Method.APPROVER,
    Method.VOUCH,
    Method.IN_PERSON,
    Method.EMAIL_CODE,
)
"""The order in which methods are offered: what is compared at once first, what is on file before a lead's word."""

_AS_SAID = "as the caller says it; Enter compares"
_SEND_FIRST = "Enter sends a code; then as the caller says it"


class VerifyForm(Vertical):
    """Method, what it goes by, and the outcome; Enter on the last of them records the attempt.

    What a caller says is compared and shown to nobody. Whatever is on file of them is never shown here.
    """

    DEFAULT_CSS = """
    VerifyForm {
        height: 6;
        & Horizontal { height: 1; }
        & .method, & .method Choice, & .approver, & .approver Choice { height: auto; max-height: 2; }
        & Label { width: 14; color: $text-muted; }
        & .given { display: none; }
        &.-said .said, &.-number .number, &.-approver .approver, &.-reason .reason { display: block; }
        &.-said .outcome, &.-none .outcome, &.-none .method { display: none; }
        & .not-usable { height: 3; padding-left: 14; color: $text-muted; }
    }
    """

    class Attempted(Message):
        """An attempt was made; of a method that is compared, the outcome is not known yet."""

        def __init__(self, method: Method, outcome: Outcome | None) -> None:
            super().__init__()
            self.method = method
            self.outcome = outcome
            self.number: str | None = None
            self.approver_id: int | None = None
            self.reason = ""
            self.said = ""

    class CodeWanted(Message):
        """A code is to go to the address on file."""

    def __init__(self) -> None:
        super().__init__()
        self._picked: Method | None = None
        """The method that the agent has chosen; what is merely offered may change."""

    def compose(self) -> ComposeResult:
        with Horizontal(classes="method"):
            yield Label("Method")
            yield Choice(needed=True, id="method")
        with Horizontal(classes="given number"):
            yield Label("Dial")
            yield Choice(needed=True, id="number")
        with Horizontal(classes="given approver"):
            yield Label("Ask")
            yield Choice(needed=True, id="approver")
        with Horizontal(classes="given reason"):
            yield Label("Reason")
            yield LineInput(id="reason")
        with Horizontal(classes="given said"):
            yield Label("They say")
            yield Input(password=True, compact=True, placeholder=_AS_SAID, id=_SAID.lstrip("#"))
        with Horizontal(classes="outcome"):
            yield Label("Outcome")
            yield Choice(_OUTCOMES, id="outcome")
        yield Plain(classes="not-usable")

    @property
    def method(self) -> Method | None:
        """The method that is chosen."""
        chosen: Method | None = self.query_one("#method", Choice).value
        return chosen

    @property
    def outcome(self) -> Choice:
        """How it ended."""
        return self.query_one("#outcome", Choice)

    @property
    def reason(self) -> LineInput:
        """Where a lead says how they know the caller, or which document was seen."""
        return self.query_one("#reason", LineInput)

    @property
    def said(self) -> Input:
        """Where it is typed what the caller says."""
        return self.query_one(_SAID, Input)

    @property
    def is_begun(self) -> bool:
        """Whether something of an attempt is filled in."""
        return self.outcome.value is not None or bool(self.said.value) or bool(self.reason.value)

    @property
    def first(self) -> Widget:
        """Where an attempt of the method that is chosen begins."""
        match self.method:
            case None:
                return self.query_one("#method", Choice)
            case method if method.is_compared:
                return self.said
            case Method.VOUCH | Method.IN_PERSON:
                return self.reason
            case Method.APPROVER:
                return self.query_one("#approver", Choice)
            case _:
                return self.outcome

    @property
    def last(self) -> Widget:
        """Where Enter records the attempt."""
        return self.said if self.method is not None and self.method.is_compared else self.outcome

    def offer(
        self,
        standing: Standing,
        rules: VerificationRules,
        proved: Collection[FactorClass] = (),
        *,
        needs_approver: bool = False,
        anew: bool = False,
    ) -> None:
        """Offer the methods that there are for a caller, what is still needed first, and say why the others are not.

        A choice made stays, and so does what somebody has begun to fill in, unless it is for another attempt.
        """
        order = sorted(
            _PREFERRED, key=lambda method: (needs_approver and method is not Method.APPROVER, method.factor in proved)
        )
        reasons = {method: why_not(method, standing, rules) for method in order}
        usable = [method for method, reason in reasons.items() if reason is None]
        stays = None if anew else self.method if self.is_begun else self._picked
        self.query_one("#method", Choice).offer(
            [(method.words, method) for method in usable], stays if stays in usable else next(iter(usable), None)
        )
        self.query_one("#number", Choice).offer(*_numbers(standing, rules))
        self.query_one("#approver", Choice).offer(*_approvers(standing, rules))
        self.set_class(not usable, "-none")
        self.query_one(".not-usable", Plain).update(_not_usable(reasons))
        self._show_method()

    @on(Choice.Changed, "#method")
    def _method_changed(self, event: Choice.Changed) -> None:
        event.stop()
        self._picked = self.method
        self._show_method()

    def forget(self) -> None:
        """Let go of what was chosen and typed for somebody else."""
        self._picked = None
        self.said.value = ""
        self.outcome.put(None)

    def _show_method(self) -> None:
        method = self.method
        self.set_class(method is not None and method.is_compared, "-said")
        self.set_class(method is Method.CALLBACK, "-number")
        self.set_class(method is Method.APPROVER, "-approver")
        self.set_class(method in _REASONS, "-reason")
        if method in _REASONS:
            self.reason.placeholder = _REASONS[method]
        self.said.placeholder = _SEND_FIRST if method is Method.EMAIL_CODE else _AS_SAID

    def submit(self) -> Outcome | None:
        """Tell of the attempt once all of it is given; return its outcome, where the agent is who says it."""
        method = self.method
        outcome: Outcome | None = self.outcome.value
        if method is None:
            return None
        if method is Method.EMAIL_CODE and not self.said.value.strip():
            self.post_message(self.CodeWanted())
            return None
        if method.is_compared and not self.said.value.strip():
            self.notify("Type what they say, then Enter: nothing was compared", markup=False, timeout=4)
            return None
        if not method.is_compared and outcome is None:
            self.notify("Verified or failed? Press v or f, then Enter", markup=False, timeout=4)
            return None
        attempt = self.Attempted(method, None if method.is_compared else outcome)
        if method is Method.CALLBACK:
            attempt.number = self.query_one("#number", Choice).value
        if method is Method.APPROVER:
            attempt.approver_id, attempt.number = self.query_one("#approver", Choice).value or (None, None)
        if method in _REASONS:
            attempt.reason = self.reason.value
        if method.is_compared:
            attempt.said = self.said.value
            self.said.value = ""
        self.outcome.put(None)
        self.post_message(attempt)
        return attempt.outcome


def _numbers(standing: Standing, rules: VerificationRules) -> tuple[list[tuple[str, str]], str | None]:
    usable = usable_numbers(standing.contact, standing, rules) if standing.contact else ()
    options = [(f"{format_phone(number.e164)} since {number.since}", number.e164) for number in usable]
    return options, options[0][1] if options else None


def _approvers(
    standing: Standing, rules: VerificationRules
) -> tuple[list[tuple[str, tuple[int, str]]], tuple[int, str] | None]:
    options = [
        (f"{elide(approver.name, 24)} {format_phone(number.e164)}", (approver.id, number.e164))
        for approver in _first_few(standing.approvers)
        for number in usable_numbers(approver, standing, rules)[:1]
    ]
    return options, options[0][1] if options else None


def _first_few(approvers: tuple[Contact, ...]) -> tuple[Contact, ...]:
    return approvers[:6]


def _not_usable(reasons: dict[Method, str | None]) -> str:
    """Why other methods are not to be had; what anybody could know is no method at all."""
    told = [f"{method.words}: {reason}" for method, reason in reasons.items() if reason not in (None, NOT_ON_FILE)]
    if NOT_ON_FILE in reasons.values():
        told.insert(0, NOT_ON_FILE)
    return f"not usable  {' · '.join(told)}" if told else "caller ID, voice and birthdays prove nothing"
