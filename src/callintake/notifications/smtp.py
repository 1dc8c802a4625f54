"""E-mail handed to the mail server, and what that says of it (RFC 5321, RFC 3207)."""

import asyncio
import socket
import ssl

from callintake.domain.delivery import Outcome, failed, refused, sent
from callintake.domain.errors import Refused
from callintake.domain.notify_rules import Security, Smtp
from callintake.domain.secrets import Concealed
from callintake.domain.text import clean_line
from callintake.notifications.email import is_ascii, mailbox
from callintake.notifications.trust import trusted

SECONDS = 60.0
"""How long everything from the connection to the last answer may take."""
_PERMANENT = 500


async def send_mail(
    smtp: Smtp, password: Concealed | None, recipient: str, message: bytes, seconds: float = SECONDS
) -> Outcome:
    """Hand one message for one recipient to the mail server; whatever goes wrong is an outcome, with the reason."""
    import aiosmtplib

    try:
        to, sender = mailbox(recipient), mailbox(smtp.sender)
    except Refused as refusal:
        return refused(str(refusal))
    options = [] if is_ascii(to) and is_ascii(sender) else ["smtputf8"]
    client = aiosmtplib.SMTP(
        hostname=smtp.host,
        port=smtp.port,
        local_hostname=socket.gethostname() or "localhost",
        timeout=seconds,
        use_tls=smtp.security is Security.TLS,
        start_tls=smtp.security is Security.STARTTLS,
        tls_context=None if smtp.security is Security.NONE else trusted(),
    )
    try:
        async with asyncio.timeout(seconds):
            await client.connect()
            if smtp.user is not None:
                await client.login(smtp.user, password or "")
            errors, said = await client.sendmail(sender.addr_spec, [to.addr_spec], message, mail_options=options)
            # Each recipient has a message of its own; one that is returned as refused did not get it.
            outcome = _refusal(*next(iter(errors.values()))) if errors else sent(f"{smtp.host} took it: {said}")
    except TimeoutError:
        outcome = failed(f"{smtp.host} did not answer within {seconds:g} s")
    except aiosmtplib.SMTPRecipientsRefused as error:
        outcome = _refusal(error.recipients[0].code, error.recipients[0].message)
    except (aiosmtplib.SMTPSenderRefused, aiosmtplib.SMTPDataError) as error:
        outcome = _refusal(error.code, error.message)
    except aiosmtplib.SMTPNotSupported as error:
        # Whether the server knows the letters of an address, or how to be private.
        outcome = refused(str(error)) if options else failed(f"{smtp.host}: {error}")
    except aiosmtplib.SMTPResponseException as error:
        # The server does not want the desk, not this message: that is put right, and then all of them go.
        outcome = failed(f"{smtp.host} says {error.code} {error.message}")
    except ssl.SSLError as error:
        outcome = failed(f"no private connection to {smtp.host}: {error.reason or type(error).__name__}")
    except (aiosmtplib.SMTPException, OSError) as error:
        outcome = failed(f"{smtp.host} can't be reached: {clean_line(str(error)) or type(error).__name__}")
    except ValueError as error:
        outcome = refused(f"not sent: {error}")
    finally:
        client.close()
    return Outcome(outcome.verdict, _without(outcome.said, password), outcome.retry_after)


def _refusal(code: int, said: str) -> Outcome:
    words = f"{code} {said}"
    return refused(words) if code >= _PERMANENT else failed(words)


def _without(text: str, secret: Concealed | None) -> str:
    return text.replace(secret, "‹concealed›") if secret else text
