"""Where a desk keeps what its database has not got, and what tells it from other desks there."""

import re
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from callintake.store.spool import Spool

_PORT = 5432
_HOW = ("user=", "password=", "passfile=", "ssl", "connect_timeout=", "application_name=", "keepalives", "gss", "krb")


def spool_folder(place: str) -> Path:
    """Beside the file of an SQLite desk; for a shared one, in this user's own data folder."""
    file = _file_of(place)
    if file is None:
        from callintake.config import data_folder

        return data_folder() / "unsaved"
    return file.parent / "unsaved"


def spool_of(place: str, kind: str, name_in: str) -> Spool:
    """Return where a desk keeps texts of a kind, apart from those of other desks that have the same folder."""
    return Spool(spool_folder(place), f"{desk_name(place)}.{kind}", name_in)


def desk_name(place: str) -> str:
    """A name for a desk among those of its folder, which stays when the folder is moved, or a password changes."""
    file = _file_of(place)
    return sha256((file.name if file else _server_of(place)).encode("utf-8", "surrogateescape")).hexdigest()[:12]


def _file_of(place: str) -> Path | None:
    """The file of an SQLite desk; None where it is another kind of address."""
    if "://" in place and not place.startswith("sqlite:///"):
        return None
    return Path(place.removeprefix("sqlite:///")).expanduser().absolute()


def _server_of(place: str) -> str:
    """Where an address leads to: without the account, and how one is connected."""
    try:
        parts = urlsplit(place)
        port = parts.port or _PORT
    except ValueError:
        return re.sub("//[^@]*@", "//", place)
    where = sorted(part for part in parts.query.split("&") if part and not part.startswith(_HOW))
    return f"{parts.hostname}:{port}{parts.path}?{'&'.join(where)}"
