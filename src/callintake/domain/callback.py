"""A call that is to be called back: who, since when, and who has taken it on (P2)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from callintake.domain.call import age
from callintake.domain.detail import CallRecord
from callintake.domain.detail_json import call_to_json
from callintake.domain.phone import format_phone, is_withheld


@dataclass(frozen=True, slots=True)
class Callback:
    """A callback that is due."""

    call: CallRecord
    contacts: tuple[str, ...]
    """Who has that number on file: a claim."""
    owner: str | None
    reason: str = ""
    """Why, where somebody said so at the end of a call."""

    @property
    def who(self) -> str:
        """Who it may be, in words."""
        return " or ".join(self.contacts) or self.call.announced or "nobody on file"

    @property
    def shown_number(self) -> str:
        """The number as people read it."""
        number = self.call.number
        return "number withheld" if not number or is_withheld(number) else format_phone(number)

    @property
    def tel(self) -> str | None:
        """The number as a link that phones dial (RFC 3966); None where there is none to dial."""
        number, _, extension = self.call.number.partition(";ext=")
        if not (number.startswith("+") and number[1:].isdigit()):
            return None
        return f"tel:{number}{f';ext={extension}' if extension.isdigit() else ''}"

    def age(self, now: datetime) -> str:
        """How long it has been waiting."""
        return age((now - self.call.started_at).total_seconds())


def callback_to_json(callback: Callback) -> dict[str, Any]:
    """Return a callback in the JSON that others build on: its call, and what is to be done about it."""
    return {
        **call_to_json(callback.call),
        "owner": callback.owner,
        "contacts": list(callback.contacts),
        "tel": callback.tel,
    }
