"""Where a desk keeps what its database has not got, and what tells it from other desks there."""

from hashlib import sha256
from pathlib import Path


def spool_folder(place: str) -> Path:
    """Beside the file of an SQLite desk; for a shared one, in this user's own data folder."""
    file = _file_of(place)
    if file is None:
        from callintake.config import data_folder

        return data_folder() / "unsaved"
    return file.parent / "unsaved"


def desk_name(place: str) -> str:
    """A name for a desk: those of other desks lie in the same folder, and number their tickets alike."""
    return sha256(str(_file_of(place) or place).encode("utf-8", "surrogateescape")).hexdigest()[:12]


def _file_of(place: str) -> Path | None:
    """The file of an SQLite desk; None where it is another kind of address."""
    if "://" in place and not place.startswith("sqlite:///"):
        return None
    return Path(place.removeprefix("sqlite:///")).expanduser().absolute()
