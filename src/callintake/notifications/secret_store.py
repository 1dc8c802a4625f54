"""Secrets that the desk file names: from the environment, a keyring, or a file for its owner alone."""

import os
import stat
import tomllib
from pathlib import Path

from callintake.config import config_file
from callintake.domain.errors import Refused
from callintake.domain.notify_rules import check_secret_name
from callintake.domain.secrets import Concealed

PREFIX = "CALLINTAKE_SECRET_"
_SERVICE = "callintake"
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def secrets_file() -> Path:
    """Return where secrets may be kept, beside the personal settings."""
    return config_file().with_name("secrets.toml")


def find_secret(name: str) -> tuple[Concealed, str] | None:
    """Return a secret and where it was found, or None where it is nowhere.

    The environment wins over the keyring, and that over the file.

    Raises:
        Refused: the file may be read by others, or is none; nothing is taken from it.
    """
    name = check_secret_name(name)
    if value := os.environ.get(f"{PREFIX}{name}"):
        return Concealed(value.strip()), "the environment"
    if value := _from_keyring(name):
        return Concealed(value.strip()), "the keyring"
    if value := _from_file(secrets_file()).get(name):
        return Concealed(value.strip()), str(secrets_file())
    return None


def secret(name: str) -> Concealed | None:
    """Return a secret, or None where it is nowhere.

    Raises:
        Refused: the file may be read by others, or is none.
    """
    found = find_secret(name)
    return None if found is None else found[0]


def _from_keyring(name: str) -> str | None:
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        return None
    try:
        value: str | None = keyring.get_password(_SERVICE, name)
    except (KeyringError, OSError, RuntimeError):
        # None is set up here, or it is locked.
        return None
    return value


def _from_file(path: Path) -> dict[str, str]:
    try:
        with path.open("rb") as file:
            _check_private(path, os.fstat(file.fileno()))
            given = tomllib.loads(file.read().decode("utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise Refused(f"{path} can't be read: {error.strerror}") from None
    except ValueError:
        # Neither the line nor what is in it: it is a secret.
        raise Refused(f'{path} is not TOML; each line is NAME = "secret"') from None
    return {name: value for name, value in given.items() if isinstance(value, str)}


def _check_private(path: Path, found: os.stat_result) -> None:
    if os.name == "posix" and (found.st_mode & _OTHERS or found.st_uid not in (os.getuid(), 0)):
        raise Refused(f"{path} may be read by others, so that nothing in it counts as secret: chmod 600 {path}")
