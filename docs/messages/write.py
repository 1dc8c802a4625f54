"""Writes what a department is sent about the call of tests/data/calls/01: as e-mail, and as each messenger takes it.

python docs/messages/write.py [CHROMIUM]    with a browser, the e-mail as a mail program shows it, too
"""

import re
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1]))

from sqlmodel import Session  # noqa: E402
from tests.conftest import DATA, LEAD, REGION, call_script  # noqa: E402
from tests.notifications.desk import DEPARTMENT, apply, desk_text  # noqa: E402
from tests.services.verifying import PIN, give_secrets  # noqa: E402

from callintake.domain.draft import new_draft  # noqa: E402
from callintake.domain.method import Method  # noqa: E402
from callintake.domain.notify_rules import WEBHOOKS  # noqa: E402
from callintake.domain.number import ticket_number  # noqa: E402
from callintake.domain.ticket import Priority  # noqa: E402
from callintake.notifications.preview import preview  # noqa: E402
from callintake.services import agents, delivery, directory, drafts, raising, verification  # noqa: E402
from callintake.services.history import acting_at  # noqa: E402
from callintake.store.database import open_store  # noqa: E402

BEFORE, MORNING = datetime(2025, 12, 1, 8, tzinfo=UTC), datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
PICTURE = HERE.parent / "pictures" / "message-email.png"
BOUNDARY = "=_callintake"


def write(to: Path = HERE) -> None:
    """Take the call, and write each message that it leads to into a folder."""
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(str(Path(folder) / "desk.db"))
        with store.transaction() as session, acting_at(BEFORE):
            agents.sign_in(session, LEAD)
            with (DATA / "directory.csv").open(encoding="utf-8") as lines:
                directory.import_contacts(session, lines, REGION, LEAD)
            give_secrets(session, "Amara Okafor")
        webhooks = tuple((medium.value, f"FIELD_{medium.name}") for medium in WEBHOOKS)
        apply(store, desk_text(25, webhooks=webhooks, notify='personal = ["organization"]'))
        with store.transaction() as session, acting_at(MORNING):
            number = take_call(session)
            for claimed in delivery.trial(session, DEPARTMENT, number):
                name = "01.eml" if claimed.medium == "email" else f"01.{claimed.medium}.json"
                text = re.sub(r"={15}\d+==", BOUNDARY, preview(claimed)).rstrip("\n") + "\n"
                (to / name).write_text(text, encoding="utf-8")
        store.close()


def draw(browser: str, to: Path = HERE) -> None:
    """Have a browser show the HTML of the e-mail, and keep a picture of it."""
    import email
    import email.policy

    message = email.message_from_bytes((to / "01.eml").read_bytes(), policy=email.policy.default)
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "01.html"
        page.write_text(message.get_body(("html",)).get_content(), encoding="utf-8")
        quiet = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
        picture = (f"--user-data-dir={folder}/profile", f"--screenshot={PICTURE}", "--window-size=620,450")
        subprocess.run([browser, *quiet, *picture, page.as_uri()], check=True, timeout=60)  # noqa: S603


def take_call(session: Session) -> str:
    """Take the call as the script has it, and return the number of its ticket."""
    script = call_script("01")
    notes = "\n".join(text for _second, text in script["heard"])
    draft = new_draft(MORNING).with_contact(directory.contact_by_name(session, "Amara Okafor"))
    draft = draft.with_(notes=notes, category="printing", asset="ND-0441", priority=Priority.HIGH)
    drafts.save_draft(session, draft, LEAD)
    verification.record_attempt(
        session, draft.claim, Method.PIN, None, LEAD, call_id=draft.call_id, said=script["verification"]["said"]
    )
    assert script["verification"]["said"] == PIN
    attempts = verification.attempts_of_call(session, draft.call_id)
    return ticket_number(raising.raise_ticket(session, draft.with_(attempts=attempts), LEAD, REGION))


if __name__ == "__main__":
    write()
    if sys.argv[1:]:
        draw(sys.argv[1])
