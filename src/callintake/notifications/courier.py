"""The courier: takes what is due, one message at a time per worker, and records what came of it (P9).

Nothing is sent inside a transaction. Between sending and recording a crash may fall: then the message goes once more
when the claim has run out, with the same Message-ID or idempotency key.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol

from callintake.domain.delivery import Outcome, Verdict, failed, refused
from callintake.domain.errors import Refused
from callintake.domain.notice import Claimed, Reach
from callintake.domain.notify_rules import MESSENGERS, WEBHOOKS, Medium, NotifyRules
from callintake.domain.secrets import Concealed
from callintake.notifications import smtp
from callintake.notifications.email import compose
from callintake.notifications.post import post
from callintake.notifications.render import instant_message
from callintake.notifications.secret_store import secret
from callintake.notifications.through_apprise import is_installed, through_apprise
from callintake.notifications.webhook import payload, plain

LEASE = timedelta(minutes=3)
"""How long a courier has a message to itself: to send it, and twice as long to write down what came of it."""
WORKERS = 4
"""Messages sent at the same time, so that one server that hangs holds up few."""
SENDING_SECONDS = 60.0
_PAUSES = (0.1, 0.2, 0.5, 1.0)
"""Seconds between tries to get at the database, the last again and again."""
_CLAIM_TRIES = 6


class Change(Protocol):
    """Carries out a verb of the services in a transaction of its own, and awaits it."""

    def __call__(self, verb: Callable[..., Any], /, *args: Any) -> Awaitable[Any]: ...


@dataclass
class Tally:
    """What one round came to."""

    sent: int = 0
    failed: int = 0
    dead: int = 0
    said: list[str] = field(default_factory=list)
    """Why messages were not sent, each reason once."""

    def add(self, outcome: Outcome) -> None:
        """Count an outcome."""
        self.sent += outcome.verdict is Verdict.SENT
        self.failed += outcome.verdict is Verdict.AGAIN
        self.dead += outcome.verdict is Verdict.NEVER
        if outcome.verdict is not Verdict.SENT and outcome.said not in self.said:
            self.said.append(outcome.said)


class Courier:
    """Drains the outbox as far as its secrets reach; what it can't send waits for a courier who can."""

    def __init__(self, change: Change, *, lease: timedelta = LEASE, seconds: float = SENDING_SECONDS) -> None:
        self._change = change
        self._lease = lease
        self._seconds = seconds
        self._turn = asyncio.Lock()
        """One transaction at a time: SQLite lets one write, and lets those who wait in no order in."""
        self._unrecorded = 0
        self._all_recorded = asyncio.Event()
        self._all_recorded.set()

    async def drain(self, rules: NotifyRules, stop: asyncio.Event | None = None) -> Tally:
        """Send what is due until nothing is, or until told to stop; return what that came to."""
        reach = await asyncio.to_thread(reach_of, rules)
        tally = Tally()
        if reach:
            workers = (self._work(reach, tally, stop) for _ in range(WORKERS))
            # What one worker stumbles over is told when the others have recorded what they sent.
            for outcome in await asyncio.gather(*workers, return_exceptions=True):
                if isinstance(outcome, BaseException):
                    raise outcome
        return tally

    async def _work(self, reach: Reach, tally: Tally, stop: asyncio.Event | None) -> None:
        while stop is None or not stop.is_set():
            claimed, until = await self._claim(reach)
            if claimed is None:
                return
            left = until - time.monotonic()
            if left < min(self._seconds, self._lease.total_seconds() / 2):
                # The database took that long. Another courier may have it before this one is done: it is left to lie.
                continue
            outcome = await deliver(claimed, min(self._seconds, left))
            if await self._record(claimed, outcome, until):
                tally.add(outcome)

    async def _claim(self, reach: Reach) -> tuple[Claimed | None, float]:
        """Take one message, and say until when on the monotonic clock; none while what was sent is not on record."""
        from callintake.services.delivery import claim_due

        tried = 0
        while True:
            await self._all_recorded.wait()
            try:
                async with self._turn:
                    # Counted from before the claim, so that it is over here no later than it is in the database.
                    until = time.monotonic() + self._lease.total_seconds()
                    return await self._change(claim_due, reach, self._lease), until
            except Refused:
                tried += 1
                if tried == _CLAIM_TRIES:
                    raise
                await asyncio.sleep(_pause(tried - 1))

    async def _record(self, claimed: Claimed, outcome: Outcome, until: float) -> bool:
        """Record what came of a message, again and again while the database is busy, for as long as the claim holds.

        Returns whether the claim held; one that ran out is another courier's by now.

        Raises:
            Refused: the database did not take it all that time.
        """
        from callintake.services.delivery import record_outcome

        self._unrecorded += 1
        self._all_recorded.clear()
        try:
            tried = 0
            while True:
                try:
                    async with self._turn:
                        return bool(await self._change(record_outcome, claimed, outcome))
                except Refused:
                    if time.monotonic() >= until:
                        raise
                    await asyncio.sleep(_pause(tried))
                    tried += 1
        finally:
            self._unrecorded -= 1
            if not self._unrecorded:
                self._all_recorded.set()


def _pause(tried: int) -> float:
    return _PAUSES[min(tried, len(_PAUSES) - 1)]


def reach_of(rules: NotifyRules) -> Reach:
    """Return what can be sent from here: by which secrets there are.

    Raises:
        Refused: the file with secrets may be read by others.
    """
    can = WEBHOOKS if rules.needs_apprise and not is_installed() else MESSENGERS
    webhooks = (webhook for listeners in rules.listeners for webhook in listeners.webhooks)
    names = {webhook.address_from for webhook in webhooks if webhook.medium in can}
    mail = rules.smtp is not None and (rules.smtp.user is None or secret(rules.smtp.password_from) is not None)
    return Reach(mail, frozenset(name for name in names if secret(name) is not None))


async def deliver(claimed: Claimed, seconds: float = SENDING_SECONDS) -> Outcome:
    """Send one message, and return what came of it; it never raises for what may go wrong on the way."""
    try:
        if claimed.medium is Medium.EMAIL:
            return await _mail(claimed, seconds)
        return await _post(claimed, seconds)
    except Refused as refusal:
        return refused(str(refusal))
    except Exception as error:
        # One message that can't be made must not keep the courier from all others.
        return failed(f"internal error ({type(error).__name__})")


async def _mail(claimed: Claimed, seconds: float) -> Outcome:
    server = claimed.notice.desk.notify.smtp
    if server is None:
        return failed("the desk file names no mail server any more")
    password = None if server.user is None else await asyncio.to_thread(secret, server.password_from)
    message = compose(claimed, server.sender)
    return await smtp.send_mail(server, password, claimed.recipient, message, min(seconds, smtp.SECONDS))


async def _post(claimed: Claimed, seconds: float) -> Outcome:
    address: Concealed | None = await asyncio.to_thread(secret, claimed.recipient)
    if address is None:
        return failed(f"the secret {claimed.recipient} is not here any more")
    rules, message, seconds = claimed.notice.desk.notify, instant_message(claimed.notice), min(seconds, 20.0)
    if claimed.medium is Medium.APPRISE:
        return await through_apprise(address, message.number, plain(message), rules, seconds)
    return await post(address, payload(claimed.medium, message), claimed.idempotency_key, rules, seconds)
