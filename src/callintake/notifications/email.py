"""A message as e-mail: its headers from address objects, so that nothing anybody said adds one (RFC 5322, RFC 2047)."""

import html
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime

from callintake.domain.email import parse_email
from callintake.domain.errors import Refused
from callintake.domain.notice import Claimed, Notice
from callintake.domain.text import clean_line
from callintake.notifications.render import Rendered, letter

HEADERS = (
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "References",
    "Auto-Submitted",
    "MIME-Version",
    "Content-Type",
)
"""All that an e-mail of the desk has; those of a thread only from its second message on."""

_LONGEST_LINE = 998
"""Characters of a line that every server takes (RFC 5322, 2.1.1)."""


def compose(claimed: Claimed, sender: str) -> bytes:
    """Return a message as it goes over the wire.

    Raises:
        Refused: an address can't be one, or a header came out that nobody meant to be there.
    """
    rendered = letter(claimed.notice)
    message = envelope(sender, claimed.recipient, rendered.subject, claimed.claimed_at)
    domain = mailbox(sender).domain
    first, own = (_message_id(claimed.notice, revision, domain) for revision in (1, claimed.notice.revision))
    message["Message-ID"] = own
    if own != first:
        message["In-Reply-To"] = first
        message["References"] = first
    message.set_content(rendered.text)
    message.add_alternative(_page(rendered), subtype="html")
    return _checked(message.as_bytes())


def envelope(sender: str, recipient: str, subject: str, moment: datetime) -> EmailMessage:
    """Return a message from the desk to one address, with nothing in it yet.

    Raises:
        Refused: an address can't be one.
    """
    to, from_ = mailbox(recipient), mailbox(sender)
    usual = SMTP if is_ascii(to) and is_ascii(from_) else SMTPUTF8
    # In a line of 78 a long word would leave the first one empty, and the number on the second.
    message = EmailMessage(policy=usual.clone(max_line_length=_LONGEST_LINE) if subject.isascii() else usual)
    message["From"] = Address("Callintake desk", from_.username, from_.domain)
    message["To"] = to
    message["Subject"] = _without_encoded_words(subject)
    message["Date"] = format_datetime(moment)
    # Nobody's holiday answers it (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    return message


def mailbox(address: str) -> Address:
    """Return an address that any mail server knows, its domain in ASCII (RFC 5890).

    Raises:
        Refused: it can't be one.
    """
    try:
        local, _, domain = parse_email(address).rpartition("@")
        return Address("", local, domain.encode("idna").decode("ascii"))
    except (Refused, UnicodeError, ValueError, IndexError):
        raise Refused(f"{clean_line(address)[:100]} is no address that e-mail can go to") from None


def is_ascii(address: Address) -> bool:
    """Whether an address needs nothing of RFC 6531 from the servers on its way."""
    return address.addr_spec.isascii()


def _message_id(notice: Notice, revision: int, domain: str) -> str:
    """The same for every copy; what goes to a department about one thing differs by its revision alone."""
    kind = [] if notice.department else [notice.event.value.replace(" ", "-")]
    about = notice.ticket.number if notice.ticket else "call"
    return f"<{'.'.join([about, *kind, str(revision), notice.thread])}@{domain}>"


def _without_encoded_words(text: str) -> str:
    """The mail library decodes what looks like an encoded word, line ends in it included: nobody's text is one."""
    return text.replace("=?", "= ?")


def _page(rendered: Rendered) -> str:
    def row(label: str, value: str) -> str:
        return f"<tr><th align=left>{html.escape(label)}</th><td>{html.escape(value)}</td></tr>"

    facts = "".join(row(label, value) for label, value in rendered.facts)
    texts = ("\n".join(rendered.lines), rendered.description)
    closing = "<br>".join(html.escape(line) for line in rendered.closing)
    return (
        '<!doctype html><html><body style="font-family:sans-serif">'
        f"<p><b>{html.escape(rendered.number)}</b> {html.escape(rendered.opening)}</p>"
        + (f"<table cellpadding=2>{facts}</table>" if facts else "")
        + "".join(f'<p style="white-space:pre-wrap">{html.escape(text)}</p>' for text in texts if text)
        + f"<p><small>{closing}</small></p></body></html>\n"
    )


def _checked(message: bytes) -> bytes:
    """Return a message whose headers are those that are meant, each once: the last look before it goes."""
    head = message.partition(b"\r\n\r\n")[0].split(b"\r\n")
    names = [line.partition(b":")[0].decode("ascii", "replace") for line in head if line[:1] not in (b" ", b"\t")]
    if len(set(names)) < len(names) or not set(names) <= set(HEADERS) or any(b"\r" in line for line in head):
        raise Refused("the message came out with headers that nobody meant; it was not sent")
    if any(b"\n" in line for line in head):
        raise Refused("the message came out with a line end in a header; it was not sent")
    return message
