"""The desk as the screens have it: changes on the one writer, questions on threads, and nothing heavy before
the first frame."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from callintake.domain.draft import CallDraft
from callintake.domain.draft_body import to_body
from callintake.domain.errors import Refused
from callintake.domain.routing import BUILT_IN
from callintake.domain.routing import Desk as Rules
from callintake.services.desk_place import desk_name, spool_folder
from callintake.services.writings import Writings
from callintake.store.spool import Spool
from callintake.store.writer import SerialWriter

if TYPE_CHECKING:
    from sqlmodel import Session

    from callintake.store.change_listener import ChangeListener
    from callintake.store.database import Store

P = ParamSpec("P")
R = TypeVar("R")
TRY_AGAIN_AFTER = 1.0
"""Seconds between two tries to save a draft that the database did not take."""
Told = Callable[[int, str | None], None]
"""What is told of saving: a revision, and why it is not saved, or None."""

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
        self.rules: Rules = BUILT_IN
        """The desk file in force; until the database is open, what comes built in."""
        self.is_lead = True
        """Whether who sits here leads the desk; believed until the database says."""
        self.mailer: Mailer | None = None
        """What sends codes, where something does."""
        self._opened: Future[Store] = Future()
        self._writer: SerialWriter | None = None
        self._listener: ChangeListener | None = None
        self._early: dict[str, tuple[CallDraft, Told]] = {}
        self._lock = threading.Lock()
        self._unsaved: dict[str, CallDraft] = {}
        """The latest drafts that are not in the database."""
        self._spool_folder = spool_folder(place)
        self._spool = Spool(self._spool_folder)
        self._spooled: dict[str, int] = {}
        """The revisions that are spooled, by call."""
        self._spooler = SerialWriter("spooler")
        self.writings = Writings(Spool(self._spool_folder, f"{desk_name(place)}.writing", "name"), self._spooler)
        self._readers = ThreadPoolExecutor(2, thread_name_prefix="reader")

    def open(self) -> None:
        """Begin to open the database; `ready` tells when and whether it is."""
        if self._writer is not None:
            return
        self._writer = SerialWriter()
        self._writer.submit(self._open)
        for draft, told in self._early.values():
            self.keep(draft, told)
        self._early.clear()

    def _open(self) -> None:
        from callintake.services.agents import is_lead, sign_in
        from callintake.services.capture import leave_late
        from callintake.services.desk_rules import region_in_force, rules_in_force
        from callintake.services.drafts import take_spooled
        from callintake.store.change_listener import ChangeListener
        from callintake.store.database import open_store

        try:
            store = open_store(self.place)
            with store.transaction() as session:
                self.agent = sign_in(session, self.agent)
                self.is_lead = is_lead(session, self.agent)
                self.rules = rules_in_force(session)
                self.region = region_in_force(session, self.region)
            try:
                with store.transaction() as session:
                    taken = take_spooled(session, self._spool.bodies(), self.agent)
                    leave_late(session, self.agent)
            except Refused:
                # It still lies there at the next start.
                taken = []
            for call_id in taken:
                self._spool.remove(call_id)
            _warm_up(self.rules)
        except BaseException as error:
            self._opened.set_exception(error)
        else:
            self._listener = ChangeListener(store.engine)
            self._opened.set_result(store)

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

    def keep(self, draft: CallDraft, told: Told) -> None:
        """Save a draft soon, the latest instead of those still waiting (P3); `told` hears it on the writer's thread.

        A draft that can't be saved is spooled beside the database, and tried again until it is saved or overtaken.
        """
        with self._lock:
            self._unsaved[draft.call_id] = draft
        if not self._opened.done():
            self.spool(draft)
        if self._writer is None:
            self._early[draft.call_id] = (draft, told)
            return

        def job() -> None:
            from callintake.services.drafts import save_draft

            try:
                store = self._opened.result()
                with store.transaction() as session:
                    kept = save_draft(session, draft, self.agent)
            except Exception as error:
                reason = str(error) if isinstance(error, Refused) else f"internal error ({type(error).__name__})"
                self.spool(draft)
                told(draft.revision, reason)
                self._try_again(draft, told)
            else:
                if not kept and self._unsaved.get(draft.call_id) is draft:
                    self.spool(draft)
                    told(draft.revision, "this call has ended, or goes on in another window")
                    return
                self._forget(draft)
                told(draft.revision, None)

        self._writer.keep(draft.call_id, job)

    def spool(self, draft: CallDraft) -> None:
        """Write a draft beside the database soon, while that can't take it; never an older one over a newer one."""
        with self._lock:
            if self._spooled.get(draft.call_id, draft.revision) <= draft.revision:
                self._spooled[draft.call_id] = draft.revision
                with suppress(RuntimeError):
                    self._spooler.keep(draft.call_id, lambda: self._put(draft))

    def _put(self, draft: CallDraft) -> None:
        if self._spooled.get(draft.call_id) == draft.revision:
            self._spool_folder = self._spool.put(draft.call_id, to_body(draft)) or self._spool_folder

    def _forget(self, saved: CallDraft) -> None:
        """Drop what was held of a draft that is in the database, unless that is newer."""
        with self._lock:
            if self._unsaved.get(saved.call_id, saved).revision <= saved.revision:
                self._unsaved.pop(saved.call_id, None)
            if self._spooled.get(saved.call_id, saved.revision + 1) <= saved.revision:
                del self._spooled[saved.call_id]
                with suppress(RuntimeError):
                    self._spooler.submit(lambda: self._spool.remove(saved.call_id))

    def _spool_unsaved(self) -> None:
        with self._lock:
            unsaved = list(self._unsaved.values())
        for draft in unsaved:
            self.spool(draft)

    def _try_again(self, draft: CallDraft, told: Told) -> None:
        def again() -> None:
            if self._unsaved.get(draft.call_id) is draft:
                with suppress(RuntimeError):
                    self.keep(draft, told)

        timer = threading.Timer(TRY_AGAIN_AFTER, again)
        timer.daemon = True
        timer.start()

    @property
    def has_spooled(self) -> bool:
        """Whether something typed is not in the database."""
        return bool(self._spooled)

    @property
    def spool_folder(self) -> Path:
        """Where drafts lie that the database could not take."""
        return self._spool_folder

    def save_now(self, timeout: float) -> bool:
        """Save what waits, at once, or spool it; return whether one of the two was done within `timeout` seconds."""
        self._spool_unsaved()
        saved = self._writer is not None and self._writer.drain(timeout)
        return self._spooler.drain(timeout) or saved

    def close(self) -> bool:
        """Save what waits and let go of the database; return whether everything was saved."""
        saved = self._writer.close() if self._writer else not self._early
        self._spool_unsaved()
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
