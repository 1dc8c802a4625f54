"""A screen with fields: Enter and Tab move on."""

from typing import ClassVar, TypeVar

from textual.binding import Binding, BindingType
from textual.reactive import Reactive
from textual.screen import ModalScreen, Screen
from textual.widget import Widget
from textual.widgets import Input

from callintake.widgets.checklist import Checklist
from callintake.widgets.choice import Choice
from callintake.widgets.contact_finder import ContactFinder

T = TypeVar("T")


class FormScreen(Screen[T]):
    """Enter goes from field to field; in a finder it picks the match that was gone to."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "next_field", "Next field", show=False, priority=True),
        Binding("down", "match(1)", "Next match", show=False),
        Binding("up", "match(-1)", "Previous match", show=False),
    ]
    # The two widgets concerned paint themselves; Textual would paint the whole screen as well, at each Tab.
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "next_field":
            return isinstance(self.focused, Input | Choice | Checklist)
        if action == "match":
            return isinstance(self.focused, Input) and any(
                finder.matches.option_count for finder in self.query(ContactFinder)
            )
        return True

    def action_next_field(self) -> None:
        """Pick the match that was gone to, or go on to the next field."""
        if not any(finder.pick() for finder in self.query(ContactFinder)):
            self.leave_field()

    def action_match(self, by: int) -> None:
        """Go down or up among the contacts that may be meant."""
        for finder in self.query(ContactFinder):
            finder.walk(by)

    def leave_field(self) -> None:
        """Go on to the field after this one."""
        self.focus_next()


class FormDialog(ModalScreen[T], FormScreen[T]):
    """A dialog with fields."""
