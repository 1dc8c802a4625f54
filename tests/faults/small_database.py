"""callintake on an SQLite database that may have no more pages than a file says, read before each transaction.

SQLite's own limit is one of each connection, so it can't be set from outside.
"""

import os
import sys
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from callintake.cli import main

LIMIT = "PAGES_FILE"
"""The environment variable that names the file."""
NO_LIMIT = 1_000_000


def limit(connection: Connection) -> None:
    """Impose what the file says now."""
    pages = int(Path(os.environ[LIMIT]).read_text(encoding="ascii"))
    connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")


if __name__ == "__main__":
    sa.event.listen(Engine, "begin", limit)
    sys.exit(main())
