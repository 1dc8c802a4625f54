"""The keys of a screen, at its foot."""

from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Footer


class KeyFooter(Footer):
    """Textual's footer, made anew only when other keys are to be shown.

    Textual does so whenever the focus moves, with a widget for each key: most of what a Tab costs.
    """

    def __init__(self) -> None:
        super().__init__(compact=True, show_command_palette=False)
        self._shown: list[tuple[str, str, str, bool]] = []

    def bindings_changed(self, screen: Screen[object]) -> None:
        if not self.is_attached or screen is not self.screen or self._now() != self._shown:
            super().bindings_changed(screen)

    def compose(self) -> ComposeResult:
        # They may be others than when it was told that they changed.
        self._shown = self._now() if self._bindings_ready else []
        yield from super().compose()

    def _now(self) -> list[tuple[str, str, str, bool]]:
        return [
            (binding.key, binding.action, binding.description, enabled)
            for _node, binding, enabled, _tooltip in self.screen.active_bindings.values()
            if binding.show
        ]
