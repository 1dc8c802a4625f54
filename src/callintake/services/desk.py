"""The desk as the screens have it: changes on the one writer, questions on threads, and nothing heavy before
the first frame."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from callintake.domain.errors import Refused
from callintake.domain.routing import BUILT_IN
from callintake.domain.routing import Desk as Rules
from callintake.services.desk_place import spool_of
from callintake.services.draft_keeper import DraftKeeper
from callintake.services.writings import Writings
from callintake.store.writer import SerialWriter

if TYPE_CHECKING:
    from sqlmodel import Session

    from callintake.services.desk_rules import Terms
    from callintake.store.change_listener import ChangeListener
    from callintake.store.database import Store

P = ParamSpec("P")
R = TypeVar("R")
Mailer = Callable[[Rules, str, str], None]
"""Sends a code to an address by the rules of the desk, and waits until the mail server has it; refuses otherwise."""


class Desk:
    """One open desk: its database, and who sits at it.

    It opens on the writer's thread, once `open` is called, so that a screen may paint and take keys before; whatever
    is asked of it earlier waits for that. Screens import services after `ready`, when that costs nothing.
    """

    def __init__(self, place: str, agent: str, region: str) -> None:
        self.place = place
        self.agent = agent
        self.region = region
        """Whose numbers need no country code (ISO 3166): by the settings, and by the desk file once that is known."""
        self._own_region = region
        self._terms: Terms | None = None
        self.rules: Rules = BUILT_IN
        """The desk file in force; until the database is open, what comes built in."""
        self.is_lead = True
        """Whether who sits here leads the desk; believed until the database says."""
        self.mailer: Mailer | None = None
        """What sends codes, where something does."""
        self._opened: Future[Store] = Future()
        self._writer: SerialWriter | None = None
        self._listener: ChangeListener | None = None
        self._spooler = SerialWriter("spooler")
        self.drafts = DraftKeeper(place, self._spooler, self._opened)
        self.writings = Writings(spool_of(place, "writing", "name"), self._spooler)
        self._readers = ThreadPoolExecutor(2, thread_name_prefix="reader")

    def open(self) -> None:
        """Begin to open the database; `ready` tells when and whether it is."""
        if self._writer is not None:
            return
        self._writer = SerialWriter()
        self._writer.submit(self._open)
        self.drafts.begin(self._writer, lambda: self.agent)

    def _open(self) -> None:
        from callintake.services.agents import sign_in
        from callintake.services.capture import leave_late
        from callintake.services.desk_rules import terms_of
        from callintake.services.drafts import take_spooled
        from callintake.store.change_listener import ChangeListener
        from callintake.store.database import open_store

        try:
            store = open_store(self.place)
            with store.transaction() as session:
                self.agent = sign_in(session, self.agent)
                self._go_by(terms_of(session, self.agent, self._own_region))
            try:
                with store.transaction() as session:
                    taken = take_spooled(session, self.drafts.spooled(), self.agent)
                    leave_late(session, self.agent)
            except Refused:
                # It still lies there at the next start.
                taken = []
            for call_id in taken:
                self.drafts.drop(call_id)
            _warm_up(self.rules)
        except BaseException as error:
            self._opened.set_exception(error)
        else:
            self._listener = ChangeListener(store.engine)
            self._opened.set_result(store)

    def _go_by(self, terms: "Terms") -> None:
        self._terms = terms
        self.rules, self.region, self.is_lead = terms.rules, terms.region, terms.is_lead

    async def keep_up(self) -> "tuple[Terms, Terms] | None":
        """Go by the desk file in force and the role one has; return what was gone by and what is now, if they differ.

        Raises:
            Refused: the database does not answer, or the desk file is one that this program can't read.
        """
        from callintake.services.agents import is_lead
        from callintake.services.desk_rules import terms_of

        before = self._terms
        try:
            now = await self.ask(terms_of, self.agent, self._own_region)
        except Refused:
            self.is_lead = await self.ask(is_lead, self.agent)
            raise
        if before is None or before == now:
            return None
        await asyncio.to_thread(_warm_up, now.rules)
        self._go_by(now)
        return before, now

    @property
    def changes(self) -> int | None:
        """A count that grows when the database tells that somebody changed something; None where it does not tell."""
        listener = self._listener
        return listener.changes if listener is not None and listener.is_hearing else None

    async def ready(self) -> "Store":
        """Wait until the desk is open.

        Raises:
            Refused: its database can't be used.
        """
        # Shielded: a worker that is cancelled while it waits must not cancel the opening.
        return await asyncio.shield(asyncio.wrap_future(self._opened))

    async def change(self, verb: Callable[Concatenate["Session", P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Carry out a verb of the services in a transaction of its own, after all that was asked before.

        Raises:
            Refused: the verb, or the database, says no; nothing was changed.
        """
        store = await self.ready()
        assert self._writer is not None

        def job() -> R:
            with store.transaction() as session:
                return verb(session, *args, **kwargs)

        return await asyncio.shield(asyncio.wrap_future(self._writer.submit(job)))

    async def ask(self, verb: Callable[Concatenate["Session", P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Answer a question with a verb of the services that only reads.

        Raises:
            Refused: the verb, or the database, says no.
        """
        store = await self.ready()

        def job() -> R:
            with store.reading() as session:
                return verb(session, *args, **kwargs)

        return await asyncio.get_running_loop().run_in_executor(self._readers, job)

    async def send_code(self, contact_id: int, *, call_id: str | None = None, ticket_id: int | None = None) -> str:
        """Send a code to the address on file, and return that address; nobody at the desk sees the code (P4).

        It goes when the transaction that keeps its hash is over, and is void where it can't be delivered.

        Raises:
            Refused: none may be sent, or the mail server does not take it.
        """
        from callintake.services.credentials import code_not_sent, send_code

        kept: list[tuple[str, str]] = []
        mailer, rules = self.mailer, self.rules
        deliver = None if mailer is None else lambda address, code: kept.append((address, code))
        who = (contact_id, self.agent, rules.verification, deliver)
        address = await self.change(send_code, *who, call_id=call_id, ticket_id=ticket_id)
        if mailer is not None:
            try:
                await asyncio.to_thread(mailer, rules, *kept[0])
            except Refused as refusal:
                await self.change(code_not_sent, contact_id, str(refusal), self.agent)
                raise
        return address

    def save_now(self, timeout: float) -> bool:
        """Save what waits, at once, or spool it; return whether one of the two was done within `timeout` seconds."""
        self.drafts.spool_all()
        saved = self._writer is not None and self._writer.drain(timeout)
        return self._spooler.drain(timeout) or saved

    def close(self) -> bool:
        """Save what waits and let go of the database; return whether everything was saved."""
        saved = self._writer.close() if self._writer else not self.drafts.has_early
        self.drafts.spool_all()
        self._spooler.close()
        self._readers.shutdown(cancel_futures=True)
        if self._listener is not None:
            self._listener.close()
        if self._opened.done() and self._opened.exception() is None:
            self._opened.result().close()
        return saved


def _warm_up(rules: Rules) -> None:
    """Load what checks fields and knows holidays, so that no key waits for it."""
    from callintake.domain.contact import check_field
    from callintake.services import queue, raising, reading, tickets  # noqa: F401

    check_field("phone", "+442079460000", "GB")
    check_field("email", "desk@example.com", "GB")
    for department in rules.departments:
        rules.closed(department, datetime.now(UTC))
