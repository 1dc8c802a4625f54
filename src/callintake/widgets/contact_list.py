"""The lines of the directory."""

from collections.abc import Hashable, Sequence

from callintake.domain.contact import Contact
from callintake.domain.phone import format_phone
from callintake.widgets.line_list import LineList

_PHONE, _VIP = 19, 3
_PHONE_FROM, _EMAIL_FROM = 66, 100
"""The widths from which on there is room for them; the one under the cursor is shown with both."""


class ContactList(LineList[Contact]):
    """People in the directory."""

    def key_of(self, line: Contact) -> Hashable:
        return line.id

    def columns(self, width: int) -> Sequence[tuple[str, int]]:
        phone = [("Phone", _PHONE)] if width >= _PHONE_FROM else []
        left = max(width - sum(size + 1 for _, size in phone) - _VIP - 4, 24)
        if width < _EMAIL_FROM:
            shared = [("Name", left * 9 // 20), ("Organization", left - left * 9 // 20)]
            email = []
        else:
            shared = [("Name", left * 3 // 10), ("Organization", left * 3 // 10)]
            email = [("E-mail", left - 2 * (left * 3 // 10) - 1)]
        return [*shared, *phone, *email, ("VIP", _VIP)]

    def cells(self, line: Contact) -> dict[str, str]:
        number = format_phone(line.numbers[0].e164) if line.numbers else "–"
        return {
            "Name": line.name,
            "Organization": line.organization,
            "Phone": f"{number} +{len(line.numbers) - 1}" if len(line.numbers) > 1 else number,
            "E-mail": line.email or "–",
            "VIP": "VIP" if line.vip else "",
        }

    def mark_of(self, line: Contact, title: str) -> str | None:
        return "line-list--marked" if title == "VIP" else None
