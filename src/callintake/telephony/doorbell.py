"""Where `callintake ring` finds the open desk: a port on loopback and a key that is good while the desk is open."""

import json
import os
import socket
import zlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from callintake.config import data_folder
from callintake.domain.phone_settings import LOOPBACK


@dataclass(frozen=True, slots=True)
class Doorbell:
    """The address of an open desk on this machine, for its own user."""

    port: int
    key: str


def doorbell_file(place: str) -> Path:
    """Return the file in which the desk on the database at `place` says where it listens."""
    name = place if "://" in place else os.path.abspath(os.path.expanduser(place))
    name = f"{os.path.abspath(name.removeprefix('sqlite:///'))}" if name.startswith("sqlite:///") else name
    return data_folder() / f"doorbell-{zlib.crc32(name.encode('utf-8', 'surrogateescape')):08x}.json"


def hang_out(place: str, bell: Doorbell) -> None:
    """Say where the desk listens, to this user alone; without it a ring goes into the database."""
    path = doorbell_file(place)
    made = path.with_suffix(f".{os.getpid()}")
    with suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(os.open(made, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w", encoding="ascii") as file:
            json.dump({"port": bell.port, "key": bell.key}, file)
        os.replace(made, path)


def take_in(place: str, bell: Doorbell) -> None:
    """Say that the desk no longer listens, unless another has taken its place."""
    if find(place) == bell:
        with suppress(OSError):
            doorbell_file(place).unlink()


def find(place: str) -> Doorbell | None:
    """Return where the desk listens, if one says so."""
    try:
        with open(doorbell_file(place), encoding="ascii") as file:
            given = json.load(file)
        return Doorbell(int(given["port"]), str(given["key"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def is_answered(bell: Doorbell) -> bool:
    """Whether anything listens there still: a program that was killed takes nothing in."""
    try:
        connect(bell.port, 1.0).close()
    except OSError:
        return False
    return True


def connect(port: int, patience: float) -> socket.socket:
    """Return a connection to this machine, whose steps may each take so many seconds.

    Not `create_connection`: that loads the tables of international names for an address of digits.

    Raises:
        OSError: nobody listens there.
    """
    connection = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        connection.settimeout(patience)
        connection.connect((LOOPBACK, port))
    except OSError:
        connection.close()
        raise
    return connection
