"""A phone beside the desk in the pseudo-terminal: it posts to the port that the desk's settings name."""

import json
import socket
import urllib.error
import urllib.request
from pathlib import Path

TOKEN = "the-token-of-this-test"


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


class DeskPhone:
    """Makes the settings by which a desk listens, and rings it."""

    def __init__(self, home: Path) -> None:
        self.port = free_port()
        settings = home / "config" / "callintake" / "config.toml"
        settings.parent.mkdir(parents=True)
        settings.write_text(f"[telephony]\nlisten = true\nport = {self.port}\n", encoding="utf-8")
        token = home / "data" / "callintake" / "cti-token"
        token.parent.mkdir(parents=True)
        token.write_text(TOKEN, encoding="ascii")

    def tell(self, event: str, number: str, call_id: str, token: str = TOKEN, **more: str) -> int:
        """Post an event as Zammad's generic CTI has it; return the status of the answer."""
        fields = {"event": event, "from": number, "to": "12025550100", "direction": "in", "callId": call_id, **more}
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/v1/cti/{token}",
            json.dumps(fields).encode(),
            {"Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=15) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            with error:
                return int(error.code)
