"""Placeholders that a phone did not fill in: each names the setting to look at."""

import re
from collections.abc import Iterable

from callintake.domain.errors import Refused
from callintake.domain.text import clean_line, elide

_FORMS = (
    (
        re.compile(r"%[A-Za-z]\w*%"),
        "in the 3CX client, Settings > Integration, the address is opened by the client when it rings, "
        "with %CallerNumber% and %CallerDisplayName%, spelled so",
    ),
    (
        re.compile(r"\[\[?[A-Za-z]\w*\]?(?:\.\w+\([^)]*\))?\]?"),
        "3CX fills in [Number] and the like only in its CRM template: upload the one that `callintake 3cx-template` "
        "prints under Integrations > CRM",
    ),
    (re.compile(r"\{\{.*\}\}"), "the bridge does not know that variable: look at its message template"),
    (
        re.compile(r"\$\{.*\}"),
        "Asterisk and Jitsi fill that in only where it is no plain text: look at the quotes in the dialplan, "
        "or at the pop-up address",
    ),
    (
        re.compile(r"\{[A-Za-z]+(?::\d+)?\}"),
        "the phone does not know that variable: look at its pop-up address; Wildix has {CALLERNUM} and {CALLERNAME}",
    ),
    (re.compile(r"[%$][0-9A-Za-z]"), "the phone hands no number over: look at the command it runs"),
)


def check_filled_in(fields: Iterable[tuple[str, str]]) -> None:
    """Refuse values that are placeholders still.

    Raises:
        Refused: one is; the message names the setting of the phone.
    """
    for name, value in fields:
        for form, setting in _FORMS:
            if form.fullmatch(value.strip()):
                said = elide(clean_line(value), 40)
                raise Refused(f"“{elide(clean_line(name), 40)}” came as {said}, not filled in by the phone: {setting}")
