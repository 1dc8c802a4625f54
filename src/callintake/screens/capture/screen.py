"""The capture screen: a draft, shown and replaced at every key, and kept as it changes."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.message import Message
from textual.widgets import ContentSwitcher, Footer, Input, TextArea

from callintake.domain.call import Disposition
from callintake.domain.contact import FIELDS, check_field, check_fields, in_the_way
from callintake.domain.draft import CallDraft, Step
from callintake.domain.errors import Refused
from callintake.domain.routing import BUILT_IN
from callintake.domain.verification import Outcome
from callintake.screens.capture.panes import ContactPane, RequestPane, RoutePane, VerifyPane
from callintake.screens.form import FormScreen
from callintake.services.desk import Desk
from callintake.widgets.call_header import CallHeader, SaveState
from callintake.widgets.choice import Choice
from callintake.widgets.contact_finder import ContactFinder
from callintake.widgets.field import Field
from callintake.widgets.notes_area import NotesArea
from callintake.widgets.step_bar import STEP_KEYS, StepBar
from callintake.widgets.verify_form import VerifyForm

_FIRST = {
    Step.VERIFY: "#input-caller",
    Step.CONTACT: "#input-name",
    Step.REQUEST: "#input-subject",
    Step.ROUTE: "#department",
}
_PANES = {Step.VERIFY: "verify", Step.CONTACT: "contact", Step.REQUEST: "request", Step.ROUTE: "route"}


class CaptureScreen(FormScreen[None]):
    """One call, from its first word to its ticket."""

    CSS_PATH = "capture.tcss"
    AUTO_FOCUS = "NotesArea"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+r", "raise_ticket", "Raise", tooltip="Raise the ticket of this call", priority=True),
        Binding("ctrl+l", "notes", "Notes", tooltip="Go to Live notes, and back to the step", priority=True),
        Binding("ctrl+o", "next_step", "Next step", tooltip="Go to the next of the four steps", priority=True),
        *(
            Binding(
                key,
                f"step('{step.name}')",
                step.title,
                tooltip=f"Go to the step {step.title}",
                show=False,
                priority=True,
            )
            for step, key in STEP_KEYS.items()
        ),
        Binding("f9", "end_call", "End call", tooltip="End this call without a ticket, saying why", priority=True),
    ]

    class Saved(Message):
        """A revision of the draft is in the database, or is not for a reason."""

        def __init__(self, revision: int, error: str | None) -> None:
            super().__init__()
            self.revision = revision
            self.error = error

    class Ended(Message):
        """The call has ended; `next_call` when the agent wants another at once."""

        def __init__(self, *, next_call: bool = False) -> None:
            super().__init__()
            self.next_call = next_call

    def __init__(self, desk: Desk, draft: CallDraft) -> None:
        super().__init__()
        self.desk = desk
        self.draft = draft
        self.saved = SaveState()
        self._raising = False

    def compose(self) -> ComposeResult:
        yield CallHeader()
        yield StepBar()
        with Container(id="work"):
            with ContentSwitcher(id="steps", initial=_PANES[self.draft.step]):
                yield VerifyPane(self.desk, self.draft, id="verify")
                yield ContactPane(id="contact")
                yield RequestPane(id="request")
                yield RoutePane(id="route")
            with Vertical(id="live"):
                yield NotesArea(self.draft.notes, placeholder="Type what is said, as it is said", id="notes")
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        self.query_one("#live").border_title = "Live notes"
        self._put_draft()
        self.set_interval(0.5, self._tick)
        self._show()
        self._keep()
        if self.draft.contact is None and (claimed := self.draft.caller_number or self.draft.name):
            self._find_contacts(claimed)

    # What was typed

    @on(Input.Changed)
    def _input_changed(self, event: Input.Changed) -> None:
        event.stop()
        name = (event.input.id or "").removeprefix("input-")
        if name == "caller":
            self._typed(name=event.value)
            self.query_one("#field-name", Field).put(event.value)
            self._find_contacts(event.value)
        elif name == "caller_number":
            self._typed(caller_number=event.value)
            self._find_contacts(event.value)
        elif name in (*FIELDS, "missing_reason", "subject"):
            self._typed(**{name: event.value})
            if name == "name":
                self._put_caller(event.value)

    @on(TextArea.Changed)
    def _notes_changed(self, event: TextArea.Changed) -> None:
        self._typed(notes=event.text_area.text, caret=event.text_area.cursor_location)

    @on(Choice.Changed)
    def _choice_changed(self, event: Choice.Changed) -> None:
        event.stop()
        if event.choice.id in ("channel", "category", "priority", "department"):
            self._typed(**{event.choice.id: event.value})

    def leave_field(self) -> None:
        """Enter goes to the next field, from the last one to the next step; it never raises a ticket."""
        pane = self.query_one(f"#{_PANES[self.draft.step]}")
        fields = [widget for widget in self.focus_chain if pane in widget.ancestors]
        here = fields.index(self.focused) if self.focused in fields else -1
        form = self.query_one(VerifyForm)
        if form.outcome.has_focus:
            if form.submit():
                self.action_next_step()
        elif here + 1 == len(fields):
            self.action_next_step()
        else:
            self.set_focus(fields[here + 1])

    @on(Field.Left)
    @work(group="check")
    async def _field_left(self, event: Field.Left) -> None:
        """Say what is wrong with a field that was left; nothing, if it was changed meanwhile."""
        field, value = event.field, event.field.value
        if field.field_name not in FIELDS:
            return
        checked = await asyncio.to_thread(check_field, field.field_name, value, self.desk.region)
        if field.value == value:
            field.say(checked)

    def _typed(self, **changes: object) -> None:
        """Replace the draft, and have it kept."""
        if all(getattr(self.draft, name) == value for name, value in changes.items()):
            return
        had_contact = self.draft.contact is not None
        self.draft = self.draft.with_(**changes)
        if had_contact and self.draft.contact is None:
            self.query_one(VerifyForm).offer(None)
            self._put_contact_fields()
        self._keep()
        self._show()

    def _keep(self) -> None:
        if self.saved.waiting_since is None:
            self.saved = replace(self.saved, waiting_since=datetime.now(UTC))
        self.desk.keep(self.draft, self._told)

    def _tick(self) -> None:
        if self.saved.is_overdue(datetime.now(UTC)):
            self.desk.spool(self.draft)
        self._show_header()

    def _told(self, revision: int, error: str | None) -> None:
        self.post_message(self.Saved(revision, error))

    @on(Saved)
    def _heard_of_saving(self, event: Saved) -> None:
        event.stop()
        before, now = self.saved, datetime.now(UTC)
        if event.error:
            self.saved = replace(before, error=event.error)
        else:
            waiting = before.waiting_since if event.revision < self.draft.revision else None
            self.saved = SaveState(event.revision, now, None, waiting and now)
        self._show_header()

    # What is seen

    def _show(self) -> None:
        gate = self.draft.gate(BUILT_IN)
        self._show_header()
        self.query_one(StepBar).show(self.draft, BUILT_IN)
        self.query_one("#steps").border_title = self.draft.step.title
        match self.draft.step:
            case Step.VERIFY:
                self.query_one(VerifyPane).show(self.draft, gate)
            case Step.REQUEST:
                self.query_one(RequestPane).show(self.draft, BUILT_IN)
            case Step.ROUTE:
                self.query_one(RoutePane).show(self.draft, gate, BUILT_IN)
            case Step.CONTACT:
                pass

    def _show_header(self) -> None:
        header = self.query_one(CallHeader)
        header.show(self.draft, self.draft.gate(BUILT_IN), self.saved, datetime.now(UTC))

    def _put_draft(self) -> None:
        """Show everything of the draft where it is typed, the caret where it was."""
        self._put_caller(self.draft.name)
        self._put_contact_fields()
        for name in ("missing_reason", "subject"):
            self.query_one(f"#field-{name}", Field).put(getattr(self.draft, name))
        for name in ("category", "priority", "department"):
            self.query_one(f"#{name}", Choice).put(getattr(self.draft, name))
        self.query_one(VerifyForm).offer(self.draft.contact)
        self.query_one(NotesArea).move_cursor(self.draft.caret)

    def _put_contact_fields(self) -> None:
        for name in FIELDS:
            self.query_one(f"#field-{name}", Field).put(getattr(self.draft, name))

    def _put_caller(self, name: str) -> None:
        caller = self.query_one("#input-caller", Input)
        with caller.prevent(Input.Changed):
            caller.value = name

    # Who is calling

    def _find_contacts(self, typed: str) -> None:
        self.query_one(ContactFinder).find(typed)

    @on(ContactFinder.Picked)
    def _contact_picked(self, event: ContactFinder.Picked) -> None:
        event.stop()
        self.draft = self.draft.with_contact(event.contact)
        self._keep()
        self._put_contact_fields()
        self._put_caller(self.draft.name)
        form = self.query_one(VerifyForm)
        form.offer(event.contact)
        self.set_focus(form.first)
        self._show()

    @on(VerifyForm.Attempted)
    @work(group="attempt")
    async def _attempted(self, event: VerifyForm.Attempted) -> None:
        """Record an attempt; what keeps it from being one is said."""
        try:
            await self.desk.ready()
            from callintake.services.capture import attempt_verification

            attempt = await self.desk.change(
                attempt_verification,
                self.draft,
                event.method,
                event.outcome,
                self.desk.agent,
                number=event.number,
                reason=event.reason,
            )
        except Refused as error:
            self.notify(str(error), title="No attempt recorded", severity="error", markup=False)
            return
        self._typed(attempts=(*self.draft.attempts, attempt))
        if attempt.outcome is Outcome.FAILED:
            self.notify("The caller is not verified; the failed attempt is on record", severity="warning")

    # Going about

    def action_step(self, name: str) -> None:
        """Go to a step; what was typed in another stays."""
        step = Step[name]
        self._typed(step=step)
        self.query_one("#steps", ContentSwitcher).current = _PANES[step]
        self.set_focus(self.query_one(_FIRST[step]))
        self._show()

    def action_next_step(self) -> None:
        """Go to the next step; after the last comes the first."""
        self.action_step(Step(self.draft.step.value % len(Step) + 1).name)

    def action_notes(self) -> None:
        """Go to Live notes, and from there back to the step."""
        notes = self.query_one(NotesArea)
        if notes.has_focus:
            self.set_focus(self.query_one(_FIRST[self.draft.step]))
        else:
            self.set_focus(notes)

    # Ending

    @work(group="raise")
    async def action_raise_ticket(self) -> None:
        """Raise the ticket; what keeps it from being raised is said, and everything typed stays."""
        if self._raising:
            return
        self._raising = True
        try:
            for worker in [worker for worker in self.workers if worker.group == "attempt"]:
                await worker.wait()
            await self.desk.ready()
            from callintake.services.capture import raise_and_read

            raised = self.draft
            ticket = await self.desk.change(raise_and_read, raised, self.desk.agent, self.desk.region)
        except Refused as error:
            self._raising = False
            self.notify(str(error), title="Not raised; everything is kept", severity="error", markup=False, timeout=10)
            self._go_to_first_problem()
            return
        from callintake.screens.capture.raised import RaisedScreen

        # What was typed while the ticket was being raised goes on as a note of it.
        late = self.draft.notes.removeprefix(raised.notes).strip()
        self.app.push_screen(RaisedScreen(self.desk, ticket, late), self._leave_raised)

    def _leave_raised(self, next_call: bool | None) -> None:
        self.post_message(self.Ended(next_call=bool(next_call)))

    def _go_to_first_problem(self) -> None:
        checked = check_fields(self.draft.typed, self.desk.region)
        blocking = in_the_way(checked, self.draft.missing_reason)
        if not blocking:
            self.set_focus(self.query_one(NotesArea))
            return
        self.action_step(Step.CONTACT.name)
        field = self.query_one(f"#field-{blocking[0]}", Field)
        field.say(checked[blocking[0]])
        self.set_focus(field.input)

    @work(exclusive=True, group="end")
    async def action_end_call(self) -> None:
        """End the call without a ticket; why is recorded (P2)."""
        from callintake.screens.capture.end_call import EndCallDialog

        ended = await self.app.push_screen_wait(EndCallDialog())
        if ended is None:
            return
        await self.desk.ready()
        from callintake.services.drafts import end_call, save_draft

        disposition: Disposition = ended.disposition
        try:
            await self.desk.change(save_draft, self.draft, self.desk.agent)
            await self.desk.change(end_call, self.draft.call_id, disposition, self.desk.agent, reason=ended.reason)
        except Refused as error:
            self.notify(str(error), title="Not ended; everything is kept", severity="error", markup=False)
            return
        self.post_message(self.Ended())
