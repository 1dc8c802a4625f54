"""A file that a command writes: all of it or nothing, for its owner alone, and over nothing that is there."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from callintake.domain.errors import Refused


class NewFile:
    """A file in the making, in UTF-8."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._digest = hashlib.sha256()

    def write(self, text: str) -> None:
        """Add text to it; half a character, which UTF-8 can't have, becomes its escape sequence, as JSON writes it."""
        data = text.encode("utf-8", "backslashreplace")
        self._digest.update(data)
        self._file.write(data)

    def keep(self) -> str:
        """Let all that was written be on the disk; return its SHA-256 in hexadecimal."""
        self._file.flush()
        os.fsync(self._file.fileno())
        return self._digest.hexdigest()


@contextmanager
def new_file(name: str, *, force: bool = False) -> Iterator[NewFile]:
    """A file that appears under its name when all is written; where anything fails, there is none.

    With `force` it takes the place of one that is there.

    Raises:
        Refused: there is one, or it can't be made.
    """
    temporary: str | None = None
    try:
        path = Path(name)
        _check(path, force=force)
        descriptor, temporary = tempfile.mkstemp(".part", f".{path.name[:40]}.", path.parent)
        with open(descriptor, "wb") as file:
            made = NewFile(file)
            yield made
            made.keep()
        _put(temporary, path, force=force)
    except FileExistsError:
        raise Refused(f"{name} exists: name a new file") from None
    except OSError as error:
        raise Refused(f"{name} can't be written: {error.strerror}; there is nothing of it") from None
    except ValueError:
        raise Refused(f"“{name}” can't be the name of a file") from None
    finally:
        if temporary is not None:
            with suppress(OSError):
                os.unlink(temporary)


def _check(path: Path, *, force: bool) -> None:
    if path.is_dir():
        raise IsADirectoryError(0, "it is a folder")
    if not force and (path.exists() or path.is_symlink()):
        raise FileExistsError


def _put(temporary: str, path: Path, *, force: bool) -> None:
    """Give a file its name; without `force` never that of another, not even of one made this moment."""
    if not force:
        try:
            os.link(temporary, path)
        except FileExistsError:
            raise
        except OSError:
            # Not every file system knows a second name for a file.
            _check(path, force=False)
        else:
            return
    os.replace(temporary, path)
