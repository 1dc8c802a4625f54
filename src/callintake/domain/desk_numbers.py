"""The numbers that a desk file may set: between what, what each is for, and which way loosens security (P4)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NumberSetting:
    """A whole number of a table; `looser` is 1 where more of it asks for less proof, -1 where less does, else 0."""

    key: str
    least: int
    most: int
    meaning: str
    looser: int = 0

    def is_loosened(self, before: int, after: int) -> bool:
        """Whether a change asks for less proof than before."""
        return (after - before) * self.looser > 0


_HOURS_OF_A_MONTH = 30 * 24
_MINUTES_OF_A_YEAR = 365 * 24 * 60

VERIFICATION = (
    NumberSetting(
        "sensitive_methods",
        2,
        4,
        "Methods of different class that a two_fold category wants; one is a callback or an approver.",
        -1,
    ),
    NumberSetting(
        "number_days", 0, 3650, "Days that a number or an address must have been on file before it proves anything.", -1
    ),
    NumberSetting("valid_minutes", 1, 240, "Minutes that a verification lasts within its call.", 1),
    NumberSetting("lock_failures", 1, 10, "So many failures lock a contact...", 1),
    NumberSetting("lock_hours", 1, _HOURS_OF_A_MONTH, "... within so many hours, over all calls and agents.", -1),
    NumberSetting(
        "suspicious_calls",
        1,
        10,
        "Calls with a failure for one contact, within lock_hours, that make the next one suspicious.",
        1,
    ),
    NumberSetting("code_minutes", 1, 10, "Minutes that a code sent by e-mail is good for.", 1),
)
"""What is a number in `VerificationRules`."""
EMAIL_CODES = "Whether codes may go to the e-mail address on file; NIST takes e-mail for no channel of its own."
TARGETS = tuple(
    NumberSetting(word, 1, _MINUTES_OF_A_YEAR, f"Minutes after which a ticket of {word} priority is due.")
    for word in ("critical", "high", "normal", "low")
)
"""What is in `Targets`, the most urgent first."""
RETENTION = NumberSetting(
    "retention_days", 30, 36500, "For how many days what is done with is kept; without it, for good.", -1
)
