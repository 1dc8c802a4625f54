"""Questions to be asked, one a line, each ticked once it was asked."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.app import RenderResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from callintake.domain.text import clean_line

_KEYS = "123456789"


class Checklist(Widget, can_focus=True):
    """A field whose lines are ticked; without any it takes no room and no focus."""

    DEFAULT_CSS = """
    Checklist {
        width: 1fr; height: auto; background: $boost; color: $text-muted;
        &:focus { background: $primary-muted; color: $foreground; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "walk(-1)", "Previous question", show=False),
        Binding("down", "walk(1)", "Next question", show=False),
        Binding("space", "tick", "Asked", show=False, tooltip="Tick this question, or take the tick back"),
        *(Binding(key, f"tick({line})", f"Question {key}", show=False) for line, key in enumerate(_KEYS)),
    ]
    cursor = reactive(0)

    class Changed(Message):
        """Another question is ticked, or one no longer is."""

        def __init__(self, checklist: "Checklist", ticked: tuple[str, ...]) -> None:
            super().__init__()
            self.checklist = checklist
            self.ticked = ticked

        @property
        def control(self) -> "Checklist":
            """The field."""
            return self.checklist

    def __init__(self, questions: Sequence[str] = (), ticked: Iterable[str] = (), *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._questions: tuple[str, ...] = ()
        self.offer(questions, ticked)

    def offer(self, questions: Sequence[str], ticked: Iterable[str] = ()) -> None:
        """Show other questions, some of them ticked, without telling anybody."""
        if tuple(questions) != self._questions:
            self.set_reactive(Checklist.cursor, 0)
        self._questions = tuple(questions)
        self._ticked = frozenset(ticked).intersection(questions)
        self.display = bool(self._questions)
        self.refresh(layout=True)

    @property
    def questions(self) -> tuple[str, ...]:
        """The questions that are shown."""
        return self._questions

    @property
    def ticked(self) -> tuple[str, ...]:
        """The questions that are ticked, in the order in which they are shown."""
        return tuple(question for question in self._questions if question in self._ticked)

    def render(self) -> RenderResult:
        return Content("\n").join(self._line(line) for line in range(len(self._questions)))

    def action_walk(self, by: int) -> None:
        self.cursor = min(max(self.cursor + by, 0), len(self._questions) - 1)

    def action_tick(self, line: int | None = None) -> None:
        """Tick the question of a line and go on to the next open one, or take its tick back and stay."""
        line = self.cursor if line is None else line
        if line >= len(self._questions):
            return
        question = self._questions[line]
        self._ticked ^= {question}
        self.cursor = self._next_open(line) if question in self._ticked else line
        self.refresh()
        self.post_message(self.Changed(self, self.ticked))

    def _next_open(self, line: int) -> int:
        """Return the first line after this one that is not ticked, from the top again after the last."""
        count = len(self._questions)
        after = ((line + step) % count for step in range(1, count))
        return next((other for other in after if self._questions[other] not in self._ticked), line)

    def _line(self, line: int) -> Content:
        question = self._questions[line]
        box = "[x]" if question in self._ticked else "[ ]"
        here = self.has_focus and line == self.cursor
        return Content.styled(f" {box} {clean_line(question)} ", "bold reverse" if here else "")
