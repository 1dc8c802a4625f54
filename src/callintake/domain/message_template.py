"""Templates of messages: text with a few named blanks. What fills them stays text: it is never a format of its own."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from callintake.domain.errors import Refused

PERSONAL = ("subject", "name", "organization", "email", "phone")
"""What of a ticket tells of a person; the subject is what somebody said."""
WORK = ("number", "department", "category", "priority", "status", "due", "asset", "procedure", "gate")
"""Blanks that tell of nobody."""
DESCRIPTION = "description"
"""What the caller said: in e-mail alone, and never in a subject."""
BLANKS = (*WORK, *PERSONAL, DESCRIPTION)
_PARTS = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_LONGEST_NAME = 30


@dataclass(frozen=True, slots=True)
class Templates:
    """How messages about a ticket read; what is None reads as it comes built in."""

    subject: str | None = None
    """Of an e-mail, after the number."""
    email: tuple[str, ...] | None = None
    """Lines of an e-mail, after that which says what happened."""
    message: tuple[str, ...] | None = None
    """Lines of an instant message, likewise."""

    def over(self, other: "Templates") -> "Templates":
        """Return these, and where one of them is missing, that of another."""
        return Templates(
            other.subject if self.subject is None else self.subject,
            other.email if self.email is None else self.email,
            other.message if self.message is None else self.message,
        )


def blanks_of(template: str) -> tuple[str, ...]:
    """Return the blanks of a template.

    Raises:
        Refused: a brace is not closed, or what is in one is no blank that there is.
    """
    names = []
    for found in _PARTS.finditer(template):
        if found[0] in ("{", "}"):
            raise Refused("a brace stands by itself: a blank is written {number}, a brace that is meant {{ or }}")
        if found[1] is None:
            continue
        if found[1] not in BLANKS:
            raise Refused(f"there is no blank {{{found[1][:_LONGEST_NAME]}}}; there are: {', '.join(BLANKS)}")
        names.append(found[1])
    return tuple(names)


def check_subject(given: str) -> str:
    """Return the template of a subject.

    Raises:
        Refused: it can't be one.
    """
    if DESCRIPTION in blanks_of(given):
        raise Refused("{description} is longer than a subject: it is for the lines of an e-mail")
    if "=?" in given:
        raise Refused("=? means something else in the header of an e-mail: leave it out")
    return given


def check_line(given: str) -> str:
    """Return the template of a line of e-mail.

    Raises:
        Refused: it can't be one.
    """
    blanks_of(given)
    return given


def check_message(given: str, personal: Collection[str]) -> None:
    """Hold a line of an instant message to what it may say of people.

    Raises:
        Refused: it says more.
    """
    for name in blanks_of(given):
        if name == DESCRIPTION:
            raise Refused("{description} is what the caller said: an instant message never says that")
        if name in PERSONAL and name not in personal:
            raise Refused(f"{{{name}}} tells of a person, and personal in [notify] does not allow it")


def fill(template: str, values: Mapping[str, str]) -> str:
    """Return a template with its blanks filled; nothing, if it has some and all of them stay empty."""
    names = blanks_of(template)
    if names and not any(values.get(name) for name in names):
        return ""

    def part(found: re.Match[str]) -> str:
        return found[0][0] if found[1] is None else values.get(found[1], "")

    return _PARTS.sub(part, template)
