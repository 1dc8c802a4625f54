"""An input for a telephone number: what is pasted into it is written as people read numbers."""

from collections.abc import Callable

from textual import events

from callintake.domain.errors import Refused
from callintake.widgets.field import LineInput


class NumberInput(LineInput):
    """A line for a number; typing is left as it is."""

    def __init__(self, value: str, region: Callable[[], str], *, placeholder: str, id: str) -> None:
        super().__init__(value, placeholder=placeholder, id=id)
        self._region = region

    def _on_paste(self, event: events.Paste) -> None:
        # The base takes it from here.
        if not self.value:
            from callintake.domain.phone import format_phone, parse_phone

            try:
                event.text = format_phone(parse_phone(event.text, self._region()).e164)
            except Refused:
                # Not a number, or not one of this region: as it was copied.
                return
