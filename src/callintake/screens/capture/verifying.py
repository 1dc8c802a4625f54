"""How a caller is verified during a call: what there is to go by, each attempt, and what follows (P4, P5)."""

from abc import abstractmethod
from datetime import UTC, datetime
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.widget import Widget

from callintake.domain.errors import Refused
from callintake.domain.gate import Authorization, Gate
from callintake.domain.method import Outcome
from callintake.domain.method_choice import Standing
from callintake.domain.routing import Category
from callintake.domain.verification import Claim, counting_attempts
from callintake.screens.capture.ending import EndingScreen
from callintake.widgets.contact_finder import ContactFinder
from callintake.widgets.verify_form import VerifyForm
from callintake.widgets.working import is_working


class VerifyingScreen(EndingScreen):
    """Offers the methods that there are for the caller, records attempts, and marks what is suspicious."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "f10",
            "suspicious",
            "Suspicious",
            tooltip="Mark this call as suspicious; the gate stays shut and security is told",
            show=False,
            priority=True,
        ),
    ]

    @abstractmethod
    def show(self) -> None:
        """Show the call as it stands."""

    @abstractmethod
    def go_to_open_step(self) -> None:
        """Go to the first step after Verify that is not done."""

    @property
    def is_turning(self) -> bool:
        """Also while an attempt is recorded or its methods are being learned, and a key would go to one of them."""
        return super().is_turning or (
            self.query_one(VerifyForm).has_focus_within and is_working(self, "standing", "attempt")
        )

    @property
    def gate(self) -> Gate:
        """The gate as it stands now; evidence expires."""
        return self.draft.gate(self.desk.rules, datetime.now(UTC))

    @property
    def category(self) -> Category:
        return self.draft.effective_category(self.desk.rules)

    def offer_methods(self, *, go_on: bool = False) -> None:
        """Offer what is known at once, and all there is when the directory has answered."""
        draft = self.draft
        known = Standing(
            draft.claim, datetime.now(UTC).date(), self.desk.is_lead, draft.contact, is_locked=draft.is_locked
        )
        self._offer(known)
        self._learn_standing(draft.claim, go_on=go_on)

    def _offer(self, standing: Standing, *, go_on: bool = False) -> None:
        rules = self.desk.rules.verification
        counting = counting_attempts(self.draft.attempts, self.draft.claim, datetime.now(UTC) - rules.valid_for)
        proved = {attempt.method.factor for attempt in counting if attempt.outcome is Outcome.VERIFIED}
        needs_approver = self.gate.authorization is Authorization.NEEDS_APPROVAL
        form = self.query_one(VerifyForm)
        method, has_focus = form.method, form.has_focus_within
        goes_on = go_on and has_focus and form.outcome.value is None
        form.offer(standing, rules, proved, needs_approver=needs_approver, anew=goes_on)
        if goes_on or (has_focus and form.method is not method):
            self.set_focus(form.first)

    @work(exclusive=True, group="standing")
    async def _learn_standing(self, claim: Claim, *, go_on: bool = False) -> None:
        """Learn what there is to go by for a caller; a newer question replaces this one, a failure changes nothing.

        To go on is to begin another attempt, with what is still needed.
        """
        try:
            await self.desk.ready()
            from callintake.services.verification import standing_of

            standing = await self.desk.ask(standing_of, claim, self.desk.agent, call_id=self.draft.call_id)
        except Refused:
            return
        self._offer(standing, go_on=go_on)
        if standing.is_locked != self.draft.is_locked:
            self.change_draft(is_locked=standing.is_locked)
        self.show()

    @work(group="attempt")
    async def action_suspicious(self) -> None:
        """Mark this call as suspicious: its ticket stays shut, and security is told (P4)."""
        try:
            await self.desk.ready()
            from callintake.services.capture import mark_suspicious

            why = await self.desk.change(mark_suspicious, self.draft, "marked by the agent", self.desk.agent)
        except Refused as error:
            self.notify(str(error), title="Not marked", severity="error", markup=False)
            return
        self.change_draft(suspicion=why)
        is_told = self.desk.rules.security_address is not None
        who = "security is told" if is_told else "tell security yourself, as the desk file names no address of theirs"
        self.notify(f"Marked suspicious: the gate stays shut, and {who}", severity="warning", markup=False)

    def where_to_verify(self) -> Widget | None:
        """Where an attempt begins, once somebody is picked, or is named who is not on file."""
        is_unknown = self.draft.name.strip() and not self.query_one(ContactFinder).matches.option_count
        return self.query_one(VerifyForm).first if self.draft.contact is not None or is_unknown else None

    @on(VerifyForm.CodeWanted)
    @work(exclusive=True, group="code")
    async def _code_wanted(self) -> None:
        """Send a code to the address on file; what keeps it from being sent is said."""
        draft = self.draft
        if draft.contact is None:
            return
        try:
            await self.desk.ready()
            from callintake.services.drafts import save_draft

            # The call must be on record before anything about it is.
            await self.desk.change(save_draft, draft, self.desk.agent)
            address = await self.desk.send_code(draft.contact.id, call_id=draft.call_id)
        except Refused as error:
            self.notify(str(error), title="No code sent", severity="error", markup=False)
        else:
            self.notify(f"A code went to {address}", markup=False, timeout=6)

    @on(VerifyForm.Attempted)
    @work(group="attempt")
    async def _attempted(self, event: VerifyForm.Attempted) -> None:
        """Record an attempt; what keeps it from being one is said."""
        try:
            await self.desk.ready()
            from callintake.services.capture import attempt_verification

            attempted = await self.desk.change(
                attempt_verification,
                self.draft,
                event.method,
                event.outcome,
                self.desk.agent,
                number=event.number,
                reason=event.reason,
                approver_id=event.approver_id,
                said=event.said,
            )
        except Refused as error:
            self.notify(str(error), title="No attempt recorded", severity="error", markup=False)
            return
        self.change_draft(
            attempts=(*self.draft.attempts, attempted.attempt),
            is_locked=attempted.is_locked,
            suspicion=attempted.suspicion,
        )
        verified = attempted.attempt.outcome is Outcome.VERIFIED
        self._learn_standing(self.draft.claim, go_on=verified and not self.gate.open)
        if not verified:
            then = ". ctrl+l goes to the notes" if attempted.is_locked else ""
            self.notify(f"{attempted.words}{then}", severity="warning", markup=False)
        elif event.outcome is None and self.gate.open:
            self.go_to_open_step()
