"""The spool: where a draft lies while the database can't take it."""

import contextlib
import hashlib
import json
import os
import stat
import tempfile
from pathlib import Path
from typing import Any

_ENDING = ".draft.json"


class Spool:
    """A folder of drafts, one file each, for their owner alone; written whole or not at all."""

    def __init__(self, folder: Path) -> None:
        # A folder that can't be written to is why there is something to spool, often enough.
        name = hashlib.sha256(str(folder).encode("utf-8", "surrogateescape")).hexdigest()[:16]
        self._folders = [folder, Path(tempfile.gettempdir()) / f"callintake-{_user()}-{name}"]

    def put(self, call_id: str, body: dict[str, Any]) -> Path | None:
        """Keep a draft, in place of an older one of its call; return the folder that took it, if any did."""
        return next((folder for folder in self._folders if self._put(folder, call_id, body)), None)

    def remove(self, call_id: str) -> None:
        """Forget a draft that is in the database."""
        for folder in self._folders:
            with contextlib.suppress(OSError):
                (folder / f"{call_id}{_ENDING}").unlink()

    def drafts(self) -> list[dict[str, Any]]:
        """Return what lies here, leaving out what can't be read."""
        found = []
        for folder in self._folders:
            with contextlib.suppress(OSError):
                for path in sorted(folder.glob(f"*{_ENDING}")) if self._is_ours(folder) else ():
                    with contextlib.suppress(OSError, ValueError):
                        body = json.loads(path.read_text(encoding="utf-8"))
                        if isinstance(body, dict) and body.get("call_id") == path.name.removesuffix(_ENDING):
                            found.append(body)
        return found

    def _is_ours(self, folder: Path) -> bool:
        """Whether nobody else can have made a folder, or put anything there: the one in the temp folder has a name that
        can be guessed."""
        if folder == self._folders[0] or not hasattr(os, "getuid"):
            return True
        status = folder.lstat()
        return stat.S_ISDIR(status.st_mode) and status.st_uid == os.getuid() and not status.st_mode & 0o022

    def _put(self, folder: Path, call_id: str, body: dict[str, Any]) -> bool:
        path = folder / f"{call_id}{_ENDING}"
        part = path.with_suffix(".part")
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not self._is_ours(folder):
                return False
            with open(os.open(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
                json.dump(body, file)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        except OSError:
            with contextlib.suppress(OSError):
                part.unlink()
            return False
        return True


def _user() -> str:
    return str(os.getuid()) if hasattr(os, "getuid") else "desk"
