"""E-mail addresses: normalized, or refused with the reason (P6)."""

from callintake.domain.errors import Refused
from callintake.domain.text import clean_line


class EmailRefused(Refused):
    """What was typed can't be an e-mail address; the message says why."""


def parse_email(typed: str) -> str:
    """Return the normalized address in what somebody typed; nothing is looked up on the network.

    Raises:
        EmailRefused: it is not one address that mail could reach.
    """
    from email_validator import EmailNotValidError, validate_email

    text = clean_line(typed)
    if "\x00" in typed:
        raise EmailRefused("there is a hidden character in it; type it again")
    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError as error:
        reason = str(error).removesuffix(".")
        raise EmailRefused(reason[:1].lower() + reason[1:]) from None
