"""The token by which a phone may speak to the listener: from the environment, else made once and kept."""

import hmac
import os
import secrets
from pathlib import Path

from callintake.config import data_folder
from callintake.domain.errors import Refused

VARIABLE = "CALLINTAKE_CTI_TOKEN"
_BYTES = 24


def token_file() -> Path:
    """Return where the token is kept."""
    return data_folder() / "cti-token"


def load_token() -> str:
    """Return the token, made and kept for its owner alone if there is none yet.

    Raises:
        Refused: the file can't be read or made.
    """
    if given := os.environ.get(VARIABLE, "").strip():
        return given
    path = token_file()
    try:
        if kept := _read(path):
            return kept
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = secrets.token_urlsafe(_BYTES)
        with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="ascii") as file:
            file.write(f"{made}\n")
        return made
    except FileExistsError:
        # Another program has made it in the same moment, or there is nothing in it.
        if kept := _read(path):
            return kept
        raise Refused(f"the token of the listener in {path} is empty: remove that file") from None
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise Refused(f"the token of the listener in {path} can't be had: {why}") from None


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return ""


def is_token(given: str, *known: str) -> bool:
    """Whether something is one of the tokens that are good; how long it takes tells nothing of them."""
    same = [hmac.compare_digest(given.encode("utf-8", "replace"), one.encode()) for one in known]
    return any(same)
