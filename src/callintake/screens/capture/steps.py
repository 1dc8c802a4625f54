"""Going about in a call: its four steps, the notes beside them, and what keeps the ticket from being raised."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import ContentSwitcher

from callintake.domain.contact import check_fields, in_the_way
from callintake.domain.draft import Progress, Step
from callintake.screens.capture.notes import NotingScreen
from callintake.widgets.field import Field
from callintake.widgets.live_notes import LiveNotes
from callintake.widgets.step_bar import STEP_KEYS

_FIRST = {
    Step.VERIFY: "#input-caller",
    Step.CONTACT: "#input-name",
    Step.REQUEST: "#category",
    Step.ROUTE: "#department",
}
PANES = {Step.VERIFY: "verify", Step.CONTACT: "contact", Step.REQUEST: "request", Step.ROUTE: "route"}


class SteppingScreen(NotingScreen):
    """Goes from step to step; what was typed in another stays."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+l", "notes", "Notes", tooltip="Go to Live notes, and back to the step", priority=True),
        Binding("ctrl+o", "next_step", "Next step", tooltip="Go to the next step", show=False, priority=True),
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
    ]

    def action_step(self, name: str) -> None:
        """Go to a step; what was typed in another stays.

        Verify begins where something is left to do; again, at the caller.
        """
        step = Step[name]
        was_there = self.draft.step is step and self.query_one(f"#{PANES[step]}").has_focus_within
        self.change_draft(step=step)
        self.query_one("#steps", ContentSwitcher).current = PANES[step]
        first = self.query_one(_FIRST[step])
        if step is Step.VERIFY and not was_there and not self.gate.open:
            first = self.where_to_verify() or first
        self.set_focus(first)
        self.show()

    def action_next_step(self) -> None:
        """Go to the next step; after the last comes the first."""
        self.action_step(Step(self.draft.step.value % len(Step) + 1).name)

    def go_to_open_step(self) -> None:
        """Go to the first step after Verify that is not done."""
        rest = [step for step in Step if step is not Step.VERIFY]
        left = [step for step in rest if self.draft.progress(step, self.desk.rules) is not Progress.DONE]
        self.action_step((left or rest)[0].name)

    def go_to_problem(self) -> None:
        """Go to the field that keeps the ticket from being raised, or to the notes."""
        checked = check_fields(self.draft.typed, self.desk.region)
        blocking = in_the_way(checked, self.draft.missing_reason)
        if not blocking:
            self.set_focus(self.query_one(LiveNotes))
            return
        self.action_step(Step.CONTACT.name)
        field = self.query_one(f"#field-{blocking[0]}", Field)
        field.say(checked[blocking[0]])
        self.set_focus(field.input)

    def action_notes(self) -> None:
        """Go to Live notes, and from there back to the step."""
        notes = self.query_one(LiveNotes)
        self.set_focus(self.query_one(_FIRST[self.draft.step]) if notes.has_focus else notes)
