"""The app: wires the desk to its screens, and leaves in order."""

import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import ClassVar

from textual import on, work
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.filter import LineFilter
from textual.screen import Screen

from callintake.config import Config
from callintake.domain.draft import CallDraft, new_draft
from callintake.domain.errors import Refused
from callintake.screens.capture.screen import CaptureScreen
from callintake.services.desk import Desk
from callintake.terminal_input import tolerant_driver
from callintake.widgets.plain import PrintableFilter


class CallintakeApp(App[None]):
    """One open desk: the queue, and the call that is being taken."""

    TITLE = "callintake"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+n", "new_call", "New call", tooltip="Take a call", priority=True),
        Binding("ctrl+t", "queue", "Queue", tooltip="Go to the queue, and back to the call", priority=True),
        Binding("ctrl+q", "quit", "Quit", tooltip="Leave; everything is kept", show=False, priority=True),
    ]

    def __init__(self, config: Config, *, start: str = "queue", draft: CallDraft | None = None) -> None:
        super().__init__(driver_class=tolerant_driver())
        self.theme = config.theme
        self.desk = Desk(config.db, config.agent, config.region)
        self.refusal: str | None = None
        """Why the desk could not be opened, once that is known."""
        self._start = start
        self._draft = draft
        self._printable = PrintableFilter()

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), self._printable]

    def on_mount(self) -> None:
        self.add_mode("queue", self._queue_screen)
        if self._start == "capture":
            self._take_call(self._draft or new_draft(datetime.now(UTC)))
        else:
            self.switch_mode("queue")
        self.call_after_refresh(self._open_desk)

    def _queue_screen(self) -> Screen[None]:
        from callintake.screens.queue import QueueScreen

        return QueueScreen(self.desk)

    @work(exclusive=True, group="open")
    async def _open_desk(self) -> None:
        """Open the database, once the first frame is there; without one the app leaves with the reason."""
        self.desk.open()
        try:
            await self.desk.ready()
        except Refused as error:
            self.refusal = str(error)
            self.exit(return_code=1)

    # Calls

    def _take_call(self, draft: CallDraft) -> None:
        self.add_mode("capture", lambda: CaptureScreen(self.desk, draft))
        self.switch_mode("capture")

    @property
    def _call_is_open(self) -> bool:
        return "capture" in self._modes

    def action_new_call(self) -> None:
        """Take a call, or go to the one that is open."""
        if self._call_is_open:
            if self.current_mode == "capture":
                self.notify("This call is open: raise its ticket or end it first", markup=False)
            self.switch_mode("capture")
        else:
            self._take_call(new_draft(datetime.now(UTC)))

    async def action_queue(self) -> None:
        """Go to the queue, and from there back to the open call."""
        if self.current_mode == "queue" and self._call_is_open:
            await self.switch_mode("capture")
        else:
            await self.switch_mode("queue")

    @on(CaptureScreen.Ended)
    async def _call_ended(self, event: CaptureScreen.Ended) -> None:
        await self.switch_mode("queue")
        await self.remove_mode("capture")
        if event.next_call:
            self.action_new_call()

    # Leaving

    async def action_quit(self) -> None:
        """Leave; in the middle of a call, after asking once."""
        from callintake.screens.quit import QuitDialog

        if not self._call_is_open:
            self.exit()
        elif not isinstance(self.screen, QuitDialog):
            await self.push_screen(QuitDialog(), self._quit_answered)

    def _quit_answered(self, leave: bool | None) -> None:
        if leave:
            self.exit()

    def _fatal_error(self) -> None:
        # Textual would print the traceback with its local variables: what callers said, and secrets.
        self.bell()
        self._close_messages_no_wait()

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Every key has an entry in the palette."""
        seen = set()
        for _node, binding, enabled, tooltip in screen.active_bindings.values():
            if enabled and binding.description and binding.action not in seen:
                seen.add(binding.action)
                key = self.get_key_display(binding)
                help_text = f"{tooltip or binding.tooltip or binding.description}  ({key})"
                action = binding.action
                yield SystemCommand(
                    binding.description, help_text, lambda action=action: self.run_action(action, screen)
                )
        yield SystemCommand("Theme", "Choose light, dark or another theme", self.action_change_theme)
        yield SystemCommand("Keys", "Show the keys of this screen", self.action_show_help_panel)


def open_desk(config: Config, *, start: str = "queue", draft: CallDraft | None = None) -> int:
    """Open the desk in this terminal until it is left; return the exit status."""
    app = CallintakeApp(config, start=start, draft=draft)
    app.run()
    saved = app.desk.close()
    if app.refusal is not None:
        print(f"callintake: {app.refusal}", file=sys.stderr)
    elif app.return_code:
        print("callintake: it failed, and everything saved is kept; start it again to go on", file=sys.stderr)
    elif not saved:
        print("callintake: the last typing could not be saved in time", file=sys.stderr)
        return 1
    return app.return_code or 0
