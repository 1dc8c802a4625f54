"""A small HTTP/1.1 server: bounded in bodies, time and connections; h11 has the protocol."""

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import h11

_log = logging.getLogger(__name__)
LARGEST_BODY = 16 * 1024
"""Bytes."""
_LARGEST_HEAD = 8 * 1024
_PATIENCE = 10.0
"""Seconds that a request may take to come, or a connection be idle."""
MOST_CONNECTIONS = 32
MOST_A_SECOND = 100
"""Connections that are taken up in a second."""
_CHUNK = 16 * 1024
_MOST_FIELDS = 100
_STANDARD_HEADERS = (
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
)


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked, by whom."""

    method: str
    path: tuple[str, ...]
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, tuple[str, ...]]
    body: bytes
    peer: str

    def header(self, name: str) -> str | None:
        """Return the one value of a header, or None if there is none or several."""
        values = self.headers.get(name, ())
        return values[0] if len(values) == 1 else None


@dataclass(frozen=True, slots=True)
class Response:
    """What is answered."""

    status: int
    body: bytes = b"{}"
    kind: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()


class _Unreadable(Exception):
    """A request that no handler is asked about."""

    def __init__(self, status: int) -> None:
        super().__init__()
        self.status = status


class HttpServer:
    """Serves a handler until it is closed.

    It takes up so many connections a second and no more, and so many at once; the others wait in the system, which has
    a bound for them. A flood so costs the desk a fixed share of its time, however large it is.
    """

    def __init__(self, handler: Callable[[Request], Awaitable[Response]]) -> None:
        self._handler = handler
        self._socket: socket.socket | None = None
        self._room = asyncio.Semaphore(MOST_CONNECTIONS)
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self, host: str, port: int) -> int:
        """Listen, and return the port.

        Raises:
            OSError: the address can't be had.
        """
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = socket.create_server((host, port), family=family, backlog=MOST_CONNECTIONS)
        self._socket.setblocking(False)
        self._begin(self._accept(self._socket))
        chosen: int = self._socket.getsockname()[1]
        return chosen

    async def close(self) -> None:
        """Stop listening, and let go of who is connected."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._socket is not None:
            self._socket.close()

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _accept(self, listening: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._room.acquire()
            try:
                connected, _ = await loop.sock_accept(listening)
            except OSError:
                # Out of files, or they hung up meanwhile: the next one may fare better.
                self._room.release()
            else:
                self._begin(self._connected(connected))
            await asyncio.sleep(1 / MOST_A_SECOND)

    async def _connected(self, connected: socket.socket) -> None:
        try:
            reader, writer = await asyncio.open_connection(sock=connected, limit=_CHUNK)
            try:
                await self._serve(reader, writer)
            finally:
                writer.close()
        except (OSError, TimeoutError, asyncio.IncompleteReadError, h11.ProtocolError):
            # Whoever hangs up, or takes too long, has asked for nothing.
            connected.close()
        finally:
            self._room.release()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = h11.Connection(h11.SERVER, max_incomplete_event_size=_LARGEST_HEAD)
        peer = str((writer.get_extra_info("peername") or ("",))[0])
        while True:
            try:
                async with asyncio.timeout(_PATIENCE):
                    request = await _read(connection, reader, writer, peer)
                if request is None:
                    return
                response = await self._handler(request)
            except _Unreadable as error:
                response = Response(error.status, b'{"error": "this request can\'t be read"}')
            except h11.RemoteProtocolError as error:
                response = Response(error.error_status_hint, b'{"error": "this is not HTTP"}')
            except (OSError, TimeoutError):
                raise
            except Exception as error:
                # Neither the message nor the locals: they may hold what people said.
                _log.error("a request failed: %s", type(error).__name__)
                response = Response(500, b'{"error": "internal error"}')
            close = connection.their_state is not h11.DONE
            writer.write(_bytes_of(connection, response, close=close))
            await writer.drain()
            if connection.our_state is not h11.DONE or connection.their_state is not h11.DONE:
                return
            connection.start_next_cycle()


async def _read(
    connection: h11.Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, peer: str
) -> Request | None:
    """The next request; None once the connection is at its end."""
    head: h11.Request | None = None
    body = bytearray()
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            if connection.they_are_waiting_for_100_continue:
                go_on = h11.InformationalResponse(status_code=100, headers=[])
                writer.write(connection.send(go_on) or b"")
            connection.receive_data(await reader.read(_CHUNK))
        elif isinstance(event, h11.Request):
            head = event
        elif isinstance(event, h11.Data):
            body += event.data
            if len(body) > LARGEST_BODY:
                raise _Unreadable(413)
        elif isinstance(event, h11.EndOfMessage) and head is not None:
            return _request(head, bytes(body), peer)
        else:
            return None


def _request(head: h11.Request, body: bytes, peer: str) -> Request:
    try:
        target = urlsplit(head.target.decode("ascii"))
        path = tuple(unquote(part, errors="strict") for part in target.path.split("/") if part)
        query = tuple(parse_fields(target.query))
    except ValueError:
        raise _Unreadable(400) from None
    headers: dict[str, tuple[str, ...]] = {}
    for name, value in head.headers:
        key = name.decode("latin-1")
        headers[key] = (*headers.get(key, ()), value.decode("latin-1"))
    return Request(head.method.decode("ascii"), path, query, headers, body, peer)


def parse_fields(text: str) -> list[tuple[str, str]]:
    """Return the fields of a query or a form, in their order.

    Raises:
        ValueError: they can't be read, or are too many.
    """
    return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)


def _bytes_of(connection: h11.Connection, response: Response, *, close: bool) -> bytes:
    headers = [
        ("Content-Type", f"{response.kind}; charset=utf-8"),
        ("Content-Length", str(len(response.body))),
        *_STANDARD_HEADERS,
        *response.headers,
        *([("Connection", "close")] if close else []),
    ]
    head = connection.send(h11.Response(status_code=response.status, headers=headers)) or b""
    data = connection.send(h11.Data(data=response.body)) or b""
    return head + data + (connection.send(h11.EndOfMessage()) or b"")
