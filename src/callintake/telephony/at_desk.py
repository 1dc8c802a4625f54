"""The listener of an open desk: for this machine's phones where that is switched on, for `callintake ring` always."""

import asyncio
import secrets
from collections.abc import Callable

from callintake.domain.call_event import TEST, CallEvent
from callintake.domain.errors import Refused
from callintake.domain.phone_settings import LOOPBACK, PhoneSettings
from callintake.services.desk import Desk
from callintake.services.phone_calls import Heard
from callintake.telephony import doorbell
from callintake.telephony.doorbell import Doorbell
from callintake.telephony.listener import Listener
from callintake.telephony.ringing import hand_over
from callintake.telephony.seen import Seen
from callintake.telephony.token import load_token

TEST_NUMBER = "+442079460000"
"""Of Ofcom's numbers for fiction: nobody has it."""
_WAYS = 2
"""Ports of a desk that hears phones: theirs, and the one for `callintake ring`."""
TEST_SECONDS = 8.0
"""How long a test call rings."""


class DeskListener:
    """Opens with the desk and closes with it; says why phones are not heard, if they are not."""

    def __init__(self, desk: Desk, settings: PhoneSettings, told: Callable[[CallEvent, Heard], None]) -> None:
        self._desk = desk
        self._settings = settings
        self._told = told
        self._listeners: list[Listener] = []
        self._bell: Doorbell | None = None
        self.trouble: str | None = None
        """Why phones are not heard although they should be."""

    async def start(self) -> None:
        """Listen; on a port for phones if that is switched on, and on one that only `callintake ring` knows."""
        if self._settings.listen:
            try:
                await self._listen(self._settings.host, self._settings.port, load_token(), "")
            except Refused as error:
                if not await asyncio.to_thread(_is_heard_elsewhere, self._desk.place):
                    self.trouble = str(error)
        key = secrets.token_urlsafe(24)
        try:
            await self._listen(LOOPBACK, 0, None, key)
        except Refused as error:
            self.trouble = self.trouble or str(error)
            return
        self._bell = Doorbell(self._listeners[-1].port, key)
        await asyncio.to_thread(doorbell.hang_out, self._desk.place, self._bell)

    async def _listen(self, host: str, port: int, token: str | None, key: str) -> None:
        listener = Listener(self._desk, self._settings, token=token, key=key, told=self._told)
        await listener.start(host, port)
        self._listeners.append(listener)

    async def close(self) -> None:
        """Stop listening."""
        if self._bell is not None:
            doorbell.take_in(self._desk.place, self._bell)
        for listener in self._listeners:
            await listener.close()

    @property
    def where(self) -> str:
        """Where phones are heard, in words."""
        if self.trouble:
            return f"Phones are not heard: {self.trouble}"
        if not self._settings.listen:
            return "`callintake ring` is heard; phones that post are not: [telephony] listen = true in the settings"
        if len(self._listeners) < _WAYS:
            return "Phones are heard by the desk that was opened before this one, and are seen in both"
        return f"Phones are heard at {self._listeners[0].url}; `callintake ring` is, too"

    def seen(self) -> list[Seen]:
        """The last events of all ways, the newest first."""
        events = [one for listener in self._listeners for one in listener.seen]
        return sorted(events, key=lambda one: one.at, reverse=True)[:20]

    async def test_call(self) -> None:
        """Announce a call that nobody makes, by the way that phones take, and have it hung up a little later.

        Raises:
            Refused: nothing is heard.
        """
        if not self._listeners:
            raise Refused(self.where)
        listener = self._listeners[0]
        fields = {"from": TEST_NUMBER, "direction": "in", "callId": f"test-{secrets.token_hex(8)}", "name": "Test call"}
        for event in ({"event": "newCall"}, {"event": "hangup", "cause": TEST}):
            if not await asyncio.to_thread(hand_over, listener.port, listener.secret, {**fields, **event}):
                raise Refused("the listener did not take the test call")
            await asyncio.sleep(TEST_SECONDS)


def _is_heard_elsewhere(place: str) -> bool:
    """Whether another open desk on this database hears of calls already."""
    other = doorbell.find(place)
    return other is not None and doorbell.is_answered(other)
