"""Handing an event to a listener on this machine, with no library that takes long to load: a phone waits for it."""

import json
from collections.abc import Mapping

from callintake.domain.errors import Refused
from callintake.domain.phone_settings import LOOPBACK
from callintake.telephony.doorbell import connect

_PATIENCE = 3.0
"""Seconds that the listener may take for each step."""
_LONGEST_ANSWER = 64 * 1024


def hand_over(port: int, secret: str, fields: Mapping[str, str]) -> bool:
    """Return whether a listener has taken an event; False if there is none, or it can't just now.

    Raises:
        Refused: it is no event; the listener says why.
    """
    body = json.dumps(fields).encode()
    head = (
        f"POST /api/v1/cti/{secret} HTTP/1.1\r\nHost: {LOOPBACK}:{port}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    try:
        with connect(port, _PATIENCE) as connection:
            connection.sendall(head.encode("ascii") + body)
            answer = b""
            while len(answer) < _LONGEST_ANSWER and (more := connection.recv(4096)):
                answer += more
    except OSError:
        return False
    status, _, said = answer.partition(b"\r\n\r\n")
    words = status.split(None, 2)
    if len(words) > 1 and words[1] == b"422":
        raise Refused(_error(said))
    return len(words) > 1 and words[1] == b"200"


def _error(said: bytes) -> str:
    try:
        return str(json.loads(said)["error"])
    except (ValueError, KeyError, TypeError):
        return "the listener says that this is no event"
