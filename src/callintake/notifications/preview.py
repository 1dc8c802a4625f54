"""What would go over the wire, to be looked at before anything does."""

import json

from callintake.domain.notice import Claimed
from callintake.domain.notify_rules import Medium
from callintake.notifications.email import compose
from callintake.notifications.render import instant_message
from callintake.notifications.webhook import payload

_NO_SENDER = "desk@example.com"


def preview(claimed: Claimed) -> str:
    """Return a message as a mail server or a messenger would take it, the JSON of the latter in lines.

    Raises:
        Refused: it can't be made.
    """
    if claimed.medium is not Medium.EMAIL:
        posted = json.loads(payload(claimed.medium, instant_message(claimed.notice)))
        return json.dumps(posted, ensure_ascii=False, indent=2)
    server = claimed.notice.desk.notify.smtp
    return compose(claimed, server.sender if server else _NO_SENDER).decode("utf-8", "replace").replace("\r\n", "\n")
