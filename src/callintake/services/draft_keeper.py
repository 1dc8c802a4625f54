"""Drafts on their way into the database: the latest of each call soon, and beside it what it does not take (P3)."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from callintake.domain.draft import CallDraft
from callintake.domain.draft_body import to_body
from callintake.domain.errors import Refused
from callintake.services.desk_place import spool_folder, spool_of
from callintake.store.writer import SerialWriter

if TYPE_CHECKING:
    from callintake.store.database import Store

DRAFTS = "draft"
"""The kind of what is spooled here."""
TRY_AGAIN_AFTER = 1.0
"""Seconds between two tries to save a draft that the database did not take."""
Told = Callable[[int, str | None], None]
"""What is told of saving: a revision, and why it is not saved, or None."""


class DraftKeeper:
    """Saves drafts on the desk's writer once that has begun, and spools those that can't be saved."""

    def __init__(self, place: str, spooler: SerialWriter, opened: "Future[Store]") -> None:
        self.spool_folder: Path = spool_folder(place)
        """Where drafts lie that the database could not take."""
        self._spool = spool_of(place, DRAFTS, "call_id")
        self._spooler = spooler
        self._opened = opened
        self._writer: SerialWriter | None = None
        self._agent: Callable[[], str] = str
        self._early: dict[str, tuple[CallDraft, Told]] = {}
        self._lock = threading.Lock()
        self._unsaved: dict[str, CallDraft] = {}
        """The latest drafts that are not in the database."""
        self._spooled: dict[str, int] = {}
        """The revisions that lie beside the database, by call."""
        self._was_asked_for: set[str] = set()
        """The calls of which something may lie there, or come to."""

    @property
    def has_spooled(self) -> bool:
        """Whether something typed is not in the database."""
        return bool(self._spooled)

    @property
    def has_lost(self) -> bool:
        """Whether something typed is neither in the database nor beside it."""
        with self._lock:
            return any(self._spooled.get(one.call_id) != one.revision for one in self._unsaved.values())

    @property
    def has_early(self) -> bool:
        """Whether something was typed that no writer was there for."""
        return bool(self._early)

    def begin(self, writer: SerialWriter, agent: Callable[[], str]) -> None:
        """Save from now on, on a writer whose first job opens the database, as the agent of that time."""
        self._writer, self._agent = writer, agent
        for draft, told in self._early.values():
            self.keep(draft, told)
        self._early.clear()

    def keep(self, draft: CallDraft, told: Told) -> None:
        """Save a draft soon, the latest instead of those still waiting; `told` hears it on the writer's thread.

        A draft that can't be saved is spooled beside the database, and tried again until it is saved or overtaken.
        """
        with self._lock:
            if self._unsaved.get(draft.call_id, draft).revision > draft.revision:
                # One that is tried again, and was overtaken meanwhile.
                return
            self._unsaved[draft.call_id] = draft
        if not self._opened.done():
            self.spool(draft.call_id)
        if self._writer is None:
            self._early[draft.call_id] = (draft, told)
        else:
            self._writer.keep(draft.call_id, lambda: self._save(draft, told))

    def _save(self, draft: CallDraft, told: Told) -> None:
        from callintake.services.drafts import save_draft

        try:
            store = self._opened.result()
            with store.transaction() as session:
                kept = save_draft(session, draft, self._agent())
        except Exception as error:
            reason = str(error) if isinstance(error, Refused) else f"internal error ({type(error).__name__})"
            self.spool(draft.call_id)
            told(draft.revision, reason)
            self._try_again(draft, told)
        else:
            if not kept and self._unsaved.get(draft.call_id) is draft:
                self.spool(draft.call_id)
                told(draft.revision, "this call has ended, or goes on in another window")
                return
            self._forget(draft)
            told(draft.revision, None)

    def _try_again(self, draft: CallDraft, told: Told) -> None:
        def again() -> None:
            if self._unsaved.get(draft.call_id) is draft:
                with suppress(RuntimeError):
                    self.keep(draft, told)

        timer = threading.Timer(TRY_AGAIN_AFTER, again)
        timer.daemon = True
        timer.start()

    def spool(self, call_id: str) -> None:
        """Write the latest of a call beside the database soon, if that has not got it yet."""
        with self._lock:
            # Asked under the lock: nobody would remove what the database took a moment before.
            draft = self._unsaved.get(call_id)
            if draft is None or self._spooled.get(call_id) == draft.revision:
                return
            self._was_asked_for.add(call_id)
            with suppress(RuntimeError):
                self._spooler.keep(call_id, lambda: self._put(draft))

    def spool_all(self) -> None:
        """Write everything beside the database that is not in it."""
        for call_id in list(self._unsaved):
            self.spool(call_id)

    def spooled(self) -> list[dict[str, Any]]:
        """Return what lies beside the database, of this start and those before; read from the disk."""
        return self._spool.bodies()

    def drop(self, call_id: str) -> None:
        """Remove a draft from beside the database, which has it by now."""
        self._spool.remove(call_id)
        with self._lock:
            self._spooled.pop(call_id, None)

    def _put(self, draft: CallDraft) -> None:
        if self._unsaved.get(draft.call_id) is not draft:
            # Saved meanwhile, or overtaken: an older one never takes the place of a newer one.
            return
        folder = self._spool.put(draft.call_id, to_body(draft))
        with self._lock:
            # One that was saved meanwhile is removed after this.
            if folder is not None and draft.call_id in self._unsaved:
                self.spool_folder = folder
                self._spooled[draft.call_id] = draft.revision

    def _forget(self, saved: CallDraft) -> None:
        """Drop what was held of a draft that is in the database, unless that is newer."""
        with self._lock:
            if self._unsaved.get(saved.call_id, saved).revision > saved.revision:
                return
            self._unsaved.pop(saved.call_id, None)
            self._spooled.pop(saved.call_id, None)
            if saved.call_id in self._was_asked_for:
                self._was_asked_for.discard(saved.call_id)
                with suppress(RuntimeError):
                    self._spooler.submit(lambda: self._spool.remove(saved.call_id))
