"""The listener: takes in what phones tell, from this machine or one that is let in, and hands it to the desk."""

import asyncio
import ipaddress
import json
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from callintake.domain.call_event import CallEvent
from callintake.domain.errors import Refused
from callintake.domain.phone import caller_e164
from callintake.domain.phone_settings import LOOPBACK, PhoneSettings
from callintake.domain.text import clean_line
from callintake.services.desk import Desk
from callintake.services.phone_calls import Heard
from callintake.telephony.bodies import fields_of
from callintake.telephony.dialects import event_of, ring_of
from callintake.telephony.http import HttpServer, Request, Response
from callintake.telephony.limits import Limits
from callintake.telephony.pages import page
from callintake.telephony.seen import Seen, SeenEvents
from callintake.telephony.threecx import contacts_found, journal_of, new_contact
from callintake.telephony.token import is_token

MOST_WAITING = 50
"""Events that wait for the database, at most; as many again that it did not take."""
TRY_AGAIN_AFTER = 1.0
"""Seconds between two tries to have an event taken that the database did not take."""
PAUSE = 0.1
"""Seconds that whoever asks too often waits for an answer, so that the desk need not work for it."""


class Listener:
    """Listens for phones until it is closed; what it does not know how to do is the desk's.

    `token` is for phones; `key` is for `callintake ring`, and good for as long as this desk is open.
    """

    def __init__(
        self,
        desk: Desk,
        settings: PhoneSettings,
        *,
        token: str | None,
        key: str,
        told: Callable[[CallEvent, Heard], None] = lambda _event, _heard: None,
        seen: Callable[[Seen], None] = lambda _seen: None,
    ) -> None:
        self._desk = desk
        self._settings = settings
        self._token = token
        self._key = key
        self._told = told
        self._tell_seen = seen
        self._host = LOOPBACK
        self._limits = Limits()
        self._waiting = 0
        self._not_taken: deque[CallEvent] = deque(maxlen=MOST_WAITING)
        self._trying: asyncio.Task[None] | None = None
        self._http = HttpServer(self._answer)
        self.seen = SeenEvents()
        self.port = 0

    @property
    def url(self) -> str:
        """Where it listens."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self.port}"

    @property
    def secret(self) -> str:
        """What opens it."""
        return self._token or self._key

    async def start(self, host: str, port: int) -> None:
        """Listen.

        Raises:
            Refused: the address can't be had.
        """
        self._host = host
        try:
            self.port = await self._http.start(host, port)
        except OSError as error:
            why = error.strerror or "it is no address of this machine"
            raise Refused(f"nothing can be heard on {host}, port {port}: {why}; --port or [telephony] port") from None

    async def close(self) -> None:
        """Stop listening."""
        if self._trying is not None:
            self._trying.cancel()
        await self._http.close()

    # What is asked

    async def _answer(self, request: Request) -> Response:
        refusal = self._keep_out(request)
        if refusal is not None:
            return refusal
        match request.path:
            case ("ring",) | ("ring", _):
                given = request.path[1] if len(request.path) == 2 else _one(request, "token")
                return await self._admitted(request, "GET", given, self._ring)
            case ("api", "v1", "cti", given):
                return await self._admitted(request, "POST", given, self._cti)
            case ("api", "v1", "3cx", given, "lookup"):
                return await self._admitted(request, "GET", given, self._lookup)
            case ("api", "v1", "3cx", given, "contact"):
                return await self._admitted(request, "POST", given, self._contact)
            case ("api", "v1", "3cx", given, "journal"):
                return await self._admitted(request, "POST", given, self._journal)
        return _json(404, {"error": "there is nothing here: events go to /api/v1/cti/TOKEN"})

    def _keep_out(self, request: Request) -> Response | None:
        """Web pages have no business here: neither by another name for this machine, nor from another site."""
        if not self._is_ours(request.header("host")):
            return _json(403, {"error": "address this machine by its number, or as localhost"})
        site = request.header("sec-fetch-site")
        if "origin" in request.headers or site in ("cross-site", "same-site"):
            return _json(403, {"error": "web pages are not let in"})
        return None

    def _is_ours(self, host: str | None) -> bool:
        """Whether a Host is an address or this machine: names of others may be made to point here (DNS rebinding)."""
        if host is None:
            return False
        name = host.rpartition(":")[0] if not host.endswith("]") and ":" in host else host
        name = name.strip("[]").lower()
        if name in ("localhost", self._host.lower()):
            return True
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return True

    async def _admitted(
        self, request: Request, method: str, given: str | None, handler: Callable[[Request], Any]
    ) -> Response:
        """Ask a handler, if the token is right, and its source does not ask too often."""
        is_page = request.path[0] == "ring"
        if request.method != method:
            return Response(405, b'{"error": "not so"}', headers=(("Allow", method),))
        known = [token for token in (self._token, self._key) if token]
        if given is None or not is_token(given, *known):
            self._refused(request, "the token is wrong: `callintake listen --show-token` tells it")
            if not self._limits.allow((request.peer, "no token")):
                await asyncio.sleep(PAUSE)
            if is_page:
                return page(401, "Not let in", "The token in this address is wrong. Nothing was announced.")
            return _json(401, {"error": "the token is wrong"})
        if not self._limits.allow((request.peer, given == self._key)):
            await asyncio.sleep(PAUSE)
            return Response(429, b'{"error": "too many events at once"}', headers=(("Retry-After", "1"),))
        try:
            response: Response = await handler(request)
        except Refused as error:
            self._refused(request, str(error))
            if is_page:
                return page(422, "No call was announced", str(error))
            return _json(422, {"error": str(error)})
        return response

    # What is done

    async def _cti(self, request: Request) -> Response:
        source = "command" if is_token(request.path[3], self._key) else "cti"
        return await self._hear(event_of(fields_of(request), _now(), source))

    async def _ring(self, request: Request) -> Response:
        event = ring_of(request.query, _now())
        response = await self._hear(event)
        if response.status != 200:
            return page(response.status, "Not announced", "The desk can't take it in just now; take the call there.")
        name = f" ({event.name})" if event.name else ""
        return page(200, "Announced", f"The call from {event.caller}{name} is at the desk.", close=True)

    async def _journal(self, request: Request) -> Response:
        return await self._hear(journal_of(fields_of(request), _now()))

    async def _hear(self, event: CallEvent) -> Response:
        if self._waiting >= MOST_WAITING:
            return Response(503, b'{"error": "too much waits"}', headers=(("Retry-After", "1"),))
        from callintake.services.phone_calls import hear

        event = replace(event, channel=event.channel or self._settings.channel)
        self._waiting += 1
        try:
            await self._desk.ready()
            heard = await self._desk.change(hear, event, self._desk.region)
        except Refused as error:
            # It is the database that says no. Whoever sent it may try again, and so does the desk.
            self._see(event.source, _words(event), f"{error}; it is tried again", is_refused=True)
            self._not_taken.append(event)
            if self._trying is None or self._trying.done():
                self._trying = asyncio.create_task(self._try_again())
            return _json(503, {"error": str(error)})
        finally:
            self._waiting -= 1
        self._heard(event, heard)
        return Response(200)

    def _heard(self, event: CallEvent, heard: Heard) -> None:
        self._see(event.source, _words(event), heard.became)
        self._told(event, heard)

    async def _try_again(self) -> None:
        """Have the database take what it did not take, in the order in which it came."""
        from callintake.services.phone_calls import hear

        while self._not_taken:
            await asyncio.sleep(TRY_AGAIN_AFTER)
            with suppress(Refused):
                while self._not_taken:
                    event = self._not_taken[0]
                    self._heard(event, await self._desk.change(hear, event, self._desk.region))
                    self._not_taken.popleft()

    async def _lookup(self, request: Request) -> Response:
        from callintake.services.finding import contacts_with_number

        given = _one(request, "number") or ""
        await self._desk.ready()
        number = caller_e164(clean_line(given), self._desk.region)
        contacts = await self._desk.ask(contacts_with_number, number) if number else []
        self._see("3cx", f"who has {clean_line(given)[:40]}", f"{len(contacts)} on file")
        return _json(200, contacts_found(contacts))

    async def _contact(self, request: Request) -> Response:
        from callintake.services.directory import add_contact

        if not self._settings.create_contacts:
            raise Refused("3CX puts nobody on file here: [telephony] create_contacts = true lets it")
        typed = new_contact(fields_of(request))
        await self._desk.ready()
        contact = await self._desk.change(add_contact, typed, self._desk.agent, self._desk.region)
        self._see("3cx", f"put {contact.name} on file", "done")
        return _json(200, contacts_found([contact]))

    # What was seen

    def _refused(self, request: Request, why: str) -> None:
        self._see(request.peer, f"{request.method} /{'/'.join(request.path[:3:2])}", why, is_refused=True)

    def _see(self, source: str, what: str, became: str, *, is_refused: bool = False) -> None:
        seen = Seen(_now(), source, clean_line(what), clean_line(became), is_refused)
        if self.seen.add(seen):
            self._tell_seen(seen)


def _words(event: CallEvent) -> str:
    ends = f"{event.caller or '?'} to {event.called or '?'}"
    return f"{event.kind}, {event.direction}, {ends}"


def _one(request: Request, name: str) -> str | None:
    values = [value for key, value in request.query if key == name]
    return values[0] if len(values) == 1 else None


def _json(status: int, document: dict[str, Any]) -> Response:
    return Response(status, json.dumps(document).encode())


def _now() -> datetime:
    return datetime.now(UTC)
