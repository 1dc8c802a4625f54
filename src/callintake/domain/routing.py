"""Departments and categories: where a request goes, and what to ask for it (P7, P9, P11)."""

from dataclasses import dataclass, field

from callintake.domain.errors import Refused
from callintake.domain.text import clean_line, fold
from callintake.domain.ticket import Priority
from callintake.domain.verification_rules import VerificationRules


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
class Desk:
    """The departments and categories of one desk, and the snippets that serve every category."""

    departments: tuple[str, ...]
    categories: tuple[Category, ...]
    verification: VerificationRules = field(default_factory=VerificationRules)
    security_address: str | None = None
    """Where breaks of the glass and suspicious calls are told."""
    snippets: tuple[str, ...] = ()

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

OTHER = "other"
"""The category of a request that was given none."""
