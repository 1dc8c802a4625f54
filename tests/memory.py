"""A folder in memory for what tests throw away: databases by the thousand, which a disk would take minutes to write."""

import os
import shutil

_FOLDER = "/dev/shm"
_ROOM = 4 << 30
"""Bytes that have to be free there."""


def folder_in_memory() -> str | None:
    """Return a folder in memory with room; None where there is none, and the usual one will do."""
    try:
        has_room = shutil.disk_usage(_FOLDER).free >= _ROOM and os.access(_FOLDER, os.W_OK | os.X_OK)
    except OSError:
        return None
    return _FOLDER if has_room else None
