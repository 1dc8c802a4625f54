"""The capture screen: a draft, shown and replaced at every key, and kept as it changes."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.widget import Widget
from textual.widgets import ContentSwitcher, Input

from callintake.domain.contact import FIELDS, check_field
from callintake.domain.draft import CallDraft, Step
from callintake.domain.method import Outcome
from callintake.domain.offers import take_offer
from callintake.domain.open_calls import OpenCalls
from callintake.domain.verification import is_two_fold
from callintake.screens.capture.found import FoundLine
from callintake.screens.capture.panes import ContactPane, RequestPane, RoutePane, VerifyPane
from callintake.screens.capture.related import RelatedTickets
from callintake.screens.capture.steps import PANES, SteppingScreen
from callintake.screens.form import FormScreen
from callintake.services.desk import Desk
from callintake.widgets.call_header import CallHeader
from callintake.widgets.call_strip import CallStrip
from callintake.widgets.checklist import Checklist
from callintake.widgets.choice import Choice
from callintake.widgets.contact_finder import ContactFinder
from callintake.widgets.field import Field
from callintake.widgets.key_footer import KeyFooter
from callintake.widgets.live_notes import LiveNotes
from callintake.widgets.step_bar import StepBar
from callintake.widgets.verify_form import VerifyForm

_CHOICES = ("category", "impact", "urgency", "priority", "department")
_INPUTS = ("caller", "caller_number", *FIELDS, "missing_reason", "subject", "asset")
LOOK_AFTER = 0.3
"""Seconds after which what is typed is looked through; also while typing goes on."""


class CaptureScreen(SteppingScreen, FormScreen[None]):
    """One call, from its first word to its ticket."""

    CSS_PATH = "capture.tcss"
    AUTO_FOCUS = "LiveNotes"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (22, "-high")]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+g", "take", "Take", tooltip="Take what was found into its field", show=False, priority=True),
        Binding("f12", "read_back", "Read back", tooltip="Read the facts back to the caller", priority=True),
    ]

    def __init__(self, desk: Desk, draft: CallDraft, calls: OpenCalls, ended: Callable[[str], None]) -> None:
        super().__init__(desk, draft, calls, ended)
        self._is_look_due = False

    def compose(self) -> ComposeResult:
        yield CallHeader()
        yield CallStrip()
        yield StepBar()
        with Container(id="work"):
            with ContentSwitcher(id="steps", initial=PANES[self.draft.step]):
                yield VerifyPane(self.desk, self.draft, id="verify")
                yield ContactPane(self.desk, id="contact")
                yield RequestPane(id="request")
                yield RoutePane(id="route")
            with Vertical(id="live"):
                yield LiveNotes(
                    self.draft.notes,
                    self.draft.offsets,
                    lambda: self.draft.seconds(datetime.now(UTC)),
                    placeholder="Type what is said, as it is said",
                    id="notes",
                )
        yield FoundLine(self.desk)
        yield RelatedTickets(self.desk)
        yield KeyFooter()

    def on_mount(self) -> None:
        self.query_one("#live").border_title = "Live notes"
        self._put_draft()
        self._watch_typing()
        self.show()
        self.keep(self.draft)
        self._look_soon()
        if self.draft.contact is None and (claimed := self.draft.caller_number or self.draft.name):
            self._find_contacts(claimed)

    # What was typed

    def _watch_typing(self) -> None:
        """Replace the draft in the very moment of a key: a message about it would come when the text is in sight
        already, and beside it would stand that all is saved."""
        for name in _INPUTS:
            self.watch(self.query_one(f"#input-{name}"), "value", partial(self._input_typed, name), init=False)
        for name in ("channel", *_CHOICES):
            self.watch(self.query_one(f"#{name}"), "value", partial(self._chosen, name), init=False)
        self.watch(self.query_one(LiveNotes), "selection", self.notes_typed, init=False)

    def _input_typed(self, name: str, value: str) -> None:
        field = "name" if name == "caller" else name
        if getattr(self.draft, field) == value:
            return
        self.change_draft(**{field: value})
        if name == "caller":
            self.query_one("#field-name", Field).put(value)
        elif name == "name":
            self._put("#input-caller", value)
        if name in ("caller", "caller_number"):
            self._find_contacts(value)

    def _chosen(self, name: str, value: Any) -> None:
        self.change_draft(**{name: value})

    @on(Checklist.Changed)
    def _question_asked(self, event: Checklist.Changed) -> None:
        event.stop()
        elsewhere = tuple(one for one in self.draft.asked if one not in event.checklist.questions)
        self.change_draft(asked=(*elsewhere, *event.ticked))

    def leave_field(self) -> None:
        """Enter goes to the next field, from the last one to the next step; it never raises a ticket."""
        pane = self.query_one(f"#{PANES[self.draft.step]}")
        fields = [widget for widget in self.focus_chain if pane in widget.ancestors]
        here = fields.index(self.focused) if self.focused in fields else -1
        form = self.query_one(VerifyForm)
        if form.last.has_focus:
            if form.submit() is Outcome.VERIFIED and not is_two_fold(self.category, self.draft.contact):
                self.go_to_open_step()
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
            self.show()

    def change_draft(self, **changes: Any) -> None:
        """Replace the draft, have it kept, and show what follows."""
        if all(getattr(self.draft, name) == value for name, value in changes.items()):
            return
        before = self.draft.claim
        had_contact = self.draft.contact is not None
        self.keep(self.draft.with_(**changes))
        if had_contact and self.draft.contact is None:
            self.query_one(VerifyForm).forget()
            self._put_contact_fields()
        if self.draft.claim != before:
            self.offer_methods()
        self._look_soon()
        self.show()

    # What is seen

    def watch_focused(self, focused: Widget | None) -> None:
        """Light the pane in which the caret is: `:focus-within` would style all that is in it anew at each Tab."""
        around = () if focused is None else focused.ancestors
        for pane in (self.query_one_optional("#steps"), self.query_one_optional("#live")):
            if pane is not None and pane.has_class("-here") is not (pane in around):
                pane.set_class(pane in around, "-here", update=False)
                self.app.stylesheet.update_nodes((pane,))

    def show(self) -> None:
        gate = self.gate
        self.show_saved()
        is_wrong = any(self.query_one(f"#field-{name}", Field).is_wrong for name in FIELDS)
        self.query_one(StepBar).show(self.draft, self.desk.rules, is_contact_wrong=is_wrong)
        steps = self.query_one("#steps")
        if steps.border_title != self.draft.step.title:
            # Setting it repaints the whole pane, also where it says the same.
            steps.border_title = self.draft.step.title
        match self.draft.step:
            case Step.VERIFY:
                since = datetime.now(UTC) - self.desk.rules.verification.valid_for
                self.query_one(VerifyPane).show(self.draft, gate, self.desk.rules, since)
            case Step.REQUEST:
                self.query_one(RequestPane).show(self.draft, self.desk.rules)
            case Step.ROUTE:
                self.query_one(RoutePane).show(self.draft, gate, self.desk.rules, datetime.now(UTC))
            case Step.CONTACT:
                pass

    def show_saved(self) -> None:
        """Show who is on the line, the gate, the truth about saving, and the other calls."""
        now = datetime.now(UTC)
        self.query_one(CallHeader).show(self.draft, self.gate, self.saved, now)
        self.query_one(CallStrip).show(self.calls, self.draft.call_id, now)

    def _put_draft(self) -> None:
        """Show everything of the draft where it is typed, the caret where it was."""
        self._put_contact_fields()
        self.query_one("#field-missing_reason", Field).put(self.draft.missing_reason)
        for name in ("subject", "asset"):
            self._put(f"#input-{name}", getattr(self.draft, name))
        for name in _CHOICES:
            self.query_one(f"#{name}", Choice).put(getattr(self.draft, name))
        self.offer_methods()
        self.query_one(LiveNotes).move_cursor(self.draft.caret)

    def _put_contact_fields(self) -> None:
        self._put("#input-caller", self.draft.name)
        for name in FIELDS:
            self.query_one(f"#field-{name}", Field).put(getattr(self.draft, name))

    def _put(self, field: str, value: str) -> None:
        """Show a value that comes from elsewhere, without telling anybody that it was typed."""
        box = self.query_one(field, Input)
        with box.prevent(Input.Changed):
            box.value = value

    # What was found

    def _look_soon(self) -> None:
        """Look through what was typed, at most so often while typing goes on."""
        if not self._is_look_due:
            self._is_look_due = True
            self.set_timer(LOOK_AFTER, self._look)

    def _look(self) -> None:
        self._is_look_due = False
        self.query_one(FoundLine).look(self.draft)

    @on(FoundLine.Looked)
    def _looked(self, event: FoundLine.Looked) -> None:
        event.stop()
        found = self.query_one(FoundLine)
        found.offer(self.draft)
        self.warn_of_secrets()
        self.query_one(RelatedTickets).look(self.draft, found.facts)

    def action_take(self) -> None:
        """Take what was found into its field; the caret stays where it is."""
        found = self.query_one(FoundLine)
        offer = found.take()
        if offer is None:
            self.notify(found.why_none, markup=False, timeout=3)
            return
        before, claim = self.draft.contact, self.draft.claim
        draft = take_offer(self.draft, offer)
        self.keep(draft)
        found.offer(draft)
        self._put_contact_fields()
        self._put("#input-asset", draft.asset)
        if draft.contact is not None and draft.contact != before:
            self.query_one(ContactFinder).put_away()
            self.query_one(VerifyForm).forget()
        if draft.claim != claim:
            self.offer_methods()
        self._look_soon()
        self.show()

    # Who is calling

    def _find_contacts(self, typed: str) -> None:
        self.query_one(ContactFinder).find(typed)

    @on(ContactFinder.Picked)
    def _contact_picked(self, event: ContactFinder.Picked) -> None:
        event.stop()
        self.keep(self.draft.with_contact(event.contact))
        self._put_contact_fields()
        form = self.query_one(VerifyForm)
        form.forget()
        self.offer_methods(go_on=True)
        self.set_focus(form.first)
        self._look_soon()
        self.show()

    # Reading back

    @work(exclusive=True, group="read back")
    async def action_read_back(self) -> None:
        """Read the facts back to the caller, and mark what is confirmed (P6)."""
        from callintake.domain.read_back import read_back
        from callintake.screens.capture.read_back import ReadBackScreen

        items = await asyncio.to_thread(read_back, self.draft, self.desk.region)
        if not self.is_current:
            return
        confirmed = await self.app.push_screen_wait(ReadBackScreen(items))
        if confirmed is not None:
            self.change_draft(confirmed=confirmed)
