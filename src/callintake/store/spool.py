"""The spool: where what was typed lies while the database can't take it, or is not meant to yet."""

import contextlib
import hashlib
import json
import os
import stat
import tempfile
from pathlib import Path
from typing import Any


class Spool:
    """A folder of what was typed, one file each, for its owner alone; written whole or not at all.

    The name of each stands in its body, under `name_in`, so that none is taken for another.
    """

    def __init__(self, folder: Path, kind: str, name_in: str) -> None:
        self._ending = f".{kind}.json"
        self._name_in = name_in
        # A folder that can't be written to is why there is something to spool, often enough.
        name = hashlib.sha256(str(folder).encode("utf-8", "surrogateescape")).hexdigest()[:16]
        self._folders = [folder, Path(tempfile.gettempdir()) / f"callintake-{_user()}-{name}"]

    def put(self, name: str, body: dict[str, Any]) -> Path | None:
        """Keep a body, in place of an older one of its name; return the folder that took it, if any did."""
        return next((folder for folder in self._folders if self._put(folder, name, body)), None)

    def remove(self, name: str) -> None:
        """Forget what need not lie here any more."""
        for folder in self._folders:
            with contextlib.suppress(OSError):
                (folder / f"{name}{self._ending}").unlink()

    def bodies(self) -> list[dict[str, Any]]:
        """Return what lies here, leaving out what can't be read."""
        found = []
        for folder in self._folders:
            with contextlib.suppress(OSError):
                for path in sorted(folder.glob(f"*{self._ending}")) if self._is_ours(folder) else ():
                    with contextlib.suppress(OSError, ValueError):
                        body = json.loads(path.read_text(encoding="utf-8"))
                        if isinstance(body, dict) and body.get(self._name_in) == path.name.removesuffix(self._ending):
                            found.append(body)
        return found

    def _is_ours(self, folder: Path) -> bool:
        """Whether nobody else can have made a folder, or put anything there: the one in the temp folder has a name that
        can be guessed."""
        if folder == self._folders[0] or not hasattr(os, "getuid"):
            return True
        status = folder.lstat()
        return stat.S_ISDIR(status.st_mode) and status.st_uid == os.getuid() and not status.st_mode & 0o022

    def _put(self, folder: Path, name: str, body: dict[str, Any]) -> bool:
        path = folder / f"{name}{self._ending}"
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
