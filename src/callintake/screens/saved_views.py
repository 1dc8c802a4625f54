"""The dialog of one's own views: go to one, save what is shown as one, forget one."""

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from callintake.domain.errors import Refused
from callintake.domain.queue_words import to_words
from callintake.domain.view import Filter
from callintake.services.desk import Desk
from callintake.widgets.field import LineInput
from callintake.widgets.plain import Plain
from callintake.widgets.working import leave


class SavedViewsDialog(ModalScreen[str | None]):
    """Returns the words of the view that is gone to."""

    CSS_PATH = "dialog.tcss"
    # A name typed before the views are there is a name.
    AUTO_FOCUS = "LineInput"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Cancel"),
        Binding("delete", "forget", "Forget", tooltip="Forget the view that is gone to"),
    ]

    def __init__(self, desk: Desk, shown: Filter) -> None:
        super().__init__()
        self.desk = desk
        self._shown = f"view:{shown.view} {to_words(shown)}".strip()
        self._views: dict[str, str] = {}

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog") as dialog:
            dialog.border_title = "Your own views"
            yield OptionList(markup=False, compact=True)
            yield Plain(f"\nSave “{self._shown}” as")
            yield LineInput(placeholder="a name")
            yield Plain("Enter goes to one, or saves; Del forgets one; Esc leaves.", classes="hint")

    def on_mount(self) -> None:
        self._load()

    @work(exclusive=True, group="load")
    async def _load(self) -> None:
        """Show the views there are; a failure is said."""
        from callintake.services.saved_views import saved_views

        try:
            self._views = await self.desk.ask(saved_views, self.desk.agent)
        except Refused as error:
            self.notify(str(error), severity="error", markup=False)
            return
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options(Option(Content(f"{name}  {words}")) for name, words in self._views.items())
        options.display = bool(self._views)
        if self._views:
            options.highlighted = 0
        is_named = bool(self.query_one(LineInput).value)
        self.set_focus(options if self._views and not is_named else self.query_one(LineInput))

    def _name_of(self, place: int | None) -> str | None:
        return None if place is None else list(self._views)[place]

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        name = self._name_of(event.option_index)
        self.dismiss(None if name is None else self._views[name])

    @on(Input.Submitted)
    @work(group="save")
    async def _named(self, event: Input.Submitted) -> None:
        """Save what is shown under a name; what keeps it from being saved is said."""
        from callintake.services.saved_views import save_view

        try:
            name = await self.desk.change(save_view, event.value, self._shown, self.desk.agent)
        except Refused as error:
            self.notify(str(error), severity="error", markup=False)
            return
        self.notify(f"saved as {name}", markup=False, timeout=3)
        leave(self)

    @work(group="save")
    async def action_forget(self) -> None:
        """Forget the view that is gone to; a failure is said."""
        name = self._name_of(self.query_one(OptionList).highlighted)
        if name is None or not self.query_one(OptionList).has_focus:
            return
        from callintake.services.saved_views import forget_view

        try:
            await self.desk.change(forget_view, name, self.desk.agent)
        except Refused as error:
            self.notify(str(error), severity="error", markup=False)
        self._load()
