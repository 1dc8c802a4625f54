"""The step bar: the four steps, how far each has come, and the key that leads to it."""

from textual.content import Content

from callintake.domain.draft import CallDraft, Step
from callintake.domain.routing import Desk
from callintake.widgets.plain import Plain

STEP_KEYS = {Step.VERIFY: "f5", Step.CONTACT: "f6", Step.REQUEST: "f7", Step.ROUTE: "f8"}


class StepBar(Plain):
    """Four words, always all four."""

    DEFAULT_CSS = """
    StepBar { height: 1; padding-left: 1; background: $surface; }
    """

    def show(self, draft: CallDraft, desk: Desk, *, is_contact_wrong: bool) -> None:
        """Show how far a draft has come, and whether a contact detail can't be right."""
        parts: list[Content] = []
        for step in Step:
            sign = "✗" if step is Step.CONTACT and is_contact_wrong else draft.progress(step, desk)
            label = f" {STEP_KEYS[step].upper()} {step.title} {sign} "
            parts.append(Content.styled(label, "reverse bold" if step is draft.step else ""))
        self.update(Content("  ").join(parts), layout=False)
