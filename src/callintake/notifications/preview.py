"""What would go over the wire, to be looked at before anything does."""

import json
from collections.abc import Iterator

from callintake.domain.example_ticket import example_ticket
from callintake.domain.notice import Claimed, Notice, NoticeEvent
from callintake.domain.notify_rules import Medium
from callintake.domain.routing import Desk
from callintake.notifications.email import compose
from callintake.notifications.render import instant_message, letter
from callintake.notifications.webhook import payload, plain

_NO_SENDER = "desk@example.com"


def readings(desk: Desk, department: str) -> Iterator[str]:
    """Yield, in lines, how messages about an invented ticket read to a department by the rules of a desk."""
    notice = Notice(NoticeEvent.ROUTED, desk, department, {}, example_ticket(department))
    listeners = desk.notify.of(department)
    if listeners.emails:
        mail = letter(notice)
        yield f"--- {department}, e-mail about an invented ticket: {mail.subject}"
        yield from mail.text.splitlines()
    if listeners.webhooks:
        yield f"--- {department}, instant message about an invented ticket"
        yield from instant_message(notice).text.splitlines()


def preview(claimed: Claimed) -> str:
    """Return a message as a mail server or a messenger would take it, the JSON of the latter in lines.

    Raises:
        Refused: it can't be made.
    """
    if claimed.medium is Medium.APPRISE:
        return plain(instant_message(claimed.notice))
    if claimed.medium is not Medium.EMAIL:
        posted = json.loads(payload(claimed.medium, instant_message(claimed.notice)))
        return json.dumps(posted, ensure_ascii=False, indent=2)
    server = claimed.notice.desk.notify.smtp
    return compose(claimed, server.sender if server else _NO_SENDER).decode("utf-8", "replace").replace("\r\n", "\n")
