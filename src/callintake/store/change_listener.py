"""Hearing of changes: PostgreSQL tells of each as it is committed; SQLite has nobody who could."""

import logging
import threading

from sqlalchemy.engine import Engine

_log = logging.getLogger(__name__)
CHANNEL = "callintake"
"""On which the triggers of migration 0008 tell."""
_LISTEN_FOR = 1.0
"""Seconds after which it is looked whether the desk has closed."""
_AGAIN_AFTER = 5.0
"""Seconds until a connection that broke is made anew."""


class ChangeListener:
    """Listens on a connection and a thread of its own, and connects again when the server was away.

    Where it hears nothing, `is_hearing` says so, and whoever wants to know has to ask the database.
    """

    def __init__(self, engine: Engine) -> None:
        self.changes = 0
        """Grows with every change heard of, and with every connection, before which some may have been missed."""
        self.is_hearing = False
        self._engine = engine
        self._closed = threading.Event()
        if engine.dialect.name == "postgresql":
            threading.Thread(target=self._run, name="listener", daemon=True).start()

    def _run(self) -> None:
        while not self._closed.is_set():
            try:
                self._listen()
            except Exception as error:
                # Whatever it is, the desk asks instead; the kind alone is told, as texts may hold an address.
                _log.info("not told of changes: %s", type(error).__name__)
            self.is_hearing = False
            self._closed.wait(_AGAIN_AFTER)

    def _listen(self) -> None:
        arguments, options = self._engine.dialect.create_connect_args(self._engine.url)
        connection = self._engine.dialect.loaded_dbapi.connect(
            *arguments, **{**options, "connect_timeout": 5, "autocommit": True}
        )
        with connection:
            connection.execute(f"LISTEN {CHANNEL}")
            self.changes += 1
            self.is_hearing = True
            while not self._closed.is_set():
                for _ in connection.notifies(timeout=_LISTEN_FOR, stop_after=1):
                    self.changes += 1

    def close(self) -> None:
        """Let go of the connection, within a second."""
        self._closed.set()
