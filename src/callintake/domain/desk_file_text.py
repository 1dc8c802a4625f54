"""The desk file written: the rules of a desk as TOML, each with what it means."""

from collections.abc import Mapping
from dataclasses import asdict
from textwrap import wrap
from typing import Any

from callintake.domain.desk_file_hours import EXAMPLE, HOURS, settings_of, settings_of_department
from callintake.domain.desk_file_lines import MEANING as LINES
from callintake.domain.desk_numbers import EMAIL_CODES, RETENTION, TARGETS, VERIFICATION
from callintake.domain.message_template import BLANKS, PERSONAL, Templates
from callintake.domain.notify_rules import NotifyRules, Smtp
from callintake.domain.routing import Category, Desk

_WIDTH = 98
_HEAD = """\
# The desk file: what this desk goes by. What a file leaves out is as it comes built in, not as it was before.
# See what a file would change: callintake desk apply FILE --dry-run
"""
_OPEN = "When the desk is open: due times count then alone. Without this table they count around the clock."
_SMTP = """
# The server that takes the desk's e-mail.
#   security       starttls or tls, with its certificate checked, or none
#   user           without it, nobody signs in
#   password_from  the name of the secret that is the password: it stands in the environment, a keyring or secrets.toml
#   from           whom the e-mail is from
"""
_NO_SMTP = """\
# [smtp]
# host = "mail.example.com"
# port = 587
# security = "starttls"
# user = "desk"
# password_from = "SMTP_PASSWORD"
# from = "desk@example.com"
"""
_TEMPLATES = """
# How messages about a ticket read, after the line that says its number and what happened.
#   subject  of an e-mail, after the number
#   email    lines of an e-mail
#   message  lines of an instant message, which says of people what personal allows
"""
_BLANKS = f"Blanks: {', '.join(f'{{{name}}}' for name in BLANKS)}. A line whose blanks all stay empty is left out."
_NO_TEMPLATES = """\
# [notify.templates]
# subject = "{priority}: {subject}"
# email = ["Priority: {priority}, due {due}", "{description}"]
# message = ["{category}, {priority}, due {due}"]
"""
_DEPARTMENTS = """
# Where requests go, in the order in which they are offered. Each may have:
#   emails    the addresses that are told of its requests
#   webhooks  channels that are told: [[departments.webhooks]] with kind (slack, mattermost, teams, googlechat, generic,
#             apprise) and address_from, the name of the secret that is the address
#   hours     when it is there: [departments.hours], as [hours] has it; zone, holidays and closed are the desk's unless
#             it says otherwise, and "none" is no holidays. Without hours it always is
#   templates how its messages read where they read otherwise: [departments.templates], as [notify.templates] has it
#   fallback  the department that is told as well of what comes outside of its hours
"""
_CATEGORIES = """
# Kinds of request, in the order in which they are offered; one is named "other". Small letters, as in the directory.
#   department  where such requests go
#   priority    critical, high, normal or low, unless the call says otherwise
#   sensitive   whether asking for it needs the right in the directory, or an approver
#   two_fold    whether it needs several methods of different class
#   questions   what to ask the caller
#   procedure   the document to follow (may be left out)
#   snippets    lines for the notes, with a blank to fill
"""


def desk_file_text(desk: Desk) -> str:
    """Return the rules of a desk as a desk file; read back, it is the same desk."""
    verification = asdict(desk.verification)
    targets = asdict(desk.targets)
    parts = [
        _HEAD,
        _optional(
            "security_address",
            desk.security_address,
            "security@example.com",
            "Where suspicious calls and breaks of the glass are told; without it, nobody is.",
        ),
        _setting("classification", desk.classification, "How what leaves the desk is marked."),
        _optional(RETENTION.key, desk.retention_days, 730, RETENTION.meaning),
        _optional(
            "region",
            desk.region,
            "GB",
            "The region (ISO 3166) whose numbers need no country code; without it, that of everybody's own settings.",
        ),
        _setting(
            "asset_pattern",
            desk.asset_pattern,
            "How an asset tag looks: characters, \\d \\w \\s \\b, sets in [], groups in (), |, repeats ? {n} {m,n}.",
        ),
        _setting("snippets", desk.snippets, "Lines for the notes of any call."),
        "\n# How much proof, for how long, and what locks a contact.\n[verification]\n",
        *(_setting(one.key, verification[one.key], one.meaning, before="") for one in VERIFICATION),
        _setting("email_codes", desk.verification.email_codes, EMAIL_CODES, before=""),
        "\n# When a ticket is due, counted from when it was raised.\n[targets]\n",
        *(_setting(one.key, targets[one.key], one.meaning, before="") for one in TARGETS),
        _hours(desk),
        _lines(desk.lines),
        _smtp(desk.notify.smtp),
        _notify(desk.notify),
        _DEPARTMENTS,
        "\n".join(_department(name, desk) for name in desk.departments),
        _CATEGORIES,
        "\n".join(_category(category) for category in desk.categories),
    ]
    return "".join(parts)


def _hours(desk: Desk) -> str:
    """The opening hours: where there are none, an example of them that means nothing yet."""
    lines = ["[hours]\n"]
    for key, value in settings_of(desk.hours or EXAMPLE).items():
        lines += [_comment(HOURS[key]) if key in HOURS else "", _assigned(key, value)]
    written = "".join(lines)
    if desk.hours is None:
        written = "".join(line if line.startswith("#") else f"# {line}" for line in written.splitlines(keepends=True))
    return f"\n{_comment(_OPEN)}{written}"


def _lines(lines: Mapping[str, str]) -> str:
    """The lines that callers dial: where there are none, an example of them that means nothing yet."""
    if not lines:
        return f"\n{_comment(LINES)}# [lines]\n# {_assigned('+442079460100', 'Northwind desk')}"
    return f"\n{_comment(LINES)}[lines]\n{_all_assigned(lines)}"


def _setting(key: str, value: object, meaning: str, *, before: str = "\n") -> str:
    return f"{before}{_comment(meaning)}{_assigned(key, value)}"


def _optional(key: str, value: object, example: object, meaning: str) -> str:
    """A setting that need not be there: where it is not, an example of it that means nothing yet."""
    written = _assigned(key, value) if value is not None else f"# {_assigned(key, example)}"
    return f"\n{_comment(meaning)}{written}"


def _comment(meaning: str) -> str:
    return "".join(f"# {line}\n" for line in wrap(meaning, _WIDTH))


def _smtp(smtp: Smtp | None) -> str:
    if smtp is None:
        return f"{_SMTP}{_NO_SMTP}"
    values = {
        "host": smtp.host,
        "port": smtp.port,
        "security": smtp.security.value,
        "user": smtp.user,
        "password_from": smtp.password_from,
        "from": smtp.sender,
    }
    return f"{_SMTP}[smtp]\n{_all_assigned(values)}"


def _notify(rules: NotifyRules) -> str:
    hosts = "Hosts that instant messages may go to; *. stands for any name before it."
    private = "Hosts on the desk's own network; all others must have a public address."
    services = "Services that apprise may reach whose host is not in their address, by the word before its ://."
    told = f"What of {', '.join(PERSONAL)} an instant message may say; e-mail says it all."
    return "".join(
        [
            "\n# What goes to whom.\n[notify]\n",
            _setting("allowed_hosts", rules.allowed_hosts, hosts, before=""),
            _setting("private_hosts", rules.private_hosts, private, before=""),
            _setting("apprise_services", rules.apprise_services, services, before=""),
            _setting("personal", rules.personal, told, before=""),
            _setting(
                "acknowledge",
                rules.acknowledge,
                "Whether the contact is sent the number of the ticket, to the address on file.",
                before="",
            ),
            _optional(
                "breach_address",
                rules.breach_address,
                "lead@example.com",
                "Where it is told that a ticket is past its due time; without it, nowhere.",
            ).removeprefix("\n"),
            _TEMPLATES,
            _comment(_BLANKS),
            _templates("notify.templates", rules.templates) or _NO_TEMPLATES,
        ]
    )


def _templates(table: str, templates: Templates) -> str:
    written = _all_assigned(asdict(templates))
    return f"[{table}]\n{written}" if written else ""


def _department(name: str, desk: Desk) -> str:
    listeners, cover = desk.notify.of(name), desk.cover_of(name)
    fallback = cover.fallback if cover else None
    lines = _all_assigned({"name": name, "emails": listeners.emails or None, "fallback": fallback})
    webhooks = (
        f"[[departments.webhooks]]\n{_all_assigned({'kind': one.medium.value, 'address_from': one.address_from})}"
        for one in listeners.webhooks
    )
    templates = _templates("departments.templates", listeners.templates)
    hours = f"[departments.hours]\n{_all_assigned(settings_of_department(cover.hours))}" if cover else ""
    return "".join([f"[[departments]]\n{lines}", *webhooks, templates, hours])


def _category(category: Category) -> str:
    values: dict[str, Any] = {
        "name": category.name,
        "department": category.department,
        "priority": category.priority.word,
        "sensitive": category.sensitive,
        "two_fold": category.two_fold,
        "questions": category.questions,
        "procedure": category.procedure,
        "snippets": category.snippets,
    }
    return f"[[categories]]\n{_all_assigned(values)}"


def _all_assigned(values: Mapping[str, object]) -> str:
    return "".join(_assigned(key, value) for key, value in values.items() if value is not None)


def _assigned(key: str, value: object) -> str:
    import tomli_w

    return tomli_w.dumps({key: value})
