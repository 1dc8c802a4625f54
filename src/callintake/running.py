"""Running the desk in this terminal, and what is said when it is left."""

import os
import sys

from callintake.app import CallintakeApp
from callintake.config import Config, data_folder
from callintake.domain.draft import CallDraft


def open_desk(config: Config, draft: CallDraft | None = None) -> int:
    """Open the desk in this terminal, on the queue or in a call, until it is left; return the exit status."""
    app = CallintakeApp(config, draft)
    app.run()
    app.courier.stop()
    saved = app.desk.close()
    lost = "some of what was typed could be kept nowhere: no disk takes it" if app.desk.drafts.has_lost else ""
    kept = f"; what was typed lies in {app.desk.drafts.spool_folder}" if app.desk.drafts.has_spooled else ""
    kept += f"; {lost}" if lost else ""
    if app.refusal is not None:
        print(f"callintake: {app.refusal}{kept}", file=sys.stderr)
    elif app.return_code and app.return_code < 128:
        place = keep_crash(app.crash or "")
        said = lost or "what was typed is kept"
        print(f"callintake: it failed; {said}, start it again to go on ({place})", file=sys.stderr)
    elif kept or not saved:
        for_later = "" if lost else ", for the next start"
        print(f"callintake: the database did not take everything{kept}{for_later}", file=sys.stderr)
        return 1
    return app.return_code or 0


def keep_crash(crash: str) -> str:
    """Write where it failed to a file for its owner alone; return what to say of it."""
    path = data_folder() / "crash.txt"
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
            file.write(crash)
    except OSError:
        return "the report could not be written"
    return f"the report is in {path}"
