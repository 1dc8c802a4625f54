"""Whose certificates count: those that this machine trusts, or that `SSL_CERT_FILE` names."""

import os
import ssl
from functools import lru_cache


def trusted() -> ssl.SSLContext:
    """Return what a connection that must be private is made with; certificates and names are checked."""
    return _trusted(os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))


@lru_cache(maxsize=4)
def _trusted(_file: str | None, _folder: str | None) -> ssl.SSLContext:
    # Reading some hundred certificates takes longer than sending a message.
    return ssl.create_default_context()
