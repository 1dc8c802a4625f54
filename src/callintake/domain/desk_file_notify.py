"""The part of the desk file that is about messages: mail, messengers, and what they may be told (P9)."""

from collections.abc import Callable, Iterable, Sequence

from callintake.domain.desk_file_table import GivenTable
from callintake.domain.email import parse_email
from callintake.domain.errors import Refused
from callintake.domain.message_template import PERSONAL, Templates, check_line, check_message, check_subject
from callintake.domain.notify_rules import (
    MESSENGERS,
    SMTP_PASSWORD,
    Listeners,
    Medium,
    NotifyRules,
    Security,
    Smtp,
    Webhook,
    check_host,
    check_host_pattern,
    check_secret_name,
    check_service,
)
from callintake.domain.toml_lines import Path

SETTINGS = ("smtp", "notify")
OF_DEPARTMENT = ("emails", "webhooks", "templates")
_SMTP = ("host", "port", "security", "user", "password_from", "from")
_NOTIFY = (
    "allowed_hosts",
    "private_hosts",
    "personal",
    "acknowledge",
    "breach_address",
    "apprise_services",
    "templates",
)
_ADDRESS, _NAME, _HOST = 320, 60, 253
_MOST_TARGETS, _MOST_HOSTS = 20, 50
_SUBJECT, _TEMPLATE, _MOST_LINES = 100, 200, 30


def notify_rules(file: GivenTable, listeners: Sequence[Listeners]) -> NotifyRules:
    """Return what the file says of messages; departments have told where they hear of requests, in their order."""
    table, default = file.table("notify"), NotifyRules()
    table.only(_NOTIFY)
    hosts = _list(table, "allowed_hosts", _HOST, _MOST_HOSTS, check_host_pattern)
    rules = NotifyRules(
        _smtp(file),
        tuple(one for one in listeners if one.emails or one.webhooks),
        default.allowed_hosts if hosts is None else hosts,
        _list(table, "private_hosts", _HOST, _MOST_HOSTS, check_host) or (),
        _in_order(_list(table, "personal", _NAME, len(PERSONAL), _personal) or ()),
        table.switch("acknowledge", False),
        table.checked("breach_address", _ADDRESS, parse_email, None),
        _list(table, "apprise_services", _NAME, _MOST_HOSTS, check_service) or (),
        _templates(table),
    )
    _check_messages(file, ("notify",), rules.templates, rules.personal)
    for place, one in enumerate(listeners):
        _check_messages(file, ("departments", place), one.templates, rules.personal)
    needs_mail = any(one.emails for one in rules.listeners) or rules.acknowledge or rules.breach_address
    if needs_mail and "smtp" not in file.values:
        file.refuse("smtp", "needed: e-mail is to be sent, and nothing says by which server")
    return rules


def listeners_of(table: GivenTable, department: str) -> Listeners:
    """Return where a department hears of requests."""
    emails = _list(table, "emails", _ADDRESS, _MOST_TARGETS, parse_email) or ()
    webhooks = [_webhook(one) for one in table.tables("webhooks")] if "webhooks" in table.values else []
    if len(set(webhooks)) < len(webhooks):
        table.refuse("webhooks", "the same one is given twice")
    if "templates" in table.values and not (emails or webhooks):
        table.refuse("templates", "nothing says where it hears of requests: give it emails or webhooks")
    return Listeners(department, emails, tuple(webhooks), _templates(table))


def _templates(table: GivenTable) -> Templates:
    """Return how messages read; a line of an instant message is looked at again once it is known what it may say."""
    if "templates" not in table.values:
        return Templates()
    given = table.table("templates")
    given.only(("subject", "email", "message"))
    email, message = (_lines(given, key) if key in given.values else None for key in ("email", "message"))
    return Templates(given.checked("subject", _SUBJECT, check_subject, None), email, message)


def _lines(table: GivenTable, key: str) -> tuple[str, ...]:
    lines = []
    for place, line in enumerate(table.texts(key, _TEMPLATE, _MOST_LINES)):
        try:
            lines.append(check_line(line))
        except Refused as refusal:
            table.problems.add((*table.path, key, place), str(refusal))
    if table.values[key] == []:
        table.refuse(key, "a line at least is needed; without any, leave it out")
    return tuple(lines)


def _check_messages(file: GivenTable, path: Path, templates: Templates, personal: tuple[str, ...]) -> None:
    for place, line in enumerate(templates.message or ()):
        try:
            check_message(line, personal)
        except Refused as refusal:
            file.problems.add((*path, "templates", "message", place), str(refusal))


def _webhook(table: GivenTable) -> Webhook:
    table.only(("kind", "address_from"))
    for key in ("kind", "address_from"):
        if key not in table.values:
            table.refuse(key, "needed")
    kind = table.checked("kind", _NAME, lambda given: _one_of(given, MESSENGERS), None)
    name = table.checked("address_from", 1000, check_secret_name, None)
    return Webhook(Medium(kind or Medium.GENERIC), name or "")


def _smtp(file: GivenTable) -> Smtp | None:
    if "smtp" not in file.values:
        return None
    table = file.table("smtp")
    table.only(_SMTP)
    for key in ("host", "from"):
        if key not in table.values:
            table.refuse(key, "needed")
    security = Security(table.checked("security", _NAME, lambda given: _one_of(given, Security), None) or "starttls")
    user = table.text("user", _ADDRESS)
    if user is not None and security is Security.NONE:
        table.refuse("security", "a password goes over starttls or tls only")
    return Smtp(
        table.checked("host", _HOST, check_host, None) or "",
        table.number("port", 1, 65535, security.port) or security.port,
        table.checked("from", _ADDRESS, parse_email, None) or "",
        security,
        user,
        table.checked("password_from", 1000, check_secret_name, None) or SMTP_PASSWORD,
    )


def _list(table: GivenTable, key: str, longest: int, most: int, check: Callable[[str], str]) -> tuple[str, ...] | None:
    """Return a list of texts that a rule takes, each once; None where the file has none."""
    if key not in table.values:
        return None
    taken: list[str] = []
    for given in table.texts(key, longest, most):
        try:
            one = check(given.strip())
        except Refused as refusal:
            table.refuse(key, str(refusal))
            continue
        if one in taken:
            table.refuse(key, f"“{one}” is there already")
        taken.append(one)
    return tuple(taken)


def _one_of(given: str, known: Iterable[str]) -> str:
    names = [str(one) for one in known]
    if given not in names:
        raise Refused(f"one of {', '.join(names)} is needed")
    return given


def _personal(given: str) -> str:
    return _one_of(given, PERSONAL)


def _in_order(given: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(one for one in PERSONAL if one in given)
