"""The desk file written: the rules of a desk as TOML, each with what it means."""

from dataclasses import asdict
from textwrap import wrap
from typing import Any

from callintake.domain.desk_file_hours import EXAMPLE, HOURS, settings_of
from callintake.domain.desk_numbers import EMAIL_CODES, RETENTION, TARGETS, VERIFICATION
from callintake.domain.routing import Category, Desk

_WIDTH = 98
_HEAD = """\
# The desk file: what this desk goes by. What a file leaves out is as it comes built in, not as it was before.
# See what a file would change: callintake desk apply FILE --dry-run
"""
_OPEN = "When the desk is open: due times count then alone. Without this table they count around the clock."
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
        "\n# Where requests go, in the order in which they are offered.\n",
        *(f"[[departments]]\n{_assigned('name', name)}" for name in desk.departments),
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


def _setting(key: str, value: object, meaning: str, *, before: str = "\n") -> str:
    return f"{before}{_comment(meaning)}{_assigned(key, value)}"


def _optional(key: str, value: object, example: object, meaning: str) -> str:
    """A setting that need not be there: where it is not, an example of it that means nothing yet."""
    written = _assigned(key, value) if value is not None else f"# {_assigned(key, example)}"
    return f"\n{_comment(meaning)}{written}"


def _comment(meaning: str) -> str:
    return "".join(f"# {line}\n" for line in wrap(meaning, _WIDTH))


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
    lines = "".join(_assigned(key, value) for key, value in values.items() if value is not None)
    return f"[[categories]]\n{lines}"


def _assigned(key: str, value: object) -> str:
    import tomli_w

    return tomli_w.dumps({key: value})
