"""Codes by e-mail: straight to the mail server, kept nowhere, and the caller says them back (P4)."""

from callintake.domain.errors import Refused
from callintake.domain.routing import Desk
from callintake.domain.secrets import Concealed

SECONDS = 20.0
"""How long a caller waits for a code at most."""
_SUBJECT = "Your code for the helpdesk"
_TEXT = """\
{code}

is your code for the helpdesk. It is good once, for {minutes} minutes: say it to whom you are on the phone with.

If you are not on the phone with us, tell it nobody, and call us at the number you know.

{classification}
"""


def mail_code(rules: Desk, address: str, code: str) -> None:
    """Send a code, and wait until the mail server has it.

    Raises:
        Refused: it does not, or none is set up; the code is in no message about that.
    """
    import asyncio
    from datetime import UTC, datetime
    from email.utils import make_msgid

    from callintake.domain.delivery import Verdict
    from callintake.notifications.email import envelope, mailbox
    from callintake.notifications.secret_store import secret
    from callintake.notifications.smtp import send_mail

    server = rules.notify.smtp
    if server is None:
        raise Refused("the desk file names no mail server, so that no code can be sent")
    password = None if server.user is None else secret(server.password_from)
    if server.user is not None and password is None:
        raise Refused(f"the secret {server.password_from} is not here, so that no code can be sent from here")
    minutes = rules.verification.code_minutes
    text = Concealed(_TEXT.format(code=code, minutes=minutes, classification=rules.classification))
    message = envelope(server.sender, address, _SUBJECT, datetime.now(UTC))
    message["Message-ID"] = make_msgid(domain=mailbox(server.sender).domain)
    message.set_content(text)
    outcome = asyncio.run(send_mail(server, password, address, message.as_bytes(), SECONDS))
    if outcome.verdict is not Verdict.SENT:
        raise Refused(f"the code was not sent: {outcome.said.replace(code, '')}")
