"""A listener on a desk of its own, and a phone that speaks to it over HTTP."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from callintake.domain.phone_settings import PhoneSettings
from callintake.services.desk import Desk
from callintake.telephony.listener import Listener
from tests.conftest import REGION

TOKEN = "a-token-for-phones"
KEY = "the-key-of-this-desk"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    head: str
    body: str

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Phone:
    """Speaks to a listener, also in ways that no library would."""

    def __init__(self, port: int) -> None:
        self.port = port

    async def send(self, data: bytes) -> Answer:
        """Send bytes as they are, and read to the end of the connection."""
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            writer.write(data)
            answer = await asyncio.wait_for(reader.read(), 15)
            writer.close()
        except ConnectionError:
            # There were too many at once.
            answer = b""
        head, _, body = answer.decode().partition("\r\n\r\n")
        return Answer(int(head.split()[1]) if head else 0, head, body)

    async def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        """Ask as a phone does; a header is left out by an empty value."""
        given = {"host": f"127.0.0.1:{self.port}", "connection": "close", "content_length": str(len(body)), **headers}
        lines = [f"{name.replace('_', '-')}: {value}" for name, value in given.items() if value]
        return await self.send("\r\n".join([f"{method} {path} HTTP/1.1", *lines, "", ""]).encode() + body)

    async def post(self, fields: dict[str, Any] | bytes, token: str = TOKEN, **headers: str) -> Answer:
        """Post JSON to the endpoint of events."""
        body = fields if isinstance(fields, bytes) else json.dumps(fields).encode()
        return await self.ask("POST", f"/api/v1/cti/{token}", body, **{"content_type": "application/json", **headers})

    async def form(self, *fields: tuple[str, str], token: str = TOKEN) -> Answer:
        """Post a form to the endpoint of events."""
        body = urlencode(fields).encode()
        kind = "application/x-www-form-urlencoded"
        return await self.ask("POST", f"/api/v1/cti/{token}", body, content_type=kind)

    async def open(self, path: str, **query: str) -> Answer:
        """Open an address, as a program does that can do no more."""
        return await self.ask("GET", f"{path}?{urlencode(query)}")


@dataclass(frozen=True)
class Line:
    """A listener, the desk behind it, and a phone that rings it."""

    desk: Desk
    listener: Listener
    phone: Phone

    async def calls(self) -> list[Any]:
        """Every call on record, the oldest first."""
        from callintake.services.calls import list_calls

        return list(reversed(await self.desk.ask(list_calls)))


Open = Callable[..., Any]


@pytest.fixture
async def line(desk_file: Path, request: pytest.FixtureRequest) -> AsyncIterator[Line]:
    """A listener that is open; settings can be given as a parameter."""
    settings = getattr(request, "param", PhoneSettings())
    desk = Desk(str(desk_file), "kim", REGION)
    desk.open()
    await desk.ready()
    listener = Listener(desk, settings, token=TOKEN, key=KEY)
    await listener.start("127.0.0.1", 0)
    yield Line(desk, listener, Phone(listener.port))
    await listener.close()
    desk.close()
