"""An open desk goes by the desk file in force, and its agent by the role they have: who sits there is told."""

from typing import TYPE_CHECKING

from textual.app import App

from callintake.domain.errors import Refused
from callintake.screens.capture.screen import CaptureScreen
from callintake.services.desk import Desk
from callintake.widgets.working import look_every

if TYPE_CHECKING:
    from callintake.services.desk_rules import InForce

LOOK_EVERY = 10.0
"""Seconds between two looks at what is in force."""
_GROUP = "terms"


def _file(file: "InForce") -> str:
    return f"Desk file {file.number}, applied by {file.agent}," if file.number else "What comes built in"


def keep_up(app: App[None], desk: Desk) -> None:
    """Look at what is in force from now on, and say when it is something else."""
    said = ""

    async def look() -> None:
        nonlocal said
        try:
            changed = await desk.keep_up()
        except Exception as error:
            # Once: a database that does not answer says so wherever somebody asks it. No look may end the desk.
            why = str(error) if isinstance(error, Refused) else f"internal error ({type(error).__name__})"
            if said != (said := why):
                app.notify(said, title="The desk file in force is not known", severity="warning", markup=False)
            return
        said = ""
        if changed is not None:
            before, now = changed
            if before.file != now.file:
                app.notify(f"{_file(now.file)} is in force now", markup=False)
            if before.is_lead != now.is_lead:
                app.notify(f"You lead this desk {'from now on' if now.is_lead else 'no more'}", markup=False)
            if isinstance(app.screen, CaptureScreen):
                app.screen.show()

    look_every(LOOK_EVERY, app, _GROUP, lambda: app.run_worker(look(), group=_GROUP))
