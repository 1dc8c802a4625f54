"""A screen on which texts of a ticket are written: notes, parts and corrections, each kept until it is there."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from textual import work

from callintake.domain.detail import Ticket
from callintake.domain.errors import TextConflict
from callintake.domain.text import elide
from callintake.domain.writing import NOTE, PART, Writing, the
from callintake.screens.acting import ActingScreen
from callintake.screens.conflict_dialog import ConflictDialog, Way
from callintake.screens.dialogs import ChoiceDialog
from callintake.screens.note_dialog import CorrectDialog, NoteDialog, SubjectDialog

if TYPE_CHECKING:
    from callintake.services.texts import Standing

_ONE_LINE = 56
_BEFORE = "typed before, not saved yet"


class WritingScreen(ActingScreen):
    """Takes what is written, and offers again what was begun and is not there."""

    async def the_ticket(self) -> Ticket | None:
        """The one ticket that is meant; None, after saying so, where there are several or none."""
        from callintake.services import reading

        if len(self.numbers) > 1:
            self.notify("That is done to one ticket at a time: Esc lets go of those picked", markup=False)
            return None
        return None if self.number is None else await self.find(reading.ticket, self.number)

    @work(group="begun")
    async def tell_begun(self) -> None:
        """Say what one began to write about this ticket, and did not come to save."""
        if self.number is not None and (begun := await self.desk.writings.begun(self.desk.agent, self.number)):
            said = "\n".join(writing.words for writing in begun)
            self.notify(said, title="Typed, not saved yet", severity="warning", markup=False)

    @work(group="act")
    async def action_note(self) -> None:
        """Ask for a note, and add it."""
        from callintake.services import tickets

        if (ticket := await self.the_ticket()) is None:
            return
        number, agent = ticket.number, self.desk.agent

        note = Writing(number, NOTE, agent)

        async def add(text: str) -> bool:
            return await self._take(note, f"noted on {number}", self.desk.change(tickets.add_note, number, text, agent))

        await self._write(note, f"Note on {number}", "", add)

    @work(group="act")
    async def action_split(self) -> None:
        """Ask for the part that becomes a ticket of its own."""
        from callintake.services import splitting

        if (ticket := await self.the_ticket()) is None:
            return
        number, agent = ticket.number, self.desk.agent
        part, done = Writing(number, PART, agent), f"a part of {number} is a ticket of its own"

        async def split(text: str) -> bool:
            return await self._take(part, done, self.desk.change(splitting.split, number, text, agent))

        title = f"Split {number}: what is the other request?"
        await self._write(part, title, ticket.description, split)

    async def _write(self, writing: Writing, title: str, stands: str, take: Callable[[str], Awaitable[bool]]) -> None:
        """Ask for a text until it is taken or dropped; until then it is kept, whatever becomes of the program."""
        writings = self.desk.writings
        begun = await writings.find(writing)
        text, told = (stands, "") if begun is None else (begun.text, _BEFORE)

        keep = partial(writings.keep, writing)
        while (typed := await self._asked(NoteDialog(title, text, stands=stands, told=told, keep=keep))) is not None:
            text = typed
            if await take(text):
                break
        writings.drop(writing)

    async def _take(self, writing: Writing, done: str, change: Coroutine[Any, Any, object]) -> bool:
        """Put a text on its ticket; once it is there it is kept no more, even if this screen was left meanwhile."""
        task = asyncio.ensure_future(change)

        def forget(changed: asyncio.Future[object]) -> None:
            if not changed.cancelled() and changed.exception() is None:
                self.desk.writings.drop(writing)

        task.add_done_callback(forget)
        return await self.told(done, asyncio.shield(task))

    async def _asked(self, dialog: NoteDialog) -> str | None:
        return await self.app.push_screen_wait(dialog)

    # Corrections

    @work(group="act")
    async def action_correct(self) -> None:
        """Ask which text of a ticket is to be another, and what it is to be."""
        from callintake.services import texts

        if (ticket := await self.the_ticket()) is None:
            return
        standing = await self.find(texts.standing_texts, ticket.number, self.desk.agent)
        if not standing:
            return
        lines = tuple(_line(one) for one in standing)
        chosen = await self.app.push_screen_wait(ChoiceDialog(f"{ticket.number}: correct", lines))
        if chosen is not None:
            await self._correct(ticket.number, standing[lines.index(chosen)])

    async def _correct(self, number: str, standing: "Standing") -> None:
        """Ask for a text until it stands or is dropped; where another was quicker, ask what becomes of the two."""
        writings, place, stands = self.desk.writings, standing.place, standing.text
        begun = await writings.find(Writing(number, place, self.desk.agent))
        writing = begun or Writing(number, place, self.desk.agent, stands, standing.version)
        told = _BEFORE if begun else ""
        while (typed := await self._asked(self._dialog(writing, stands, told))) is not None:
            writing = replace(writing, text=typed)
            if typed.strip() == stands.strip():
                self.notify(f"{number}: {the(place)} is just that already", markup=False, timeout=3)
                break
            conflict = await self._save(writing)
            while isinstance(conflict, TextConflict):
                title = f"{number}: two corrected {the(place)}"
                way = await self.app.push_screen_wait(ConflictDialog(title, conflict))
                if way is None:
                    break
                stands = conflict.theirs
                writing = replace(writing, version=conflict.version)
                if way is Way.JOINED:
                    writing, told = replace(writing, text=_joined(place, conflict)), "theirs, then yours"
                    break
                conflict = True if way is Way.THEIRS else await self._save(writing)
            if conflict is True:
                break
            writings.keep(writing, writing.text)
        writings.drop(writing)

    def _dialog(self, writing: Writing, stands: str, told: str) -> NoteDialog:
        keep = partial(self.desk.writings.keep, writing)
        dialog = SubjectDialog if writing.place == "subject" else CorrectDialog
        title = f"{writing.number}: correct {the(writing.place)}"
        return dialog(title, writing.text, stands=stands, told=told, keep=keep)

    async def _save(self, writing: Writing) -> bool | TextConflict:
        """Correct a text; return whether it stands now, or what another put there meanwhile."""
        from callintake.services import texts

        number, place, version = writing.number, writing.place, writing.version
        assert version is not None
        done = f"{number}: {the(place)} is corrected"
        try:
            correct = self.desk.change(texts.correct, number, place, writing.text, self.desk.agent, version)
            return await self._take(writing, done, correct)
        except TextConflict as conflict:
            return conflict


def _line(one: "Standing") -> str:
    """A text in one line, by which it is chosen."""
    corrected = ", corrected" if one.is_corrected else ""
    who = f" ({one.agent} {one.at.astimezone():%d %b %H:%M}{corrected})" if one.place != "subject" else ""
    return elide(f"{one.place}{who}  {' '.join(one.text.split())}", _ONE_LINE)


def _joined(place: str, conflict: TextConflict) -> str:
    """Both versions in one text, to be edited."""
    return (" / " if place == "subject" else "\n\n").join((conflict.theirs, conflict.mine))
