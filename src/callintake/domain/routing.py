"""Departments and categories: where a request goes, and what to ask for it (P7, P9, P11)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from callintake.domain.business_time import OpeningHours
from callintake.domain.cover import Closed, Cover, closed_at
from callintake.domain.errors import Refused
from callintake.domain.notify_rules import NotifyRules
from callintake.domain.text import clean_line, fold
from callintake.domain.ticket import Priority
from callintake.domain.verification_rules import VerificationRules

OTHER = "other"
"""The category of a request that was given none."""
ASSET_PATTERN = r"\b[A-Z]{2,4}-\d{3,6}\b"
"""How an asset tag looks on a desk that has not said otherwise."""
CLASSIFICATION = "Protected | Internal Use"
"""How what leaves the desk is marked, on a desk that has not said otherwise (P11)."""


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of request.

    `sensitive` ones need the right to ask for them by name, `two_fold` ones two methods of different class;
    `procedure` is the document to follow; `snippets` are lines to be inserted into the notes, with a blank to fill.
    """

    name: str
    department: str
    priority: Priority = Priority.NORMAL
    sensitive: bool = False
    two_fold: bool = False
    questions: tuple[str, ...] = ()
    procedure: str | None = None
    snippets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Targets:
    """How many minutes after it was raised a ticket is due, by its priority; they count while the desk is open."""

    critical: int = 60
    high: int = 4 * 60
    normal: int = 24 * 60
    low: int = 3 * 24 * 60


@dataclass(frozen=True, slots=True)
class Desk:
    """What one desk goes by: departments and categories, snippets for all of them, and what its desk file sets."""

    departments: tuple[str, ...]
    categories: tuple[Category, ...]
    verification: VerificationRules = field(default_factory=VerificationRules)
    security_address: str | None = None
    """Where breaks of the glass and suspicious calls are told."""
    snippets: tuple[str, ...] = ()
    asset_pattern: str = ASSET_PATTERN
    targets: Targets = field(default_factory=Targets)
    classification: str = CLASSIFICATION
    retention_days: int | None = None
    """For how many days what is done with is kept; None is for good."""
    region: str | None = None
    """ISO 3166 region whose numbers need no country code; None leaves that to everybody's own settings."""
    hours: OpeningHours | None = None
    """When it is open; None is around the clock."""
    lines: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Which desk or client a dialled number is for, by E.164 or extension."""
    notify: NotifyRules = field(default_factory=NotifyRules)
    covers: tuple[Cover, ...] = ()
    """When those departments are there that have hours of their own; the others always are."""

    def closed(self, department: str, moment: datetime) -> Closed | None:
        """Return how a department is not there at a moment in UTC, and who is told as well; None if it is there."""
        return closed_at(self.covers, department, moment)

    def cover_of(self, department: str) -> Cover | None:
        """Return when a department is there, and who stands in; None if it always is."""
        return next((cover for cover in self.covers if fold(cover.department) == fold(department)), None)

    def due_at(self, start: datetime, priority: Priority) -> datetime:
        """Return when a ticket of that priority is due that was raised at `start`; both in UTC."""
        minutes: int = getattr(self.targets, priority.word)
        if self.hours is None or priority in self.hours.around_the_clock:
            return start + timedelta(minutes=minutes)
        return self.hours.due_at(start, minutes)

    def category_on_file(self, name: str) -> Category:
        """Return the category that something on record has, even if the desk knows it no longer.

        One that was taken out of the desk file wants the right to it and two methods, so that this opens no gate (P5).
        """
        try:
            return self.category(name)
        except Refused:
            return Category(name, self.category(OTHER).department, sensitive=True, two_fold=True)

    def category(self, name: str) -> Category:
        """Return the category of that name, whatever its case.

        Raises:
            Refused: there is none; the message names those there are.
        """
        for category in self.categories:
            if fold(category.name) == fold(name):
                return category
        known = ", ".join(category.name for category in self.categories)
        raise Refused(f"no category “{clean_line(name)[:40]}”; there are: {known}")

    def department(self, name: str) -> str:
        """Return the department's name as the desk writes it, whatever the case given.

        Raises:
            Refused: there is none; the message names those there are.
        """
        for department in self.departments:
            if fold(department) == fold(name):
                return department
        raise Refused(f"no department “{clean_line(name)[:40]}”; there are: {', '.join(self.departments)}")


BUILT_IN = Desk(
    departments=("Service desk", "Field services", "Network", "Access management", "Billing", "Security"),
    categories=(
        Category(
            "printing",
            "Field services",
            questions=(
                "Which printer (asset tag)?",
                "What does its display say?",
                "Since when, and how many people?",
            ),
            snippets=(
                "Asset tag: ",
                "Display says, word for word: ",
                "Other printers work: yes / no",
                "Affects: … people since …",
            ),
        ),
        Category(
            "hardware",
            "Field services",
            questions=(
                "Which device (asset tag)?",
                "What happens, what should?",
                "Can they work without it?",
            ),
            snippets=(
                "Asset tag: ",
                "Lights and sounds: ",
                "Works with another cable or socket: yes / no",
                "Can work without it until: ",
            ),
        ),
        Category(
            "software",
            "Service desk",
            questions=("Which program and version?", "The exact message?", "What changed before it began?"),
            snippets=(
                "Program and version: ",
                "Error message, word for word: ",
                "Works elsewhere: yes / no",
                "Last worked: ",
            ),
        ),
        Category(
            "mail",
            "Service desk",
            questions=("Whose mailbox?", "To or from whom?", "The exact bounce or error?"),
            snippets=(
                "Mailbox: ",
                "Bounce, word for word: ",
                "Sent at … from … to …",
                "Works in the browser: yes / no",
            ),
        ),
        Category(
            "network",
            "Network",
            priority=Priority.HIGH,
            questions=("Where are they, how connected?", "One person or many?", "The exact message?"),
            snippets=(
                "Place, and cable or Wi-Fi: ",
                "Error message, word for word: ",
                "Others there are affected: yes / no",
            ),
        ),
        Category(
            "telephony",
            "Network",
            questions=("Which number or extension?", "In, out or both?", "Since when?"),
            snippets=("Number or extension: ", "Fails: in / out / both", "Example: at … from … to …"),
        ),
        Category(
            "access",
            "Access management",
            sensitive=True,
            two_fold=True,
            questions=("Access to what, for whom?", "Until when?", "Who approves it?"),
            procedure="ISMS-DOC-08-10",
            snippets=("Access to … for …", "Until: ", "Approver: "),
        ),
        Category(
            "changes",
            "Service desk",
            sensitive=True,
            questions=("What exactly is to change?", "From when, until when?", "Who else is affected?"),
            snippets=("Change from … to …", "From … until …", "Also affected: "),
        ),
        Category(
            "billing",
            "Billing",
            sensitive=True,
            two_fold=True,
            questions=("Which invoice or account?", "What is wrong with it?", "By when is it needed?"),
            snippets=("Invoice or account: ", "Says …, should say …", "Needed by: "),
        ),
        Category(
            "other",
            "Service desk",
            questions=("What would solve it for them?", "By when?"),
            snippets=("Solved for them when: ", "Needed by: "),
        ),
    ),
    snippets=(
        "Caller confirmed the details read back.",
        "Call back at: ",
        "Best time to call: ",
        "Tried so far: ",
        "Promised to the caller: ",
    ),
)
"""The desk that comes built in, so that the first start needs no file."""
