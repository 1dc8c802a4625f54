"""An open desk goes by the desk file in force, and its agent by the role they have: who sits there is told."""

from textual.app import App

from callintake.domain.errors import Refused
from callintake.services.desk import Desk

LOOK_EVERY = 10.0
"""Seconds between two looks at what is in force."""
_GROUP = "terms"


def keep_up(app: App[None], desk: Desk) -> None:
    """Look at what is in force from now on, and say when it is something else."""
    said = ""

    async def look() -> None:
        nonlocal said
        try:
            changed = await desk.keep_up()
        except Refused as error:
            # Once: a database that does not answer says so wherever somebody asks it.
            if said != (said := str(error)):
                app.notify(said, title="The desk file in force is not known", severity="warning", markup=False)
            return
        said = ""
        if changed is not None:
            before, now = changed
            if before.file != now.file:
                app.notify(f"Desk file {now.file.number}, applied by {now.file.agent}, is in force now", markup=False)
            if before.is_lead != now.is_lead:
                app.notify(f"You lead this desk {'from now on' if now.is_lead else 'no more'}", markup=False)

    def glance() -> None:
        if all(worker.is_finished for worker in app.workers if worker.group == _GROUP):
            app.run_worker(look(), group=_GROUP)

    app.set_interval(LOOK_EVERY, glance)
