"""Who hears of a request, and how: what the desk file says of mail, messengers and what they may be told (P9)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from callintake.domain.errors import Refused
from callintake.domain.message_template import Templates
from callintake.domain.text import fold

SMTP_PASSWORD = "SMTP_PASSWORD"  # noqa: S105 - the name of a secret
SERVICE_HOSTS = (
    "hooks.slack.com",
    "hooks.slack-gov.com",
    "chat.googleapis.com",
    "*.logic.azure.com",
    "*.api.powerplatform.com",
)
"""Where the messengers that are a service take messages; `*.` stands for any name before it."""
_SECRET_NAME = re.compile(r"[A-Z][A-Z0-9_]{0,59}")
_SERVICE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,29}")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\.?|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]+")


class Medium(StrEnum):
    """How a message goes."""

    EMAIL = "email"
    SLACK = "slack"
    MATTERMOST = "mattermost"
    TEAMS = "teams"
    GOOGLECHAT = "googlechat"
    GENERIC = "generic"
    APPRISE = "apprise"


MESSENGERS = tuple(medium for medium in Medium if medium is not Medium.EMAIL)
WEBHOOKS = tuple(medium for medium in MESSENGERS if medium is not Medium.APPRISE)
"""Those that callintake speaks to itself; what the others are is known to the library Apprise, an extra."""


class Security(StrEnum):
    """How the connection to the mail server is kept from others."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"

    @property
    def port(self) -> int:
        """The usual port (RFC 6409, RFC 8314, RFC 5321)."""
        return {"starttls": 587, "tls": 465, "none": 25}[self.value]


@dataclass(frozen=True, slots=True)
class Smtp:
    """The mail server that takes what the desk sends."""

    host: str
    port: int
    sender: str
    security: Security = Security.STARTTLS
    user: str | None = None
    password_from: str = SMTP_PASSWORD
    """The name of the secret that is the password."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """A channel of a messenger; its address holds a token, so that only the name of that secret is known here."""

    medium: Medium
    address_from: str


@dataclass(frozen=True, slots=True)
class Listeners:
    """Where one department hears of requests."""

    department: str
    emails: tuple[str, ...] = ()
    webhooks: tuple[Webhook, ...] = ()
    templates: Templates = field(default_factory=Templates)
    """How its messages read; what it does not say reads as the desk's."""

    def targets(self) -> Iterator[tuple[Medium, str]]:
        """Yield how and to whom each message goes: an address, or the name of the secret that is one."""
        for address in self.emails:
            yield Medium.EMAIL, address
        for webhook in self.webhooks:
            yield webhook.medium, webhook.address_from


@dataclass(frozen=True, slots=True)
class NotifyRules:
    """What the desk file says of messages; the built-in desk sends none."""

    smtp: Smtp | None = None
    listeners: tuple[Listeners, ...] = ()
    """Departments that hear of requests, in the order of the desk's departments."""
    allowed_hosts: tuple[str, ...] = SERVICE_HOSTS
    private_hosts: tuple[str, ...] = ()
    """Hosts on the desk's own network; any other must have a public address."""
    personal: tuple[str, ...] = ()
    """Which of `PERSONAL` an instant message may say."""
    acknowledge: bool = False
    """Whether the contact on file is sent the number of a ticket."""
    breach_address: str | None = None
    """Where it is told that a ticket is past its due time."""

    apprise_services: tuple[str, ...] = ()
    """Services that Apprise may reach where it knows the host itself, by the first word of their addresses."""
    templates: Templates = field(default_factory=Templates)
    """How messages about tickets read, unless the department says otherwise."""

    def templates_of(self, department: str) -> Templates:
        """Return how messages to a department read."""
        return self.of(department).templates.over(self.templates)

    @property
    def needs_apprise(self) -> bool:
        """Whether anybody hears by Apprise."""
        return any(one.medium is Medium.APPRISE for listeners in self.listeners for one in listeners.webhooks)

    def of(self, department: str) -> Listeners:
        """Return where a department hears of requests; nowhere, if the desk file does not say."""
        found = (one for one in self.listeners if fold(one.department) == fold(department))
        return next(found, Listeners(department))

    def may_reach(self, host: str) -> bool:
        """Whether messages may go to a host."""
        host = host.casefold().rstrip(".")
        return host in self.private_hosts or any(
            host.endswith(name[1:]) if name.startswith("*.") else host == name for name in self.allowed_hosts
        )


def check_secret_name(given: str) -> str:
    """Return the name of a secret.

    Raises:
        Refused: it is none; it may be the secret itself, so that the message does not repeat it.
    """
    if not _SECRET_NAME.fullmatch(given):
        raise Refused("the NAME of a secret is needed, in capitals, digits and _; the secret itself is kept elsewhere")
    return given


def check_service(given: str) -> str:
    """Return the first word of addresses of a service of Apprise, in small letters.

    Raises:
        Refused: it is none.
    """
    if not _SERVICE.fullmatch(given):
        raise Refused("the word before :// is needed, such as tgram or ntfy")
    return given.casefold()


def check_host(given: str) -> str:
    """Return the name or IP address of a host, in small letters.

    Raises:
        Refused: it is none.
    """
    if len(given) > 253 or not _HOST.fullmatch(given):
        raise Refused("the name of a host is needed, such as chat.example.com")
    return given.casefold().rstrip(".")


def check_host_pattern(given: str) -> str:
    """Return the name of a host, which may begin with `*.`.

    Raises:
        Refused: it is none, or stands for everything.
    """
    rest = given.removeprefix("*.")
    host = check_host(rest)
    if rest != given and "." not in host:
        raise Refused("*. stands before a name of two parts at least, such as *.example.com")
    return f"*.{host}" if rest != given else host
