"""How long `tickets export` takes, and how much memory it needs at most: both for a tenth of the tickets and for all.

Run: python bench/export.py [TICKETS]. The tickets are invented, each with a call, two notes and four events.
"""

import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from many_tickets import FIRST_SERIAL, fill

from callintake.store.database import open_store
from callintake.store.tables import CallRow, EventRow, NoteRow

TICKETS = 100_000
_AT_ONCE = 5_000
_TEXT = "The cable was changed, another socket tried; the display shows E-52. They can be called back at any time."
_RUN = (
    "import resource, sys; from callintake.cli import main; status = main(sys.argv[1:])\n"
    "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr); sys.exit(status)"
)


def furnish(place: str, tickets: int) -> None:
    """Make a desk with these tickets, and give each of them its records."""
    fill(place, tickets)
    store, now = open_store(place), datetime.now(UTC)
    for start in range(FIRST_SERIAL, FIRST_SERIAL + tickets, _AT_ONCE):
        serials = range(start, min(start + _AT_ONCE, FIRST_SERIAL + tickets))
        call = {"started_at": now, "ended_at": now, "channel": "voip", "direction": "inbound", "agent": "kim"}
        call |= {"caller_number": "+442079460000", "dialled_number": ""}
        note = {"at": now, "agent": "kim", "text": _TEXT}
        event = {"at": now, "agent": "kim", "kind": "note", "data": {"missing": []}}
        with store.transaction() as session:
            session.execute(sa.insert(CallRow), [{**call, "id": f"{one:032x}", "ticket_id": one} for one in serials])
            session.execute(sa.insert(NoteRow), [{**note, "ticket_id": one} for one in serials for _ in range(2)])
            session.execute(sa.insert(EventRow), [{**event, "ticket_id": one} for one in serials for _ in range(4)])
    store.close()


def measure(place: str, form: str, file: Path) -> tuple[float, int]:
    """Export everything; return the seconds it took and the most memory it had, in MiB."""
    args = ["--db", place, "--agent", "kim", "tickets", "export", "--format", form, "--view", "all", str(file)]
    began = time.monotonic()
    done = subprocess.run([sys.executable, "-c", _RUN, *args], check=True, capture_output=True, text=True)
    return time.monotonic() - began, int(done.stderr.split()[-1]) // 1024


def main(tickets: int) -> None:
    print(f"{'tickets':>9} {'format':<6} {'seconds':>8} {'MiB at most':>12} {'MB of file':>11}")
    with tempfile.TemporaryDirectory() as folder:
        for count in (max(tickets // 10, 1), tickets):
            place = f"{folder}/{count}.db"
            furnish(place, count)
            for form in ("csv", "json", "html"):
                file = Path(folder, f"{count}.{form}")
                seconds, most = measure(place, form, file)
                print(f"{count:>9} {form:<6} {seconds:>8.1f} {most:>12} {file.stat().st_size / 1e6:>11.1f}", flush=True)
                os.unlink(file)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else TICKETS)
