"""The dialog in which the requester of a ticket is verified."""

from datetime import UTC, datetime
from typing import ClassVar, NamedTuple

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from callintake.domain.contact import Contact
from callintake.domain.detail import Ticket
from callintake.domain.errors import Refused
from callintake.domain.method_choice import Standing
from callintake.domain.verification import Claim
from callintake.screens.form import FormDialog
from callintake.services.desk import Desk
from callintake.widgets.contact_finder import ContactFinder, contact_line
from callintake.widgets.plain import Plain
from callintake.widgets.verify_form import VerifyForm


class Verification(NamedTuple):
    """An attempt to verify the requester of a ticket, and who in the directory they are."""

    attempt: VerifyForm.Attempted
    contact: Contact | None


class VerifyDialog(FormDialog[Verification | None]):
    """Asks how the requester was verified, and if need be who in the directory they are."""

    CSS_PATH = "dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Cancel")]

    def __init__(self, desk: Desk, ticket: Ticket, contact: Contact | None) -> None:
        super().__init__()
        self.desk = desk
        self.ticket = ticket
        self.contact = contact

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog") as dialog:
            dialog.border_title = f"Verify the requester of {self.ticket.number}"
            yield Plain(self._who(), id="who")
            if self.contact is None:
                yield ContactFinder(self.desk, "On file as", input_id="find")
            yield VerifyForm()
            yield Plain("A caller ID, a voice or a ticket number proves nothing.", classes="hint")

    def on_mount(self) -> None:
        self._offer()
        if self.contact is None:
            self.query_one(ContactFinder).find(self.ticket.requester.name or "")

    @property
    def _claim(self) -> Claim:
        requester = self.ticket.requester
        contact_id = self.contact.id if self.contact else None
        return Claim(contact_id, requester.name or "", requester.organization or "", self.ticket.category)

    def _offer(self) -> None:
        """Offer what is known at once, and all there is when the directory has answered."""
        today = datetime.now(UTC).date()
        self.query_one(VerifyForm).offer(
            Standing(self._claim, today, self.desk.is_lead, self.contact), self.desk.rules.verification
        )
        self._learn(self._claim)

    @work(exclusive=True, group="standing")
    async def _learn(self, claim: Claim) -> None:
        from callintake.services.verification import standing_of

        try:
            standing = await self.desk.ask(standing_of, claim, self.desk.agent)
        except Refused as error:
            self.notify(str(error), severity="error", markup=False)
            return
        self.query_one(VerifyForm).offer(standing, self.desk.rules.verification)

    def _who(self) -> str:
        if self.contact is not None:
            return contact_line(self.contact)
        requester = self.ticket.requester
        return f"{requester.name or 'name missing'}, {requester.organization or 'organization missing'}"

    @on(Input.Changed, "#find")
    def _find(self, event: Input.Changed) -> None:
        self.query_one(ContactFinder).find(event.value)

    @on(ContactFinder.Picked)
    def _picked(self, event: ContactFinder.Picked) -> None:
        self.contact = event.contact
        self.query_one("#who", Plain).update(self._who())
        form = self.query_one(VerifyForm)
        form.forget()
        self._offer()
        self.set_focus(form.first)

    def leave_field(self) -> None:
        """Enter goes on, and at the last field records the attempt."""
        form = self.query_one(VerifyForm)
        if form.last.has_focus:
            form.submit()
        else:
            super().leave_field()

    @on(VerifyForm.CodeWanted)
    @work(exclusive=True, group="code")
    async def _code_wanted(self) -> None:
        """Send a code to the address on file; what keeps it from being sent is said."""
        if self.contact is None:
            return
        try:
            address = await self.desk.send_code(self.contact.id, ticket_id=self.ticket.serial)
        except Refused as error:
            self.notify(str(error), title="No code sent", severity="error", markup=False)
        else:
            self.notify(f"A code went to {address}", markup=False, timeout=6)

    @on(VerifyForm.Attempted)
    def _attempted(self, event: VerifyForm.Attempted) -> None:
        self.dismiss(Verification(event, self.contact))
