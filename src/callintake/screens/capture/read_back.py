"""Reading back: each fact as it is said to the caller, and a mark for those the caller has confirmed."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.reactive import reactive
from textual.screen import ModalScreen
from textual.widgets import Digits

from callintake.domain.number import spoken
from callintake.domain.read_back import Item
from callintake.widgets.plain import Plain


class Fact(Horizontal, can_focus=True):
    """One fact: its mark and label, its value, and under it how it is said."""

    confirmed = reactive(False, init=False)

    def __init__(self, item: Item) -> None:
        super().__init__()
        self.item = item
        self.set_reactive(Fact.confirmed, item.is_confirmed)
        self.set_class(not item.can_be_confirmed, "-open")
        self.set_class(item.is_confirmed, "-confirmed")

    def compose(self) -> ComposeResult:
        yield Plain(classes="pointer")
        yield Plain(self._mark, classes="mark")
        yield Plain(self.item.label, classes="label")
        with Vertical():
            if self.item.value:
                yield Plain(self.item.value, classes="value")
            if self.item.spoken:
                yield Plain(self.item.spoken, classes="spoken")

    def watch_confirmed(self) -> None:
        self.set_class(self.confirmed, "-confirmed")
        self.query_one(".mark", Plain).update(self._mark)

    def confirm(self, confirmed: bool = True) -> None:
        """Take the caller's word for it, or take that back; what is missing can't be confirmed."""
        self.confirmed = confirmed and self.item.can_be_confirmed

    def on_focus(self) -> None:
        self.query_one(".pointer", Plain).update("▸")

    def on_blur(self) -> None:
        self.query_one(".pointer", Plain).update("")

    @property
    def _mark(self) -> str:
        return "✓" if self.confirmed else "○" if self.item.can_be_confirmed else "✗"


class ReadBackScreen(ModalScreen[tuple[str, ...] | None]):
    """Shows what is read back to the caller; leaves with the names of the facts that are confirmed."""

    CSS_PATH = "read_back.tcss"
    AUTO_FOCUS = ""
    VERTICAL_BREAKPOINTS = [(0, "-short"), (32, "-tall")]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "confirm_or_not", "Confirm", tooltip="The caller confirms this fact; once more takes it back"),
        Binding("enter", "confirm", "Confirm", show=False, tooltip="The caller confirms this fact; go on to the next"),
        Binding("a", "confirm_all", "Confirm all", tooltip="The caller confirms every fact there is"),
        Binding("down,j", "walk(1)", "Next", tooltip="Go to the next fact"),
        Binding("up,k", "walk(-1)", "Previous", tooltip="Go to the fact before"),
        Binding(
            "pagedown", "page(1)", "Page down", show=False, tooltip="See the rest of what is longer than the screen"
        ),
        Binding("pageup", "page(-1)", "Page up", show=False, tooltip="See what is above"),
        Binding("escape,f12", "leave", "Done", tooltip="Go back to the call with what is confirmed"),
    ]

    def __init__(self, items: Sequence[Item], number: str | None = None) -> None:
        super().__init__()
        self._items = items
        self._number = number

    def compose(self) -> ComposeResult:
        with Vertical(id="read-back") as card:
            card.border_subtitle = "Space ✓ and on · a all · ↑ ↓ go · Esc done"
            if self._number is not None:
                yield Digits(" ".join(self._number))
                yield Plain(f"“{spoken(self._number)}”", id="number")
            yield from map(Fact, self._items)

    def on_mount(self) -> None:
        waiting = (fact for fact in self._facts if fact.item.can_be_confirmed and not fact.confirmed)
        if first := next(waiting, next(iter(self._facts), None)):
            self.set_focus(first)
        self._count()

    @property
    def confirmed(self) -> tuple[str, ...]:
        """The names of the facts that are confirmed."""
        return tuple(fact.item.name for fact in self._facts if fact.confirmed)

    @property
    def _card(self) -> Vertical:
        return self.query_one("#read-back", Vertical)

    @property
    def _facts(self) -> list[Fact]:
        return list(self.query(Fact))

    def action_confirm_or_not(self) -> None:
        """Confirm this fact and go on, or take the confirmation back and stay."""
        if isinstance(self.focused, Fact) and self.focused.confirmed:
            self.focused.confirm(False)
            self._count()
        else:
            self.action_confirm()

    def action_confirm(self) -> None:
        """Confirm this fact, and go on to the next."""
        if isinstance(self.focused, Fact):
            self.focused.confirm()
            self.action_walk(1)
        self._count()

    def action_confirm_all(self) -> None:
        """Confirm every fact that can be."""
        for fact in self._facts:
            fact.confirm()
        self._count()

    def action_walk(self, by: int) -> None:
        """Go down or up, and no farther than the last and the first."""
        facts = self._facts
        if isinstance(self.focused, Fact):
            here = facts.index(self.focused) + by
            self.set_focus(facts[min(max(here, 0), len(facts) - 1)])

    def action_page(self, by: int) -> None:
        """Scroll by a screen; the fact that was gone to stays."""
        self._card.scroll_relative(y=by * self._card.size.height, animate=False)

    def action_leave(self) -> None:
        """Go back to the call."""
        self.dismiss(self.confirmed)

    def _count(self) -> None:
        self._card.border_title = f"Read back to the caller · {len(self.confirmed)} of {len(self._facts)} confirmed"
